package tui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/require"
)

// A key that is held down is one press, a pause of the keyboard's and then many: the
// pause is longer than a preview needs to be looked at, and must not arm it.
func TestAHeldKeyConfirmsNothing(t *testing.T) {
	for name, when := range map[string]func(d *driver, key tea.KeyPressMsg, plan tea.Cmd){
		"before the preview is drawn": func(d *driver, key tea.KeyPressMsg, plan tea.Cmd) {
			d.update(key)
			d.update(plan())
		},
		"before it is armed": func(d *driver, key tea.KeyPressMsg, plan tea.Cmd) {
			d.update(plan())
			d.update(key)
		},
	} {
		for _, pause := range []time.Duration{450 * time.Millisecond, 660 * time.Millisecond, 900 * time.Millisecond} {
			t.Run(name+" "+pause.String(), func(t *testing.T) {
				d := drive(t)
				d.m.grace = grace
				d.show(cluster("shop/cart"))
				when(d, key_("y"), d.update(key_("r")))
				d.now = d.now.Add(pause)
				for range 60 { // two seconds of it
					d.update(armMsg{d.m.question})
					d.update(key_("y"))
					d.now = d.now.Add(33 * time.Millisecond)
				}
				require.Empty(t, d.desk.executed)
				d.sees("[ Cancel ]")

				// Let go, it can be confirmed as ever.
				d.now = d.now.Add(repeat)
				d.update(armMsg{d.m.question})
				d.press("y")
				require.Len(t, d.desk.executed, 1)
			})
		}
	}
}
