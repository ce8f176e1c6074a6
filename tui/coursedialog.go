package tui

import (
	"slices"

	"fader/keymap"
	"fader/views/course"
	"fader/views/theme"

	tea "charm.land/bubbletea/v2"
)

// courseDialog shows a course, also after it has ended.
type courseDialog struct {
	view  *course.View
	shown *voyage
}

func (m *Model) openCourse(c *voyage) tea.Cmd {
	m.abandon()
	d := &courseDialog{course.New(m.opts.Keys), c}
	m.dialog = d
	d.refresh(m)
	return nil
}

// refresh shows what is known by now.
func (d *courseDialog) refresh(m *Model) {
	running := m.courses.running
	d.view.Set(d.shown.progress, slices.Index(running, d.shown), len(running))
	d.view.SetNow(m.now)
	d.view.SetSnapshot(m.snapshot)
}

func (d *courseDialog) scope() keymap.Scope { return keymap.CourseView }

func (d *courseDialog) handle(m *Model, a keymap.Action) tea.Cmd {
	asked := d.view.Asked()
	d.view.Ask(false)
	over := d.shown.progress.State.Over()
	switch {
	case a == keymap.Cancel:
		m.abandon()
	case a == keymap.NextPane:
		return d.next(m)
	case over && a == keymap.UndoMove && m.returnable(d.shown):
		return m.planWayBack(d.shown)
	case over:
		m.say(warn, "it is over: nothing is under way here any more")
	case a == keymap.Continue:
		d.shown.run.Continue()
	case a == keymap.StopCourse:
		d.shown.run.Stop()
		m.say(warn, "stopping: what is being written is waited for")
	case a == keymap.UndoMove && asked:
		d.shown.run.TakeBack()
	case a == keymap.UndoMove:
		d.view.Ask(true)
	}
	return nil
}

// next shows the next of the courses under way.
func (d *courseDialog) next(m *Model) tea.Cmd {
	running := m.courses.running
	if len(running) > 0 {
		d.shown = running[(slices.Index(running, d.shown)+1)%len(running)]
		d.refresh(m)
	}
	return nil
}

// typed: any other key takes the question back.
func (d *courseDialog) typed(*Model, tea.Msg) { d.view.Ask(false) }

func (d *courseDialog) render(t theme.Theme, w, h int) []string { return d.view.Render(t, w, h) }
