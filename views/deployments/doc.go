// Package deployments is page 1: every Deployment in scope, worst first, and
// under them in words what is wrong with the one under the cursor.
//
// tui gives it snapshots, the clock, a theme, a filter and actions, and draws
// what Render returns; moves ask it what the cursor is on (Cursor).
//
// Where Prometheus is configured (SetGauge) each row has figures: the one that is
// chosen, over time and now, beside it errors and requests. Before the value stands
// where it goes: up, when it rises or the new revision is worse in it than the one
// beside it, which is also said in words; down, when it falls. Rising is what
// metrics.Series.Trend says, worse is what metrics.Compare says; what is loud
// otherwise is what package listing says.
//
// It promises that loading, empty, filtered to nothing, forbidden, not logged in
// and not connected are told apart in words; that a healthy row is dim and a
// stalled one bright; that nothing it counts is shown before it is true; and
// that rows of a lost connection are dimmed, their clocks stopped at the moment
// to which they are true.
package deployments
