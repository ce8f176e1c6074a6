// Package rollout is the one way by which fader writes to a cluster: an Intent
// becomes a Plan, a confirmed Plan becomes a Receipt.
//
// It is called by tui and by the headless commands, through a Desk:
//
//	Intent ── Desk.Plan ──▶ Plan ── shown, confirmed ── Desk.Execute ──▶ Receipt
//	   ▲      live GET, pure draft, permission,           refusals, journal,          │
//	   │      server dry run of the very patch            guarded patch, read again   │
//	   └───────────────────────────── Plan.Inverse ◀───────────────────────────────────┘
//
// It promises:
//   - a plan is worked out from the live object by pure functions (draft), one
//     file per verb, and what it shows is what its patch does;
//   - a patch lands on the object that was shown or nowhere: it carries the UID
//     and the resourceVersion, and nothing is ever sent twice to find out;
//   - a lost answer is settled by reading, never by repeating; where reading
//     does not settle it, the Receipt says so;
//   - read-only mode, a stale connection, another cluster, a protected context
//     and a journal that cannot be written are refused here, whatever the caller
//     has already checked;
//   - every move that is sent stands in the journal before it is sent, and
//     values of environment variables never do.
//
// Which patch a verb sends: pause, resume, restart and scale are JSON merge
// patches with metadata.uid and metadata.resourceVersion in their body, which the
// server answers with 409 when either is not so any more. They touch single
// fields, so a merge is exact. Undo has to replace a whole template: a merge
// would leave behind every field that the old template lacks, so it is a JSON
// patch that replaces it, guarded by `test` operations, which the server answers
// with 422. Scale goes to the scale subresource, as kubectl's does: its right is
// deployments/scale. Disown replaces metadata.managedFields, made anew for the version
// it lands on. A move that puts back what a server-side applier had is followed by a
// Disown of those fields, with a receipt of its own.
package rollout
