package tui

import (
	"fader/views/plan"

	tea "charm.land/bubbletea/v2"
)

// copyName puts the name under the cursor on the clipboard of the terminal.
func (m *Model) copyName() tea.Cmd {
	if v, ok := m.top().page.(viewer); ok {
		m.say(good, "the whole text was sent to the terminal's clipboard")
		return tea.SetClipboard(v.Text())
	}
	ref, ok := m.subject()
	if !ok {
		m.say(warn, nothingHere)
		return nil
	}
	return m.copy(ref.Name)
}

// copyPlan puts the kubectl line of a plan there.
func (m *Model) copyPlan(v *plan.View) tea.Cmd {
	line := v.Plan().Kubectl
	if line == "" {
		m.say(warn, "kubectl has no line for this")
		return nil
	}
	return m.copy(line)
}

// copy uses OSC 52, which also works over ssh; whether the terminal obeyed it
// does not tell.
func (m *Model) copy(text string) tea.Cmd {
	m.say(good, "sent to the terminal's clipboard: "+text)
	return tea.SetClipboard(text)
}
