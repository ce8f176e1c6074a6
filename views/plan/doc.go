// Package plan draws the preview of a move: what will change, what that does to
// the pods, who will fight it, what was checked, the kubectl line, and two
// buttons of which Cancel is the default.
//
// tui opens it when a plan is ready, arms it once it has been on the screen long
// enough that no key typed before can confirm it, and asks it which button was
// pressed.
package plan
