// Package endpoints is the page of one Service's endpoints: what is ready, what
// still serves, what terminates, and of which revision it is.
//
// tui opens it with SetRef, gives it snapshots, the clock, a theme and actions,
// and draws what Render returns.
//
// It promises that an endpoint's state is a word and a sign and never only a
// colour, and that a Service which is gone or special says so.
package endpoints
