package tui

import (
	"fader/keymap"
	"fader/kube"
	"fader/views/chrome"
	"fader/views/deployments"
	rolloutpage "fader/views/rollout"

	tea "charm.land/bubbletea/v2"
)

// rootPage is a page that a number opens.
type rootPage struct {
	open keymap.Action
	name string
	noun string
	make func(*Model) *sheet
}

// rootPages in the order of their numbers.
func rootPages() []rootPage {
	return []rootPage{
		{keymap.PageDeployments, "Deployments", "Deployments", newDeployments},
	}
}

func newRoots(m *Model) map[keymap.Action]*sheet {
	roots := map[keymap.Action]*sheet{}
	for _, r := range rootPages() {
		roots[r.open] = r.make(m)
	}
	return roots
}

func newDeployments(m *Model) *sheet {
	v := deployments.New()
	v.SetKeys(m.opts.Keys)
	return newSheet(v, keymap.Deployments, keymap.List).narrowed(v.SetFilter)
}

// tabList is what the second line shows of the root pages.
func (m *Model) tabList() (tabs []chrome.Tab, current int, noun string) {
	for i, r := range rootPages() {
		tabs = append(tabs, chrome.Tab{Key: m.keyOf(r.open), Name: r.name})
		if r.open == m.root {
			current, noun = i, r.noun
		}
	}
	return tabs, current, noun
}

// keyOf is the key shown for an action that works everywhere.
func (m *Model) keyOf(a keymap.Action) string {
	for _, b := range m.opts.Keys.Of(keymap.Global) {
		if b.Action == a {
			return b.Keys[0]
		}
	}
	return ""
}

// enter opens what is under the cursor.
func (m *Model) enter() tea.Cmd {
	ref, ok := m.subject()
	if !ok {
		return nil
	}
	if ref.Kind == kube.KindDeployment && m.top().about != ref {
		return m.openRollout(ref)
	}
	return nil
}

func (m *Model) openRollout(ref kube.Ref) tea.Cmd {
	v := rolloutpage.New()
	v.SetRef(ref)
	s := newSheet(v, keymap.Rollout, keymap.List)
	s.trail, s.about = ref.String(), ref
	return m.push(s)
}
