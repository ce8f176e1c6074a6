package theme

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestSpell(t *testing.T) {
	for screen, want := range map[string]string{
		"spec.paused  true → false": "spec.paused  true-> false",
		"→ S: set maxSurge 0":       "> S: set maxSurge 0",
		"at most 3 · p99 ≥ 10s −2…": "at most 3 - p99 > 10s -2~",
		"80×24 ≤ x":                 "80x24 < x",
		"Ünïcode of the cluster":    "Ünïcode of the cluster",
	} {
		spelled := ASCII().Spell(screen)
		require.Equal(t, want, spelled)
		require.Equal(t, utf8.RuneCountInString(screen), utf8.RuneCountInString(spelled), "nothing moves")
		require.Equal(t, screen, Unicode().Spell(screen))
	}
}
