package main

import (
	"context"
	"slices"
	"time"

	"fader/kube"
	"fader/kube/rollout"
	"fader/metrics"
)

// measuredAround is the time before a move, and after it has settled, that its metrics are of.
const measuredAround = 5 * time.Minute

// longestReport is how far back metrics of a report are read.
const longestReport = 24 * time.Hour

// measured reads the metrics of the Deployments that were moved on this cluster. nil where
// there is no Prometheus; unread says why there are none.
func (o *journalOptions) measured(ctx context.Context, c *connection, moves []rollout.Receipt) (of func(rollout.Receipt) (before, after rollout.Measurement), unread string) {
	here := c.identity().WithUID(c.clusterUID)
	var first time.Time
	var namespaces []string
	for _, r := range moves {
		if r.Plan.Cluster != here || r.Plan.Target().Kind != kube.KindDeployment {
			continue
		}
		if first.IsZero() || r.Started.Before(first) {
			first = r.Started
		}
		namespaces = append(namespaces, r.Plan.Target().Namespace)
	}
	p, err := c.prometheus(ctx)
	switch {
	case err != nil:
		return nil, "No metrics: " + err.Error()
	case p.Client == nil || first.IsZero():
		return nil, ""
	}
	read := p.Poll.ReadOptions
	read.NoGPUs, read.Scope.Namespaces = true, namespaces
	read.Window = min(o.now().Sub(first)+2*measuredAround, longestReport)
	picture, err := p.Client.Read(ctx, read)
	if err != nil {
		return nil, "No metrics: " + err.Error()
	}
	groups := map[kube.Ref]metrics.Group{}
	return func(r rollout.Receipt) (before, after rollout.Measurement) {
		target := r.Plan.Target()
		if r.Plan.Cluster != here || target.Kind != kube.KindDeployment {
			return before, after
		}
		g, ok := groups[target]
		if !ok {
			g = picture.OfDeployment(target.Namespace, target.Name)
			groups[target] = g
		}
		settled := r.Finished
		if r.Outcome != nil {
			settled = r.Outcome.At
		}
		// A rate looks back: what is measured right after a move is of before it.
		settled = settled.Add(picture.Rate)
		return medians(g, r.Started.Add(-measuredAround), r.Started), medians(g, settled, settled.Add(measuredAround))
	}, ""
}

// medians are those of a group's points between two moments.
func medians(g metrics.Group, from, to time.Time) (m rollout.Measurement) {
	if v, ok := medianBetween(g.P99, from, to); ok {
		m.P99 = new(time.Duration(v * float64(time.Second)))
	}
	if v, ok := medianBetween(g.Errors, from, to); ok {
		m.Errors = &v
	}
	if v, ok := medianBetween(g.Requests, from, to); ok {
		m.Requests = &v
	}
	return m
}

// medianBetween is the median of the known values between two moments; false where none is.
func medianBetween(s metrics.Series, from, to time.Time) (float64, bool) {
	var known []float64
	for i := range s.Len() {
		if at := s.Time(i); at.Before(from) || at.After(to) {
			continue
		}
		if v := s.At(i); v.Known {
			known = append(known, v.V)
		}
	}
	if len(known) == 0 {
		return 0, false
	}
	slices.Sort(known)
	return known[len(known)/2], true
}
