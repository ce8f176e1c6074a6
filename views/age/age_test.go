package age_test

import (
	"testing"
	"time"

	"fader/views/age"

	"github.com/stretchr/testify/require"
)

const day = 24 * time.Hour

func TestShortAndLong(t *testing.T) {
	for _, c := range []struct {
		d           time.Duration
		short, long string
	}{
		{-time.Minute, "0s", "0s"},
		{0, "0s", "0s"},
		{59*time.Second + 999*time.Millisecond, "59s", "59s"},
		{time.Minute, "1m", "1m00s"},
		{8*time.Minute + 12*time.Second, "8m", "8m12s"},
		{time.Hour - time.Second, "59m", "59m59s"},
		{time.Hour + 5*time.Minute, "1h", "1h05m"},
		{day - time.Second, "23h", "23h59m"},
		{2*day + 3*time.Hour, "2d", "2d03h"},
		{365 * day, "365d", "365d00h"},
		{3*365*day + 40*day, "3y", "3y40d"},
	} {
		require.Equal(t, c.short, age.Short(c.d), c.d.String())
		require.Equal(t, c.long, age.Long(c.d), c.d.String())
	}
}

func TestSinceOfAnUnknownMomentIsNotZero(t *testing.T) {
	now := time.Date(2026, 5, 1, 14, 3, 22, 0, time.UTC)
	require.Equal(t, "12m", age.Since(now, now.Add(-12*time.Minute)))
	require.Equal(t, age.Unknown, age.Since(now, time.Time{}))
	require.Equal(t, age.Unknown, age.Since(time.Time{}, now))
}
