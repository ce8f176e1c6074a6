package guard

import (
	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
)

// figures of the release, as they were worked out last.
type figures struct {
	picture *metrics.Picture
	release *kube.Revision
	group   metrics.Group
}

// of the pods that a revision has now. Those that are gone are not judged: a pod
// template that comes back has the ReplicaSet that it had, and figures from before.
// Where no pod may be seen it is all that the ReplicaSet has or had.
func (f figures) of(g *gauge.Gauge, r *kube.Revision) figures {
	if f.picture == g.Picture && f.release == r {
		return f // what a second changes is only their age
	}
	f = figures{picture: g.Picture, release: r}
	if len(r.Pods) == 0 {
		f.group = g.Revision(r)
		return f
	}
	pods := make([]metrics.PodKey, len(r.Pods))
	for i, p := range r.Pods {
		pods[i] = metrics.PodKey{Namespace: p.Ref.Namespace, Name: p.Ref.Name}
	}
	f.group = g.Picture.Of(pods)
	return f
}
