package tui

import (
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/views/form"
	"fader/views/theme"

	tea "charm.land/bubbletea/v2"
)

// page fills the main area.
type page interface {
	SetSnapshot(*kube.Snapshot)
	SetNow(time.Time)
	SetTheme(theme.Theme)
	Handle(keymap.Action) bool
	Click(x, y int) bool
	Wheel(int) bool
	Render(w, h int) []string
}

// lister is a page of rows with a cursor.
type lister interface {
	page
	Cursor() (kube.Ref, bool)
	SetFilter(string)
	Counts() (shown, total int)
}

// sheet is a page on the stack with what tui knows of it.
type sheet struct {
	page   page
	scopes []keymap.Scope
	// trail is what it is about: "shop/web", "logs of shop/web-abc". Root pages have none.
	trail string
	// noun is what its rows are, "" where it has none.
	noun string
	// about is the object it is about; zero for a root page.
	about kube.Ref
	// filter is what was typed to narrow it; nil where it cannot be narrowed.
	filter *form.Line
	// narrow takes the filter as it is typed.
	narrow func(string)
	// start is run when the sheet is laid down.
	start tea.Cmd
	// end is called when the sheet is dropped for good; nil for nothing to end.
	end func()
}

func newSheet(p page, scopes ...keymap.Scope) *sheet { return &sheet{page: p, scopes: scopes} }

// narrowed gives the sheet a filter line that feeds narrow.
func (s *sheet) narrowed(narrow func(string)) *sheet {
	s.filter, s.narrow = form.NewLine(200), narrow
	return s
}

func (s *sheet) drop() {
	if s.end != nil {
		s.end()
	}
}

// top is the sheet that is seen.
func (m *Model) top() *sheet { return m.stack[len(m.stack)-1] }

// push lays a sheet on the stack.
func (m *Model) push(s *sheet) tea.Cmd {
	m.drop(m.ahead)
	m.ahead = nil
	m.stack = append(m.stack, s)
	m.refresh()
	return s.start
}

// pop goes back one sheet and keeps it for going forward again.
func (m *Model) pop() {
	if n := len(m.stack); n > 1 {
		m.ahead = append(m.ahead, m.stack[n-1])
		m.stack = m.stack[:n-1]
		m.refresh()
	}
}

// forward undoes pop.
func (m *Model) forward() {
	if n := len(m.ahead); n > 0 {
		m.stack = append(m.stack, m.ahead[n-1])
		m.ahead = m.ahead[:n-1]
		m.refresh()
	}
}

// turn shows a root page, with nothing on it.
func (m *Model) turn(a keymap.Action) tea.Cmd {
	s, ok := m.roots[a]
	if !ok {
		return nil
	}
	m.drop(m.ahead)
	m.drop(m.stack[1:])
	m.stack, m.ahead, m.root = []*sheet{s}, nil, a
	m.filtering = false
	m.refresh()
	return s.start
}

func (m *Model) drop(sheets []*sheet) {
	for _, s := range sheets {
		s.drop()
	}
}

// refresh gives the sheet on top what it may have missed below.
func (m *Model) refresh() {
	p := m.top().page
	p.SetTheme(m.theme)
	p.SetNow(m.now)
	p.SetSnapshot(m.snapshot)
	m.tellGauge()
}

// back closes the filter, then the sheet.
func (m *Model) back() {
	s := m.top()
	if s.filter != nil && s.filter.Value() != "" {
		s.filter.SetValue("")
		s.narrow("")
		return
	}
	m.pop()
}

// target is the Deployment that a move would be on: that of the page, or of the row.
func (m *Model) target() (kube.Ref, bool) {
	if about := m.top().about; about.Kind == kube.KindDeployment {
		return about, true // whatever pod of it the cursor is on, and whether that still lives
	}
	ref, ok := m.subject()
	if !ok {
		return kube.Ref{}, false
	}
	return m.deploymentOf(ref)
}

// subject is the object under the cursor, else what the page is about.
func (m *Model) subject() (kube.Ref, bool) {
	s := m.top()
	if list, ok := s.page.(lister); ok {
		return list.Cursor()
	}
	return s.about, s.about != kube.Ref{}
}

// deploymentOf is the Deployment that an object belongs to.
func (m *Model) deploymentOf(ref kube.Ref) (kube.Ref, bool) {
	switch ref.Kind {
	case kube.KindDeployment:
		return ref, true
	case kube.KindReplicaSet:
		return m.ownerOf(ref.UID)
	case kube.KindPod:
		for _, pod := range m.snapshot.Pods {
			if pod.Ref == ref {
				return m.ownerOf(pod.OwnerUID)
			}
		}
	}
	return kube.Ref{}, false
}

func (m *Model) ownerOf(uid string) (kube.Ref, bool) {
	for _, r := range m.snapshot.Rollouts {
		for _, rev := range r.Revisions {
			if uid != "" && rev.ReplicaSet.Ref.UID == uid {
				return r.Ref(), true
			}
		}
	}
	return kube.Ref{}, false
}
