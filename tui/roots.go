package tui

import (
	"fader/keymap"
	"fader/kube"
	"fader/kube/gauge"
	"fader/views/chrome"
	"fader/views/deployments"
	"fader/views/endpoints"
	"fader/views/nodes"
	"fader/views/pods"
	"fader/views/replicasets"
	rolloutpage "fader/views/rollout"
	"fader/views/services"
	"fader/views/text"

	tea "charm.land/bubbletea/v2"
)

// rootPage is a page that a number opens.
type rootPage struct {
	open keymap.Action
	name string
	make func(*Model) *sheet
}

// rootPages in the order of their numbers.
func rootPages() []rootPage {
	return []rootPage{
		{keymap.PageDeployments, "Deployments", newDeployments},
		{keymap.PageReplicaSets, "ReplicaSets", newReplicaSets},
		{keymap.PagePods, "Pods", newPods},
		{keymap.PageServices, "Endpoints", newServices},
		{keymap.PageNodes, "GPU nodes", newNodes},
		{keymap.PageJournal, "Journal", newJournal},
	}
}

func newRoots(m *Model) map[keymap.Action]*sheet {
	roots := map[keymap.Action]*sheet{}
	for _, r := range rootPages() {
		roots[r.open] = r.make(m)
	}
	return roots
}

// rows is a page of rows, as every root page is one.
type rows interface {
	page
	SetKeys(keymap.Table)
	SetFilter(string)
}

// listSheet lays a page of rows, each a noun, on a sheet that can be narrowed.
func (m *Model) listSheet(v rows, noun string, scopes ...keymap.Scope) *sheet {
	v.SetKeys(m.opts.Keys)
	s := newSheet(v, append(scopes, keymap.List)...).narrowed(v.SetFilter)
	s.noun = noun
	return s
}

func newDeployments(m *Model) *sheet {
	v := deployments.New()
	v.SetStable(func(r *kube.Rollout) *kube.Rollout {
		if !shares(r) {
			return nil // it is asked for every row
		}
		return stableOf(m.snapshot, r)
	})
	v.SetLimits(func(ref kube.Ref) gauge.Limits {
		if m.opts.Limits == nil {
			return gauge.Limits{}
		}
		return m.opts.Limits(ref)
	})
	return m.listSheet(v, "Deployments", keymap.Deployments)
}

// shares reports that a rollout may be the canary of another: it is behind a Service
// with another Deployment, or is a revision of Knative's.
func shares(r *kube.Rollout) bool {
	for _, b := range r.Backends {
		for _, backer := range b.Backers {
			if backer.Deployment != r.Ref() {
				return true
			}
		}
	}
	return r.Deployment.Labels["serving.knative.dev/configuration"] != ""
}

func newReplicaSets(m *Model) *sheet { return m.listSheet(replicasets.New(), "ReplicaSets") }
func newPods(m *Model) *sheet        { return m.listSheet(pods.New(), "pods") }
func newServices(m *Model) *sheet    { return m.listSheet(services.New(), "Services") }
func newNodes(m *Model) *sheet       { return m.listSheet(nodes.New(), "GPU resources") }

// tabList is what the second line shows of the root pages.
func (m *Model) tabList() (tabs []chrome.Tab, current int) {
	for i, r := range rootPages() {
		tabs = append(tabs, chrome.Tab{Key: m.keyOf(r.open), Name: r.name})
		if r.open == m.root {
			current = i
		}
	}
	return tabs, current
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
	open := map[kube.Kind]func(kube.Ref) tea.Cmd{
		kube.KindDeployment: m.openRollout,
		kube.KindReplicaSet: m.openRevision,
		kube.KindService:    m.openService,
		kube.KindPod:        func(kube.Ref) tea.Cmd { return m.openLogs(false) },
		kube.KindNode:       func(kube.Ref) tea.Cmd { return m.look("describe", text.Plain, m.opts.Inspect.Describe) },
	}[ref.Kind]
	if open == nil || ref == m.top().about {
		return nil
	}
	return open(ref)
}

// openService shows the endpoints of a Service.
func (m *Model) openService(ref kube.Ref) tea.Cmd {
	v := endpoints.New()
	v.SetRef(ref)
	s := m.listSheet(v, "endpoints")
	s.trail, s.about = ref.String(), ref
	return m.push(s)
}

// openRevision shows the pods of one ReplicaSet.
func (m *Model) openRevision(ref kube.Ref) tea.Cmd {
	owner, ok := m.deploymentOf(ref)
	if !ok {
		m.say(warn, ref.String()+" belongs to no Deployment in sight")
		return nil
	}
	s := newPods(m)
	v := s.page.(*pods.View)
	v.SetScope(pods.Scope{Deployment: owner, Revision: m.revisionOf(ref)})
	s.trail, s.about = "pods of "+ref.String(), ref
	return m.push(s)
}

// revisionOf is the number of a ReplicaSet, 0 where it has none.
func (m *Model) revisionOf(ref kube.Ref) int64 {
	for _, set := range m.snapshot.ReplicaSets {
		if set.Ref == ref {
			return set.Revision
		}
	}
	return 0
}

func (m *Model) openRollout(ref kube.Ref) tea.Cmd {
	v := rolloutpage.New()
	v.SetRef(ref)
	v.SetKeys(m.opts.Keys)
	s := newSheet(rolloutPage{v, m.movesOf}, keymap.Rollout, keymap.List)
	s.trail, s.about, s.start = ref.String(), ref, m.journalCmd()
	return m.push(s)
}
