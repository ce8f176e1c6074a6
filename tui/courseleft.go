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

// unfinishedOf asks about what was left on a cluster that has just been connected to.
func (m *Model) unfinishedOf(msg connectedMsg) tea.Cmd {
	if msg.err != nil || msg.session.Courses != m.opts.Courses {
		return nil
	}
	m.courses.left = nil
	return m.unfinishedCmd(true)
}

func (m *Model) takeUnfinished(msg unfinishedMsg) tea.Cmd {
	switch {
	case msg.of != m.opts.Courses || m.opts.ReadOnly:
	case msg.err != nil:
		m.say(bad, "the journal cannot be read, so what was left half-way is not known: "+kube.Clean(msg.err.Error()))
	default:
		m.courses.left = msg.left
		switch {
		case msg.ask && m.dialog == nil:
			return m.askLeft(msg.left)
		case msg.ask && len(msg.left) > 0: // whatever is open is not taken away
			m.say(warn, msg.left[0].Course.Title()+": left half-way"+ranOn(msg.left[0])+"; "+m.keyOf(keymap.Shift)+" on it opens it")
		}
	}
	return nil
}

// ranOn says where a course ran, where that was not here: whether it still does
// nobody here can tell.
func ranOn(l fade.Leftover) string {
	if !l.Elsewhere {
		return ""
	}
	return " on " + kube.Clean(l.Host)
}

// askLeft asks what to do about courses that were left half-way. The question
// comes unbidden, so that keys typed before it was seen answer nothing.
func (m *Model) askLeft(left []fade.Leftover) tea.Cmd {
	if len(left) == 0 {
		return nil
	}
	m.abandon()
	view := course.NewLeftovers(left, m.now, m.opts.Keys)
	m.dialog = &leftDialog{arming{view, m.opts.Now().Add(m.grace)}, view}
	return m.armCmd(m.question)
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
type leftDialog struct {
	arming
	view *course.Leftovers
}

// typed: any key before it is armed puts that off; after, it takes the question back.
func (d *leftDialog) typed(m *Model, _ tea.Msg) {
	d.early(m)
	d.view.Ask(false)
}

func (d *leftDialog) scope() keymap.Scope { return keymap.Unfinished }

func (d *leftDialog) handle(m *Model, a keymap.Action) tea.Cmd {
	chosen, asked := d.view.Chosen().Course, d.view.Asked()
	d.early(m)
	d.view.Ask(false)
	switch {
	case a == keymap.Cancel:
		m.abandon()
		m.say(warn, chosen.Title()+": left half-way"+ranOn(d.view.Chosen())+", offered again at the next start, or with "+m.keyOf(keymap.Shift)+" on it")
	case !d.view.Armed():
	case a == keymap.Finish:
		return m.planCourse(passage{course: chosen})
	case a == keymap.UndoMove:
		return m.planCourse(passage{course: chosen.TakeBack()})
	case a == keymap.Leave && !asked:
		d.view.Ask(true)
	case a == keymap.Leave:
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
	return m.askLeft(msg.rest)
}

func (d *leftDialog) render(t theme.Theme, w, h int) []string { return d.view.Render(t, w, h) }
