// Package rollout is the page of one Deployment, the desk: its revisions as
// faders, its pods by revision, every cause in full, conditions and events.
//
// tui opens it with SetRef, gives it snapshots, the clock, a theme and actions,
// and draws what Render returns.
//
// It promises that a revision has one hue in every pane; that what matters most
// stays on the smallest screen; and that a Deployment which is gone says so and
// keeps its last known state, dimmed.
package rollout
