package metrics

import (
	"cmp"
	"math"
	"slices"
)

// Buckets that begin and end here, in seconds, are more likely made for a smaller unit: few
// servers take a second at least and think of ten minutes.
const (
	longestFirst = 1
	longestLast  = 500
)

// isWide reports that buckets, in seconds, are too long for requests.
func isWide(bounds []float64) bool {
	last := len(bounds) - 1
	if last >= 0 && math.IsInf(bounds[last], 1) {
		last--
	}
	return last > 0 && bounds[0] >= longestFirst && bounds[last] >= longestLast
}

// wide is the doubt about the unit of a histogram of some pods that its buckets raise.
func (p *Picture) wide(pods []PodKey) []Doubt {
	for _, pod := range pods {
		for _, cluster := range p.clusters() {
			r := p.sheet.index.pick(Subject{Pod, pod.Namespace, pod.Name}, cluster)[latency]
			if r != nil && isWide(r.bounds) && r.preset < len(p.presets) {
				return []Doubt{wideBuckets(r, p.presets[r.preset])}
			}
		}
	}
	return nil
}

func wideBuckets(r *row, p Preset) Doubt {
	last := r.bounds[len(r.bounds)-1]
	if math.IsInf(last, 1) {
		last = r.bounds[len(r.bounds)-2]
	}
	return Doubt{
		Kind: WideBuckets, Subject: r.subject, Metric: p.Latency, Unit: p.Unit,
		From: r.bounds[0] / p.Unit.seconds(), Value: last / p.Unit.seconds(),
	}
}

// wideEverywhere are the doubts about all histograms of such buckets. Pods share their
// layouts: as a rule none has to be looked at.
func (x *index) wideEverywhere(presets []Preset) []Doubt {
	found := false
	for _, bounds := range x.layouts {
		found = found || isWide(bounds)
	}
	if !found {
		return nil
	}
	var doubts []Doubt
	for k, r := range x.rows {
		if k.signal == latency && isWide(r.bounds) {
			doubts = append(doubts, wideBuckets(r, presets[k.preset]))
		}
	}
	slices.SortFunc(doubts, func(a, b Doubt) int {
		return cmp.Or(cmp.Compare(a.Subject.Namespace, b.Subject.Namespace), cmp.Compare(a.Subject.Name, b.Subject.Name))
	})
	return doubts
}
