// Package course draws a course under way: the line above the footer that every
// page shows of it, and the dialog with its faders, its steps, what was promised
// of the ready endpoints and what was seen, and its receipts. It also draws the
// question that is asked at the start about courses that a process left behind.
//
// tui gives it the progress as it comes and the keys of keymap.CourseView and
// keymap.Unfinished.
package course
