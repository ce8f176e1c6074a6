package tui

import (
	"fader/keymap"
	"fader/kube"
	"fader/kube/fade"
	"fader/views/course"
	"fader/views/theme"

	tea "charm.land/bubbletea/v2"
)

// unfinishedMsg: what the journal says of courses that did not end, or why it
// cannot be read.
type unfinishedMsg struct {
	of   Courses
	left []fade.Leftover
	err  error
}

// unfinishedCmd looks for what a process before this one left behind.
func (m *Model) unfinishedCmd() tea.Cmd {
	of := m.opts.Courses
	if of == nil || m.opts.ReadOnly {
		return nil
	}
	return func() tea.Msg {
		left, err := of.Unfinished()
		return unfinishedMsg{of, left, err}
	}
}

func (m *Model) takeUnfinished(msg unfinishedMsg) tea.Cmd {
	switch {
	case msg.of != m.opts.Courses || m.opts.ReadOnly:
	case msg.err != nil:
		m.say(bad, "the journal cannot be read, so what was left half-way is not known: "+kube.Clean(msg.err.Error()))
	case len(msg.left) > 0:
		m.abandon()
		m.dialog = &leftDialog{course.NewLeftovers(msg.left, m.now, m.opts.Keys)}
	}
	return nil
}

// leftDialog asks what to do about courses that were left half-way.
type leftDialog struct{ view *course.Leftovers }

func (d *leftDialog) scope() keymap.Scope { return keymap.Unfinished }

func (d *leftDialog) handle(m *Model, a keymap.Action) tea.Cmd {
	chosen := d.view.Chosen().Course
	switch a {
	case keymap.Cancel:
		m.abandon()
		m.say(warn, chosen.Title()+": left half-way, offered again at the next start")
	case keymap.Finish:
		return m.planCourse(passage{course: chosen})
	case keymap.UndoMove:
		return m.planCourse(passage{course: chosen.TakeBack()})
	case keymap.Leave:
		return m.leave(chosen, d.view.Rest())
	default:
		d.view.Handle(a)
	}
	return nil
}

// leave lets a course be, and asks about the others.
func (m *Model) leave(c fade.Course, rest []fade.Leftover) tea.Cmd {
	m.abandon()
	of := m.opts.Courses
	return func() tea.Msg {
		err := of.Leave(c)
		return leftMsg{of, c, rest, err}
	}
}

// leftMsg: a course was let be, or why that could not be written down.
type leftMsg struct {
	of     Courses
	course fade.Course
	rest   []fade.Leftover
	err    error
}

func (m *Model) takeLeft(msg leftMsg) tea.Cmd {
	if msg.err != nil {
		m.say(bad, msg.err.Error())
		return nil
	}
	m.say(good, msg.course.Title()+": left as it is, and not asked about again")
	return m.takeUnfinished(unfinishedMsg{msg.of, msg.rest, nil})
}

func (d *leftDialog) render(t theme.Theme, w, h int) []string { return d.view.Render(t, w, h) }
