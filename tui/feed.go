package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"fader/kube"
	"fader/kube/watch"
	"fader/views/picker"

	tea "charm.land/bubbletea/v2"
)

// watch stops the feed there is and starts one of another scope. Whatever the
// old one still says is dropped by its generation.
func (m *Model) watch(scope kube.Scope) tea.Cmd {
	if m.feed != nil {
		m.stopFeed()
		m.feed.Stop()
	}
	m.generation++
	m.scope = scope
	ctx, cancel := context.WithCancel(context.Background())
	m.feed, m.stopFeed = m.opts.Watch(scope), cancel
	m.next = nextCmd(ctx, m.feed, m.generation)
	m.setSnapshot(&kube.Snapshot{Scope: scope, Health: kube.Health{State: kube.Syncing, Since: m.now}})
	return m.next
}

// nextCmd waits for the next snapshot of a feed.
func nextCmd(ctx context.Context, feed Feed, generation int) tea.Cmd {
	return func() tea.Msg {
		snapshot, err := feed.Next(ctx)
		switch {
		case errors.Is(err, watch.ErrStopped) || errors.Is(err, context.Canceled):
			return nil // nobody waits for it any more
		case err != nil:
			return feedFailedMsg{generation, err}
		}
		return snapshotMsg{generation, snapshot}
	}
}

// feedFailed ends the program: a desk that goes on showing what no longer
// changes would be believed.
func (m *Model) feedFailed(msg feedFailedMsg) tea.Cmd {
	if msg.generation != m.generation {
		return nil
	}
	m.err = fmt.Errorf("the watch broke: %w", msg.err)
	return tea.Quit
}

func (m *Model) takeSnapshot(msg snapshotMsg) tea.Cmd {
	if msg.generation != m.generation {
		return nil
	}
	m.setSnapshot(msg.snapshot)
	return tea.Batch(m.openWanted(), m.next)
}

func (m *Model) setSnapshot(s *kube.Snapshot) {
	m.snapshot = s
	m.offerRows()
	m.top().page.SetNow(m.opts.Now()) // what changes now has changed now, not at the last tick
	m.top().page.SetSnapshot(s)
}

// openWanted opens the Deployment named on the command line once it is there.
func (m *Model) openWanted() tea.Cmd {
	if m.wanted == "" || m.snapshot.Health.State == kube.Syncing {
		return nil
	}
	wanted := m.wanted
	m.wanted = ""
	for _, r := range m.snapshot.Rollouts {
		if r.Ref().String() == wanted {
			return m.openRollout(r.Ref())
		}
	}
	m.say(bad, "there is no Deployment "+wanted+" in this scope: here are those there are")
	return nil
}

const everywhere = "all namespaces"

// pickNamespace shows what is known at once and asks the cluster for the rest.
func (m *Model) pickNamespace() tea.Cmd {
	current := m.scope.Namespace
	if current == "" {
		current = everywhere
	}
	m.abandon()
	m.dialog = &pickDialog{view: picker.New("Namespace", m.knownNamespaces(nil), current), choose: m.setNamespace}
	list := m.opts.Namespaces
	return func() tea.Msg {
		names, err := list(context.Background())
		return namespacesMsg{names, err}
	}
}

func (m *Model) takeNamespaces(msg namespacesMsg) tea.Cmd {
	d, ok := m.dialog.(*pickDialog)
	if !ok {
		return nil
	}
	notice := ""
	if msg.err != nil {
		notice = "the namespaces cannot be listed: these are those in sight; any other can be given with -n"
	}
	d.view.SetNames(m.knownNamespaces(msg.names), notice)
	return nil
}

func (m *Model) knownNamespaces(more []string) []string {
	names := append([]string{m.opts.Home, m.scope.Namespace}, more...)
	for _, r := range m.snapshot.Rollouts {
		names = append(names, r.Ref().Namespace)
	}
	slices.Sort(names)
	names = slices.DeleteFunc(slices.Compact(names), func(n string) bool { return n == "" })
	return append([]string{everywhere}, names...)
}

func (m *Model) setNamespace(name string) tea.Cmd {
	if name == everywhere {
		name = ""
	}
	if name == m.scope.Namespace {
		return nil
	}
	m.turn(m.root)
	m.rescope(kube.Scope{Namespace: name})
	m.abandon() // a plan made for what was in sight does not follow into another scope
	return m.watch(kube.Scope{Namespace: name, Selector: m.scope.Selector})
}

func (m *Model) warningCmd() tea.Cmd {
	warnings := m.opts.Warnings
	if warnings == nil {
		return nil
	}
	return func() tea.Msg {
		text, ok := <-warnings
		if !ok {
			return nil
		}
		return warningMsg{text}
	}
}

func (m *Model) takeWarning(text string) tea.Cmd {
	m.say(warn, "the API server warns: "+text)
	return m.warningCmd()
}
