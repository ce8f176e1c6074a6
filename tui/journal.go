package tui

import (
	"fader/keymap"
	"fader/kube/rollout"
	"fader/views/journal"

	tea "charm.land/bubbletea/v2"
)

// journalMsg: the journal was read, or why not.
type journalMsg struct {
	receipts []rollout.Receipt
	damaged  int
	err      error
}

func newJournal(m *Model) *sheet {
	s := m.listSheet(journal.New())
	s.start = m.journalCmd()
	return s
}

// journalCmd reads the journal of the session that is current when it runs.
func (m *Model) journalCmd() tea.Cmd {
	read := m.opts.Receipts
	if read == nil {
		return nil
	}
	return func() tea.Msg {
		receipts, damaged, err := read()
		return journalMsg{receipts, damaged, err}
	}
}

func (m *Model) takeJournal(msg journalMsg) tea.Cmd {
	if msg.err != nil {
		m.say(bad, "the journal cannot be read: "+msg.err.Error())
		return nil
	}
	v := m.roots[keymap.PageJournal].page.(*journal.View)
	v.SetReceipts(msg.receipts)
	v.SetDamaged(msg.damaged)
	return nil
}
