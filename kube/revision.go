package kube

import (
	"cmp"
	"slices"
	"strings"
)

// Revision is one ReplicaSet of a Deployment with its pods. Immutable.
type Revision struct {
	ReplicaSet *ReplicaSet
	New        bool   // its template is the Deployment's
	Pods       []*Pod // by name; terminating ones included
}

// Ready is the number of pods that count as ready for the ReplicaSet. It is taken
// from the pods, which are ahead of the ReplicaSet's status, and from that status
// where no pod is known (they may be forbidden to see).
func (r *Revision) Ready() int32 {
	if r.podsUnknown() {
		return r.ReplicaSet.Ready
	}
	var n int32
	for _, p := range r.Pods {
		if p.IsReady && p.Counts() {
			n++
		}
	}
	return n
}

// Serving is the number of pods that can answer requests: Ready, and those that
// are being deleted and have not stopped answering.
func (r *Revision) Serving() int32 {
	if r.podsUnknown() {
		return r.ReplicaSet.Ready
	}
	var n int32
	for _, p := range r.Pods {
		if p.IsReady && !p.Finished {
			n++
		}
	}
	return n
}

// Terminating is the number of pods that are being deleted.
func (r *Revision) Terminating() int32 {
	var n int32
	for _, p := range r.Pods {
		if !p.Finished && !p.Terminating.IsZero() {
			n++
		}
	}
	return n
}

func (r *Revision) podsUnknown() bool { return len(r.Pods) == 0 && r.ReplicaSet.Current > 0 }

// live are the pods that count.
func (r *Revision) live() []*Pod {
	var live []*Pod
	for _, p := range r.Pods {
		if p.Counts() {
			live = append(live, p)
		}
	}
	return live
}

// revisionsOf a Deployment: the new one first, then by falling number.
func revisionsOf(in inputs) []*Revision {
	if len(in.replicaSets) == 0 {
		return nil
	}
	revisions := make([]*Revision, len(in.replicaSets))
	index := make(map[string]*Revision, len(in.replicaSets))
	newest := newReplicaSet(in.deployment, in.replicaSets)
	for i, rs := range in.replicaSets {
		revisions[i] = &Revision{ReplicaSet: rs, New: rs == newest}
		index[rs.Ref.UID] = revisions[i]
	}
	for _, p := range in.pods {
		owner := index[p.OwnerUID]
		owner.Pods = append(owner.Pods, p)
	}
	slices.SortFunc(revisions, compareRevisions)
	return revisions
}

// newReplicaSet is the oldest that has the Deployment's template: the controller
// chooses the same where there are several. Nil before it has made one.
func newReplicaSet(d *Deployment, sets []*ReplicaSet) *ReplicaSet {
	var oldest *ReplicaSet
	for _, rs := range sets {
		if rs.TemplateDigest == d.TemplateDigest && (oldest == nil || older(rs, oldest)) {
			oldest = rs
		}
	}
	return oldest
}

func older(a, b *ReplicaSet) bool {
	return cmp.Or(a.Created.Compare(b.Created), strings.Compare(a.Ref.Name, b.Ref.Name)) < 0
}

func compareRevisions(a, b *Revision) int {
	if a.New != b.New {
		if a.New {
			return -1
		}
		return 1
	}
	return cmp.Or(
		cmp.Compare(b.ReplicaSet.Revision, a.ReplicaSet.Revision),
		b.ReplicaSet.Created.Compare(a.ReplicaSet.Created),
		strings.Compare(a.ReplicaSet.Ref.Name, b.ReplicaSet.Ref.Name),
	)
}
