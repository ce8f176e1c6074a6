package nearest_test

import (
	"testing"

	"fader/keymap/nearest"

	"github.com/stretchr/testify/require"
)

func TestTo(t *testing.T) {
	known := []string{"readonly", "protected", "prometheus", "colour", "theme", "up", "undo"}
	for word, want := range map[string]string{
		"protcted": "protected", "readonyl": "readonly", "read-only": "readonly", "READONLY": "readonly",
		"color": "colour", "promethius": "prometheus", "Theme": "theme", "unod": "undo", "del": "",
		"kubeconfig": "", "x": "", "": "", "écran": "",
	} {
		require.Equal(t, want, nearest.To(word, known), word)
	}
}

func TestHint(t *testing.T) {
	require.Equal(t, `did you mean "bell"?`, nearest.Hint("bel", []string{"osc9", "bell"}))
	require.Equal(t, "known are osc9, bell", nearest.Hint("whistle", []string{"osc9", "bell"}))
}
