// Package pods is the page of pods: all in scope, or those of one Deployment or
// of one of its revisions.
//
// tui gives it snapshots, the clock, a theme and actions, and draws what Render
// returns. STATUS, READY and RESTARTS are kubectl's, letter for letter.
//
// Where Prometheus is configured (SetGauge) each pod has figures, and one that is
// much slower than its fellows (metrics.Picture.Outliers) is called slow.
//
// It promises that pods in trouble come first, that what is healthy is quiet, and
// that a revision has the hue it has everywhere.
package pods
