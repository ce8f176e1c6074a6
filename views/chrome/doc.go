// Package chrome is what stands around every page: the header (where, how fresh,
// may it write), the tabs (which page, how many rows), the footer (which keys)
// and the toast (what just happened). tui fills the structs and draws the lines.
//
// It promises one line of exactly w cells each, in which what matters most goes
// last when there is little room: whether what is shown is true, before where it
// comes from, before anything else.
package chrome
