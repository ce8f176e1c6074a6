package pods_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/metrics/fake"
	"fader/views/figure"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/pods"
	"fader/views/theme"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// full is what Prometheus says of fixture.Full, asked once.
var full = sync.OnceValue(func() *metrics.Picture { return fixture.Measured(fixture.Full()).Picture })

func measured(v *pods.View, state metrics.State) *pods.View {
	v.SetGauge(fixture.In(gauge.New(full()), state))
	return v
}

func measuredPages() map[string]*pods.View {
	return map[string]*pods.View{
		"measured": measured(page(fixture.Full()), metrics.Live), "measured-scoped": measured(scoped(fixture.Full()), metrics.Live),
		"outdated": measured(page(fixture.Full()), metrics.Stale),
	}
}

func TestFramesWithFigures(t *testing.T) { golden.Frames(t, *update, measuredPages()) }

func TestASCIIThemeDrawsFiguresInASCII(t *testing.T) {
	all := measuredPages()
	slow := measured(page(fixture.Full()), metrics.Live)
	slow.SetFilter("ranker-5c8b585-2f858")
	all["slow"] = slow
	golden.ASCII(t, all)
}

func TestContractWithFigures(t *testing.T) {
	golden.Contract(t, measured(page(fixture.Full()), metrics.Live))
}

// hostile is a page whose pods have names that Prometheus may know, and any load.
type hostile struct {
	*pods.View
	t *rapid.T
}

func (h hostile) SetSnapshot(s *kube.Snapshot) {
	p := &fake.Prometheus{}
	for i, pod := range s.Pods[:min(len(s.Pods), 6)] {
		pod.Ref.Namespace, pod.Ref.Name = "ns", fmt.Sprint("pod-", i)
		p.Pods = append(p.Pods, fake.Pod{Namespace: "ns", Name: pod.Ref.Name, At: fake.Steady(fake.Load{
			Rate: rapid.Float64Range(0, 1e9).Draw(h.t, "rate"), Errors: rapid.Float64Range(0, 1).Draw(h.t, "errors"),
			Median: rapid.Float64Range(1e-6, 1e4).Draw(h.t, "median"),
		})})
	}
	h.View.SetSnapshot(s)
	h.SetGauge(gauge.New(p.Picture(fixture.Now(), time.Minute)))
}

func TestFrameHasItsSizeWhateverTheFigures(t *testing.T) {
	golden.AnyFigures(t, func(t *rapid.T) hostile { return hostile{pods.New(), t} }, keymap.Figure, keymap.Down, keymap.SortColumn, keymap.Bottom)
}

func TestTheSlowPodOfARevision(t *testing.T) {
	v := measured(page(fixture.Full()), metrics.Live)
	v.SetFilter("ranker-5c8b585-2f858")
	frame := golden.Text(v, 220, 40)
	require.Contains(t, frame, "slow 242ms")
	require.Contains(t, frame, "slow: p95 191ms, the others 24ms", "and why, where there is room")
	require.Contains(t, frame, "\n slower than the other pods of revision 3: p95 191ms, median of the others 24ms")
	require.Contains(t, frame, "p50 50ms · p95 191ms · p99 242ms · 8.0/s · errors 0.1%")
	th := theme.Dark(false)
	require.Contains(t, golden.Line(t, v, 220, "ranker-5c8b585-2f858"), th.Waiting.Paint("slow 242ms"))
	require.Contains(t, golden.Text(v, 80, 24), "slower than the other pods", "below the table, where there is no room in it")

	for range 3 {
		v.Handle(keymap.Figure)
	}
	require.NotContains(t, golden.Text(v, 220, 40), "slow 0.1%", "errors are not slow")
	for range 3 {
		v.Handle(keymap.Figure)
	}
	v.SetFilter("ranker-5c8b75c-2f858")
	require.NotContains(t, golden.Text(v, 220, 40), "slow", "two pods have no median to speak of")
	v.SetFilter("ranker-5c8b585-2f4a1")
	require.NotContains(t, golden.Text(v, 220, 40), "slow")

	v = measured(page(fixture.Full()), metrics.Stale)
	v.SetFilter("ranker-5c8b585-2f858")
	require.Contains(t, golden.Line(t, v, 220, "ranker-5c8b585-2f858"), th.Dim.Paint("slow 242ms"), "dim when it is old")
	require.Contains(t, golden.Text(v, 220, 40), "figures are from 14:03:22: Prometheus at")
}

func TestTheOthersAreThoseThatItIsHeldAgainst(t *testing.T) {
	s, p, medians := fixture.Full(), &fake.Prometheus{}, []float64{0.01, 0.02, 0.03, 0.5}
	for _, pod := range s.Pods {
		if strings.HasPrefix(pod.Ref.Name, "ranker-5c8b585-") {
			load := fake.Load{Rate: 30, Median: medians[len(p.Pods)]}
			p.Pods = append(p.Pods, fake.Pod{Namespace: pod.Ref.Namespace, Name: pod.Ref.Name, At: fake.Steady(load)})
		}
	}
	g := gauge.New(p.Picture(fixture.Now(), 5*time.Minute))
	v := page(s)
	v.SetGauge(g)
	v.SetFilter(p.Pods[3].Name)
	p95 := func(i int) string {
		return figure.Latency(g.Pod(kube.Ref{Namespace: p.Pods[i].Namespace, Name: p.Pods[i].Name}).P95.V)
	}
	require.NotEqual(t, p95(1), p95(2))
	require.Contains(t, golden.Text(v, 220, 40), "p95 "+p95(3)+", median of the others "+p95(1))
}

func TestEveryFigureOfAPodInTurn(t *testing.T) {
	v := measured(page(fixture.Full()), metrics.Live)
	v.SetFilter("llm-70b")
	for _, want := range []struct{ titles, row string }{
		{`p99 +ERR +REQ/S`, `4.6s +0.0% +6.0/s`},
		{`p95 +ERR +REQ/S`, `2.5s +0.0% +6.0/s`},
		{`p50 +ERR +REQ/S`, `938ms +0.0% +6.0/s`},
		{`ERR +p99 +REQ/S`, `0.0% +4.6s +6.0/s`},
		{`REQ/S +ERR +p99`, `6.0/s +0.0% +4.6s`},
		{`TTFT +ERR +REQ/S`, `4.6s +0.0% +6.0/s`},
		{`p99 +ERR +REQ/S`, `4.6s +0.0% +6.0/s`},
	} {
		frame := golden.Text(v, 200, 30)
		require.Regexp(t, want.titles, frame)
		require.Regexp(t, want.row, frame)
		require.Regexp(t, `Pending .* - +- +-`, frame, "nothing is known of a pod that does not run")
		require.True(t, v.Handle(keymap.Figure))
	}
	require.Contains(t, golden.Text(v, 200, 30), "Pending, 0/3 nodes")
	require.NotContains(t, golden.Text(v, 200, 30), "Prometheus has no figures", "nobody expects any")
	require.False(t, page(fixture.Full()).Handle(keymap.Figure), "without Prometheus there are none")
}

func TestSortedByFigures(t *testing.T) {
	v := measured(page(fixture.Full()), metrics.Live)
	v.SetFilter("ranker-5c8b585")
	require.True(t, v.SortBy("p99"))
	frame := golden.Text(v, 160, 30)
	require.Regexp(t, `(?s)p99▼.*slow 242ms.*43ms`, frame)
	v.SetFilter("")
	v.Handle(keymap.Bottom)
	last, _ := v.Cursor()
	v.SetGauge(gauge.New(full()))
	here, _ := v.Cursor()
	require.Equal(t, last, here, "the cursor stays from picture to picture")
	require.Contains(t, golden.Line(t, v, 160, last.Name), theme.Dark(false).Faint.Paint("-"), "what is not known comes last")
}

func TestANewPictureIsRead(t *testing.T) {
	v := page(fixture.Full())
	v.SetFilter("ranker-5c8b585-2f4a1")
	for _, c := range []struct {
		errors float64
		want   string
	}{{0.1, " 10% "}, {0.2, " 20% "}} {
		p := &fake.Prometheus{Pods: []fake.Pod{{
			Namespace: "ml", Name: "ranker-5c8b585-2f4a1", At: fake.Steady(fake.Load{Rate: 10, Median: 0.1, Errors: c.errors}),
		}}}
		v.SetGauge(gauge.New(p.Picture(fixture.Now(), time.Minute)))
		require.Contains(t, golden.Text(v, 160, 40), c.want)
	}
}

func TestFiguresComeAndGo(t *testing.T) {
	v := page(fixture.Full())
	before := golden.Text(v, 160, 40)
	measured(v, metrics.Live)
	require.Contains(t, golden.Text(v, 160, 40), "p99")
	v.SetGauge(nil)
	require.Equal(t, before, golden.Text(v, 160, 40))
}

func BenchmarkPictureOf10000(b *testing.B) {
	v := page(fixture.Big(3000))
	picture := full() // of other pods: what it costs to find nothing is what it costs
	b.ReportAllocs()
	for b.Loop() {
		v.SetGauge(gauge.New(picture))
		v.Render(200, 50)
	}
}
