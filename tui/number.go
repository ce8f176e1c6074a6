package tui

import (
	"strconv"

	"fader/keymap"
	"fader/views/form"

	tea "charm.land/bubbletea/v2"
)

// numberLine is the line of a dialog that asks for a number of pods. What cannot be
// read is said below it, until something else is typed.
type numberLine struct {
	line *form.Line
	err  string
}

func newNumberLine(n int32) numberLine {
	l := numberLine{line: form.NewLine(20)}
	l.set(n)
	return l
}

func (l *numberLine) set(n int32) {
	l.line.SetValue(strconv.Itoa(int(n)))
	l.err = ""
}

func (l *numberLine) scope() keymap.Scope { return keymap.PromptInput }

func (l *numberLine) typed(_ *Model, msg tea.Msg) {
	l.line.Type(msg)
	l.err = ""
}

// numberKeys are what a dialog makes of its line.
type numberKeys struct {
	read  func(text string) (int32, error)
	clamp func(n int64) int32   // the nearest number that can be, for up and down
	done  func(n int32) tea.Cmd // of enter
}

func (l *numberLine) press(m *Model, a keymap.Action, k numberKeys) tea.Cmd {
	n, err := k.read(l.line.Value())
	switch {
	case a == keymap.Cancel:
		m.abandon()
	case a == keymap.Up && err == nil:
		l.set(k.clamp(int64(n) + 1))
	case a == keymap.Down && err == nil:
		l.set(k.clamp(int64(n) - 1))
	case a == keymap.Enter && err != nil:
		l.err = err.Error()
	case a == keymap.Enter:
		return k.done(n)
	}
	return nil
}
