package tui

import (
	"fader/keymap"
	"fader/views/fields"
	"fader/views/theme"

	tea "charm.land/bubbletea/v2"
)

// fieldsDialog is filled in, then done is called with the values; an error of the
// plan made from them leaves what was typed to be typed again.
type fieldsDialog struct {
	view *fields.View
	done func(values []string) tea.Cmd
	// head is what stands above the fields, and changes by itself; nil for nothing.
	head func() string
	// enter is the footer's word for what enter does; "" for the usual one.
	enter string
}

// fill opens a form.
func (m *Model) fill(view *fields.View, done func(values []string) tea.Cmd) tea.Cmd {
	m.abandon()
	m.dialog = &fieldsDialog{view: view, done: done}
	return nil
}

func (d *fieldsDialog) scope() keymap.Scope { return keymap.FieldsInput }

func (d *fieldsDialog) handle(m *Model, a keymap.Action) tea.Cmd {
	switch a {
	case keymap.Cancel:
		m.abandon()
	case keymap.Enter:
		return d.done(d.view.Values())
	default:
		d.view.Handle(a)
	}
	return nil
}

// refresh what stands above the fields.
func (d *fieldsDialog) refresh(*Model) {
	if d.head != nil {
		d.view.SetHead(d.head())
	}
}

func (d *fieldsDialog) typed(_ *Model, msg tea.Msg) {
	d.view.Line().Type(msg)
	d.view.Typed()
}

func (d *fieldsDialog) render(t theme.Theme, w, h int) []string { return d.view.Render(t, w, h) }

// refill says what is wrong with the form that is open.
func (m *Model) refill(why string) {
	if d, ok := m.dialog.(*fieldsDialog); ok {
		d.view.SetError(why)
	}
}

// failPlan says why there is no plan: in the form that it was made from, so that
// nothing typed is lost, else as a toast.
func (m *Model) failPlan(why string) {
	var back *fieldsDialog
	if w, ok := m.dialog.(*waitDialog); ok {
		back = w.back
	}
	m.abandon()
	if back == nil {
		m.say(bad, why)
		return
	}
	back.view.SetError(why)
	m.dialog = back
}
