package help_test

import (
	"strings"
	"testing"

	"fader/keymap"
	"fader/views/help"
	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
)

func render(v *help.View) string {
	return ansi.Strip(strings.Join(v.Render(theme.Dark(false), 100, 90), "\n"))
}

func TestHelpSaysWhatCannotBeHadAndWhy(t *testing.T) {
	why := func(a keymap.Action) string {
		if a == keymap.Restart {
			return "read-only"
		}
		return ""
	}
	text := render(help.New(keymap.Default(), why, keymap.Deployments, keymap.List))
	require.Contains(t, text, "replace all pods by the strategy (read-only)")
	require.Contains(t, text, "set the number of replicas ")
	require.NotContains(t, text, "set the number of replicas (")
}

func TestHelpNamesWhatShadowsAKey(t *testing.T) {
	text := render(help.New(keymap.Default(), func(keymap.Action) string { return "" }, keymap.Viewer, keymap.List))
	require.Contains(t, text, "choose a namespace (here n is: next match)")
}

func TestHelpScrolls(t *testing.T) {
	v := help.New(keymap.Default(), func(keymap.Action) string { return "" }, keymap.List)
	first := v.Render(theme.Dark(false), 80, 12)
	require.Len(t, first, 12)
	v.Handle(keymap.PageDown)
	require.NotEqual(t, first, v.Render(theme.Dark(false), 80, 12))
}
