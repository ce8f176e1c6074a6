package deployments_test

import (
	"testing"

	"fader/keymap"
	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/metrics/fake"
	"fader/views/deployments"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/theme"

	"github.com/stretchr/testify/require"
)

func TestWhatIsSaidOfFigures(t *testing.T) {
	s := fixture.Full()
	with := func(g *gauge.Gauge) *deployments.View {
		v := page(s)
		v.SetGauge(g)
		return v
	}
	g := gauge.New(full())
	for _, c := range []struct {
		name string
		row  string
		view *deployments.View
		says []string
	}{
		{"a canary", "fraud-model", with(g), []string{
			"1 new pod is in its init container", "9 against 8: p99 +150 ms (95% CI", "· slower",
			"errors 0.4% against 0.04%", "more errors", "p50 30ms · p95 122ms · p99 229ms · 75/s · errors 0.2% · p99 rising for 12m",
		}},
		{"it rises", "web", with(g), []string{"5 new pods cannot pull", "p99 rising for 6m"}},
		{"nobody asks", "mailer", with(g), []string{"successfully rolled out", "no requests"}},
		{"not measured", "gateway", with(g), []string{"Prometheus has no metrics of shop/gateway"}},
		{"tokens", "llm-70b", with(g), []string{"first token p99 "}},
		{"old", "fraud-model", with(fixture.In(g, metrics.Stale)), []string{
			"figures are from 14:03:22: Prometheus at http://prometheus.example:9090 does not answer", "9 against 8", "229ms",
		}},
		{"never any", "fraud-model", with(never(metrics.Stale)), []string{"no figures yet: Prometheus at http://prometheus.example:9090 does not answer", "no figures were read yet"}},
		{"nothing", "fraud-model", with(never(metrics.Nothing)), []string{"Prometheus has no metrics of ml/fraud-model"}},
		{"starting", "fraud-model", with(never(metrics.Starting)), []string{"figures are being read …"}},
	} {
		c.view.SetFilter("/" + c.row)
		frame := text(c.view.Render(140, 40))
		for _, words := range c.says {
			require.Contains(t, frame, words, c.name)
		}
	}
	v := with(never(metrics.Starting))
	require.NotRegexp(t, `cart .* - `, text(v.Render(120, 40)), "nothing is said before the first answer")
}

func TestTheVerdictIsNeverCutOff(t *testing.T) {
	for _, size := range [][2]int{{50, 15}, {60, 15}, {60, 21}, {80, 21}} {
		v := measured()
		v.SetFilter("fraud-model")
		require.Regexp(t, `9 against 8: .*slower`, text(v.Render(size[0], size[1])))
	}
	v := measured()
	v.SetFilter("llm-70b")
	require.Contains(t, text(v.Render(100, 21)), "first token p99 4.6s", "what is known goes before")
	require.Contains(t, text(v.Render(100, 40)), "12 against 11: unknown (there are no figures of 12)", "what is not")
	narrow := text(v.Render(60, 21))
	require.Contains(t, narrow, "→ S: set maxSurge 0", "what can be done goes before it too")
	require.NotContains(t, narrow, "12 against 11")
}

func TestARevisionThatServesWorseIsMarked(t *testing.T) {
	v, th := measured(), theme.Dark(false)
	require.Contains(t, golden.Line(t, v, 140, " ranker "), th.Waiting.Paint("▲ 216ms"), "it does not rise, and is slower than before")
	require.Contains(t, golden.Line(t, v, 140, " ranker "), "slower than revision 3: p50 ")
	require.Contains(t, golden.Line(t, v, 140, " fraud-model "), th.Waiting.Paint("0.2%"), "more errors than 8, few as they are")
	require.Contains(t, golden.Line(t, v, 140, " web "), "5 new pods cannot pull", "what is broken is said first")
	v.SetGauge(fixture.In(v.Gauge(), metrics.Stale))
	require.Contains(t, golden.Line(t, v, 140, " ranker "), "slower than revision 3: p50 ")
	v.SetGauge(nil)
	require.Contains(t, golden.Line(t, v, 140, " ranker "), "Paused")

	canary := func(median, errors float64) *deployments.View {
		v := loaded(
			load{"cart", steady(fake.Load{Rate: 90, Median: 0.02})},
			load{"cart-canary", steady(fake.Load{Rate: 30, Median: median, Errors: errors})},
		)
		stable := v.Snapshot().Rollouts[0]
		require.NotContains(t, text(v.Render(140, 40)), "than cart", "nobody has said that they belong together")
		v.SetStable(func(r *kube.Rollout) *kube.Rollout {
			if r.Ref().Name == "cart-canary" {
				return stable
			}
			return nil
		})
		v.Handle(keymap.Bottom)
		return v
	}
	v = canary(0.06, 0)
	require.Contains(t, golden.Line(t, v, 200, " cart-canary "), "slower than cart: p99 ")
	require.NotContains(t, golden.Line(t, v, 200, " cart "), "than")
	require.Contains(t, text(v.Render(140, 40)), "cart-canary against cart: p99 +")
	v = canary(0.02, 0.1)
	require.Contains(t, golden.Line(t, v, 200, " cart-canary "), "more errors than cart: 10.0%, not 0.0%")
	require.Contains(t, golden.Line(t, v, 200, " cart-canary "), th.Broken.Paint("10%"))
	require.NotContains(t, golden.Line(t, v, 200, " cart-canary "), "▲", "it is not slower")
}
