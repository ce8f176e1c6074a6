package tui

import (
	"fmt"
	"slices"
	"strings"

	"fader/kube/outcome"
	"fader/kube/rollout"
	"fader/views/chrome"

	tea "charm.land/bubbletea/v2"
)

// settledMsg: what came of a move was written into the journal, or why not.
type settledMsg struct{ err error }

// underWay is an applied move that has not settled, and what was last said of it.
type underWay struct {
	watch *outcome.Watch
	said  rollout.State
}

// watchOutcome follows an applied move until it is settled. A receipt without a
// resourceVersion cannot be followed: nothing would tell its object from an older one.
func (m *Model) watchOutcome(r rollout.Receipt) tea.Cmd {
	if r.Result != rollout.Applied || r.ResourceVersion == "" {
		return nil
	}
	for _, u := range m.underWay {
		u.watch.Follow(r)
	}
	m.underWay = append(m.underWay, &underWay{watch: outcome.New(r)})
	return m.observe()
}

// observe looks at every move under way again: with each snapshot, and with each
// second, because time counts too.
func (m *Model) observe() tea.Cmd {
	var cmds []tea.Cmd
	var news []news
	var notices []notice
	now := m.opts.Now()
	for _, u := range m.underWay {
		o := u.watch.Observe(m.snapshot, now)
		if o.State == rollout.Pending || o.State == u.said {
			continue
		}
		u.said = o.State
		n := m.newsOf(u.watch.Receipt(), o)
		news, notices = append(news, n), append(notices, n.notice())
		cmds = append(cmds, m.settleCmd(u.watch.Receipt(), o))
	}
	m.underWay = slices.DeleteFunc(m.underWay, func(u *underWay) bool { return u.watch.Over() })
	m.tell(news)
	return tea.Batch(append(cmds, m.notify(notices))...)
}

// tell says all that came of moves at one time, as one toast of the worst mood.
func (m *Model) tell(all []news) {
	if len(all) == 0 {
		return
	}
	var texts []string
	worst := good
	for _, n := range all {
		texts = append(texts, n.sentence()+n.back)
		worst = max(worst, n.mood())
	}
	m.say(worst, strings.Join(texts, " "+m.theme.Glyphs.Dot+" "))
}

// settleCmd writes what came of a move into the journal.
func (m *Model) settleCmd(r rollout.Receipt, o rollout.Outcome) tea.Cmd {
	settle := m.opts.Settle
	if settle == nil {
		return nil
	}
	return func() tea.Msg { return settledMsg{settle(r, o)} }
}

func (m *Model) takeSettled(msg settledMsg) tea.Cmd {
	if msg.err != nil {
		m.say(bad, "what came of the move is not in the journal: "+msg.err.Error())
		return nil
	}
	return m.journalCmd()
}

// dropOutcomes stops following moves, whose cluster is about to be another, and
// says how many there were.
func (m *Model) dropOutcomes() string {
	n := len(m.underWay)
	m.underWay = nil
	switch n {
	case 0:
		return ""
	case 1:
		return "; 1 move on the cluster before is not watched any more"
	}
	return fmt.Sprintf("; %d moves on the cluster before are not watched any more", n)
}

// news is what came of one move, for whoever is to hear of it.
type news struct {
	receipt rollout.Receipt
	outcome rollout.Outcome
	back    string // how it is taken back, for the toast
}

func (m *Model) newsOf(r rollout.Receipt, o rollout.Outcome) news {
	return news{receipt: r, outcome: o, back: m.wayBack(r)}
}

// sentence names the object: a toast may be all that is read.
func (n news) sentence() string { return n.receipt.Plan.Target().String() + ": " + n.outcome.Text }

func (n news) mood() chrome.Mood {
	switch n.outcome.State {
	case rollout.Complete:
		return good
	case rollout.Stalled:
		return bad
	}
	return warn
}

func (n news) notice() notice {
	p := n.receipt.Plan
	target := p.Target()
	return notice{
		Event: n.outcome.State, Time: n.outcome.At, Context: p.Cluster.Context, Server: p.Cluster.Server,
		Kind: target.Kind, Namespace: target.Namespace, Name: target.Name, Move: string(p.Intent.Verb),
		Title: p.Title, Text: n.outcome.Text, Seconds: n.outcome.Took.Seconds(), Who: n.receipt.Who,
	}
}
