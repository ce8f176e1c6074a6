// Package journal is the page of what was done: every move with who made it, on
// which object of which cluster, what it changed, what was answered and what came
// of it; and the courses, which are longer moves. Text is one of them in full.
//
// tui gives it receipts and courses, the clock, a theme and actions, and draws what Render
// returns. The journal is a file of this machine: it does not age with the
// connection.
//
// It promises that a move which was refused or whose answer is not known never
// looks like one that was made, and one that nobody watched never like one that
// went well.
package journal
