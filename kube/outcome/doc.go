// Package outcome says what came of a move after the server took it: a Watch is
// made from the receipt and fed snapshots until it is settled.
//
//	New(receipt) ── Observe(snapshot, now) ──▶ Outcome{Pending | Complete | Stalled | …}
//	                     ▲        (again with every snapshot and every second)
//
// It is called by tui, which says the outcome and writes it into the journal, and
// by the headless commands that wait. It knows kube and kube/rollout, has no clock
// and does no I/O: the same receipt and snapshots give the same outcomes.
//
// It promises:
//   - nothing is complete by a status older than the move: the object's
//     resourceVersion has reached the receipt's, and the controller has observed
//     its generation;
//   - nothing is complete, stalled or gone by a picture that is not live;
//   - a rollout is complete where `kubectl rollout status` says so, and stalled
//     where that says failed or where something of it has been broken for a while,
//     in the words of its cause;
//   - trouble that old revisions have is not held against the move that replaces them;
//   - a state but Pending and Stalled is the last: nothing is taken back later.
package outcome
