// Package chart is the page of one Deployment's figures over time: latency, errors
// and requests of each of its revisions, and of the Deployment beside it where the
// two are a canary and its stable, on one time axis, with what happened marked on
// it and the verdict below.
//
// tui opens it with SetRef, gives it snapshots, gauges, moves, the clock and a
// theme, asks for Window after ZoomIn and ZoomOut, reads a picture of another
// window than the poller's, and hands it over with SetDetail; it draws what Render
// returns.
//
// It promises that a line has its revision's hue and its name beside it, and in the
// ASCII theme a sign of its own; that a gap is a gap, and no traffic is told from
// no data; that both axes have their units; that while another window is read, or
// cannot be read, the old chart stays and says so; and that nothing is worked out
// again while neither figures nor rollout have changed.
//
// The lines are drawn by hand: a library of charts would bring Bubble Tea and a
// style for each cell into a view, joins the points on both sides of a gap, and
// draws in Braille, which not every font has.
package chart
