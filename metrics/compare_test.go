package metrics

import (
	"math/rand/v2"
	"testing"

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
			delays = append(delays, called)
		}
		t.Logf("%g requests/s, a third of it to the new revision: called slower after %v scrapes of 15 s", rate+rate/3, delays)
	}
}
