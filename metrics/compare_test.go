package metrics

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func seeded(n uint64) *rand.Rand { return rand.New(rand.NewPCG(n, 42)) }

// Revisions that are equal are not called different: not in one look, and not in
// all the looks of a whole rollout.
func TestEqualRevisionsRaiseNoFalseAlarm(t *testing.T) {
	const worlds, scrapes, from = 1000, 240, 120
	alarms, looks, latencies, errors, same := 0, 0, 0, 0, 0
	for n := range worlds {
		w := newWorld(seeded(uint64(n)), scrapes)
		rate := []float64{2, 10, 40, 200}[n%4]
		stable := w.run(service{pods: 6, rate: rate, median: 0.02, errors: 0.005}, 0)
		canary := w.run(service{pods: 2, rate: rate / 3, median: 0.02, errors: 0.005}, from)
		alarmed := false
		for _, upTo := range []int{from + 12, from + 40, scrapes - 1} {
			p, keys := simPicture([][][][]float64{canary, stable}, upTo)
			v := Compare(p.Of(keys[0]), p.Of(keys[1]), CompareOptions{})
			looks++
			if v.Outcome == Worse || v.Outcome == Better {
				latencies++
				alarmed = true
			}
			if v.Errors.decided() {
				errors++
				alarmed = true
			}
			if v.Outcome == NoDifference {
				same++
			}
		}
		if alarmed {
			alarms++
		}
	}
	t.Logf("%d of %d comparisons of equal revisions raised a false alarm (%.2f%%); in %d looks: latency %d, errors %d, said to be equal %d",
		alarms, worlds, 100*float64(alarms)/worlds, looks, latencies, errors, same)
	require.Less(t, alarms, worlds/100)
}

// How long it takes until 212 ms are told from 80 ms.
func TestRegressionIsCalledSoon(t *testing.T) {
	const scrapes, from = 240, 120
	for _, rate := range []float64{2, 10, 40, 200} {
		var delays []int
		for n := range 25 {
			w := newWorld(seeded(uint64(n)+7000), scrapes)
			stable := w.run(service{pods: 3, rate: rate, median: 0.02}, 0)
			canary := w.run(service{pods: 1, rate: rate / 3, median: 0.053}, from)
			called := -1
			for upTo := from; upTo < scrapes; upTo++ {
				p, keys := simPicture([][][][]float64{canary, stable}, upTo)
				v := Compare(p.Of(keys[0]), p.Of(keys[1]), CompareOptions{})
				if v.Outcome == Worse {
					called = upTo - from
					break
				}
				require.NotEqual(t, Better, v.Outcome)
			}
			require.Positive(t, called, "never called")
			delays = append(delays, called)
		}
		slices.Sort(delays)
		refreshes := func(scrapes int) float64 { return float64(scrapes) * simScrape.Seconds() / 10 }
		t.Logf("%.1f requests/s to the new revision, %.0f to the old: called slower after %.0f to %.0f refreshes of 10 s, the median is %.0f",
			rate/3, rate, refreshes(delays[0]), refreshes(delays[24]), refreshes(delays[12]))
		require.LessOrEqual(t, refreshes(delays[12]), 24.0)
	}
}

// What cannot be compared has its own word, and no figures.
func TestNothingToCompare(t *testing.T) {
	w := newWorld(seeded(1), 240)
	stable := w.run(service{pods: 3, rate: 40, median: 0.02}, 0)
	idle := w.run(service{pods: 1, rate: 0, median: 0.02}, 0)
	young := w.run(service{pods: 1, rate: 10, median: 0.02}, 237)
	p, keys := simPicture([][][][]float64{stable, idle, young}, 239)
	a, b, c := p.Of(keys[0]), p.Of(keys[1]), p.Of(keys[2])
	for _, v := range []Verdict{Compare(a, b, CompareOptions{}), Compare(b, a, CompareOptions{})} {
		require.Equal(t, Idle, v.Outcome)
		require.Equal(t, "no traffic", v.Sentence)
		require.Equal(t, "no traffic", v.ErrorSentence)
	}
	none := p.Of([]PodKey{{"sim", "nobody"}})
	require.Equal(t, "unknown", Compare(a, none, CompareOptions{}).Sentence)
	require.Equal(t, Unknown, Compare(none, none, CompareOptions{}).Outcome)
	v := Compare(c, a, CompareOptions{})
	require.Equal(t, NotEnough, v.Outcome)
	require.Contains(t, v.Sentence, "not enough data")

	ended := w.run(service{pods: 1, rate: 10, median: 0.02}, 0)
	for _, pod := range ended {
		for i := 200; i < len(pod); i++ {
			pod[i] = nil
		}
	}
	p, keys = simPicture([][][][]float64{stable, ended}, 239)
	require.Equal(t, Unknown, Compare(p.Of(keys[1]), p.Of(keys[0]), CompareOptions{}).Outcome, "what served before cannot be held against what serves now")
}

// A slow quarter of an hour in which one side had most of its requests does not
// make that side slow.
func TestTheSharesOfTrafficDoNotCount(t *testing.T) {
	w := newWorld(seeded(5), 240)
	for i := range w.slow {
		w.slow[i], w.load[i] = 1, 1
		if i >= 170 && i < 205 {
			w.slow[i] = 5
		}
	}
	mix := func(early, late float64) [][][]float64 {
		first := w.run(service{pods: 2, rate: early, median: 0.02}, 0)
		second := w.run(service{pods: 2, rate: late, median: 0.02}, 205)
		for p := range first {
			for i := 205; i < 240; i++ {
				for u := range first[p][i] {
					first[p][i][u] = first[p][204][u] + second[p][i][u]
				}
			}
		}
		return first
	}
	falling, rising := mix(100, 5), mix(5, 100)
	p, keys := simPicture([][][][]float64{falling, rising}, 239)
	a, b := p.Of(keys[0]), p.Of(keys[1])
	v := Compare(a, b, CompareOptions{Over: 30 * time.Minute})
	require.False(t, v.P99.decided(), v.Sentence)
	require.False(t, v.P50.decided(), v.Sentence)
	require.InDelta(t, v.P99.B.V, v.P99.A.V, 0.25*v.P99.B.V)
}

// Swapped, the verdict is the mirror image.
func TestComparisonIsSymmetric(t *testing.T) {
	w := newWorld(seeded(3), 240)
	stable := w.run(service{pods: 3, rate: 37, median: 0.02, errors: 0.002}, 0)
	canary := w.run(service{pods: 1, rate: 12, median: 0.053, errors: 0.03}, 120)
	p, keys := simPicture([][][][]float64{canary, stable}, 239)
	a, b := p.Of(keys[0]), p.Of(keys[1])
	there, back := Compare(a, b, CompareOptions{}), Compare(b, a, CompareOptions{})
	require.Equal(t, Worse, there.Outcome)
	require.Equal(t, Better, back.Outcome)
	require.Equal(t, 10, there.P99.Windows, "of a minute, in ten minutes: they do not overlap")
	served := canary[0][239][11] - canary[0][199][11]
	require.InDelta(t, served, there.P99.NA, 0.1*served, "requests are counted once")
	for _, pair := range [][2]Difference{{there.P99, back.P99}, {there.P50, back.P50}, {there.Errors, back.Errors}} {
		require.InDelta(t, pair[0].Delta, -pair[1].Delta, 1e-12)
		require.InDelta(t, pair[0].Low, -pair[1].High, 1e-12)
		require.InDelta(t, pair[0].High, -pair[1].Low, 1e-12)
	}
	require.Equal(t, Worse, there.Errors.Outcome)
	require.Equal(t, Better, back.Errors.Outcome)
	require.Regexp(t, `^p(99|50) \+\d+ ms \(95% CI \d+…\d+, [\d ]+ vs [\d ]+ requests\) · slower$`, there.Sentence)
	require.Regexp(t, `^errors 3\.\d% against 0\.\d%, \+\d\.\d points \(95% CI \d\.\d…\d\.\d, [\d ]+ vs [\d ]+ requests\) · more errors$`, there.ErrorSentence)
}

// Other buckets on the other side: what happens inside of a bucket is no difference.
func TestOtherBucketsAreNoDifference(t *testing.T) {
	w := newWorld(seeded(3), 240)
	stable := w.run(service{pods: 3, rate: 100, median: 0.02}, 0)
	canary := w.run(service{pods: 1, rate: 100, median: 0.02}, 120)
	p, keys := simPicture([][][][]float64{canary, stable}, 239)
	a, b := p.Of(keys[0]), p.Of(keys[1])
	coarse := histogram{bounds: []float64{.1, 1, math.Inf(1)}}
	for _, counts := range a.times.counts {
		if counts == nil {
			coarse.counts = append(coarse.counts, nil)
			continue
		}
		coarse.counts = append(coarse.counts, []float64{counts[4], counts[7], counts[11]})
	}
	a.times = coarse
	v := Compare(a, b, CompareOptions{})
	require.Greater(t, v.P50.Delta, 0.02, "that is the buckets'")
	require.Equal(t, NotEnough, v.Outcome, v.Sentence)
}

func TestSentences(t *testing.T) {
	inf := math.Inf(1)
	known := func(v float64) Value { return Value{V: v, Known: true} }
	atLeast := func(v float64) Value { return Value{V: v, Known: true, AtLeast: true} }
	for want, d := range map[string]Difference{
		"p99 +128 ms (95% CI 90…170, 3 402 vs 21 013 requests) · slower":                     {Worse, known(.212), known(.084), .128, .09, .17, 3402, 21013, 5},
		"p99 −1.28 s (95% CI −1.70…−0.90, 1 vs 1 234 567 requests) · faster":                 {Better, known(1), known(2.28), -1.28, -1.7, -.9, 1, 1234567, 5},
		"p99 0 ms (95% CI −14…19, 10 vs 20 requests) · no difference":                        {NoDifference, known(1), known(1), -0.0001, -.014, .019, 10, 20, 5},
		"p99 +0.1 ms (95% CI −1.0…2.0, 10 vs 20 requests) · not enough data":                 {NotEnough, known(1), known(1), .0001, -.001, .002, 10, 20, 5},
		"p99 ≥ +9.00 s (95% CI ≥ 7.00, 10 vs 20 requests) · slower":                          {Worse, atLeast(10), known(1), 9, 7, inf, 10, 20, 5},
		"p99 +20.0 s (95% CI ≤ 27.0, 10 vs 20 requests) · not enough data":                   {NotEnough, known(10), known(1), 20, -inf, 27, 10, 20, 5},
		"p99 +20.0 s (10 vs 20 requests) · not enough data":                                  {NotEnough, known(10), known(1), 20, -inf, inf, 10, 20, 5},
		"p99 of both at least 10.0 s, the last bucket (10 vs 20 requests) · not enough data": {NotEnough, atLeast(10), atLeast(10), 0, -inf, inf, 10, 20, 5},
		"not enough data (10 vs 20 requests)":                                                {Outcome: NotEnough, NA: 10, NB: 20},
		"no traffic":                                                                         {Outcome: Idle},
	} {
		require.Equal(t, want, Verdict{Outcome: d.Outcome, P99: d}.latencySentence())
	}
	for want, d := range map[string]Difference{
		"errors 2.1% against 0.0%, +2.1 points (95% CI 1.6…2.7, 3 402 vs 21 013 requests) · more errors":  {Worse, known(.021), known(0), .021, .016, .027, 3402, 21013, 5},
		"errors 0.03% against 0.05%, −0.02 points (95% CI −0.10…0.08, 34 vs 21 requests) · no difference": {NoDifference, known(.0003), known(.0005), -.0002, -.001, .0008, 34, 21, 5},
		"unknown": {Outcome: Unknown},
	} {
		require.Equal(t, want, Verdict{Errors: d}.errorSentence())
	}
}

func TestStudent(t *testing.T) {
	for _, c := range []struct{ z, degrees, want float64 }{
		{shownZ, 9, 2.262}, {shownZ, 30, 2.042}, {calledZ, 9, 4.781}, {calledZ, 20, 3.850}, {calledZ, 1e9, 3.2905},
	} {
		require.InDelta(t, c.want, student(c.z, c.degrees), 0.02*c.want)
	}
}

func TestIntervals(t *testing.T) {
	w := wilson(0.1, 100, shownZ)
	require.InDelta(t, 0.0552, w.low, 1e-3)
	require.InDelta(t, 0.1744, w.high, 1e-3)
	require.Equal(t, 0.0, wilson(0, 10, shownZ).low)

	// Of 1 000 independent requests 10 are above the p99, give or take: Poisson's
	// quantiles are 4 or 5 and 16 or 17.
	r := ranks(0.99, 1000, shownZ)
	require.InDelta(t, 1-0.0166, r.low, 2e-4)
	require.InDelta(t, 1-0.0043, r.high, 2e-4)
	require.Greater(t, ranks(0.99, 50, shownZ).high, 1.0, "fifty requests do not bound their p99")

	d := minus(10, bounds{8, 13}, 4, bounds{3, 6})
	require.InDelta(t, 6-math.Hypot(2, 2), d.low, 1e-12)
	require.InDelta(t, 6+math.Hypot(3, 1), d.high, 1e-12)
	require.Equal(t, math.Inf(1), minus(10, bounds{8, math.Inf(1)}, 4, bounds{3, 6}).high)
}
