package tui

import (
	"fmt"

	"fader/keymap"
	"fader/kube/gauge"
)

// figured is a page on which one figure at a time stands first.
type figured interface {
	page
	Figure() gauge.Figure
	SetFigure(gauge.Figure)
}

// nextFigure of the page on top is from now on that of every page.
func (m *Model) nextFigure() {
	if p, ok := m.top().page.(figured); ok && p.Handle(keymap.Figure) {
		m.figures.chosen = p.Figure()
	}
}

// tellFigure has the page on top show the figure that was chosen. Where it cannot,
// it says so, once, and where nothing else is being said.
func (m *Model) tellFigure() {
	p, ok := m.top().page.(figured)
	if !ok {
		return
	}
	p.SetFigure(m.figures.chosen)
	_, charted := p.(*chartPage) // it shows errors and requests besides
	switch {
	case p.Figure() == m.figures.chosen || charted && !m.figures.chosen.Latency():
		m.figures.lacks = nil
	case m.figures.lacks != m.top() && m.figures.gauge.Known() && m.toast.text == "":
		m.figures.lacks = m.top()
		m.say(warn, fmt.Sprintf("nothing here has the figure %q: %s is shown", m.figures.chosen, p.Figure()))
	}
}
