package tui

import (
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/rollout"
	"fader/views/box"
	"fader/views/help"
	"fader/views/history"
	"fader/views/picker"
	"fader/views/theme"

	tea "charm.land/bubbletea/v2"
)

// dialog takes the keyboard from the page.
type dialog interface {
	scope() keymap.Scope
	handle(*Model, keymap.Action) tea.Cmd
	render(t theme.Theme, w, h int) []string
}

// typist is a dialog that also takes what no binding wanted: keys and pastes.
type typist interface {
	typed(*Model, tea.Msg)
}

// waitDialog says that an answer is awaited; esc stops waiting.
type waitDialog struct {
	title, text string
	// back is the form that the answer is worked out from; nil for none.
	back *fieldsDialog
	// pressed is when a key last came that was meant for something else.
	pressed time.Time
}

func (d *waitDialog) scope() keymap.Scope { return keymap.Picker }

func (d *waitDialog) handle(m *Model, a keymap.Action) tea.Cmd {
	if a == keymap.Cancel {
		m.abandon()
		m.say(warn, "stopped waiting for: "+d.title)
	}
	d.pressed = m.opts.Now()
	return nil
}

func (d *waitDialog) typed(m *Model, _ tea.Msg) { d.pressed = m.opts.Now() }

func (d *waitDialog) render(t theme.Theme, w, h int) []string {
	body := []string{"", " " + t.Text.Paint(d.text+t.Glyphs.Ellipsis), " " + t.Dim.Paint("esc stops it"), ""}
	return box.Frame(t, t.Strong.Paint(d.title), "", body, min(w, 60), min(len(body)+2, h), true)
}

// historyDialog shows the revisions; enter plans an undo to one.
type historyDialog struct {
	target kube.Ref
	view   *history.View
}

func (d *historyDialog) scope() keymap.Scope { return keymap.HistoryPane }

func (d *historyDialog) handle(m *Model, a keymap.Action) tea.Cmd {
	switch a {
	case keymap.Cancel:
		m.abandon()
	case keymap.Undo:
		if past, ok := d.view.Chosen(); ok {
			return m.planCmd(rollout.Intent{Verb: rollout.Undo, Target: d.target, Revision: past.Revision, ReplicaSet: past.ReplicaSet}, "")
		}
		m.say(warn, "that revision is what runs now: choose an older one")
	case keymap.ExternDiff:
		if from, to, ok := d.view.Compared(); ok {
			return m.externalDiff(from, to)
		}
	default:
		d.view.Handle(a)
	}
	return nil
}

func (d *historyDialog) render(t theme.Theme, w, h int) []string { return d.view.Render(t, w, h) }

// pickDialog chooses one of some names.
type pickDialog struct {
	view   *picker.View
	choose func(name string) tea.Cmd
}

func (d *pickDialog) scope() keymap.Scope { return keymap.Picker }

func (d *pickDialog) handle(m *Model, a keymap.Action) tea.Cmd {
	switch a {
	case keymap.Cancel:
		m.abandon()
	case keymap.Enter:
		name, ok := d.view.Chosen()
		if !ok {
			return nil
		}
		m.abandon()
		return d.choose(name)
	default:
		d.view.Handle(a)
	}
	return nil
}

func (d *pickDialog) typed(_ *Model, msg tea.Msg) {
	d.view.Line().Type(msg)
	d.view.Narrow()
}

func (d *pickDialog) render(t theme.Theme, w, h int) []string { return d.view.Render(t, w, h) }

// helpDialog shows the keys.
type helpDialog struct{ view *help.View }

func (d *helpDialog) scope() keymap.Scope { return keymap.HelpScreen }

func (d *helpDialog) handle(m *Model, a keymap.Action) tea.Cmd {
	if a == keymap.Cancel {
		m.abandon()
		return nil
	}
	d.view.Handle(a)
	return nil
}

func (d *helpDialog) render(t theme.Theme, w, h int) []string { return d.view.Render(t, w, h) }
