package kube

import (
	"slices"
	"time"
)

// Phase says in a word how a rollout is.
type Phase string

// Phases against `kubectl rollout status` (Rollout.Verdict): Complete and
// ScaledDown are only ever success, Stalled is exactly failed, also while paused,
// Progressing and Paused are only ever waiting. Degraded is a rollout that was
// complete and has lost pods since: kubectl, which remembers nothing, says waiting
// again, or still success where the status has not caught up with the pods.
// Terminating is a Deployment that is being deleted, whatever kubectl says of its
// numbers: its controller does nothing for it any more.
//
// A paused Deployment whose pods are all on the template is Complete, or Degraded once
// it has lost some: nothing is held back. That it is paused shows in Deployment.Paused
// and in a cause.
const (
	Complete    Phase = "Complete"
	Progressing Phase = "Progressing"
	Paused      Phase = "Paused"
	Stalled     Phase = "Stalled"
	Degraded    Phase = "Degraded"
	ScaledDown  Phase = "ScaledDown"
	Terminating Phase = "Terminating"
	// Unknown is for what was not read yet; Build never makes it.
	Unknown Phase = "Unknown"
)

// Rank orders phases worst first: 0 is where a hand is needed most.
func (p Phase) Rank() int {
	order := [...]Phase{Stalled, Degraded, Terminating, Progressing, Paused, Unknown, Complete, ScaledDown}
	for i, phase := range order {
		if p == phase {
			return i
		}
	}
	return len(order)
}

// phaseOf a rollout whose causes are known.
func phaseOf(r *Rollout) Phase {
	d, verdict := r.Deployment, r.Verdict()
	switch {
	case !d.Deleting.IsZero():
		return Terminating
	case verdict == VerdictFailed:
		return Stalled
	case r.wasComplete() && r.hasLostPods():
		return Degraded
	case d.Paused && verdict == VerdictWaiting:
		return Paused
	case verdict == VerdictWaiting:
		return Progressing
	case d.Replicas.Desired == 0:
		return ScaledDown
	}
	return Complete
}

// wasComplete says that the present template was rolled out completely, and that
// no other has been rolled out since.
func (r *Rollout) wasComplete() bool {
	d := r.Deployment
	return d.IsObserved() &&
		(d.Verdict() == VerdictSuccess || r.seen.settled(d) || r.conditionSaysComplete() || r.podsSayComplete())
}

// conditionSaysComplete: the controller does not take NewReplicaSetAvailable back
// when pods fail later. It does not take it back either when the Deployment returns
// to an older ReplicaSet: then it speaks of the one before.
func (r *Rollout) conditionSaysComplete() bool {
	c := r.Deployment.Condition(conditionProgressing)
	if c == nil || c.Reason != reasonAvailable {
		return false
	}
	if len(r.Revisions) == 0 {
		return true // which ReplicaSets there are may not be seen
	}
	fresh := r.NewRevision()
	if fresh == nil || r.othersHavePods() {
		return false
	}
	name := c.replicaSet()
	return (name == "" || name == fresh.ReplicaSet.Ref.Name) && !r.anew
}

// othersHavePods says that a revision other than the new one has pods, or wants some.
func (r *Rollout) othersHavePods() bool {
	for _, rev := range r.Revisions {
		if !rev.New && (rev.ReplicaSet.Desired > 0 || rev.ReplicaSet.Current > 0 || rev.hasLive()) {
			return true
		}
	}
	return false
}

// hasLive says that some of its pods count.
func (r *Revision) hasLive() bool { return slices.ContainsFunc(r.Pods, (*Pod).Counts) }

// podsSayComplete tells where no condition does: a Deployment without a progress
// deadline has none, and pausing or resuming takes the place of what it said before.
// Only the new revision has pods, as many as are wanted, and each that is not ready was
// ready before.
func (r *Rollout) podsSayComplete() bool {
	d, n := r.Deployment, r.Deployment.Replicas
	if c := d.Condition(conditionProgressing); c != nil && c.Reason != reasonAvailable && c.Reason != reasonPaused && c.Reason != reasonResumed {
		return false
	}
	fresh := r.NewRevision()
	if fresh == nil || n.Desired == 0 || n.Current != n.Desired || n.Updated != n.Desired || r.othersHavePods() {
		return false
	}
	live := fresh.live()
	return len(live) == int(n.Desired) && !slices.ContainsFunc(live, func(p *Pod) bool { return !everReady(p) })
}

// everReady says that the pod is ready, or was.
func everReady(p *Pod) bool { return p.IsReady || p.WasReady }

// endSlack is how much earlier than the end of a container its pod may stop being
// ready: both moments are written in whole seconds.
const endSlack = 2 * time.Second

// hasLostPods looks for a cause in the pods rather than in the rollout itself. Pods
// that a scale-up adds are none that were lost.
func (r *Rollout) hasLostPods() bool {
	if up := r.scaling; up != nil && !up.hasLost(r.NewRevision()) {
		return false
	}
	for i := range r.Causes {
		if r.Causes[i].Severity >= Attention && r.Causes[i].Kind.ofPods() {
			return true
		}
	}
	return false
}

// deadlineOf is when the controller gives up, or gave up. It counts from the last
// progress it saw; not while paused, complete, or before it has seen the spec.
func deadlineOf(d *Deployment) time.Time {
	c := d.Condition(conditionProgressing)
	switch {
	case c == nil || d.ProgressDeadline == nil || !d.IsObserved():
		return time.Time{}
	case c.Reason == reasonTimedOut:
		return c.Updated
	case d.Paused || c.Reason == reasonPaused || c.Reason == reasonAvailable || c.Updated.IsZero():
		return time.Time{}
	}
	return c.Updated.Add(*d.ProgressDeadline)
}

// sinceOf a rollout whose phase is known.
func sinceOf(r *Rollout) time.Time {
	switch c := r.Deployment.Condition(conditionProgressing); {
	case r.Phase == Terminating:
		return r.Deployment.Deleting
	case r.Phase == Degraded:
		return firstSince(r.Causes)
	case !r.Deployment.IsObserved() || c == nil || r.Phase == ScaledDown:
		return time.Time{}
	case r.Phase == Stalled,
		r.Phase == Complete && c.Reason == reasonAvailable && r.isAboutNew(c),
		r.Phase == Paused && c.Reason == reasonPaused:
		return c.Updated
	case r.Phase == Progressing:
		return started(r, c)
	}
	return time.Time{}
}

// isAboutNew says that the condition speaks of the new revision, as far as it says.
func (r *Rollout) isAboutNew(c *Condition) bool {
	name, fresh := c.replicaSet(), r.NewRevision()
	return name == "" || fresh == nil || name == fresh.ReplicaSet.Ref.Name
}

// firstSince is the earliest moment that a cause in the pods has.
func firstSince(causes []Cause) time.Time {
	var first time.Time
	for i := range causes {
		if causes[i].Kind.ofPods() && causes[i].Severity >= Attention {
			first = earlier(first, causes[i].Since)
		}
	}
	return first
}

// started is when the present rollout began. The condition tells until the first
// progress overwrites it; after that the oldest pod that belongs to it does: no
// pod of the new revision younger than every ReplicaSet can be from before, and
// where the ReplicaSet itself is the youngest, its own creation began it.
func started(r *Rollout, c *Condition) time.Time {
	if c.Reason == reasonCreated || c.Reason == reasonFound {
		return c.Updated
	}
	fresh := r.NewRevision()
	if fresh == nil {
		return time.Time{}
	}
	after := c.Updated // complete before: what came later is what is awaited now
	if c.Reason != reasonAvailable {
		after = youngestSet(r)
		if fresh.ReplicaSet.Created.Equal(after) {
			return after
		}
	}
	var first time.Time
	for _, p := range fresh.live() {
		if p.Created.After(after) {
			first = earlier(first, p.Created)
		}
	}
	return first
}

func youngestSet(r *Rollout) time.Time {
	var youngest time.Time
	for _, rev := range r.Revisions {
		if rev.ReplicaSet.Created.After(youngest) {
			youngest = rev.ReplicaSet.Created
		}
	}
	return youngest
}

// earlier of two moments; zero is unknown, not early.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
