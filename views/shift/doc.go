// Package shift draws the dialog in which replicas are moved between a stable
// Deployment and its canary, like the crossfader of a mixing desk: the counts and
// the endpoints before and after, in which steps and order it happens, and whether
// there is room.
//
// tui opens it with the pairs that may be meant, gives it every new snapshot and
// the keys of keymap.ShiftDialog, and takes the course from it. It writes nothing
// and promises that the total of replicas stays what it is.
package shift
