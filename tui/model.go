package tui

import (
	"context"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/views/deployments"
	"fader/views/form"
	rolloutpage "fader/views/rollout"
	"fader/views/theme"

	tea "charm.land/bubbletea/v2"
)

// Model is the desk. It is used through a pointer and only by Bubble Tea's loop.
type Model struct {
	opts  Options
	theme theme.Theme
	w, h  int
	now   time.Time

	feed       Feed
	stopFeed   context.CancelFunc
	next       tea.Cmd // waits for the feed's next snapshot
	generation int     // of the feed: answers of older ones are dropped
	snapshot   *kube.Snapshot
	scope      kube.Scope

	deployments *deployments.View
	rollout     *rolloutpage.View
	open        bool // the Rollout page is on top of the Deployments page
	wanted      string

	filter    *form.Line
	filtering bool

	dialog   dialog
	grace    time.Duration
	question int // numbers what was asked last: plans, histories, executions
	cancel   context.CancelFunc
	toast    toast
	err      error // why the program ends
}

// New makes the desk; nothing is started before Init.
func New(o Options) *Model {
	m := &Model{
		opts: o, scope: o.Scope, wanted: o.Open,
		deployments: deployments.New(), rollout: rolloutpage.New(), filter: form.NewLine(200), grace: grace,
	}
	m.setTheme(o.Theme != "light")
	m.setNow(o.Now())
	return m
}

// Init starts the feed, the clock and, where the theme is to be found out, the question to the terminal.
func (m *Model) Init() tea.Cmd {
	cmds := []tea.Cmd{m.watch(m.scope), tickCmd(m.opts.Now), m.warningCmd()}
	if m.opts.Theme == "auto" {
		cmds = append(cmds, tea.RequestBackgroundColor)
	}
	return tea.Batch(cmds...)
}

// Stop ends the feed; it does not wait for it.
func (m *Model) Stop() {
	if m.feed != nil {
		m.stopFeed()
		m.feed.Stop()
	}
	m.abandon()
}

// Err is why the program ended, nil where a person ended it.
func (m *Model) Err() error { return m.err }

func (m *Model) setTheme(dark bool) {
	m.theme = theme.Light(m.opts.ASCII)
	if dark {
		m.theme = theme.Dark(m.opts.ASCII)
	}
	m.deployments.SetTheme(m.theme)
	m.rollout.SetTheme(m.theme)
}

func (m *Model) setNow(now time.Time) {
	m.now = now
	m.deployments.SetNow(now)
	m.rollout.SetNow(now)
}

// scopes are where a key is looked up, the innermost first.
func (m *Model) scopes() []keymap.Scope {
	switch {
	case m.dialog != nil:
		return []keymap.Scope{m.dialog.scope()}
	case m.filtering:
		return []keymap.Scope{keymap.FilterInput}
	}
	return m.pageScopes()
}

func (m *Model) pageScopes() []keymap.Scope {
	if m.open {
		return []keymap.Scope{keymap.Rollout, keymap.List}
	}
	return []keymap.Scope{keymap.Deployments, keymap.List}
}
