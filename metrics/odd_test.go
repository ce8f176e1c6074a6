package metrics_test

import (
	"math"
	"testing"
	"time"

	"fader/metrics"
	"fader/metrics/fake"

	"pgregory.net/rapid"
)

// Whatever the numbers are, they can be compared, guarded and drawn: nothing that
// a server says ends the program of whoever watches a rollout.
func TestNoNumberBreaksAComparison(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 7, 0, time.UTC)
	odd := []float64{0, math.NaN(), math.Inf(1), math.Inf(-1), -1, 1e-300, 1e-9, 0.2, 7, 1e12, 1e300}
	rapid.Check(t, func(t *rapid.T) {
		number := func(name string) float64 { return rapid.SampledFrom(odd).Draw(t, name) }
		p := &fake.Prometheus{}
		for _, name := range []string{"web-a-aaaaa", "web-b-bbbbb"} {
			p.Pods = append(p.Pods, fake.Pod{
				Namespace: "shop", Name: name, Preset: rapid.SampledFrom([]string{"http", "triton", "istio"}).Draw(t, "preset"),
				At:   fake.Steady(fake.Load{Rate: number("rate"), Median: number("median"), Errors: number("errors")}),
				Born: now.Add(-time.Duration(rapid.IntRange(0, 600).Draw(t, "age")) * time.Second),
			})
		}
		picture := p.Picture(now, time.Duration(rapid.IntRange(1, 20).Draw(t, "window"))*time.Minute)
		a, b := picture.OfReplicaSet("shop", "web-a"), picture.OfReplicaSet("shop", "web-b")
		metrics.Compare(a, b, metrics.CompareOptions{})
		metrics.Compare(b, a, metrics.CompareOptions{})
		guard := metrics.Guard{Limits: metrics.Limits{MaxP99: time.Second, MaxErrors: 0.01, NotWorse: true}}
		guard.Observe(metrics.Sight{Picture: picture, Group: a, Other: b, Now: now})
		picture.Outliers([]metrics.PodKey{{Namespace: "shop", Name: "web-a-aaaaa"}, {Namespace: "shop", Name: "web-b-bbbbb"}})
	})
}
