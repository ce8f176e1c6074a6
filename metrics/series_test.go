package metrics

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func series(values ...float64) Series {
	return Series{Start: noon(), Step: 20 * time.Second, Values: values}
}

func TestSeries(t *testing.T) {
	nan := math.NaN()
	s := series(1, nan, 3, nan)
	s.Floor = []bool{false, false, true, false}
	require.Equal(t, Value{V: 3, Known: true, AtLeast: true}, s.At(2))
	require.Equal(t, Value{}, s.At(1))
	require.Equal(t, Value{}, s.At(-1))
	require.Equal(t, Value{}, s.At(4))
	require.Equal(t, s.At(2), s.On(noon().Add(45*time.Second)))
	require.Equal(t, Value{}, s.On(noon().Add(-time.Minute)))
	require.Equal(t, Value{}, Series{}.On(noon()))
	last, i := s.Last()
	require.Equal(t, s.At(2), last)
	require.Equal(t, 2, i)
	low, high, known := s.Range()
	require.Equal(t, []float64{1, 3}, []float64{low, high})
	require.True(t, known)
	_, _, known = series(nan).Range()
	require.False(t, known)
	_, i = series(nan).Last()
	require.Equal(t, -1, i)
	require.Equal(t, 7.0, Highest(s, series(7, nan), series()))
	tail := s.Tail(2)
	require.Equal(t, noon().Add(40*time.Second), tail.Start)
	require.Equal(t, s.At(2), tail.At(0))
	require.Equal(t, 4, s.Tail(9).Len())
}

// A peak is not averaged away, and a gap stays one.
func TestThin(t *testing.T) {
	nan := math.NaN()
	s := series(9, 1, 2, nan, nan, 5, 4)
	thin := s.Thin(4)
	require.Equal(t, 40*time.Second, thin.Step)
	require.Equal(t, []float64{9, 2}, thin.Values[:2])
	require.True(t, math.IsNaN(thin.Values[2]))
	require.Equal(t, 5.0, thin.Values[3])
	require.Equal(t, s.Time(6), thin.Time(3), "the newest step is whole")
	require.Equal(t, s, s.Thin(7))
	require.Equal(t, s, s.Thin(0))
	s.Floor = []bool{true, false, false, false, false, false, true}
	require.Equal(t, []bool{true, false, false, false}, s.Thin(4).Floor)
}

func TestTrend(t *testing.T) {
	nan := math.NaN()
	flat := []float64{10, 11, 9, 10, 11, 9, 10, 11, 9, 10}
	for want, values := range map[Trend][]float64{
		Level:   append(flat, 10, 12),
		Rising:  append(flat, 13, 14),
		Falling: append(flat, 7, 6),
		Unclear: {nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, 5, 5},
	} {
		require.Equal(t, want, series(values...).Trend())
	}
	require.Equal(t, Unclear, series(1, 2).Trend())
	require.Equal(t, Unclear, series().Trend())
	require.Equal(t, Unclear, series(append(append([]float64{}, flat...), nan, nan)...).Trend())
}

func TestGrid(t *testing.T) {
	for _, c := range []struct {
		window, scrape, step, rate time.Duration
		size                       int
	}{
		{30 * time.Minute, 15 * time.Second, 20 * time.Second, time.Minute, 90},
		{30 * time.Minute, 30 * time.Second, 20 * time.Second, 2 * time.Minute, 90},
		{30 * time.Minute, 2 * time.Second, 20 * time.Second, 20 * time.Second, 90},
		{5 * time.Minute, 15 * time.Second, 5 * time.Second, time.Minute, 60},
		{time.Hour, 15 * time.Second, time.Minute, time.Minute, 60},
		{24 * time.Hour, time.Minute, 20 * time.Minute, 20 * time.Minute, 72},
	} {
		require.Equal(t, grid{c.step, c.rate, c.size}, gridFor(c.window, c.scrape))
	}
	require.Equal(t, 2*time.Hour, wholeStep(61*time.Minute))
}
