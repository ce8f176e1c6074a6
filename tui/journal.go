package tui

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"fader/keymap"
	"fader/kube/fade"
	"fader/kube/rollout"
	"fader/views/journal"
	"fader/views/text"

	tea "charm.land/bubbletea/v2"
)

// journalMsg: the journal was read, or why not.
type journalMsg struct {
	entries rollout.Entries
	err     error
}

func newJournal(m *Model) *sheet {
	s := m.listSheet(journal.New(), "moves", keymap.Journal)
	s.start = m.journalCmd()
	return s
}

// journalCmd reads the journal: there is one, whatever the cluster.
func (m *Model) journalCmd() tea.Cmd {
	read := m.opts.Journal
	if read == nil {
		return nil
	}
	return func() tea.Msg {
		entries, err := read()
		return journalMsg{entries, err}
	}
}

func (m *Model) takeJournal(msg journalMsg) tea.Cmd {
	if msg.err != nil {
		m.say(bad, "the journal cannot be read: "+msg.err.Error())
		return nil
	}
	m.entries = msg.entries
	v := m.journalPage()
	v.SetEntries(msg.entries.Receipts, coursesOf(msg.entries.Courses))
	v.SetDamaged(msg.entries.Damaged)
	return nil
}

func (m *Model) journalPage() *journal.View {
	return m.roots[keymap.PageJournal].page.(*journal.View)
}

// coursesOf are the courses that lines of the journal are about, in the order in
// which they began. What a course is about stands in each of its lines.
func coursesOf(lines []rollout.CourseLine) []journal.Course {
	var all []journal.Course
	for _, line := range lines {
		var c fade.Course
		if err := json.Unmarshal(line.Course, &c); err != nil {
			continue // whoever can read it offers to finish it
		}
		at := slices.IndexFunc(all, func(o journal.Course) bool { return o.ID == line.ID })
		if at < 0 {
			at = len(all)
			all = append(all, journal.Course{ID: line.ID, Target: c.Subject(), Cluster: c.Cluster, Who: c.Who, Began: c.Began})
		}
		all[at].Title = c.Title() // the last line knows whether it is being taken back
		all[at].Lines = append(all[at].Lines, line)
	}
	return all
}

// entry under the cursor of the journal page, where that is what is seen.
func (m *Model) entry() (journal.Entry, bool) {
	v, ok := m.top().page.(*journal.View)
	if !ok {
		return journal.Entry{}, false
	}
	return v.Entry()
}

// openEntry shows an entry of the journal in full.
func (m *Model) openEntry() tea.Cmd {
	e, ok := m.entry()
	if !ok {
		return nil
	}
	back := m.keyIn(keymap.Journal, keymap.UndoEntry) + " plans it"
	if _, err := m.wayBackOf(e); err != nil {
		back = "none: " + err.Error()
	}
	title, about := e.Receipt.Plan.Title, e.Receipt.Plan.Target()
	if e.Course != nil {
		title, about = e.Course.Title, e.Course.Target
	}
	v := text.New(title, text.Plain)
	v.SetText(journal.Text(e, m.now.Location(), back))
	return m.push(m.textSheet(viewer{View: v}, "journal: "+title, about))
}

// wayBackOf is the intent that takes an entry back, or why there is none.
func (m *Model) wayBackOf(e journal.Entry) (rollout.Intent, error) {
	if e.Course != nil {
		return rollout.Intent{}, fmt.Errorf("this is a longer move: %s opens what is under way or was left, and takes it back as a whole", m.keyOf(keymap.Shift))
	}
	return m.entries.WayBack(e.Receipt, m.opts.Cluster)
}

// undoEntry plans what takes the entry under the cursor back.
func (m *Model) undoEntry() tea.Cmd {
	e, ok := m.entry()
	if !ok {
		m.say(warn, nothingHere)
		return nil
	}
	intent, err := m.wayBackOf(e)
	if err != nil {
		m.say(warn, err.Error())
		return nil
	}
	notice := "takes back: " + e.Receipt.Plan.Title + ", of " + e.Receipt.Started.In(m.now.Location()).Format(time.DateTime)
	switch later := m.entries.Since(e.Receipt); len(later) {
	case 0:
	case 1:
		notice += "; since then: " + later[0].Plan.Title
	default:
		notice += fmt.Sprintf("; since then %d other moves on it, the last: %s", len(later), later[len(later)-1].Plan.Title)
	}
	return m.planCmd(intent, notice)
}

// entryReason says why the entry under the cursor cannot be taken back now.
func (m *Model) entryReason() string {
	e, ok := m.entry()
	if !ok {
		return nothingHere
	}
	if _, err := m.wayBackOf(e); err != nil {
		return err.Error()
	}
	return m.refusal()
}

// keyIn is the key shown for an action of a scope.
func (m *Model) keyIn(scope keymap.Scope, a keymap.Action) string {
	for _, b := range m.opts.Keys.Of(scope) {
		if b.Action == a && len(b.Keys) > 0 {
			return b.Keys[0]
		}
	}
	return ""
}
