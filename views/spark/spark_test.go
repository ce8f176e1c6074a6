package spark_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"fader/metrics"
	"fader/views/box"
	"fader/views/spark"
	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
)

func drawn(t theme.Theme, w int, top float64, values ...float64) string {
	var b strings.Builder
	pen := box.NewPen(&b, t, theme.Style{}, 40)
	spark.Draw(&pen, t, t.Text, metrics.Series{Step: time.Second, Values: values}, top, w)
	return ansi.Strip(b.String())
}

func TestDraw(t *testing.T) {
	gap, dark := math.NaN(), theme.Dark(false)
	require.Equal(t, "▁▂▅█", drawn(dark, 4, 8, 0, 1, 4, 8))
	require.Equal(t, "  ▁▁█", drawn(dark, 5, 8, 0, 0, 100), "the newest is at the right, and what is higher is as high as can be")
	require.Equal(t, "▅ ▅", drawn(dark, 3, 8, 4, gap, 4), "a gap is not 0")
	require.Equal(t, "▅█", drawn(dark, 2, 8, 1, 4, 8, 1), "peaks are kept")
	require.Equal(t, "   ", drawn(dark, 3, 0, gap, gap, gap))
	require.Equal(t, ".=#", drawn(theme.Dark(true), 3, 8, 0, 3, 8))
	require.Equal(t, "", drawn(dark, 0, 8, 1))
}

func TestScale(t *testing.T) {
	of := func(values ...float64) metrics.Series { return metrics.Series{Values: values} }
	require.Zero(t, spark.Scale(of(), of(math.NaN())))
	require.InDelta(t, 30, spark.Scale(of(10, 10, math.NaN())), 1e-9, "what never changes leaves room above it")
	require.InDelta(t, 240, spark.Scale(of(80, 80, 80), of(212)), 1e-9)
	require.InDelta(t, 500, spark.Scale(of(80, 80, 80), of(500, math.Inf(1))), 1e-9)
}

func BenchmarkDraw(b *testing.B) {
	dark := theme.Dark(false)
	s := metrics.Series{Step: time.Second, Values: make([]float64, 180)}
	for i := range s.Values {
		s.Values[i] = float64(i % 17)
	}
	var line strings.Builder
	b.ReportAllocs()
	for b.Loop() {
		line.Reset()
		pen := box.NewPen(&line, dark, theme.Style{}, 40)
		spark.Draw(&pen, dark, dark.Text, s, 17, 12)
	}
}
