package tui

import (
	"strings"
	"testing"

	"fader/keymap"
	"fader/views/theme"

	"github.com/stretchr/testify/require"
)

// What is set for a context holds in it, and not in the next one.
func TestAContextBringsItsOwnSettings(t *testing.T) {
	guarded := func(o *Options) {
		connect := o.Connect
		o.Connect = func(name string) (Session, error) {
			s, err := connect(name)
			if name == "stage" {
				s.ReadOnly, s.ReadOnlyBy, s.Colour = true, "config.yaml:7 (contexts.stage)", "red"
			}
			return s, err
		}
	}
	d := drive(t, guarded)
	d.show(cluster("shop/cart"))
	d.sees("WRITE")
	d.press(strings.Split(":ctx stage", "")...)
	d.press("enter")
	d.show(cluster("shop/cart"))
	d.sees("READ-ONLY", " stage ")
	badge, _ := theme.Badge("red")
	require.Contains(t, d.m.header(), badge.Paint(" stage "))
	d.m.toast = toast{}
	d.press("r")
	d.sees("read-only: config.yaml:7 (contexts.stage) says so")
	require.Empty(t, d.desk.planned)

	d.press(strings.Split(":ctx prod", "")...)
	d.press("enter")
	d.show(cluster("shop/cart"))
	d.sees("WRITE")
	require.NotContains(t, d.m.header(), badge.Paint(" prod "))
	d.press("r")
	require.Len(t, d.desk.planned, 1)
}

// A key that the operator has chosen works, and every place that names it names it.
func TestAnOverriddenKey(t *testing.T) {
	keys, err := keymap.Default().Override(map[keymap.Action][]string{keymap.Restart: {"Z"}, keymap.UndoMove: {"B"}})
	require.NoError(t, err)
	d := drive(t, func(o *Options) { o.Keys = keys })
	d.show(cluster("shop/cart"))
	d.sees("Z restart")
	d.press("r")
	require.Empty(t, d.desk.planned, "the old key means nothing")
	d.press("?")
	d.sees("Z                   restart")
	d.press("esc", "Z", "y")
	require.Len(t, d.desk.executed, 1)
	d.sees("B takes it back")
}

func TestTheThemeByName(t *testing.T) {
	for name, asks := range map[string]bool{"light": false, "high-contrast": true, "colour-blind-safe": true, "auto": true} {
		d := drive(t, func(o *Options) { o.Theme = name })
		require.Equal(t, theme.Named(name, true, false).Name, d.m.theme.Name)
		require.Equal(t, asks, theme.Asks(name))
		d.m.setTheme(false)
		require.Equal(t, theme.Named(name, false, false).Name, d.m.theme.Name)
	}
}
