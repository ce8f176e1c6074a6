package tui

import (
	"slices"

	"fader/keymap"
)

// hints are the keys in the footer.
func (m *Model) hints() []keymap.Binding {
	hints := m.opts.Keys.Footer(m.scopes()...)
	if m.dialog == nil {
		hints = slices.DeleteFunc(hints, func(b keymap.Binding) bool { return b.Scope == keymap.Global && m.idle(b.Action) })
	}
	d, ok := m.dialog.(*fieldsDialog)
	for i, b := range hints {
		if ok && d.enter != "" && b.Action == keymap.Enter {
			hints[i].Short = d.enter
		}
	}
	return hints
}

// idle says that an action is about nothing that this page can have a row of: its
// key would only take the place of one that does something. It is asked of the page
// and not of the row, so that the footer stands still while the cursor moves.
func (m *Model) idle(a keymap.Action) bool {
	if len(m.stack) > 1 {
		return false
	}
	nodes, services := m.root == keymap.PageNodes, m.root == keymap.PageServices
	switch a {
	case keymap.Undo, keymap.History, keymap.Pause, keymap.Scale, keymap.Restart, keymap.Image, keymap.Guard, keymap.Chart:
		return nodes || services
	case keymap.Shift, keymap.Flip:
		return nodes
	}
	return false
}
