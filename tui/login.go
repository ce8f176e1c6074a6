package tui

import (
	"fmt"
	"time"

	"fader/kube"
	"fader/views/age"
	"fader/views/box"

	tea "charm.land/bubbletea/v2"
)

// Login is what the credential plugin of a context says while it runs: a link to
// open, a code to enter. The lines are sanitised.
type Login struct {
	Context string
	Plugin  string
	Began   time.Time
	Lines   []string
	// Running is false once the plugin has ended.
	Running bool
}

// loginMsg: a credential plugin says something, or has ended.
type loginMsg struct{ login Login }

// identifiedMsg: the cluster of these courses has told which one it is.
type identifiedMsg struct {
	of  Courses
	uid string
}

func (m *Model) loginCmd() tea.Cmd {
	logins := m.opts.Logins
	if logins == nil {
		return nil
	}
	return func() tea.Msg {
		login, ok := <-logins
		if !ok {
			return nil
		}
		return loginMsg{login}
	}
}

// takeLogin keeps what the plugin of the context on the screen says until it ends.
func (m *Model) takeLogin(l Login) tea.Cmd {
	switch {
	case l.Running && l.Context == m.opts.Cluster.Context:
		m.login = l
	case l.Context == m.login.Context:
		m.login = Login{}
	}
	return m.loginCmd()
}

// silentLogin is from when on a plugin that says nothing is spoken of.
const silentLogin = 2 * time.Second

// loginLines are the plugin's last words, each of them whole, as far as half of the
// screen holds them; none where none runs, or one has just begun and says nothing.
func (m *Model) loginLines() []string {
	l := m.login
	waited := max(0, m.now.Sub(l.Began))
	if !l.Running || len(l.Lines) == 0 && waited < silentLogin {
		return nil
	}
	var lines []string
	for i := len(l.Lines) - 1; i >= 0; i-- {
		wrapped := box.Wrap(l.Lines[i], m.w-2)
		if len(lines) > 0 && len(lines)+len(wrapped) > m.h/2 {
			break
		}
		lines = append(wrapped, lines...)
	}
	g := m.theme.Glyphs
	says := "says nothing"
	if len(lines) > 0 {
		says = "says"
	}
	head := fmt.Sprintf("%s log in: the credential plugin %s has run for %s and %s", g.Waiting, l.Plugin, age.Long(waited), says)
	out := []string{m.theme.Waiting.Bold().Paint(box.Fit(head, m.w))}
	for _, line := range lines {
		out = append(out, box.Fit("  "+line, m.w))
	}
	return out
}

// identifyAgain is how long a cluster that did not tell is not asked again.
const identifyAgain = 30 * time.Second

// identifyCmd asks the cluster which one it is, once it answers: what was left
// half-way under another address is found then.
func (m *Model) identifyCmd() tea.Cmd {
	of, ask := m.opts.Courses, m.opts.ClusterUID
	if ask == nil || m.opts.Cluster.UID != "" || m.now.Before(m.identifyAt) || m.snapshot.Health.State != kube.Live {
		return nil
	}
	m.identifyAt = m.now.Add(identifyAgain)
	return func() tea.Msg { return identifiedMsg{of, ask()} }
}

func (m *Model) takeIdentity(msg identifiedMsg) tea.Cmd {
	if msg.of != m.opts.Courses {
		return nil // of the cluster before
	}
	m.opts.Cluster.UID = msg.uid
	if msg.uid == "" {
		return nil
	}
	return m.unfinishedCmd(len(m.courses.left) == 0)
}
