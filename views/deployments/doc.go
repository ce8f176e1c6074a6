// Package deployments is page 1: every Deployment in scope, worst first, and
// under them in words what is wrong with the one under the cursor.
//
// tui gives it snapshots, the clock, a theme, a filter and actions, and draws
// what Render returns; moves ask it what the cursor is on (Cursor).
//
// It promises that loading, empty, filtered to nothing, forbidden, not logged in
// and not connected are told apart in words; that a healthy row is dim and a
// stalled one bright; that nothing it counts is shown before it is true; and
// that rows of a lost connection are dimmed, their clocks stopped at the moment
// to which they are true.
package deployments
