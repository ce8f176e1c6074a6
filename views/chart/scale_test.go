package chart

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestNice(t *testing.T) {
	for v, want := range map[float64]float64{
		0.212: 0.24, 0.08: 0.08, 0.3: 0.3, 119: 120, 0.0101: 0.012, 1: 1, 7: 8, 9: 10, 4.1e12: 6e12, 0: 0, -3: 0,
	} {
		require.InDelta(t, want, nice(v), want*1e-9+1e-12, v)
	}
	require.Zero(t, nice(math.NaN()))
	require.Zero(t, nice(math.Inf(1)))
}

func TestTicksAreRoundTimesOfTheWall(t *testing.T) {
	zone := time.FixedZone("half past", 5*3600+1800)
	start := time.Date(2026, 5, 4, 9, 3, 0, 0, zone)
	all := ticks(start, start.Add(30*time.Minute), 60, 10)
	require.Len(t, all, 6)
	require.Equal(t, "09:05", all[0].Format("15:04"))
	require.Equal(t, "09:30", all[5].Format("15:04"))
	all = ticks(start, start.Add(24*time.Hour), 60, 10)
	require.Equal(t, "12:00", all[0].Format("15:04"), "midnight is this zone's")
	require.Len(t, all, 4)
	require.Empty(t, ticks(start, start, 60, 10))
}

func TestOnlyWhatCanBeWrittenIsATick(t *testing.T) {
	for v, want := range map[float64]bool{2.25: false, 2.2: true, 0.225: true, 0.0075: true, 22.5: false, 22: true, 0: true} {
		require.Equal(t, want, written(v), v)
	}
}

func TestSomeIsNotDrawnAsNone(t *testing.T) {
	require.Equal(t, 2, rowOf(0, 10, 3))
	require.Equal(t, 1, rowOf(1, 10, 3))
	require.Equal(t, 0, rowOf(10, 10, 3))
	require.Equal(t, 0, rowOf(1e300, 10, 3))
	require.Equal(t, 0, rowOf(5, 10, 1))
}
