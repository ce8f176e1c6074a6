package chart_test

import (
	"math"
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

	"pgregory.net/rapid"
)

func TestFrames(t *testing.T) {
	golden.Frames(t, *update, map[string]*chart.View{
		"full": page("ml/fraud-model"), "quiet": page("ml/mailer"), "nothing": page("shop/gateway"), "llm": page("ml/llm-70b"),
		"stale": stale("ml/fraud-model"), "pair": pair(),
	})
}

func TestASCIIThemeDrawsNothingElse(t *testing.T) {
	golden.ASCII(t, map[string]*chart.View{
		"full": page("ml/fraud-model"), "quiet": page("ml/mailer"), "stale": stale("ml/fraud-model"), "pair": pair(),
		"nothing": page("shop/gateway"),
	})
}

// any figures: none, one point, few, huge, none of them a number.
func anyFigures(t *rapid.T, s *kube.Snapshot) *gauge.Gauge {
	now := fixture.Now()
	p := &fake.Prometheus{}
	odd := []float64{0, math.NaN(), math.Inf(1), 1e-9, 0.2, 7, 1e12, 1e300}
	number := func(name string) float64 { return rapid.SampledFrom(odd).Draw(t, name) }
	for _, pod := range s.Pods[:min(len(s.Pods), 3)] {
		made := fake.Pod{
			Namespace: pod.Ref.Namespace, Name: pod.Ref.Name, Preset: rapid.SampledFrom([]string{"http", "vllm"}).Draw(t, "preset"),
			At: fake.Steady(fake.Load{
				Rate: number("rate"), Median: number("median"), Errors: number("errors"), Waiting: number("waiting"), Cache: number("cache"),
			}),
		}
		if rapid.Bool().Draw(t, "young") {
			made.Born = now.Add(-time.Duration(rapid.IntRange(0, 1800).Draw(t, "age")) * time.Second)
		}
		p.Pods = append(p.Pods, made)
	}
	return gauge.New(p.Picture(now, time.Duration(rapid.IntRange(1, 1500).Draw(t, "window"))*time.Minute))
}

func TestFrameHasItsSizeWhateverTheFigures(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := fixture.Hostile(t)
		v := chart.New()
		v.SetTheme(theme.Light(rapid.Bool().Draw(t, "ascii")))
		v.SetNow(fixture.Now())
		for _, r := range s.Rollouts {
			v.SetRef(r.Ref())
			v.SetPair(chart.Pair{Stable: r, Canary: s.Rollouts[0]})
		}
		v.SetSnapshot(s)
		v.SetGauge(anyFigures(t, s))
		v.SetMoments([]moment.Moment{{At: fixture.Now().Add(-time.Duration(rapid.IntRange(-9, 99).Draw(t, "ago")) * time.Minute), Label: "日本語 set image"}})
		if rapid.Bool().Draw(t, "zoomed") {
			v.Handle(keymap.ZoomOut)
			v.SetDetail(anyFigures(t, s))
		}
		if rapid.Bool().Draw(t, "faulty") {
			v.SetFault("something 日本語", fixture.Now())
		}
		for range 2 {
			w, h := rapid.IntRange(0, 220).Draw(t, "w"), rapid.IntRange(0, 60).Draw(t, "h")
			golden.Sized(t, v.Render(w, h), w, h)
			v.Handle(keymap.Figure)
		}
	})
}

// stale is a page whose figures are five minutes old.
func stale(name string) *chart.View {
	v := page(name)
	p := *picture()
	p.State, p.Since = metrics.Stale, fixture.Now().Add(-5*time.Minute)
	p.Err = &metrics.Fault{Kind: metrics.TimedOut, Sentence: "Prometheus at prometheus.example did not answer within 10s: look at its load"}
	v.SetGauge(gauge.New(&p))
	return v
}

// pair is a canary that is slower than its stable.
func pair() *chart.View {
	spec := func(name string, revision int64, pods int) fixture.Spec {
		return fixture.Spec{
			Namespace: "shop", Name: name, Phase: kube.Complete, Age: time.Hour, Image: "web",
			Revisions: []fixture.Rev{{Number: revision, Want: pods, Ready: pods, Age: time.Hour}},
		}
	}
	stable, canary := fixture.Rollout(spec("web", 4, 4)), fixture.Rollout(spec("web-canary", 2, 1))
	s := fixture.Full()
	s.Rollouts = []*kube.Rollout{stable, canary}
	p := &fake.Prometheus{}
	for _, r := range s.Rollouts {
		load := fake.Load{Rate: 20, Median: 0.02}
		if r == canary {
			load.Median = 0.053
		}
		for _, pod := range r.Revisions[0].Pods {
			p.Pods = append(p.Pods, fake.Pod{Namespace: "shop", Name: pod.Ref.Name, At: fake.Steady(load)})
		}
	}
	v := chart.New()
	v.SetRef(canary.Ref())
	golden.Open(v, s)
	v.SetPair(chart.Pair{Stable: stable, Canary: canary})
	v.SetGauge(gauge.New(p.Picture(fixture.Now(), 30*time.Minute)))
	return v
}
