package gauge

import (
	"slices"

	"fader/kube"
	"fader/metrics"
)

// Gauge reads one picture. It remembers what it worked out and is for one
// goroutine. The nil Gauge knows nothing.
type Gauge struct {
	// Picture that is read; its state says how far it can be trusted.
	Picture *metrics.Picture

	groups map[key]entry
	points map[key]entry
	gpus   gpuHosts
}

// key of what is remembered: a Deployment, or a ReplicaSet.
type key struct{ namespace, name string }

// entry is what was worked out for those ReplicaSets.
type entry struct {
	of    []string
	group metrics.Group
	point metrics.Point
}

// New gauge of a picture.
func New(p *metrics.Picture) *Gauge {
	return &Gauge{Picture: p, groups: map[key]entry{}, points: map[key]entry{}}
}

// Known says that there is a picture with figures, however old they are.
func (g *Gauge) Known() bool {
	return g != nil && g.Picture != nil && !g.Picture.At.IsZero() && g.Picture.State != metrics.Nothing
}

// Deployment is all pods that a Deployment has or had.
func (g *Gauge) Deployment(r *kube.Rollout) metrics.Group {
	if g == nil || g.Picture == nil {
		return metrics.Group{}
	}
	ref, sets := r.Ref(), replicaSets(r.Revisions)
	e := g.groups[key{ref.Namespace, "deployment/" + ref.Name}]
	if e.of == nil || !slices.Equal(e.of, sets) {
		e = entry{of: sets, group: g.Picture.OfReplicaSets(ref.Namespace, sets)}
		if !e.group.Known() {
			e.group = g.Picture.OfWorkload(ref.Namespace, ref.Name)
		}
		g.groups[key{ref.Namespace, "deployment/" + ref.Name}] = e
	}
	return e.group
}

// Now is Deployment(r).Now, for a fraction of the work: to sort by.
func (g *Gauge) Now(r *kube.Rollout) metrics.Point {
	if g == nil || g.Picture == nil {
		return metrics.Point{}
	}
	ref, sets := r.Ref(), replicaSets(r.Revisions)
	k := key{ref.Namespace, ref.Name}
	e := g.points[k]
	if e.of == nil || !slices.Equal(e.of, sets) {
		e = entry{of: sets, point: g.Picture.NowOfReplicaSets(ref.Namespace, sets)}
		if e.point.Traffic == metrics.TrafficUnknown {
			e.point = g.Deployment(r).Now
		}
		g.points[k] = e
	}
	return e.point
}

// Revision is all pods that a revision has or had.
func (g *Gauge) Revision(r *kube.Revision) metrics.Group {
	if g == nil || g.Picture == nil {
		return metrics.Group{}
	}
	ref := r.ReplicaSet.Ref
	k := key{ref.Namespace, ref.Name}
	e, ok := g.groups[k]
	if !ok {
		e = entry{group: g.Picture.OfReplicaSet(ref.Namespace, ref.Name)}
		g.groups[k] = e
	}
	return e.group
}

// Serving is what servers of language models say of a revision's pods.
func (g *Gauge) Serving(pods []*kube.Pod) metrics.Serving {
	if g == nil || g.Picture == nil {
		return metrics.Serving{}
	}
	return g.Picture.Serving(keys(pods))
}

// Pod is what is known of one pod now.
func (g *Gauge) Pod(ref kube.Ref) metrics.Point {
	if g == nil || g.Picture == nil {
		return metrics.Point{}
	}
	return g.Picture.NowOf([]metrics.PodKey{{Namespace: ref.Namespace, Name: ref.Name}})
}

// Outliers are the pods of a revision that are slower than the rest of it.
func (g *Gauge) Outliers(pods []*kube.Pod) []metrics.PodKey {
	if g == nil || g.Picture == nil {
		return nil
	}
	return g.Picture.Outliers(keys(pods))
}

// replicaSets are the names of the ReplicaSets; never nil.
func replicaSets(revisions []*kube.Revision) []string {
	names := make([]string, len(revisions))
	for i, r := range revisions {
		names[i] = r.ReplicaSet.Ref.Name
	}
	return names
}

func keys(pods []*kube.Pod) []metrics.PodKey {
	all := make([]metrics.PodKey, len(pods))
	for i, p := range pods {
		all[i] = metrics.PodKey{Namespace: p.Ref.Namespace, Name: p.Ref.Name}
	}
	return all
}
