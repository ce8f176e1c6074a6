package gauge

import (
	"strconv"

	"fader/kube"
	"fader/metrics"
)

// Against is how one side of a rollout stands against the other, which serves at
// the same time.
type Against struct {
	A, B    string // what they are called: "9" and "8", or the names of Deployments
	GroupA  metrics.Group
	GroupB  metrics.Group
	Verdict metrics.Verdict
	Pair    bool // the sides are Deployments and not revisions
}

// Against compares the new revision with the revision that serves beside it. Where
// there is only one that serves and the Deployment is the canary of another, it is
// compared with that one: stable is nil where there is none. False where there are
// no two sides.
func (g *Gauge) Against(r, stable *kube.Rollout) (Against, bool) {
	if !g.Known() {
		return Against{}, false
	}
	if fresh, other := sides(r); fresh != nil && other != nil {
		return judge(Against{
			A: number(fresh), B: number(other), GroupA: g.Revision(fresh), GroupB: g.Revision(other),
		}), true
	}
	if stable == nil {
		return Against{}, false
	}
	return judge(Against{
		A: r.Ref().Name, B: stable.Ref().Name, GroupA: g.Deployment(r), GroupB: g.Deployment(stable), Pair: true,
	}), true
}

func judge(a Against) Against {
	a.Verdict = metrics.Compare(a.GroupA, a.GroupB, metrics.CompareOptions{})
	return a
}

// sides of a rollout that both have pods: the new revision, and of the others the
// one with the most pods that answer.
func sides(r *kube.Rollout) (fresh, other *kube.Revision) {
	for _, rev := range r.Revisions {
		switch {
		case len(rev.Pods) == 0 && rev.ReplicaSet.Current == 0:
		case rev.New:
			fresh = rev
		case other == nil || rev.Serving() > other.Serving():
			other = rev
		}
	}
	return fresh, other
}

func number(r *kube.Revision) string {
	if r.ReplicaSet.Revision == 0 {
		return r.ReplicaSet.Ref.Name // the annotation is missing: there is no revision 0
	}
	return strconv.FormatInt(r.ReplicaSet.Revision, 10)
}
