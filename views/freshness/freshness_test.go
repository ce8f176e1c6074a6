package freshness_test

import (
	"testing"
	"time"

	"fader/kube"
	"fader/views/freshness"
	"fader/views/theme"

	"github.com/stretchr/testify/require"
)

func now() time.Time { return time.Date(2026, 5, 4, 14, 3, 22, 0, time.UTC) }

func snapshot(state kube.State, ago time.Duration, rows bool) *kube.Snapshot {
	s := &kube.Snapshot{Health: kube.Health{State: state, Since: now().Add(-ago), Message: "because"}}
	if rows {
		s.Rollouts = []*kube.Rollout{{}}
	}
	return s
}

func TestFromTheFirstSilenceToTheFirstLivePicture(t *testing.T) {
	th := theme.Dark(false)
	var f freshness.Freshness
	require.False(t, f.Old())
	require.Equal(t, now(), f.Clock(now()))
	for _, c := range []struct {
		state  kube.State
		ago    time.Duration
		old    bool
		clock  time.Duration
		banner string
	}{
		{kube.Live, time.Hour, false, 0, ""},
		{kube.Disconnected, 12 * time.Second, true, 12 * time.Second, "✖ not connected for 12s: what you see is from 14:03:10 · because"},
		{kube.Syncing, time.Second, true, 12 * time.Second, "◌ reading everything again: what you see is from 14:03:10"},
		{kube.Syncing, 2 * time.Second, true, 12 * time.Second, "◌ reading everything again: what you see is from 14:03:10 · because"},
		{kube.Lagging, time.Second, true, 12 * time.Second, "◌ lagging: what you see is from 14:03:10 · because"},
		{kube.NeedsLogin, time.Second, true, 12 * time.Second, "◌ needs login: what you see is from 14:03:10 · because"},
		{kube.Live, 0, false, 0, ""},
		{kube.Forbidden, 2 * time.Second, true, 2 * time.Second, "✖ forbidden: what you see is from 14:03:20 · because"},
	} {
		f.Set(snapshot(c.state, c.ago, true))
		text, _ := f.Banner(th, now())
		require.Equal(t, c.banner, text)
		require.Equal(t, c.old, f.Old(), c.state)
		require.Equal(t, now().Add(-c.clock), f.Clock(now()))
	}
}

func TestAPageWithoutRowsIsNotOld(t *testing.T) {
	var f freshness.Freshness
	f.Set(snapshot(kube.Disconnected, 12*time.Second, false))
	require.False(t, f.Old())
	_, text, _ := f.Trouble(theme.Dark(false), now())
	require.Equal(t, "not connected for 12s · because", text)
	f.Set(snapshot(kube.Syncing, 0, false))
	_, text, _ = f.Trouble(theme.Dark(false), now())
	require.Empty(t, text, "it has only begun")
	f.Set(snapshot(kube.Syncing, 3*time.Second, false))
	_, text, _ = f.Trouble(theme.Dark(false), now())
	require.Equal(t, "nothing has been read for 3s · because", text)
}

// The moment is the server's, not that at which the loss was noticed: after a sleep
// hours may lie between, and a page may be opened after the loss.
func TestFromWhenTheServerWasHeard(t *testing.T) {
	var f freshness.Freshness
	s := snapshot(kube.Syncing, 0, true)
	s.Health.Heard = now().Add(-8 * time.Hour)
	f.Set(s)
	text, _ := f.Banner(theme.Dark(false), now())
	require.Equal(t, "◌ reading everything again: what you see is from 06:03:22", text)
	require.Equal(t, s.Health.Heard, f.Clock(now()))
}

func TestWarning(t *testing.T) {
	var f freshness.Freshness
	s := snapshot(kube.Live, time.Hour, true)
	s.Health.Warning = "/readyz is slow"
	s.Health.Resources = map[string]kube.ResourceHealth{"pods": {State: kube.Forbidden}}
	f.Set(s)
	text, _ := f.Banner(theme.Dark(false), now())
	require.Equal(t, "▲ /readyz is slow", text)
	require.False(t, f.Old())
	text, _ = f.Banner(theme.Dark(false), now(), "pods")
	require.Contains(t, text, "pods: forbidden", "what is missing is worse")
}

func TestKnown(t *testing.T) {
	for state, known := range map[kube.State]bool{
		kube.Live: true, kube.Disconnected: true, kube.NeedsLogin: true, kube.Lagging: true,
		kube.Syncing: false, kube.Forbidden: false, kube.Missing: false,
	} {
		h := kube.Health{Resources: map[string]kube.ResourceHealth{"read": {State: state}, "unread": {State: state, Unread: true}}}
		require.Equal(t, known, freshness.Known(h, "read"), state)
		require.False(t, freshness.Known(h, "unread"), state)
		require.False(t, freshness.Known(h, "other"))
	}
}

func TestPartial(t *testing.T) {
	var f freshness.Freshness
	s := snapshot(kube.Live, 0, true)
	s.Health.Resources = map[string]kube.ResourceHealth{
		"pods": {State: kube.Syncing, Count: 12345}, "events": {State: kube.Forbidden, Message: "no"},
	}
	f.Set(s)
	text, _ := f.Banner(theme.Dark(false), now(), "replicasets", "pods")
	require.Equal(t, "◌ reading pods … 12 345 so far: causes are not complete yet", text)
	text, _ = f.Banner(theme.Dark(false), now(), "events")
	require.Equal(t, "✖ events: forbidden, so causes are not complete · no", text)
	text, _ = f.Banner(theme.Dark(false), now())
	require.Empty(t, text, "the page does not depend on them")
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1 000", 1234567: "1 234 567", -1234: "-1 234", -123: "-123"} {
		require.Equal(t, want, freshness.Thousands(n))
	}
}
