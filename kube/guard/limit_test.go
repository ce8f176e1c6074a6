package guard_test

import (
	"testing"
	"time"

	"fader/kube/guard"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestLatenciesAreRead(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"300ms": 300 * time.Millisecond, " 1.2 s ": 1200 * time.Millisecond, "1m": time.Minute, "": 0, "-": 0,
	} {
		got, err := guard.ParseLatency(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for text, want := range map[string]string{
		"300": "has no unit", "0.3": "has no unit", "fast": "is no latency", "-300ms": "is no limit", "2h": "is no limit",
		"0s": "is no limit", "\x1b[31m": "is no latency", "1e999s": "is no latency",
	} {
		_, err := guard.ParseLatency(text)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "\x1b")
	}
}

func TestRatiosAreRead(t *testing.T) {
	for text, want := range map[string]float64{"1%": 0.01, "0.01": 0.01, " 2.5 % ": 0.025, "0.01%": 0.0001, "": 0, "-": 0} {
		got, err := guard.ParseRatio(text)
		require.NoError(t, err)
		require.InDelta(t, want, got, 1e-12)
	}
	for text, want := range map[string]string{
		"0": "no error at all", "0%": "no error at all", "5": "is no limit", "100%": "is no limit", "-1%": "is no limit",
		"NaN": "no part of the requests", "few": "no part of the requests", "0x1p-2": "no part of the requests", "Inf": "is no limit",
	} {
		_, err := guard.ParseRatio(text)
		require.ErrorContains(t, err, want, text)
	}
}

func TestASensibleLimitIsTwiceAsMuchInTwoDigits(t *testing.T) {
	require.Equal(t, 170*time.Millisecond, guard.Sensible(0.0837))
	require.Equal(t, 4200*time.Microsecond, guard.Sensible(0.0021))
	require.Equal(t, 6800*time.Millisecond, guard.Sensible(3.4))
	require.Zero(t, guard.Sensible(0))
	rapid.Check(t, func(t *rapid.T) {
		now := rapid.Float64Range(0.001, 100).Draw(t, "p99")
		limit := guard.Sensible(now)
		require.InEpsilon(t, 2*now, limit.Seconds(), 0.06)
		read, err := guard.ParseLatency(guard.Latency(limit.Seconds()))
		require.NoError(t, err)
		require.InEpsilon(t, limit.Seconds(), read.Seconds(), 0.03, "what is offered can be typed")
	})
}
