package kube

import (
	"fmt"
	"slices"
)

// RevisionHealth says what is known of an older revision's pods.
type RevisionHealth string

// A revision is Healthy where pods of it are ready now or it is known to have been
// rolled out completely, Unhealthy where it had pods and, as far as can be told,
// never one that was ready. Of any other nothing is known.
const (
	Healthy       RevisionHealth = "healthy"
	Unhealthy     RevisionHealth = "unhealthy"
	HealthUnknown RevisionHealth = "unknown"
)

// UndoTarget is an older revision to go back to.
type UndoTarget struct {
	Revision *Revision
	Health   RevisionHealth
	// Evidence for the health in a few words: "3 pods ready", "seen complete".
	Evidence string
}

// UndoTargets are the older revisions, the newest first. Those whose template is the
// present one apart from annotations are left out: going there changes nothing.
func (r *Rollout) UndoTargets() []UndoTarget {
	var all []UndoTarget
	for _, rev := range r.Revisions {
		if rev.New || rev.ReplicaSet.Revision == 0 || rev.ReplicaSet.BareDigest == r.Deployment.BareDigest {
			continue
		}
		health, evidence := r.health(rev)
		all = append(all, UndoTarget{rev, health, evidence})
	}
	return all
}

// BestUndo is the newest older revision that is known to be healthy, else the newest
// of which nothing is known; nil where there is neither.
func (r *Rollout) BestUndo() *UndoTarget {
	all := r.UndoTargets()
	for _, health := range [...]RevisionHealth{Healthy, HealthUnknown} {
		if i := slices.IndexFunc(all, func(t UndoTarget) bool { return t.Health == health }); i >= 0 {
			return &all[i]
		}
	}
	return nil
}

// health of an older revision, and the evidence.
func (r *Rollout) health(rev *Revision) (RevisionHealth, string) {
	set, c := rev.ReplicaSet, r.Deployment.Condition(conditionProgressing)
	named := c != nil && c.replicaSet() == set.Ref.Name
	live := rev.live()
	switch n := rev.Ready(); {
	case n > 0:
		return Healthy, fmt.Sprintf("%d %s ready", n, plural(int(n), "pod"))
	case slices.ContainsFunc(rev.Pods, everReady):
		return Healthy, "its pods were ready"
	case slices.Contains(r.seen.complete, set.Ref.UID):
		return Healthy, "seen complete"
	case named && c.Reason == reasonAvailable:
		return Healthy, "it was complete (" + reasonAvailable + ")"
	case slices.Contains(r.seen.failed, set.Ref.UID):
		return Unhealthy, "seen broken, never with a ready pod"
	case named && c.Reason == reasonTimedOut:
		return Unhealthy, "it did not get there (" + reasonTimedOut + ")"
	case len(live) > 0:
		return Unhealthy, fmt.Sprintf("%d %s, none ready", len(live), plural(len(live), "pod"))
	}
	return HealthUnknown, "its objects do not tell"
}
