package picker_test

import (
	"strings"
	"testing"

	"fader/keymap"
	"fader/views/picker"
	"fader/views/theme"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
)

func typed(v *picker.View, text string) {
	v.Line().Type(tea.PasteMsg{Content: text})
	v.Narrow()
}

func TestTypingNarrowsAndTheCursorChooses(t *testing.T) {
	v := picker.New("Namespace", []string{"all", "ml", "payments", "shop"}, "ml")
	chosen, ok := v.Chosen()
	require.True(t, ok)
	require.Equal(t, "ml", chosen, "the current one is under the cursor")
	v.Handle(keymap.Down)
	chosen, _ = v.Chosen()
	require.Equal(t, "payments", chosen)
	typed(v, "shp")
	chosen, _ = v.Chosen()
	require.Equal(t, "shop", chosen)
	typed(v, "xyz")
	_, ok = v.Chosen()
	require.False(t, ok)
	require.Contains(t, ansi.Strip(strings.Join(v.Render(theme.Dark(false), 60, 10), "\n")), "no name matches")
}

func TestNamesThatArriveLaterKeepTheCursor(t *testing.T) {
	v := picker.New("Namespace", []string{"all", "shop"}, "shop")
	v.SetNames([]string{"all", "ml", "payments", "shop"}, "cannot be listed")
	chosen, _ := v.Chosen()
	require.Equal(t, "shop", chosen)
	require.Contains(t, ansi.Strip(strings.Join(v.Render(theme.Dark(false), 60, 20), "\n")), "cannot be listed")
}

func TestTheCursorStaysInSight(t *testing.T) {
	names := strings.Split(strings.Repeat("a ", 50)+"z", " ")
	v := picker.New("x", names, "z")
	lines := v.Render(theme.Dark(false), 40, 12)
	require.LessOrEqual(t, len(lines), 12)
	require.Contains(t, ansi.Strip(strings.Join(lines, "\n")), "› z")
}
