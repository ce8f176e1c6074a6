package tui

import (
	"slices"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/fade"
	"fader/kube/rollout"
	"fader/views/course"

	tea "charm.land/bubbletea/v2"
)

type (
	// coursePlannedMsg: the preview of a course, or why it cannot be.
	coursePlannedMsg struct {
		question int
		passage  passage
		plan     rollout.Plan
		err      error
	}
	// courseStartedMsg: a course stands in the journal and is under way, or why not.
	courseStartedMsg struct {
		question int
		course   *voyage
		err      error
	}
	// courseMsg: there is news of the course of that number.
	courseMsg struct{ number int }
)

// voyage is a course under way, or one that has ended. It belongs to the cluster
// it was started on, whichever is on the screen by now.
type voyage struct {
	number   int
	run      Run
	by       Courses
	back     bool // it takes another one back
	progress fade.Progress
}

// courses of this process.
type courses struct {
	number  int       // of the last one
	running []*voyage // the oldest first
	ended   []*voyage // the latest first
	left    []fade.Leftover
	// leaving is until when a second q quits while a course is under way.
	leaving time.Time
	paired  paired
}

// forget that a course was left half-way.
func (c *courses) forget(one fade.Course) {
	c.left = slices.DeleteFunc(c.left, func(l fade.Leftover) bool { return l.Course.ID == one.ID })
}

// paired remembers whether an object has a pair.
type paired struct {
	in  *kube.Snapshot
	of  kube.Ref
	any bool
}

// passage is a course to be planned.
type passage struct {
	course fade.Course
	notice string
	// back says that it takes another one back.
	back bool
}

// planCourse asks for the preview of a course.
func (m *Model) planCourse(p passage) tea.Cmd {
	if m.refuse() {
		return nil
	}
	question, ctx := m.ask(planTime)
	m.dialog = &waitDialog{title: p.course.Title(), text: "working out what would change"}
	by := m.opts.Courses
	return func() tea.Msg {
		plan, err := by.Plan(ctx, p.course)
		return coursePlannedMsg{question, p, plan, err}
	}
}

func (m *Model) previewCourse(msg coursePlannedMsg) tea.Cmd {
	if msg.question != m.question {
		return nil
	}
	if msg.err != nil {
		m.abandon()
		m.say(bad, msg.err.Error())
		return nil
	}
	return m.preview(msg.plan, msg.passage.notice, func(c rollout.Confirmation) tea.Cmd { return m.startCourse(msg.passage, c) })
}

// startCourse begins a confirmed course, or goes on with one that was left.
func (m *Model) startCourse(p passage, confirmation rollout.Confirmation) tea.Cmd {
	question, _ := m.ask(executeTime)
	m.dialog = &waitDialog{title: p.course.Title(), text: "writing it into the journal"}
	by := m.opts.Courses
	return func() tea.Msg {
		run, err := by.Start(p.course, confirmation)
		return courseStartedMsg{question, &voyage{run: run, by: by, back: p.back || p.course.Return}, err}
	}
}

// takeCourse keeps a course that was started, even where nobody waits for it any
// more: it is under way all the same.
func (m *Model) takeCourse(msg courseStartedMsg) tea.Cmd {
	waited := msg.question == m.question
	if waited {
		m.abandon()
	}
	if msg.err != nil {
		m.say(bad, msg.err.Error())
		return nil
	}
	c := msg.course
	m.courses.number++
	c.number, c.progress = m.courses.number, c.run.Progress()
	m.courses.running = append(m.courses.running, c)
	m.courses.forget(c.progress.Course)
	if waited {
		m.openCourse(c)
	}
	return tea.Batch(courseCmd(c), m.journalCmd())
}

// courseCmd waits for news of a course.
func courseCmd(c *voyage) tea.Cmd {
	run, number := c.run, c.number
	return func() tea.Msg {
		select {
		case _, more := <-run.Changed():
			if !more {
				return nil
			}
		case <-run.Done():
		}
		return courseMsg{number}
	}
}

// takeNews shows how a course stands, and what became of it once it is over.
func (m *Model) takeNews(msg courseMsg) tea.Cmd {
	at := slices.IndexFunc(m.courses.running, func(c *voyage) bool { return c.number == msg.number })
	if at < 0 {
		return nil
	}
	c := m.courses.running[at]
	before, was := len(c.progress.Receipts), c.progress.State
	c.progress = c.run.Progress()
	m.tellDialog()
	if c.progress.State.Over() {
		m.courses.running = slices.Delete(m.courses.running, at, at+1)
		m.courses.ended = slices.Insert(m.courses.ended, 0, c)
		m.tellEnd(c)
		return tea.Batch(m.unfinishedCmd(false), m.journalCmd(), m.notifyCourse(c.progress, was))
	}
	next := tea.Batch(courseCmd(c), m.notifyCourse(c.progress, was))
	if len(c.progress.Receipts) != before {
		return tea.Batch(next, m.journalCmd())
	}
	return next
}

// tellEnd says how a course ended, and what can be done about it.
func (m *Model) tellEnd(c *voyage) {
	p, dot := c.progress, " "+m.theme.Glyphs.Dot+" "
	mood, text := good, course.Name(p.Course)+": "+p.Text
	switch {
	case p.State == fade.Failed:
		mood = bad
	case p.State == fade.Stopped && p.Err != "":
		mood = warn
	}
	if p.Err != "" && p.Err != p.Text {
		text += ": " + p.Err
	}
	if m.returnable(c) {
		text += dot + m.keyOf(keymap.UndoMove) + " takes it back"
	}
	m.say(mood, text)
}
