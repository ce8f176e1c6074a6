// Package tui is the desk: the only tea.Model of fader. It routes keys, owns the
// page stack and the dialog on top, lays out the screen and feeds snapshots to
// the views. cmd/fader makes it from a connected cluster and runs it.
//
//	kube/watch ── Feed.Next ──▶ snapshotMsg ──▶ pages.SetSnapshot ──▶ View
//	                 ▲                │ (generation checked; late answers dropped)
//	                 └── asked again ─┘
//
//	key ─ keymap.Resolve(scopes) ─▶ action ─▶ dialog, or page, or a move:
//	move ─▶ Intent (target captured now) ─▶ Desk.Plan ─▶ planReadyMsg ─▶ preview
//	     ─▶ confirmed ─▶ Desk.Execute ─▶ executedMsg ─▶ receipt as a toast, U takes it back
//
// It promises that Update and View never wait for anything: all I/O is in
// commands whose answers carry the number of the question, so that an answer to
// a question nobody asks any more is dropped; that a key typed or pasted before a
// preview was on the screen confirms nothing; and that text of the cluster is
// only ever shown as kube has sanitised it.
package tui
