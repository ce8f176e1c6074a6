package chart_test

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/metrics/fake"
	"fader/views/chart"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/moment"
	"fader/views/theme"

	"github.com/stretchr/testify/require"
)

var update = golden.Flag()

// picture of the full fixture: it never changes, and takes long to make.
var picture = sync.OnceValue(func() *metrics.Picture { return fixture.Measured(fixture.Full()).Picture })

// page of the Deployment "namespace/name" of the full fixture, with its figures.
func page(name string) *chart.View {
	v := chart.New()
	v.SetRef(ref(name))
	v.SetKeys(keymap.Default())
	golden.Open(v, fixture.Full())
	v.SetGauge(gauge.New(picture()))
	v.SetMoments([]moment.Moment{{At: fixture.Now().Add(-14 * time.Minute), Label: "set image"}})
	return v
}

func ref(name string) kube.Ref {
	for _, r := range fixture.Full().Rollouts {
		if r.Ref().String() == name {
			return r.Ref()
		}
	}
	panic(fmt.Sprintf("no %s in the fixture", name))
}

// rolloutOfOne is a Deployment of one pod.
func rolloutOfOne() *kube.Rollout {
	return fixture.Rollout(fixture.Spec{
		Namespace: "shop", Name: "one", Phase: kube.Complete, Age: 48 * time.Hour, Image: "one",
		Revisions: []fixture.Rev{{Number: 3, Want: 1, Ready: 1, Age: 48 * time.Hour}},
	})
}

// pictureOfOne is its load so long ago.
func pictureOfOne(window time.Duration, load func(ago time.Duration) fake.Load) *metrics.Picture {
	pod := rolloutOfOne().Revisions[0].Pods[0].Ref
	p := &fake.Prometheus{Pods: []fake.Pod{{Namespace: pod.Namespace, Name: pod.Name, At: func(at time.Time) fake.Load {
		return load(fixture.Now().Sub(at))
	}}}}
	return p.Picture(fixture.Now(), window)
}

// one is its chart.
func one(window time.Duration, load func(ago time.Duration) fake.Load) *chart.View {
	s := fixture.Full()
	s.Rollouts = []*kube.Rollout{rolloutOfOne()}
	v := chart.New()
	v.SetRef(s.Rollouts[0].Ref())
	golden.Open(v, s)
	v.SetGauge(gauge.New(pictureOfOne(window, load)))
	return v
}

// A peak that is shorter than a column is still a peak, and nothing joins what a
// gap divides.
func TestPeaksAreKeptAndGapsAreGaps(t *testing.T) {
	v := one(30*time.Minute, func(ago time.Duration) fake.Load {
		l := fake.Load{Rate: 10, Median: 0.02}
		switch {
		case ago >= 10*time.Minute && ago < 10*time.Minute+20*time.Second:
			l.Median = 0.5
		case ago >= 15*time.Minute && ago < 20*time.Minute:
			l.Rate = 0
		case ago >= 25*time.Minute:
			l.Rate = math.NaN()
		}
		return l
	})
	frame := golden.Text(v, 60, 30)
	require.Regexp(t, `(?m)^ +╭╮ *$`, frame, "a peak of one step")
	require.Regexp(t, `(?m)^ +0 {9,}─{6,}·{6,}─{6,}╯╰─{9,} 3 *$`, frame, "no data, served, no traffic, served")
	require.Contains(t, frame, "p99 latency ────────────── · no traffic, blank: no data")
	require.Regexp(t, `(?m)^ +0 +╰─+╯ *$`, frame, "no requests are known to be none")
}

// What a line is now is not what it was in the last hour's middle.
func TestTheLegendTellsWhatIsKnownNow(t *testing.T) {
	v := one(30*time.Minute, func(time.Duration) fake.Load { return fake.Load{Rate: 10, Median: 0.02} })
	require.Regexp(t, `requests +10/s`, golden.Text(v, 100, 30))
	v.Handle(keymap.ZoomOut)
	busy := pictureOfOne(time.Hour, func(time.Duration) fake.Load { return fake.Load{Rate: 90, Median: 0.02} })
	v.SetDetail(gauge.New(busy))
	frame := golden.Text(v, 100, 30)
	require.Contains(t, frame, "last 1h")
	require.Regexp(t, `requests +10/s`, frame)
}

func TestZoomEndsWhereThereIsNoMore(t *testing.T) {
	v := page("ml/fraud-model")
	require.Zero(t, v.Window(), "the poller's")
	for _, want := range []time.Duration{15 * time.Minute, 5 * time.Minute, 5 * time.Minute} {
		require.True(t, v.Handle(keymap.ZoomIn))
		require.Equal(t, want, v.Window())
	}
	for _, want := range []time.Duration{15 * time.Minute, 0, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 24 * time.Hour} {
		require.True(t, v.Handle(keymap.ZoomOut))
		require.Equal(t, want, v.Window())
	}
	require.Contains(t, golden.Text(v, 120, 40), "reading 24h …")
	require.Contains(t, golden.Text(v, 120, 40), "last 30m", "the old chart stays")
}

func TestWhatIsNotThereIsSaid(t *testing.T) {
	bare := page("ml/fraud-model")
	bare.SetGauge(nil)
	unread := chart.New()
	unread.SetRef(ref("shop/web"))
	golden.Open(unread, fixture.Loading())
	unread.SetGauge(gauge.New(&metrics.Picture{}))
	starting := page("ml/fraud-model")
	starting.SetGauge(gauge.New(&metrics.Picture{}))
	gone := page("ml/fraud-model")
	s := fixture.Full()
	s.Rollouts = s.Rollouts[:1]
	gone.SetSnapshot(s)
	nothing := page("ml/fraud-model")
	nothing.SetGauge(gauge.New(&metrics.Picture{State: metrics.Nothing, At: fixture.Now()}))
	for want, v := range map[string]*chart.View{
		"no Prometheus is configured":                  bare,
		"reading shop/web":                             unread,
		"reading figures":                              starting,
		"ml/fraud-model is gone":                       gone,
		"has no figures that fader knows":              nothing,
		"stale since 13:58:22: Prometheus at":          stale("ml/fraud-model"),
		"no figures of the pods of shop/gateway in th": page("shop/gateway"),
		"12 against 11: unknown (there are no figures": page("ml/llm-70b"),
	} {
		require.Contains(t, golden.Text(v, 120, 36), want)
	}
}

func TestLinesHaveTheHueOfTheirRevision(t *testing.T) {
	dark := theme.Dark(false)
	frame := strings.Join(page("ml/fraud-model").Render(120, 40), "\n")
	require.Contains(t, frame, dark.Hue(9).Bold().Paint("9"))
	require.Contains(t, frame, dark.Hue(8).Bold().Paint("8"))
	require.NotContains(t, strings.Join(stale("ml/fraud-model").Render(120, 40), "\n"), dark.Hue(9).Bold().Paint("9"), "what is old is dim")
}

func TestRenderIsKeptUntilSomethingChanges(t *testing.T) {
	v := page("ml/fraud-model")
	first := v.Render(120, 40)
	v.SetNow(fixture.Now().Add(time.Minute))
	v.SetSnapshot(nil)
	v.SetMoments([]moment.Moment{{At: fixture.Now().Add(-14 * time.Minute), Label: "set image"}})
	require.Same(t, &first[0], &v.Render(120, 40)[0])
	v.Handle(keymap.Figure)
	require.NotSame(t, &first[0], &v.Render(120, 40)[0])
	require.False(t, v.Handle(keymap.Down))
	require.False(t, v.Click(1, 1))
	require.False(t, v.Wheel(1))
}
