package tui

import (
	"context"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/rollout"
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

	roots     map[keymap.Action]*sheet
	root      keymap.Action // the root page at the bottom of the stack
	stack     []*sheet      // never empty; the last one is seen
	ahead     []*sheet      // what was gone back from, the nearest last
	wanted    string        // Deployment to open once it is there
	filtering bool

	figures  measuring
	courses  courses
	guards   []*post     // the oldest first
	underWay []*underWay // applied moves that have not settled
	hooks    hooks
	entries  rollout.Entries // of the journal, as it was last read
	dialog   dialog
	grace    time.Duration
	question int // numbers what was asked last: plans, histories, executions
	cancel   context.CancelFunc
	toast    toast
	login    Login // what a credential plugin says; the zero one while none does
	// identifyAt is when the cluster may be asked for its UID.
	identifyAt time.Time
	err        error // why the program ends
}

// New makes the desk; nothing is started before Init.
func New(o Options) *Model {
	m := &Model{
		opts: o, scope: o.Scope, wanted: o.Open, grace: grace, now: o.Now(),
		snapshot: &kube.Snapshot{Scope: o.Scope, Health: kube.Health{State: kube.Syncing, Since: o.Now()}},
	}
	m.roots = newRoots(m)
	m.root = keymap.PageDeployments
	m.stack = []*sheet{m.roots[m.root]}
	m.setTheme(true)
	return m
}

// Init starts the feed, the clock and, where the theme is to be found out, the question to the terminal.
func (m *Model) Init() tea.Cmd {
	cmds := []tea.Cmd{m.watch(m.scope), tickCmd(m.opts.Now), m.warningCmd(), m.loginCmd(), m.unfinishedCmd(true), m.measure()}
	if theme.Asks(m.opts.Theme) {
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
	m.stopMeasuring()
	m.closeCourses()
	m.drop(m.stack)
	m.drop(m.ahead)
	m.abandon()
}

// Err is why the program ended, nil where a person ended it.
func (m *Model) Err() error { return m.err }

func (m *Model) setTheme(onDark bool) {
	m.theme = theme.Named(m.opts.Theme, onDark, m.opts.ASCII)
	m.refresh()
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

func (m *Model) pageScopes() []keymap.Scope { return m.top().scopes }
