package gauge

import (
	"fader/kube"
	"fader/metrics"
)

// Figure is one of the numbers that are known of a Deployment or a revision.
type Figure uint8

// The figures, in the order in which a key goes through them.
const (
	P99 Figure = iota
	P95
	P50
	Errors
	Requests
	FirstToken // p99 of the time to the first token
	figures
)

// Next figure, and the first after the last.
func (f Figure) Next() Figure { return (f + 1) % figures }

// String is its name.
func (f Figure) String() string {
	return [...]string{"p99", "p95", "p50", "errors", "requests", "first token"}[f]
}

// Latency says that it is a time.
func (f Figure) Latency() bool { return f != Errors && f != Requests }

// Reading is a figure over time, and now.
type Reading struct {
	Figure  Figure
	Series  metrics.Series
	Now     metrics.Value
	Traffic metrics.Traffic // now: without it there is no latency, which is no lack of data
	// Mean says that it is the mean, because there is no histogram to tell more.
	Mean bool
}

// Known says that there is anything to show.
func (r Reading) Known() bool { return r.Now.Known || r.Traffic == metrics.NoTraffic || r.drawn() }

func (r Reading) drawn() bool { _, _, known := r.Series.Range(); return known }

// Read a figure of a group. The time to the first token is not a group's: see
// RevisionFigure and DeploymentFigure.
func Read(g metrics.Group, f Figure) Reading {
	r := Reading{Figure: f, Traffic: g.Now.Traffic}
	switch f {
	case P99:
		r.Series, r.Now = g.P99, g.Now.P99
	case P95:
		r.Series, r.Now = g.P95, g.Now.P95
	case P50:
		r.Series, r.Now = g.P50, g.Now.P50
	case Errors:
		r.Series, r.Now = g.Errors, g.Now.Errors
	case Requests:
		r.Series, r.Now = g.Requests, g.Now.Requests
	}
	if f.Latency() && f != FirstToken && !r.Now.Known && g.Now.Mean.Known {
		r.Series, r.Now, r.Mean = g.Mean, g.Now.Mean, true
	}
	return r
}

// DeploymentFigure of all pods that a Deployment has or had; the time to the first
// token, of those it has.
func (g *Gauge) DeploymentFigure(r *kube.Rollout, f Figure) Reading {
	if f != FirstToken {
		return Read(g.Deployment(r), f)
	}
	var pods []*kube.Pod
	for _, rev := range r.Revisions {
		pods = append(pods, rev.Pods...)
	}
	return g.firstToken(pods)
}

// RevisionFigure is the same of a revision.
func (g *Gauge) RevisionFigure(r *kube.Revision, f Figure) Reading {
	if f != FirstToken {
		return Read(g.Revision(r), f)
	}
	return g.firstToken(r.Pods)
}

func (g *Gauge) firstToken(pods []*kube.Pod) Reading {
	s := g.Serving(pods)
	return Reading{Figure: FirstToken, Series: s.P99, Now: s.P99Now}
}

// NowOf a Deployment is DeploymentFigure(r, f).Now, for a fraction of the work.
func (g *Gauge) NowOf(r *kube.Rollout, f Figure) metrics.Value {
	if f == FirstToken {
		return g.DeploymentFigure(r, f).Now
	}
	return Read(metrics.Group{Now: g.Now(r)}, f).Now
}
