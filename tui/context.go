package tui

import (
	"time"

	"fader/kube"
	"fader/views/picker"

	tea "charm.land/bubbletea/v2"
)

// connectedMsg: another context was connected to, or why not.
type connectedMsg struct {
	question int
	name     string
	session  Session
	err      error
}

// pickContext shows the contexts of the kubeconfig.
func (m *Model) pickContext() tea.Cmd {
	names, err := m.opts.Contexts()
	if err != nil {
		m.say(bad, err.Error())
		return nil
	}
	m.abandon()
	m.dialog = &pickDialog{view: picker.New("Context", names, m.opts.Cluster.Context), choose: m.switchContext}
	return nil
}

// switchContext connects to another cluster. Until that has succeeded nothing
// changes; then everything that belonged to the old one is gone: dialogs, plans
// under way, pages about its objects.
func (m *Model) switchContext(name string) tea.Cmd {
	m.abandon()
	question, connect := m.question, m.opts.Connect
	return func() tea.Msg {
		session, err := connect(name)
		return connectedMsg{question, name, session, err}
	}
}

func (m *Model) takeSession(msg connectedMsg) tea.Cmd {
	if msg.question != m.question {
		return nil
	}
	if msg.err != nil {
		m.say(bad, msg.err.Error())
		return nil
	}
	m.abandon()
	m.opts.Session = msg.session
	m.login, m.identifyAt = Login{}, time.Time{}
	m.turn(m.root)
	scope := kube.Scope{Namespace: m.scope.Namespace, Selector: m.scope.Selector}
	if scope.Namespace != "" {
		scope.Namespace = msg.session.Home
	}
	m.say(good, "this is "+msg.name+" now"+m.dropOutcomes()+m.dropGuards())
	return tea.Batch(m.watch(scope), m.measure())
}
