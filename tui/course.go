package tui

import (
	"fmt"
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
		course   fade.Course
		plan     rollout.Plan
		notice   string
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
	progress fade.Progress
}

// courses of this process.
type courses struct {
	number  int       // of the last one
	running []*voyage // the oldest first
	ended   []*voyage // the latest first
	// leaving is until when a second q quits while a course is under way.
	leaving time.Time
	paired  paired
}

// paired remembers whether an object has a pair.
type paired struct {
	in  *kube.Snapshot
	of  kube.Ref
	any bool
}

// planCourse asks for the preview of a course.
func (m *Model) planCourse(c fade.Course, notice string) tea.Cmd {
	return m.planCourseBy(m.opts.Courses, c, notice)
}

func (m *Model) planCourseBy(by Courses, c fade.Course, notice string) tea.Cmd {
	if m.refuse() {
		return nil
	}
	question, ctx := m.ask(planTime)
	m.dialog = &waitDialog{title: c.Title(), text: "working out what would change"}
	return func() tea.Msg {
		p, err := by.Plan(ctx, c)
		return coursePlannedMsg{question, c, p, notice, err}
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
	cmd := m.preview(msg.plan, msg.notice, func(c rollout.Confirmation) tea.Cmd { return m.startCourse(msg.course, c) })
	if d, ok := m.dialog.(*planDialog); ok {
		d.again = nil // the preview is of several writes
	}
	return cmd
}

// startCourse begins a confirmed course, or goes on with one that was left.
func (m *Model) startCourse(c fade.Course, confirmation rollout.Confirmation) tea.Cmd {
	question, _ := m.ask(executeTime)
	m.dialog = &waitDialog{title: c.Title(), text: "writing it into the journal"}
	by := m.opts.Courses
	return func() tea.Msg {
		run, err := by.Start(c, confirmation)
		return courseStartedMsg{question, &voyage{run: run, by: by}, err}
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
	before := len(c.progress.Receipts)
	c.progress = c.run.Progress()
	m.tellDialog()
	if c.progress.State.Over() {
		m.courses.running = slices.Delete(m.courses.running, at, at+1)
		m.courses.ended = slices.Insert(m.courses.ended, 0, c)
		return tea.Batch(m.tellEnd(c), m.journalCmd())
	}
	if len(c.progress.Receipts) != before {
		return tea.Batch(courseCmd(c), m.journalCmd())
	}
	return courseCmd(c)
}

// tellEnd says how a course ended, and what can be done about it.
func (m *Model) tellEnd(c *voyage) tea.Cmd {
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
	return nil
}

// returnable says that there is something to take back, and that it can be.
func (m *Model) returnable(c *voyage) bool {
	p := c.progress
	return !p.Course.Return && len(p.Receipts) > 0 && p.State.Over()
}

// lastCourse is the course that ended last, where it can be taken back and nothing
// that can be was done since; nil otherwise.
func (m *Model) lastCourse() *voyage {
	if len(m.courses.ended) == 0 {
		return nil
	}
	c := m.courses.ended[0]
	if !m.returnable(c) || c.by != m.opts.Courses {
		return nil
	}
	written := c.progress.Receipts[len(c.progress.Receipts)-1].Finished
	if last, moved := m.opts.Desk.Last(); moved && last.Started.After(written) {
		return nil
	}
	return c
}

// courseHere is the course that the key opens: the one that moves what is under
// the cursor, else the oldest; nil where none is under way.
func (m *Model) courseHere() *voyage {
	for _, c := range m.courses.running {
		if m.movesHere(c) {
			return c
		}
	}
	if len(m.courses.running) == 0 {
		return nil
	}
	return m.courses.running[0]
}

// movesHere says that the course is about what is under the cursor.
func (m *Model) movesHere(c *voyage) bool {
	ref, ok := m.shifted()
	of := c.progress.Course
	return ok && (of.Moves(ref) || of.Subject() == ref)
}

// courseLine is the line about what is under way, none for nothing.
func (m *Model) courseLine() []string {
	c := m.courseHere()
	if c == nil {
		return nil
	}
	hint := m.keyOf(keymap.Shift) + " opens it"
	if !m.movesHere(c) && m.pairHere() {
		hint = m.keyOf(keymap.Shift) + " on it opens it"
	}
	return []string{course.Line(m.theme, c.progress, len(m.courses.running)-1, hint, m.w)}
}

// pairHere says that a shift could begin under the cursor. It is asked for every
// frame, and looked for once in a snapshot.
func (m *Model) pairHere() bool {
	ref, ok := m.shifted()
	if !ok {
		return false
	}
	if p := &m.courses.paired; p.in != m.snapshot || p.of != ref {
		*p = paired{m.snapshot, ref, len(fade.Pairs(m.snapshot, ref)) > 0}
	}
	return m.courses.paired.any
}

// quit ends the program; while a course is under way only when asked twice.
func (m *Model) quit() tea.Cmd {
	if c := m.courseHere(); c != nil && m.now.After(m.courses.leaving) {
		m.courses.leaving = m.now.Add(stay(warn))
		m.say(warn, fmt.Sprintf("%s is under way %s: q again leaves it there; the next start offers to finish it or take it back",
			course.Name(c.progress.Course), course.Place(c.progress)))
		return nil
	}
	return tea.Quit
}

// tellDialog lets a dialog that shows what changes by itself show it as it is now.
func (m *Model) tellDialog() tea.Cmd {
	if d, ok := m.dialog.(interface{ refresh(*Model) }); ok {
		d.refresh(m)
	}
	return nil
}

// closeCourses ends them because the program ends; the journal keeps them.
func (m *Model) closeCourses() {
	for _, c := range m.courses.running {
		c.run.Close()
	}
}
