package chrome

import (
	"fader/keymap"
	"fader/views/theme"
)

// Footer is the last line: the keys that are worth remembering here, as many as
// fit, in the order of the table. The key that tells all others stays longest.
func Footer(t theme.Theme, bindings []keymap.Binding, w int) string {
	items := make([]item, 0, len(bindings))
	for i, b := range bindings {
		if len(b.Keys) == 0 {
			continue
		}
		rank := i
		if b.Action == keymap.Help {
			rank = -1
		}
		items = append(items, item{rank: rank, full: []span{{b.Keys[0], t.Accent}, {" " + b.Short, t.Dim}}})
	}
	return draw(t, t.Bar, items, w, 2)
}
