package tui

import (
	"fmt"
	"strings"

	"fader/views/box"
	"fader/views/chrome"

	tea "charm.land/bubbletea/v2"
)

// The screen: a header and the tabs above the page, the footer below it.
const (
	above = 2
	below = 1

	leastWidth  = 60
	leastHeight = 15
)

// View draws the screen. Pages and dialogs cache what they drew, so that a
// message that changed nothing costs little.
func (m *Model) View() tea.View {
	v := tea.NewView(m.theme.Glyphs.Spell(strings.Join(m.screen(), "\n")))
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.WindowTitle = "fader " + m.opts.Cluster.Context
	return v
}

func (m *Model) screen() []string {
	switch {
	case m.w < 1 || m.h < 1:
		return nil
	case m.w < leastWidth || m.h < leastHeight:
		return m.tooSmall()
	}
	lines := make([]string, 0, m.h)
	lines = append(lines, m.header(), m.tabs())
	course := append(append(m.loginLines(), m.guardLine()...), m.courseLine()...)
	lines = append(lines, m.top().page.Render(m.w, m.h-above-below-len(course))...)
	lines = append(lines, course...)
	foot := m.footer()
	// A second line lies over the page's last, so that nothing moves for it.
	lines = append(lines[:len(lines)-(len(foot)-below)], foot...)
	if m.dialog == nil {
		return lines
	}
	top := m.dialog.render(m.theme, m.w-2, m.h-above-below)
	x := (m.w - box.Width(top[0])) / 2
	y := above + (m.h-above-below-len(top))/2
	return box.Over(lines, top, x, y)
}

func (m *Model) tooSmall() []string {
	text := fmt.Sprintf("too small: %d×%d, fader needs %d×%d", m.w, m.h, leastWidth, leastHeight)
	lines := append(make([]string, m.h/2), box.Wrap(text, m.w)...)
	return box.Fill(lines, m.w, m.h)
}

func (m *Model) header() string {
	return chrome.Header{
		Context: m.opts.Cluster.Context, Colour: m.opts.Colour, Server: m.opts.Cluster.Server, Scope: m.scope,
		Health: m.snapshot.Health, ReadOnly: m.opts.ReadOnly, Answer: -1, Now: m.now,
		Figures: m.figuresState(),
	}.Render(m.theme, m.w)
}

func (m *Model) tabs() string {
	tabs, current := m.tabList()
	s := m.top()
	t := chrome.Tabs{Tabs: tabs, Current: current, Trail: s.trail, Noun: s.noun, Total: -1, Editing: m.filtering}
	if s.filter != nil {
		t.Filter = s.filter.Value()
	}
	if s.trail != "" {
		t.Tabs, t.Current = tabs[current:current+1], 0
	}
	if list, ok := s.page.(lister); ok {
		t.Shown, t.Total = list.Counts()
	}
	return t.Render(m.theme, m.w)
}

// footer is the latest news, or the keys of where the keyboard is.
func (m *Model) footer() []string {
	if m.toast.text != "" {
		return chrome.Toast{Mood: m.toast.mood, Text: m.toast.text}.Render(m.theme, m.w)
	}
	return []string{chrome.Footer(m.theme, m.hints(), m.w)}
}
