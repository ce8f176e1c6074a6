// Package nodes is the page of GPU nodes: for every node and GPU resource what it
// has, what may be used, what is requested, what is free, and who holds it.
//
// tui gives it snapshots, the clock, a theme and actions, and draws what Render
// returns.
//
// It promises that what is free but helps nobody says why, that a sum over pods
// which are not all in sight says that it is one, and that without the right to
// see nodes the page says what works nevertheless.
package nodes
