// Package pods is the page of pods: all in scope, or those of one Deployment or
// of one of its revisions.
//
// tui gives it snapshots, the clock, a theme and actions, and draws what Render
// returns. STATUS, READY and RESTARTS are kubectl's, letter for letter.
//
// It promises that pods in trouble come first, that what is healthy is quiet, and
// that a revision has the hue it has everywhere.
package pods
