package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

const (
	// grace is how long a preview is on the screen without a key before one can confirm it.
	grace = 400 * time.Millisecond
	// repeat is how long it has to be quiet after a key that came too early: longer
	// than a keyboard waits before it repeats a key that is held down.
	repeat = time.Second
)

// arming keeps a question from being answered by a key that was pressed before it
// was seen: it is armed after a quiet moment.
type arming struct {
	of interface {
		Arm()
		Armed() bool
	}
	// quiet is until when no key may come.
	quiet time.Time
}

// arm arms the question, unless keys kept coming.
func (a *arming) arm(m *Model) tea.Cmd {
	if a.quiet.Sub(m.opts.Now()) > m.grace/10 {
		return m.armCmd(m.question)
	}
	a.of.Arm()
	return nil
}

// early is told of every key: one that came before the question is armed may be
// held down, and the keyboard repeats it only after a while.
func (a *arming) early(m *Model) {
	if !a.of.Armed() {
		a.quiet = m.opts.Now().Add(repeat)
	}
}

func (m *Model) armCmd(question int) tea.Cmd {
	return tea.Tick(m.grace, func(time.Time) tea.Msg { return armMsg{question} })
}

// arm arms the question that is open, if it still is the one that msg is about.
func (m *Model) arm(msg armMsg) tea.Cmd {
	if d, ok := m.dialog.(interface{ arm(*Model) tea.Cmd }); ok && msg.question == m.question {
		return d.arm(m)
	}
	return nil
}
