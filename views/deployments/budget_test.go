package deployments_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/metrics/fake"
	"fader/views/fixture"

	"github.com/stretchr/testify/require"
)

// big is a picture of one pod of each of many Deployments.
func big(s *kube.Snapshot) *gauge.Gauge {
	p := &fake.Prometheus{}
	for i, r := range s.Rollouts {
		pod := r.Revisions[0].Pods[0]
		p.Pods = append(p.Pods, fake.Pod{
			Namespace: pod.Ref.Namespace, Name: pod.Ref.Name, At: fake.Steady(fake.Load{Rate: 5, Median: 0.001 * float64(1+i%97)}),
		})
	}
	clock := func() time.Time { return fixture.Now() }
	c, err := metrics.Open(metrics.Options{URL: "http://prometheus.example:9090", RoundTripper: p, Clock: clock, MaxBody: 1 << 30, Timeout: time.Minute})
	if err != nil {
		panic(err)
	}
	picture, err := c.Read(context.Background(), metrics.ReadOptions{Window: 2 * time.Minute, Clock: clock})
	if err != nil {
		panic(err)
	}
	return gauge.New(picture)
}

// A picture of thousands costs what is on the screen and a value of each row, by
// which rows are ranked or sorted, and no more.
func TestAPictureHasABudget(t *testing.T) {
	s := fixture.Big(300)
	v := page(s)
	picture := big(s).Picture
	v.SetGauge(gauge.New(picture))
	show := func() {
		v.SetGauge(gauge.New(picture))
		v.Render(200, 50)
	}
	require.LessOrEqual(t, testing.AllocsPerRun(3, show), 45*80.0+300*20)
	v.Handle(keymap.SortFigure)
	require.LessOrEqual(t, testing.AllocsPerRun(3, show), 45*80.0+300*20)
	now := fixture.Now()
	require.LessOrEqual(t, testing.AllocsPerRun(3, func() {
		now = now.Add(time.Second)
		v.SetNow(now)
		v.Render(200, 50)
	}), 800.0, "a second later nothing is worked out again")
}

func BenchmarkPictureOf10000(b *testing.B) {
	s := fixture.Big(10_000)
	v := page(s)
	picture := big(s).Picture
	v.SetGauge(gauge.New(picture))
	for _, sorted := range []bool{false, true} {
		b.Run(fmt.Sprintf("sorted=%v", sorted), func(b *testing.B) {
			if sorted {
				v.Handle(keymap.SortFigure)
			}
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				g := gauge.New(picture)
				for _, r := range v.Snapshot().Rollouts {
					g.Now(r) // as tui does it beside its loop
				}
				b.StartTimer()
				v.SetGauge(g)
				v.Render(200, 50)
			}
		})
	}
}
