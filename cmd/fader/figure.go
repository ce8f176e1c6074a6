package main

import (
	"math"

	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/age"
	"fader/views/figure"
)

// metricsItem says what can be made of the figures in a document.
type metricsItem struct {
	// State is live; nothing: Prometheus answers, and knows none of this scope;
	// unavailable: it does not answer; none: there is none; off: it is switched off.
	State   string  `json:"state"`
	Message *string `json:"message"` // why figures are unknown
	Source  *string `json:"source"`  // who named Prometheus
	// AgeSeconds of the newest sample.
	AgeSeconds *float64 `json:"ageSeconds"`
	// WindowSeconds that rates and quantiles are over.
	WindowSeconds *float64 `json:"windowSeconds"`
	Warnings      []string `json:"warnings,omitempty"`
}

// figureItem is what is known of a Deployment or a revision now. What is unknown
// is null; without traffic so are latency and errors.
type figureItem struct {
	Latency    latencyItem `json:"latency"`
	ErrorRatio *float64    `json:"errorRatio"`
	// ErrorsAtLeast says that the ratio is a lower bound: of some requests it is not known
	// whether they failed.
	ErrorsAtLeast     bool     `json:"errorRatioAtLeast,omitempty"`
	RequestsPerSecond *float64 `json:"requestsPerSecond"`
}

// latencyItem is in seconds.
type latencyItem struct {
	P50 *float64 `json:"p50"`
	P95 *float64 `json:"p95"`
	P99 *float64 `json:"p99"`
	// Mean is known only where there is no histogram.
	Mean *float64 `json:"mean,omitempty"`
	// AtLeast names those that are lower bounds: the histogram ends there.
	AtLeast []string `json:"atLeast,omitempty"`
}

// statusRevision is a revision that has pods or traffic.
type statusRevision struct {
	Revision   *int64   `json:"revision"`
	ReplicaSet string   `json:"replicaSet"`
	New        bool     `json:"new"`
	Images     []string `json:"images"`
	Desired    int32    `json:"desired"`
	Current    int32    `json:"current"`
	Ready      int32    `json:"ready"`
	figureItem
}

func newFigureItem(p metrics.Point) figureItem {
	item := figureItem{
		Latency:    latencyItem{P50: number(p.P50), P95: number(p.P95), P99: number(p.P99), Mean: number(p.Mean)},
		ErrorRatio: number(p.Errors), ErrorsAtLeast: p.Errors.Known && p.Errors.AtLeast, RequestsPerSecond: number(p.Requests),
	}
	for _, q := range []struct {
		name string
		is   metrics.Value
	}{{"p50", p.P50}, {"p95", p.P95}, {"p99", p.P99}} {
		if q.is.Known && q.is.AtLeast {
			item.Latency.AtLeast = append(item.Latency.AtLeast, q.name)
		}
	}
	return item
}

// number is nil for what is not known, and for what JSON cannot hold.
func number(v metrics.Value) *float64 {
	if !v.Known || math.IsNaN(v.V) || math.IsInf(v.V, 0) {
		return nil
	}
	return &v.V
}

// statusRevisions are the revisions that have pods or traffic.
func statusRevisions(r *kube.Rollout, g *gauge.Gauge) []statusRevision {
	items := []statusRevision{}
	for _, rev := range r.Revisions {
		now, set := g.Revision(rev).Now, rev.ReplicaSet
		if len(rev.Pods) == 0 && set.Current == 0 && set.Desired == 0 && now.Traffic != metrics.HasTraffic {
			continue
		}
		item := statusRevision{
			ReplicaSet: set.Ref.Name, New: rev.New, Images: append([]string{}, set.Images()...),
			Desired: set.Desired, Current: set.Current, Ready: rev.Ready(), figureItem: newFigureItem(now),
		}
		if set.Revision != 0 {
			item.Revision = &set.Revision
		}
		items = append(items, item)
	}
	return items
}

// figureTitles are the columns of figureCells.
func figureTitles() []string { return []string{"P99", "ERR", "RPS"} }

// figureCells are what is known of a Deployment now, as the board has it.
func figureCells(r *kube.Rollout, g *gauge.Gauge) []string {
	p := g.Now(r)
	latency := age.Unknown
	switch {
	case p.P99.Known && p.P99.AtLeast:
		latency = "≥" + figure.Latency(p.P99.V)
	case p.P99.Known:
		latency = figure.Latency(p.P99.V)
	case p.Traffic == metrics.NoTraffic:
		latency = figure.NoTraffic
	case p.Mean.Known:
		latency = "~" + figure.Latency(p.Mean.V)
	}
	return []string{latency, cell(p.Errors, figure.Ratio), cell(p.Requests, figure.Rate)}
}

func cell(v metrics.Value, text func(float64) string) string {
	if !v.Known {
		return age.Unknown
	}
	if v.AtLeast {
		return "≥" + text(v.V)
	}
	return text(v.V)
}
