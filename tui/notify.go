package tui

import (
	"slices"
	"time"

	"fader/kube"
	"fader/kube/fade"
	"fader/kube/rollout"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// noticeCells bounds what a desktop is told.
const noticeCells = 200

// notice is what the operator's command reads from its standard input.
type notice struct {
	Event     rollout.State `json:"event"` // "complete", "stalled", "held"
	Time      time.Time     `json:"time"`
	Context   string        `json:"context"`
	Server    string        `json:"server"`
	Kind      kube.Kind     `json:"kind"`
	Namespace string        `json:"namespace"`
	Name      string        `json:"name"`
	Move      string        `json:"move"`  // "restart", "flip", "shift"
	Title     string        `json:"title"` // "Restart shop/cart"
	Text      string        `json:"text"`  // "rolled out in 42s: 3 of 3 pods of revision 10 ready"
	Seconds   float64       `json:"tookSeconds"`
	Who       string        `json:"who"`
}

// notify reaches for a person who is not looking, on what somebody wants to hear
// of: the terminal's bell, the desktop, and the operator's own command.
func (m *Model) notify(all []notice) tea.Cmd {
	all = slices.DeleteFunc(slices.Clone(all), func(n notice) bool {
		return n.Event != rollout.Complete && n.Event != rollout.Stalled && n.Event != rollout.Held
	})
	if len(all) == 0 {
		return nil
	}
	for _, n := range all {
		m.queueHook(n)
	}
	return tea.Batch(m.ringCmd(all), m.hookCmd())
}

// ringCmd writes the bell and the desktop's notification, neither of which moves
// the cursor or changes a cell. Bubble Tea writes them between two frames.
func (m *Model) ringCmd(all []notice) tea.Cmd {
	sequence := ""
	if m.opts.Notify.Bell {
		sequence += "\a"
	}
	if m.opts.Notify.OSC9 {
		sequence += ansi.Notify(desktopText(all))
	}
	if sequence == "" {
		return nil
	}
	return tea.Raw(sequence)
}

// desktopText is one bounded line that carries no control character, whatever
// the cluster says. The name in front keeps terminals from reading a number at
// the beginning as an order of their own (9;4 is a progress bar).
func desktopText(all []notice) string {
	text := "fader " + all[0].Context
	for _, n := range all {
		text += " · " + n.Namespace + "/" + n.Name + ": " + n.Text
	}
	return ansi.Truncate(kube.Clean(text), noticeCells, "…")
}

// notifyCourse tells how a course ended, or that it waits for an order. was is
// its state before.
func (m *Model) notifyCourse(p fade.Progress, was fade.State) tea.Cmd {
	event := courseEvent(p)
	if event == rollout.Pending || p.State == was {
		return nil
	}
	text := p.Text
	if p.Err != "" && p.Err != p.Text {
		text += ": " + p.Err
	}
	c, now := p.Course, m.opts.Now()
	return m.notify([]notice{{
		Event: event, Time: now, Context: c.Cluster.Context, Server: c.Cluster.Server,
		Kind: c.Subject().Kind, Namespace: c.Subject().Namespace, Name: c.Subject().Name,
		Move: string(c.Kind), Title: c.Title(), Text: text, Seconds: now.Sub(c.Began).Seconds(), Who: c.Who,
	}})
}

// courseEvent is Pending where nobody needs to be called.
func courseEvent(p fade.Progress) rollout.State {
	switch {
	case p.State == fade.Done && p.Course.Kind == fade.Hold && !p.Course.Return:
		return rollout.Held
	case p.State == fade.Done:
		return rollout.Complete
	case p.State == fade.Failed || p.State == fade.Stopped && p.Err != "":
		return rollout.Stalled
	case p.State == fade.Holding && p.Until.IsZero():
		return rollout.Held // until somebody says go on
	}
	return rollout.Pending
}
