package kube

import (
	"fmt"
	"slices"
)

// RevisionHealth says what is known of an older revision's pods.
type RevisionHealth string

// A revision is Healthy where pods of it are ready now, or were, or it is known to have
// been rolled out completely. It is Unhealthy where most of its pods fail and never
// served, and where it had pods and, as far as can be told, never one that was ready. Of
// any other nothing is known, and of one that was complete and fails now.
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
// present one apart from when it was restarted are left out: going there changes nothing.
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

// health of an older revision, and the evidence. What its pods do now counts for more
// than what is known of before.
func (r *Rollout) health(rev *Revision) (RevisionHealth, string) {
	pods := telling(rev.live())
	failing := count(pods, fails)
	complete := r.knownComplete(rev)
	switch n := rev.Ready(); {
	case 2*failing > len(pods) && complete != "":
		return HealthUnknown, complete + ", and now " + failingText(failing, len(pods))
	case 2*failing > len(pods):
		return Unhealthy, failingText(failing, len(pods))
	case n > 0:
		return Healthy, fmt.Sprintf("%d %s ready", n, plural(int(n), "pod"))
	case slices.ContainsFunc(rev.Pods, served):
		return Healthy, "its pods were ready"
	case complete != "":
		return Healthy, complete
	case slices.Contains(r.seen.failed, rev.ReplicaSet.Ref.UID):
		return Unhealthy, "seen broken, never with a ready pod"
	case r.conditionNames(rev, reasonTimedOut):
		return Unhealthy, "it did not get there (" + reasonTimedOut + ")"
	case len(pods) > 0:
		return Unhealthy, fmt.Sprintf("%d %s, none ready", len(pods), plural(len(pods), "pod"))
	}
	return HealthUnknown, "its objects do not tell"
}

// knownComplete is how it is known that the revision was rolled out completely, "" for
// not at all.
func (r *Rollout) knownComplete(rev *Revision) string {
	switch {
	case slices.Contains(r.seen.complete, rev.ReplicaSet.Ref.UID):
		return "seen complete"
	case r.conditionNames(rev, reasonAvailable):
		return "it was complete (" + reasonAvailable + ")"
	}
	return ""
}

// conditionNames says that the Progressing condition has that reason and is about the
// revision.
func (r *Rollout) conditionNames(rev *Revision, reason string) bool {
	c := r.Deployment.Condition(conditionProgressing)
	return c != nil && c.Reason == reason && c.replicaSet() == rev.ReplicaSet.Ref.Name
}

func failingText(failing, all int) string {
	return fmt.Sprintf("%d of %d %s %s", failing, all, plural(all, "pod"), verb(failing, "fails", "fail"))
}

// telling are the pods that say something of their template: those that have begun to
// run or cannot. One that waits for a node, or starts, says nothing yet.
func telling(pods []*Pod) []*Pod {
	return slices.DeleteFunc(pods, func(p *Pod) bool { return !p.IsReady && len(p.Troubles) == 0 && p.isStarting() })
}

// fails says that a container of the pod fails by what is in the template, and that the
// pod has never served.
func fails(p *Pod) bool {
	return !p.IsReady && !served(p) && slices.ContainsFunc(p.Troubles, func(t Trouble) bool { return t.cause().ofTemplate() })
}

// served says that the pod is ready, or was for longer than a crash loop lets it be
// between two crashes.
func served(p *Pod) bool {
	return p.IsReady || p.WasReady && !slices.ContainsFunc(p.Troubles, func(t Trouble) bool { return t.readyInLoop(p) })
}

// readyInLoop says that the pod was ready in the last run of a container that ends again
// and again after short runs.
func (t *Trouble) readyInLoop(p *Pod) bool {
	return t.Restarts >= 2 && t.LastRun < backOffReset && !t.Since.IsZero() && !p.ReadySince.Before(t.Since.Add(-t.LastRun-endSlack))
}

func count(pods []*Pod, match func(*Pod) bool) (n int) {
	for _, p := range pods {
		if match(p) {
			n++
		}
	}
	return n
}
