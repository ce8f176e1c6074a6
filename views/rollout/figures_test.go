package rollout_test

import (
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/metrics/fake"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/moment"
	"fader/views/rollout"
	"fader/views/theme"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// picture of the full fixture: it never changes, and takes long to make.
var picture = sync.OnceValue(func() *metrics.Picture { return fixture.Measured(fixture.Full()).Picture })

// measured is a page with the figures of the full fixture and a move of some minutes ago.
func measured(name string) *rollout.View {
	v := page(name, fixture.Full())
	v.SetGauge(gauge.New(picture()))
	v.SetMoments([]moment.Moment{{At: fixture.Now().Add(-14 * time.Minute), Label: "set image"}})
	return v
}

// in is the same while Prometheus is in a state.
func in(state metrics.State, name string) *rollout.View {
	v := measured(name)
	v.SetGauge(stateOf(state))
	return v
}

func stateOf(state metrics.State) *gauge.Gauge {
	p := *picture()
	p.State, p.Since = state, fixture.Now().Add(-5*time.Minute)
	if state == metrics.Starting || state == metrics.Nothing {
		p.At = time.Time{}
	}
	return gauge.New(&p)
}

func TestFramesWithFigures(t *testing.T) {
	golden.Frames(t, *update, map[string]*rollout.View{
		"measured": measured("ml/fraud-model"), "measured-llm": measured("ml/llm-70b"), "measured-outlier": measured("ml/ranker"),
		"measured-stale": in(metrics.Stale, "ml/fraud-model"), "measured-nothing": in(metrics.Nothing, "ml/fraud-model"),
		"measured-starting": in(metrics.Starting, "ml/fraud-model"),
	})
}

func TestASCIIThemeDrawsNoOtherFigures(t *testing.T) {
	golden.ASCII(t, map[string]*rollout.View{
		"measured": measured("shop/web"), "llm": measured("ml/llm-70b"), "stale": in(metrics.Stale, "ml/ranker"),
	})
}

func TestStateOfFiguresIsSaid(t *testing.T) {
	for want, v := range map[string]*rollout.View{
		"Revisions · reading figures":                                   in(metrics.Starting, "ml/fraud-model"),
		"without figures: Prometheus has none that fader knows":         in(metrics.Nothing, "ml/fraud-model"),
		"· p99 0 to 289ms · last 30m · stale since 13:58:22":            in(metrics.Stale, "ml/fraud-model"),
		"last 30m · Prometheus is slow":                                 in(metrics.Slow, "ml/fraud-model"),
		"Revisions · no metrics of these pods":                          measured("shop/gateway"),
		"9 against 8: p99 +150 ms (95% CI 129…171, 15 898 vs 31 795 re": measured("ml/fraud-model"),
	} {
		require.Contains(t, text(v.Render(120, 40)), want)
	}
	require.Regexp(t, `no req +err +- +0/s`, text(measured("ml/mailer").Render(120, 40)), "no traffic is no 0")
	require.NotContains(t, text(in(metrics.Nothing, "ml/fraud-model").Render(120, 40)), "err ", "what there is nothing of takes no room")
}

func TestStaleFiguresAreDim(t *testing.T) {
	dark := theme.Dark(false)
	require.Contains(t, strings.Join(measured("ml/fraud-model").Render(120, 40), "\n"), dark.Waiting.Bold().Paint("246ms"))
	require.Contains(t, strings.Join(in(metrics.Stale, "ml/fraud-model").Render(120, 40), "\n"), dark.Dim.Paint("246ms"))
}

// Without Prometheus the page is as if there were no figures in the world.
func TestWithoutPrometheusNothingTakesRoom(t *testing.T) {
	v := measured("ml/fraud-model")
	v.SetGauge(nil)
	for _, size := range fixture.Sizes() {
		require.Equal(t, text(page("ml/fraud-model", fixture.Full()).Render(size[0], size[1])), text(v.Render(size[0], size[1])))
		require.False(t, v.Handle(keymap.Figure))
	}
}

func TestTheKeyOfFiguresGoesThroughThem(t *testing.T) {
	v := measured("ml/fraud-model")
	for _, want := range []string{"p95 0 to", "p50 0 to", "errors 0 to", "requests 0 to", "p99 0 to"} {
		require.True(t, v.Handle(keymap.Figure))
		require.Contains(t, text(v.Render(120, 40)), "· "+want)
	}
	v.Handle(keymap.Figure)
	v.Handle(keymap.Figure)
	v.Handle(keymap.Figure)
	require.Equal(t, gauge.Errors, v.Figure())
	require.Regexp(t, `p99 +246ms`, text(v.Render(120, 40)), "the latency stays")
	llm := measured("ml/llm-70b")
	for range 5 {
		llm.Handle(keymap.Figure)
	}
	require.Equal(t, gauge.FirstToken, llm.Figure(), "where there is one")
	require.Contains(t, text(llm.Render(120, 40)), "first token 0 to")
}

func TestServersOfLanguageModelsShowTheirQueue(t *testing.T) {
	frame := text(measured("ml/llm-70b").Render(140, 40))
	require.Regexp(t, `11 .* TTFT +4\.6s  queue +7  KV +83%`, frame)
	require.Regexp(t, `12 .* TTFT +-  queue +-  KV +-`, frame, "unknown is no 0")
}

func TestSlowPodsAreMarkedAndTheMarkExplained(t *testing.T) {
	frame := text(measured("ml/ranker").Render(120, 40))
	require.Regexp(t, `8b585-2f858 .*▲191ms`, frame)
	require.Contains(t, frame, "▲ p95 over twice the median  6")
	require.Equal(t, 1, strings.Count(frame, "▲191ms"))
	require.NotContains(t, text(measured("ml/fraud-model").Render(120, 40)), "over twice")
}

// A mark stands under the cell of the sparkline that its time falls into.
func TestMarksStandUnderTheirTime(t *testing.T) {
	v := measured("ml/fraud-model")
	at := func(ago time.Duration) int {
		v.SetMoments([]moment.Moment{{At: fixture.Now().Add(-ago), Label: "set image"}})
		for _, line := range v.Render(200, 50) {
			if line = text([]string{line}); strings.Contains(line, "set image") {
				return len([]rune(line[:strings.LastIndex(line, "▲")]))
			}
		}
		return -1
	}
	newest, oldest := at(10*time.Second), at(29*time.Minute)
	v.SetMoments(nil)
	row := []rune(text(v.Render(200, 50)[4:5]))
	require.Contains(t, string(row), "8 ")
	require.Contains(t, "▁▂▃▄▅▆▇█", string(row[newest]), "the newest cell is the last of the sparkline")
	require.NotContains(t, "▁▂▃▄▅▆▇█", string(row[newest+1]))
	require.Less(t, oldest, newest-40)
	require.Equal(t, -1, at(31*time.Minute), "before the window")
}

func TestCanaryAgainstStable(t *testing.T) {
	s := fixture.Full()
	v := page("shop/cart", s)
	v.SetGauge(gauge.New(picture()))
	require.NotContains(t, text(v.Render(120, 40)), " against ")
	v.SetStable(s.Rollout(ref("ml/ranker")))
	require.Contains(t, text(v.Render(120, 40)), "cart against ranker: p99")
	v.SetStable(nil)
	require.NotContains(t, text(v.Render(120, 40)), " against ")
}

func TestCursorsStayWhenFiguresCome(t *testing.T) {
	v := page("ml/fraud-model", fixture.Full())
	v.Handle(keymap.Bottom)
	before, _ := v.Cursor()
	v.SetGauge(gauge.New(picture()))
	after, _ := v.Cursor()
	require.Equal(t, before, after)
}

// A revision that serves is never pushed out by sentences about it.
func TestRevisionsComeBeforeSentences(t *testing.T) {
	v := measured("ml/fraud-model")
	for h := 8; h < 40; h++ {
		frame := text(v.Render(100, h))
		if strings.Contains(frame, " Revisions ") {
			require.Regexp(t, `(?m)^│›? +9 .*246ms`, frame, h)
			require.Regexp(t, `(?m)^│›? +8 .*96ms`, frame, h)
		}
	}
}

func TestFrameHasItsSizeWhateverTheFigures(t *testing.T) {
	odd := []float64{0, math.NaN(), math.Inf(1), 1e-9, 0.2, 7, 1e12, 1e300}
	rapid.Check(t, func(t *rapid.T) {
		s := fixture.Hostile(t)
		number := func(name string) float64 { return rapid.SampledFrom(odd).Draw(t, name) }
		p := &fake.Prometheus{}
		for _, pod := range s.Pods[:min(len(s.Pods), 4)] {
			load := fake.Load{Rate: number("rate"), Median: number("median"), Errors: number("errors"), Waiting: number("waiting"), Cache: number("cache")}
			p.Pods = append(p.Pods, fake.Pod{
				Namespace: pod.Ref.Namespace, Name: pod.Ref.Name, At: fake.Steady(load),
				Preset: rapid.SampledFrom([]string{"http", "vllm"}).Draw(t, "preset"),
			})
		}
		v := rollout.New()
		v.SetTheme(theme.Dark(rapid.Bool().Draw(t, "ascii")))
		v.SetNow(fixture.Now())
		v.SetGauge(gauge.New(p.Picture(fixture.Now(), time.Duration(rapid.IntRange(1, 90).Draw(t, "window"))*time.Minute)))
		for _, r := range s.Rollouts {
			v.SetRef(r.Ref())
			v.SetStable(s.Rollouts[0])
		}
		v.SetSnapshot(s)
		v.SetMoments([]moment.Moment{{At: fixture.Now().Add(-time.Minute), Label: "日本語"}})
		for range 2 {
			w, h := rapid.IntRange(0, 220).Draw(t, "w"), rapid.IntRange(0, 60).Draw(t, "h")
			golden.Sized(t, v.Render(w, h), w, h)
			v.Handle(keymap.Figure)
		}
	})
}

// Figures are worked out once for a picture and a rollout: a second that passes
// draws what is there.
func TestASecondCostsNoNewFigures(t *testing.T) {
	v, bare := measured("ml/fraud-model"), page("ml/fraud-model", fixture.Full())
	cost := func(v *rollout.View) float64 {
		v.Render(200, 50)
		second := 0
		return testing.AllocsPerRun(20, func() {
			second++
			v.SetNow(fixture.Now().Add(time.Duration(second) * time.Second))
			v.Render(200, 50)
		})
	}
	with, without := cost(v), cost(bare)
	require.Less(t, with, without+250, "%.0f allocations with figures, %.0f without", with, without)
}
