package theme_test

import (
	"testing"

	"fader/views/theme"

	"github.com/stretchr/testify/require"
)

func TestOneSignHasOneMeaning(t *testing.T) {
	for name, g := range map[string]theme.Glyphs{"Unicode": theme.Unicode(), "ASCII": theme.ASCII()} {
		meanings := map[string]string{}
		for meaning, signs := range map[string][]string{
			"good": {g.Complete, g.Yes}, "bad": {g.Stalled, g.Degraded, g.Dead, g.No}, "not there yet": {g.Progressing, g.Waiting},
			"paused": {g.Paused}, "warning": {g.Warning}, "none": {g.ScaledDown}, "unknown": {g.Unknown},
			"cursor": {g.Cursor}, "marked": {g.Marked}, "new": {g.New}, "live": {g.Live},
			"ready": {g.Full}, "on the way up": {g.Rising}, "of an older revision": {g.Old}, "empty": {g.Empty},
			"more": {g.Ellipsis}, "leads to": {g.Arrow}, "between": {g.Dot}, "up": {g.Up}, "down": {g.Down},
		} {
			for _, sign := range signs {
				require.Equal(t, meaning, either(meanings[sign], meaning), "%s: %q", name, sign)
				meanings[sign] = meaning
			}
		}
	}
}

func either(known, otherwise string) string {
	if known != "" {
		return known
	}
	return otherwise
}
