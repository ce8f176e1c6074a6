package metrics

import "slices"

const (
	// outlierFactor above the median of its fellows a pod stands out,
	outlierFactor = 2.0
	// given so many requests that its own quantile means something,
	outlierRequests = 50.0
	// and so many fellows that there is a median to speak of.
	outlierFellows = 3
)

// Outliers are those of some pods (of one revision) that are slower than the rest:
// whose current p95 is more than twice the median of all. A p99 of one pod is made
// of too few requests for that.
func (p *Picture) Outliers(pods []PodKey) []PodKey {
	recent := p.recent()
	var known []PodKey
	var values []float64
	for _, pod := range pods {
		now := recent.Of([]PodKey{pod}).Now
		if now.P95.Known && now.Count.V >= outlierRequests {
			known, values = append(known, pod), append(values, now.P95.V)
		}
	}
	if len(known) < outlierFellows {
		return nil
	}
	sorted := slices.Sorted(slices.Values(values))
	limit := outlierFactor * sorted[(len(sorted)-1)/2]
	var out []PodKey
	for i, v := range values {
		if v > limit {
			out = append(out, known[i])
		}
	}
	return out
}
