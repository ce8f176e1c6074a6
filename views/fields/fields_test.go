package fields_test

import (
	"strings"
	"testing"

	"fader/keymap"
	"fader/views/fields"
	"fader/views/golden"
	"fader/views/theme"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func sample() *fields.View {
	return fields.New(
		"Set the image of shop/web", "enter preview",
		fields.Field{Name: "web", Value: "web:5", Hint: "what it had", Choices: []fields.Choice{
			{"web:5", "revision 5 (now)"}, {"web:4", "revision 4, 8 ready"}, {"web:3", "revision 3"},
		}},
		fields.Field{Name: "change-cause"},
	)
}

func render(v *fields.View, w, h int) string {
	return ansi.Strip(strings.Join(v.Render(theme.Dark(false), w, h), "\n"))
}

func TestChoicesGoIntoTheLineAndTypingFindsThem(t *testing.T) {
	v := sample()
	text := render(v, 80, 24)
	require.Contains(t, text, "web:4  revision 4, 8 ready")
	v.Handle(keymap.Down)
	require.Equal(t, []string{"web:4", ""}, v.Values())
	v.Handle(keymap.Down)
	v.Handle(keymap.Down)
	require.Equal(t, "web:3", v.Values()[0], "the last one stays")
	v.Line().Type(tea.KeyPressMsg{Code: '1', Text: "1"})
	v.Typed()
	require.Equal(t, "web:31", v.Values()[0])
	v.Handle(keymap.Down)
	require.Equal(t, "web:5", v.Values()[0], "what was typed is none of them: the first comes")
}

func TestTheFocusTurnsRoundAndTheHeightStays(t *testing.T) {
	v := sample()
	before := len(v.Render(theme.Dark(false), 80, 24))
	v.Handle(keymap.NextPane)
	v.Line().Type(tea.KeyPressMsg{Code: 'x', Text: "x"})
	require.Equal(t, []string{"web:5", "x"}, v.Values())
	require.Len(t, v.Render(theme.Dark(false), 80, 24), before, "whether the field has a hint or not")
	v.Handle(keymap.NextPane)
	v.Handle(keymap.PrevPane)
	v.Line().Type(tea.KeyPressMsg{Code: 'y', Text: "y"})
	require.Equal(t, []string{"web:5", "xy"}, v.Values())
}

func TestAnErrorIsSaidAndNothingIsLost(t *testing.T) {
	v := sample()
	v.SetError("that image does not exist")
	require.Contains(t, render(v, 80, 24), "that image does not exist")
	require.NotContains(t, render(v, 80, 24), "what it had", "the error takes the place of the hint")
	v.Line().Type(tea.KeyPressMsg{Code: 'x', Text: "x"})
	v.Typed()
	require.NotContains(t, render(v, 80, 24), "does not exist")
	require.Equal(t, "web:5x", v.Values()[0])
}

func TestItFitsEverywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := sample()
		for _, a := range rapid.SliceOf(rapid.SampledFrom([]keymap.Action{keymap.Up, keymap.Down, keymap.NextPane})).Draw(t, "keys") {
			v.Handle(a)
		}
		w, h := rapid.IntRange(20, 200).Draw(t, "w"), rapid.IntRange(8, 50).Draw(t, "h")
		frame := v.Render(theme.Dark(rapid.Bool().Draw(t, "ascii")), w, h)
		golden.Sized(t, frame, min(w, 90), len(frame))
		require.LessOrEqual(t, len(frame), h)
	})
}
