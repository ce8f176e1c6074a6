// Package fade conducts the moves that take time and several writes: shifting
// replicas between a stable Deployment and its canary, holding a rollout at N
// pods, promoting a canary, and taking one off.
//
// It is called by tui and by the headless commands. They make a Course from what
// is on the screen (Pairs, NewShift, NewHold, NewPromote, NewAbort), show
// Runner.Plan of it, and let Runner.Start conduct it:
//
//	Course ── Runner.Plan ──▶ rollout.Plan ── shown, confirmed ──▶ Runner.Start ──▶ Run
//	                                                                                │
//	      own watch ──▶ sight ──▶ next (pure) ──▶ decision ──▶ Desk.Plan, Desk.Execute
//	                                 ▲                 │
//	                                 └──── position ◀──┴──▶ journal, Progress
//
// It promises:
//   - the total stays what it was: each step first raises one side, waits until
//     the raised pods are available and ready behind the Service, and then lowers
//     the other by as many;
//   - what it lowers never takes the ready endpoints of the two Deployments below
//     the floor: what was ready when the course began, and never more than the
//     total. What others do to the pods meanwhile is not in its hands; while fewer
//     are ready it takes none away that is;
//   - every write goes through the gateway of kube/rollout, as a plan with its own
//     guard, and carries the course's ID. Nothing is sent twice to find out;
//   - the whole course stands in the journal before the first write, and each step
//     before its own. A process that is killed leaves a Leftover which the next one
//     can finish or take back; nothing else than the journal and the cluster is
//     needed for that;
//   - what to do next is worked out by a pure function (next) from the course, the
//     cluster as it is seen, and the time: the runner is a thin loop around it.
//
// The way back. Taking a course back brings the canary to what it had when the
// course began (Course.From), and after a promotion the stable's images too. An
// abort is another thing: the canary has been found bad, and goes to 0. A
// promotion ends with the replicas at home: the canary where the caller says it
// was before the shift (1 where nobody knows), the stable with the rest.
//
// Of the stable as many pods may be missing as were missing when the course began:
// whoever flees to it from a bad canary must not be held up by a pod that was
// broken before. The floor holds all the same.
package fade
