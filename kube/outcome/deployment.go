package outcome

import (
	"fmt"
	"time"

	"fader/kube"
	"fader/kube/rollout"
)

// rollout looks at a move on a Deployment.
func (w *Watch) rollout(s *kube.Snapshot, now time.Time) rollout.Outcome {
	r := s.Rollout(w.Target())
	if r == nil {
		return w.gone(now, hasNamesake(s, w.Target()))
	}
	there, err := w.caughtUp(r.Deployment.ResourceVersion)
	switch {
	case err != nil:
		return outcome(rollout.Unknown, "what came of it cannot be told: the versions of this server's objects cannot be compared")
	case !there:
		return pending("not seen in the cluster yet")
	}
	if !w.begun {
		w.begun, w.template = true, r.Deployment.TemplateDigest
	}
	if text, guess := w.changedAgain(r); text != "" {
		return w.superseded(now, text, guess)
	}
	if !r.Deployment.Deleting.IsZero() {
		return pending("%s", r.Worst().Sentence("", "·"))
	}
	if !r.Deployment.IsObserved() {
		return w.progress(r, pending("the Deployment controller has not observed generation %d yet, only %d", r.Deployment.Generation, r.Deployment.Observed), now)
	}
	return w.progress(r, w.settled(r, now), now)
}

// hasNamesake says that another object has the name of the one that is gone.
func hasNamesake(s *kube.Snapshot, ref kube.Ref) bool {
	for _, r := range s.Rollouts {
		if here := r.Ref(); here.Namespace == ref.Namespace && here.Name == ref.Name {
			return true
		}
	}
	return false
}

// changedAgain says which of what the move wrote is another by now, and who may
// have done that; "" where none is. What it did not write is none of its business.
func (w *Watch) changedAgain(r *kube.Rollout) (what, guess string) {
	d := r.Deployment
	tool := ""
	if who := d.Manager.Who(); who != "" {
		tool = "somebody, perhaps " + who
	}
	switch intent := w.receipt.Plan.Intent; intent.Verb {
	case rollout.Scale:
		if d.Replicas.Desired == intent.Replicas {
			return "", ""
		}
		if r.Autoscaler != nil {
			tool = "somebody, perhaps the HorizontalPodAutoscaler " + r.Autoscaler.Ref.Name
		}
		return fmt.Sprintf("scaled to %d", d.Replicas.Desired), tool
	case rollout.Pause:
		if !d.Paused {
			return "resumed", tool
		}
	case rollout.SetStrategy:
		if intent.MaxSurge != "" && d.Strategy.MaxSurge != intent.MaxSurge ||
			intent.MaxUnavailable != "" && d.Strategy.MaxUnavailable != intent.MaxUnavailable {
			return "the strategy was changed", tool
		}
	default:
		if d.TemplateDigest != w.template {
			return "the pod template was changed", tool
		}
	}
	return "", ""
}

// settled is the end of the move, Pending where it is not there yet.
func (w *Watch) settled(r *kube.Rollout, now time.Time) rollout.Outcome {
	d, n := r.Deployment, r.Deployment.Replicas
	verb := w.receipt.Plan.Intent.Verb
	through := d.Verdict() == kube.VerdictSuccess
	switch {
	case verb == rollout.Pause && through:
		return outcome(rollout.Complete, "paused in %s: nothing was under way, %s", w.elapsed(now), ready(r))
	case verb == rollout.Scale && scaled(d):
		if n.Desired == 0 {
			return outcome(rollout.Complete, "scaled in %s: no pod is left", w.elapsed(now))
		}
		return outcome(rollout.Complete, "scaled in %s: %d of %d pods ready", w.elapsed(now), n.Ready, n.Desired)
	case verb == rollout.Scale:
		return pending("%d of %d pods ready", n.Ready, n.Desired)
	case through && verb == rollout.SetStrategy:
		return outcome(rollout.Complete, "settled in %s: %s", w.elapsed(now), ready(r))
	case through && w.afterAll():
		return outcome(rollout.Complete, "rolled out after all in %s: %s", w.elapsed(now), ready(r))
	case through:
		return outcome(rollout.Complete, "rolled out in %s: %s", w.elapsed(now), ready(r))
	case d.Paused:
		return outcome(rollout.Held, "paused at %d of %d%s", n.Updated, n.Desired, after(verb, w.elapsed(now)))
	}
	return pending("%d of %d pods updated, %d available", n.Updated, n.Desired, n.Available)
}

// afterAll says that the move was said to be stalled before.
func (w *Watch) afterAll() bool { return w.last.State == rollout.Stalled }

// after is how long it took to be held; a pause is held at once.
func after(verb rollout.Verb, elapsed string) string {
	if verb == rollout.Pause {
		return ""
	}
	return " after " + elapsed
}

// scaled says that as many pods are ready as are wanted. While a rollout is under
// way there may be more of them, within what the strategy allows.
func scaled(d *kube.Deployment) bool {
	n := d.Replicas
	if n.Current > n.Updated {
		return n.Ready >= n.Desired && n.Current <= d.Strategy.AtMost
	}
	return n.Ready == n.Desired && n.Current == n.Desired
}

// ready is "3 of 3 pods of revision 10 ready".
func ready(r *kube.Rollout) string {
	d := r.Deployment
	if d.Replicas.Desired == 0 {
		return "no pod is wanted"
	}
	number := d.Revision
	if rev := r.NewRevision(); rev != nil && rev.ReplicaSet.Revision != 0 {
		number = rev.ReplicaSet.Revision
	}
	of := ""
	if number != 0 {
		of = fmt.Sprintf(" of revision %d", number)
	}
	return fmt.Sprintf("%d of %d pods%s ready", d.Replicas.Ready, d.Replicas.Desired, of)
}

// progress is how far it is, and that it is stalled where something has been
// broken for longer than patience.
func (w *Watch) progress(r *kube.Rollout, o rollout.Outcome, now time.Time) rollout.Outcome {
	cause := w.trouble(r, now)
	if cause == nil || o.State != rollout.Pending {
		w.broken = time.Time{}
		return o
	}
	if w.broken.IsZero() {
		w.broken = now
	}
	text := cause.Sentence("", "·")
	if now.Sub(w.broken) < patience {
		return pending("%s", text)
	}
	return outcome(rollout.Stalled, "stalled after %s: %s", w.elapsed(now), text)
}

// trouble is the worst cause that keeps the move from its end, nil for none. What
// only wants room is none before the progress deadline: a node may come.
func (w *Watch) trouble(r *kube.Rollout, now time.Time) *kube.Cause {
	late := w.late(r, now)
	for i := range r.Causes {
		c := &r.Causes[i]
		broken := c.Severity == kube.Broken || (late || r.Phase == kube.Degraded) && c.Severity == kube.Attention
		if c.Kind == kube.CauseSurgeDeadlock {
			broken = late
		}
		if broken && !ofOldPod(r, c) {
			return c
		}
	}
	if r.Phase == kube.Stalled {
		return r.Worst()
	}
	return nil
}

// late says that the progress deadline has passed. The controller counts none for a
// scale-up: there it is counted from the move.
func (w *Watch) late(r *kube.Rollout, now time.Time) bool {
	limit := r.Deployment.ProgressDeadline
	return r.Phase == kube.Stalled ||
		limit != nil && w.receipt.Plan.Intent.Verb == rollout.Scale && now.Sub(w.receipt.Started) > *limit
}

// ofOldPod says that the cause is one of a pod that the rollout takes away.
func ofOldPod(r *kube.Rollout, c *kube.Cause) bool {
	for _, rev := range r.Revisions {
		if rev.New {
			continue
		}
		for _, p := range rev.Pods {
			if p.Ref == c.About {
				return true
			}
		}
	}
	return false
}
