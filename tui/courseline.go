package tui

import (
	"fmt"

	"fader/keymap"
	"fader/kube/fade"
	"fader/views/course"

	tea "charm.land/bubbletea/v2"
)

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
	if m.leavingGuards() {
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
