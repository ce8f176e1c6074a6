// Package rollout is the page of one Deployment, the desk: its revisions as
// faders with their share of the ready endpoints, its pods by revision, the endpoints of
// the Services in front of it, every cause in full, the setting around it
// (autoscaler, budgets, owner, probes, spread), conditions and events.
//
// tui opens it with SetRef, gives it snapshots, the clock, a theme and actions,
// and draws what Render returns.
//
// It promises that a revision has one hue in every pane; that what matters most
// stays on the smallest screen, where a pane comes when it has the keyboard; that
// equal events of many pods are told once; that what nobody knows is never shown
// as none; and that a Deployment which is gone says so and keeps its last known
// state, dimmed.
package rollout
