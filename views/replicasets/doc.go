// Package replicasets is the page of ReplicaSets: all in scope, or the revisions
// of one Deployment.
//
// tui gives it snapshots, the clock, a theme and actions, and draws what Render
// returns. Where Prometheus is configured (SetGauge) each ReplicaSet that has pods
// has figures. It promises that ReplicaSets which want pods and have none come first,
// that those which want none are quiet, and that a revision has the hue it has
// everywhere.
package replicasets
