// Package guard is a watch that an operator arms on a rollout: limits that its new
// revision has to keep, and what is to be done when it does not.
//
//	Order ─ Arm ─▶ Guard ─ Observe(Sight) ─▶ Guard, News ─▶ News.Do ─▶ Act ─▶ Deed ─▶ Guard.Acted
//	                          ▲                                        │
//	     kube.Rollout, gauge ─┘                 kube/rollout: Plan, Execute
//
// It is called by tui, once for every picture and every second, and by the command
// `fader guard`. Whether a limit is broken is judged by metrics.Guard; this package
// knows which pods that is about, and when there is nothing to judge any more.
//
// It promises:
//   - judged are the pods of the revision that was new when the guard was armed.
//     A newer one (also an undo) ends the guard as Superseded: the limits were given
//     for the one before, and whoever wants them kept arms again;
//   - without data it neither passes nor acts: it is Halted, says since when and
//     why, and Done is only reached with figures in hand that keep the limits;
//   - it acts at most once in a breach, and writes at most once in its life. What it
//     has to do is handed out by Observe, which does not do it;
//   - what it writes goes through the gateway, as any move, and only where the plan
//     is what was armed: the same object, the same pod template, the same way
//     back. Otherwise it proposes, and says why it did not act. The change-cause of
//     its undo names it and the limit that broke, as the journal does;
//   - it does not fight a person: who resumes what it paused is told of later
//     breaches and nothing more, and what somebody paused it does not undo.
//
// The judgement is pure; only Act waits for the API server.
package guard
