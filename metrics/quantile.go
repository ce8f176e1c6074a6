package metrics

import (
	"math"
	"sort"
)

// sameCount is the relative difference of two buckets' counts that is taken for
// an error of floating point, as PromQL's histogram_quantile has it.
const sameCount = 1e-12

// quantile of a histogram by the rules of PromQL's histogram_quantile: bounds are
// the buckets' upper bounds, ascending, the last +Inf; counts are cumulative and
// made monotone here. Within a bucket values are taken to be spread evenly, the
// lowest beginning at 0. A rank beyond the last finite bound is answered with that
// bound and true: the quantile is at least so much. NaN: no +Inf bucket, no finite
// bucket, no observations, or q is none.
func quantile(q float64, bounds, counts []float64) (float64, bool) {
	n := len(bounds)
	if math.IsNaN(q) || q < 0 || q > 1 || n < 2 || !math.IsInf(bounds[n-1], 1) {
		return math.NaN(), false
	}
	makeMonotone(counts)
	if !(counts[n-1] > 0) {
		return math.NaN(), false
	}
	return invert(q*counts[n-1], bounds, counts)
}

// invert finds the value at a rank of a histogram that is monotone and has
// observations.
func invert(rank float64, bounds, counts []float64) (float64, bool) {
	last := len(bounds) - 1
	b := sort.Search(last, func(i int) bool { return counts[i] >= rank })
	switch {
	case b == last:
		return bounds[last-1], true
	case b == 0 && bounds[0] <= 0:
		return bounds[0], false
	}
	low, before := lower(b, bounds, counts)
	return low + (bounds[b]-low)*((rank-before)/(counts[b]-before)), false
}

// lower end of a bucket and what lies below it.
func lower(b int, bounds, counts []float64) (bound, count float64) {
	if b == 0 {
		return 0, 0
	}
	return bounds[b-1], counts[b-1]
}

// makeMonotone takes out what cannot be in cumulative counts, in place: a count
// below the one before it, and a difference too small to be one.
func makeMonotone(counts []float64) {
	for i := 1; i < len(counts); i++ {
		before, here := counts[i-1], counts[i]
		if here < before || here != before && nearly(before, here) {
			counts[i] = before
		}
	}
}

func nearly(a, b float64) bool {
	const smallest = 0x1p-1022 // normal number
	sum, diff := math.Abs(a)+math.Abs(b), math.Abs(a-b)
	if a == 0 || b == 0 || sum < smallest {
		return diff < sameCount*smallest
	}
	return diff/math.Min(sum, math.MaxFloat64) < sameCount
}

// below is the share of a histogram's observations up to a value, between 0 and
// 1, by the same spreading as invert. counts are monotone. It is not known where
// there are none, nor where there is no bucket but the one that has all.
func below(value float64, bounds, counts []float64) float64 {
	last := len(bounds) - 1
	if last < 1 || !(counts[last] > 0) {
		return math.NaN()
	}
	total := counts[last]
	b := sort.SearchFloat64s(bounds, value)
	switch {
	case b >= last:
		return counts[last-1] / total
	case bounds[b] == value || bounds[b] <= 0:
		return counts[b] / total
	}
	low, before := lower(b, bounds, counts)
	return (before + (counts[b]-before)*max(0, value-low)/(bounds[b]-low)) / total
}
