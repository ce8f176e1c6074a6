// Package journal is the page of what was done: every move with who made it, on
// which object of which cluster, what it changed and what became of it.
//
// tui gives it receipts, the clock, a theme and actions, and draws what Render
// returns. The journal is a file of this machine: it does not age with the
// connection.
//
// It promises that a move which was refused or whose end is not known never looks
// like one that was made.
package journal
