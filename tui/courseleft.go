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
	ask  bool // what to do about them
	err  error
}

// unfinishedCmd looks for what was left half-way, by this process or one before.
func (m *Model) unfinishedCmd(ask bool) tea.Cmd {
	of := m.opts.Courses
	if of == nil || m.opts.ReadOnly {
		return nil
	}
	return func() tea.Msg {
		left, err := of.Unfinished()
		return unfinishedMsg{of, left, ask, err}
	}
}

func (m *Model) takeUnfinished(msg unfinishedMsg) tea.Cmd {
	switch {
	case msg.of != m.opts.Courses || m.opts.ReadOnly:
	case msg.err != nil:
		m.say(bad, "the journal cannot be read, so what was left half-way is not known: "+kube.Clean(msg.err.Error()))
	default:
		m.courses.left = msg.left
		if msg.ask {
			m.askLeft(msg.left)
		}
	}
	return nil
}

// askLeft asks what to do about courses that were left half-way.
func (m *Model) askLeft(left []fade.Leftover) {
	if len(left) > 0 {
		m.abandon()
		m.dialog = &leftDialog{course.NewLeftovers(left, m.now, m.opts.Keys)}
	}
}

// leftHere are those that are about what is under the cursor.
func (m *Model) leftHere() []fade.Leftover {
	ref, ok := m.shifted()
	var here []fade.Leftover
	for _, l := range m.courses.left {
		if ok && (l.Course.Moves(ref) || l.Course.Subject() == ref) {
			here = append(here, l)
		}
	}
	return here
}

// leftDialog asks what to do about courses that were left half-way.
type leftDialog struct{ view *course.Leftovers }

func (d *leftDialog) scope() keymap.Scope { return keymap.Unfinished }

func (d *leftDialog) handle(m *Model, a keymap.Action) tea.Cmd {
	chosen := d.view.Chosen().Course
	switch a {
	case keymap.Cancel:
		m.abandon()
		m.say(warn, chosen.Title()+": left half-way, offered again at the next start, or with "+m.keyOf(keymap.Shift)+" on it")
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
	m.courses.forget(msg.course)
	m.askLeft(msg.rest)
	return nil
}

func (d *leftDialog) render(t theme.Theme, w, h int) []string { return d.view.Render(t, w, h) }
