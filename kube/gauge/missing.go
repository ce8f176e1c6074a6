package gauge

import (
	"fader/kube"
	"fader/metrics"
)

// ForPods is New for the cluster in which these pods live, where series name clusters.
func ForPods(p *metrics.Picture, pods []*kube.Pod) *Gauge {
	if p == nil || len(p.Clusters()) == 0 {
		return New(p)
	}
	return New(p.Within(keys(pods)))
}

// Missing is why nothing is known of a Deployment now: the zero Absence where something
// is, or where the reason is not known.
func (g *Gauge) Missing(r *kube.Rollout) metrics.Absence {
	if g == nil || g.Picture == nil || g.Now(r).Traffic != metrics.TrafficUnknown {
		return metrics.Absence{}
	}
	ref := r.Ref()
	return g.Picture.Absence(ref.Namespace, ref.Name, keys(pods(r)))
}

// MissingPods is Missing for some pods.
func (g *Gauge) MissingPods(namespace string, of []*kube.Pod) metrics.Absence {
	if g == nil || g.Picture == nil || g.Picture.NowOf(keys(of)).Traffic != metrics.TrafficUnknown {
		return metrics.Absence{}
	}
	return g.Picture.Absence(namespace, "", keys(of))
}

// Doubts about the metrics of a Deployment.
func (g *Gauge) Doubts(r *kube.Rollout) []metrics.Doubt {
	if g == nil || g.Picture == nil {
		return nil
	}
	return g.Picture.Doubts(keys(pods(r)))
}

// pods of all revisions.
func pods(r *kube.Rollout) []*kube.Pod {
	var all []*kube.Pod
	for _, rev := range r.Revisions {
		all = append(all, rev.Pods...)
	}
	return all
}
