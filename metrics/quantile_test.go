package metrics

import (
	"math"
	"slices"
	"sort"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// asPromQL is histogram_quantile written down again from its documentation, by
// walking from bucket to bucket.
func asPromQL(q float64, buckets map[float64]float64) (float64, bool) {
	bounds := make([]float64, 0, len(buckets))
	for b := range buckets {
		bounds = append(bounds, b)
	}
	sort.Float64s(bounds)
	if len(bounds) < 2 || !math.IsInf(bounds[len(bounds)-1], 1) {
		return math.NaN(), false
	}
	highest, lowerBound, lowerCount := 0.0, 0.0, 0.0
	counts := make([]float64, len(bounds))
	for i, b := range bounds {
		if c := buckets[b]; i == 0 || c > highest && (c-highest)/(c+highest) >= 1e-12 {
			highest = c
		}
		counts[i] = highest
	}
	if highest == 0 {
		return math.NaN(), false
	}
	want := q * highest
	for i, b := range bounds[:len(bounds)-1] {
		if counts[i] >= want {
			if i == 0 && b <= 0 {
				return b, false
			}
			return lowerBound + (b-lowerBound)*(want-lowerCount)/(counts[i]-lowerCount), false
		}
		lowerBound, lowerCount = b, counts[i]
	}
	return bounds[len(bounds)-2], true
}

func TestQuantileIsPromQLs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bounds := rapid.SliceOfNDistinct(rapid.OneOf(rapid.Float64Range(-1, 20), rapid.Just(0.0)), 1, 14, func(v float64) float64 { return v }).Draw(t, "bounds")
		if rapid.Bool().Draw(t, "infinite") || len(bounds) < 2 {
			bounds = append(bounds, math.Inf(1))
		}
		slices.Sort(bounds)
		bounds = slices.Compact(bounds)
		counts, sum := make([]float64, len(bounds)), 0.0
		for i := range counts {
			step := rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0, 1000), rapid.Float64Range(-5, 5), rapid.Float64Range(0, 1e-11)).Draw(t, "step")
			sum = max(0, sum+step)
			counts[i] = sum
		}
		q := rapid.SampledFrom([]float64{0, 0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1}).Draw(t, "q")
		buckets := map[float64]float64{}
		for i, b := range bounds {
			buckets[b] = counts[i]
		}
		want, wantFloor := asPromQL(q, buckets)
		got, floor := quantile(q, bounds, counts)
		if math.IsNaN(want) {
			require.True(t, math.IsNaN(got), got)
			return
		}
		if math.IsNaN(got) { // 0/0 in a bucket at rank 0, which PromQL has too
			require.Zero(t, q)
			return
		}
		require.InDelta(t, want, got, 1e-9*max(1, math.Abs(want)))
		require.Equal(t, wantFloor, floor)
	})
}

func TestQuantileAtItsEdges(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		q      float64
		bounds []float64
		counts []float64
		want   float64
		floor  bool
	}{
		"in the middle of a bucket":        {0.5, []float64{1, 2, inf}, []float64{0, 10, 10}, 1.5, false},
		"the lowest begins at 0":           {0.5, []float64{1, 2, inf}, []float64{10, 10, 10}, 0.5, false},
		"a bucket of negative values":      {0.1, []float64{-1, 2, inf}, []float64{10, 10, 10}, -1, false},
		"beyond the last finite bound":     {0.99, []float64{1, 2, inf}, []float64{0, 90, 100}, 2, true},
		"exactly at the last finite bound": {0.9, []float64{1, 2, inf}, []float64{0, 90, 100}, 2, false},
		"no +Inf bucket":                   {0.5, []float64{1, 2}, []float64{5, 10}, math.NaN(), false},
		"only the +Inf bucket":             {0.5, []float64{inf}, []float64{10}, math.NaN(), false},
		"no buckets":                       {0.5, nil, nil, math.NaN(), false},
		"no traffic":                       {0.5, []float64{1, inf}, []float64{0, 0}, math.NaN(), false},
		"not monotone":                     {0.5, []float64{1, 2, 3, inf}, []float64{4, 2, 10, 10}, 2 + 1.0/6, false},
		"not monotone at the end":          {1, []float64{1, 2, inf}, []float64{4, 10, 9}, 2, false},
		"below 0":                          {-0.1, []float64{1, inf}, []float64{4, 10}, math.NaN(), false},
		"above 1":                          {1.1, []float64{1, inf}, []float64{4, 10}, math.NaN(), false},
		"none":                             {math.NaN(), []float64{1, inf}, []float64{4, 10}, math.NaN(), false},
	} {
		t.Run(name, func(t *testing.T) {
			got, floor := quantile(c.q, c.bounds, c.counts)
			if math.IsNaN(c.want) {
				require.True(t, math.IsNaN(got), got)
			} else {
				require.InDelta(t, c.want, got, 1e-12)
			}
			require.Equal(t, c.floor, floor)
		})
	}
}

// below is the inverse of the quantile.
func TestBelowUndoesQuantile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bounds := []float64{.01, .05, .1, .5, 1, math.Inf(1)}
		counts, sum := make([]float64, len(bounds)), 0.0
		for i := range counts {
			sum += rapid.Float64Range(0.1, 100).Draw(t, "count")
			counts[i] = sum
		}
		q := rapid.Float64Range(0.01, 0.99).Draw(t, "q")
		v, floor := quantile(q, bounds, counts)
		if floor {
			require.LessOrEqual(t, below(v, bounds, counts), q)
			return
		}
		require.InDelta(t, q, below(v, bounds, counts), 1e-9)
	})
}
