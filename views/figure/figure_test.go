package figure_test

import (
	"math"
	"testing"

	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/box"
	"fader/views/figure"
	"fader/views/theme"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNumbers(t *testing.T) {
	for want, got := range map[string]string{
		"0.8ms": figure.Latency(0.0008), "9.9ms": figure.Latency(0.00994), "10ms": figure.Latency(0.00996), "212ms": figure.Latency(0.2124),
		"999ms": figure.Latency(0.9994), "1.0s": figure.Latency(0.9996), "3.4s": figure.Latency(3.41), "75s": figure.Latency(75.2), ">9999s": figure.Latency(1e9),
		"0.0%": figure.Ratio(0), "<0.1%": figure.Ratio(1e-9), "0.1%": figure.Ratio(0.0006), "2.1%": figure.Ratio(0.0214), "37%": figure.Ratio(0.37), "100%": figure.Ratio(1),
		"0/s": figure.Rate(0), "<0.1/s": figure.Rate(0.01), "0.3/s": figure.Rate(0.3), "12/s": figure.Rate(12.4), "1.2k/s": figure.Rate(1240), "12k/s": figure.Rate(12400), "2M/s": figure.Rate(2e6),
	} {
		require.Equal(t, want, got)
	}
}

func TestUnknownIsNeverZero(t *testing.T) {
	dark := theme.Dark(false)
	require.Equal(t, "-", figure.Text(dark, gauge.Reading{}))
	require.Equal(t, "-", figure.Value(dark, gauge.Errors, metrics.Value{}))
	require.Equal(t, "no req", figure.Text(dark, gauge.Reading{Traffic: metrics.NoTraffic}))
	require.Equal(t, "0/s", figure.Text(dark, gauge.Reading{Figure: gauge.Requests, Traffic: metrics.NoTraffic, Now: metrics.Value{Known: true}}))
	require.Equal(t, "≥10s", figure.Text(dark, gauge.Reading{Now: metrics.Value{V: 10, Known: true, AtLeast: true}}))
	require.Equal(t, "~41ms", figure.Text(dark, gauge.Reading{Mean: true, Now: metrics.Value{V: 0.041, Known: true}}))
	for _, v := range []float64{math.NaN(), math.Inf(1), -1} {
		require.Equal(t, "-", figure.Latency(v))
		require.Equal(t, "-", figure.Ratio(v))
		require.Equal(t, "-", figure.Rate(v))
	}
}

func TestEveryFigureFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := gauge.Reading{
			Figure: gauge.Figure(rapid.IntRange(0, 5).Draw(t, "figure")), Mean: rapid.Bool().Draw(t, "mean"),
			Now: metrics.Value{V: rapid.Float64Range(0, 1e8).Draw(t, "v"), Known: true, AtLeast: rapid.Bool().Draw(t, "least")},
		}
		if r.Figure == gauge.Errors {
			r.Now.V = rapid.Float64Range(0, 1).Draw(t, "ratio")
		}
		r.Now.AtLeast = r.Now.AtLeast && r.Figure.Latency()
		r.Mean = r.Mean && !r.Now.AtLeast && r.Figure.Latency()
		require.LessOrEqual(t, box.Width(figure.Text(theme.Dark(false), r)), figure.Width)
	})
}
