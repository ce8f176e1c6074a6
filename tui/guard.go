package tui

import (
	"context"
	"fmt"
	"slices"

	"fader/keymap"
	"fader/kube"
	"fader/kube/guard"
	"fader/kube/rollout"
	guardview "fader/views/guard"

	tea "charm.land/bubbletea/v2"
)

type (
	// guardActedMsg: what became of an act of the guard on that Deployment.
	guardActedMsg struct {
		target kube.Ref
		why    string
		deed   guard.Deed
	}
	// guardProposedMsg: the plan that the guard of that Deployment proposes, or why
	// there is none.
	guardProposedMsg struct {
		target kube.Ref
		plan   rollout.Plan
		err    error
	}
)

// post is a guard on the screen's cluster.
type post struct {
	guard guard.Guard
	// proposal waits for a moment at which no dialog is open; no verb for none.
	proposal rollout.Intent
	asked    bool // its plan is being worked out
}

// guardOn is the guard of a Deployment, nil where there is none.
func (m *Model) guardOn(ref kube.Ref) *post {
	at := slices.IndexFunc(m.guards, func(p *post) bool { return p.guard.Target == ref })
	if at < 0 {
		return nil
	}
	return m.guards[at]
}

// guardSight is what a guard sees now.
func (m *Model) guardSight(g *guard.Guard) guard.Sight {
	s := guard.Sight{Gauge: m.figures.gauge, Now: m.opts.Now()}
	health := m.snapshot.Health
	switch namespace := m.scope.Namespace; {
	case namespace != "" && namespace != g.Target.Namespace:
		s.Unseen = fmt.Sprintf("namespace %s is not shown: %s chooses it", g.Target.Namespace, m.keyOf(keymap.Namespaces))
		return s
	case health.Stale():
		s.Unseen = "what is shown is not live: " + string(health.State)
		if health.Message != "" {
			s.Unseen += ", " + health.Message
		}
	}
	s.Rollout = m.snapshot.Rollout(g.Target)
	if g.Limits.NotWorse {
		s.Stable = stableOf(m.snapshot, s.Rollout)
	}
	return s
}

// lookOut lets every guard look: with each picture, and with each second, because
// figures grow old.
func (m *Model) lookOut() tea.Cmd {
	var cmds []tea.Cmd
	for _, p := range m.guards {
		var news guard.News
		p.guard, news = p.guard.Observe(m.guardSight(&p.guard))
		cmds = append(cmds, m.takeGuardNews(p, news), m.offerProposal(p))
	}
	m.guards = slices.DeleteFunc(m.guards, func(p *post) bool { return p.guard.State.Over() })
	if len(cmds) > 0 {
		m.tellDialog()
	}
	return tea.Batch(cmds...)
}

// takeGuardNews says what has changed, and does what is to be done.
func (m *Model) takeGuardNews(p *post, news guard.News) tea.Cmd {
	if p.guard.State != guard.Breached {
		p.proposal = rollout.Intent{}
	}
	var cmd tea.Cmd
	switch {
	case news.Do.Writes():
		cmd = m.guardActCmd(p, news.Intent)
	case news.Do == guard.Propose:
		p.proposal = news.Intent
	}
	if !news.Changed && news.Do == guard.Nothing {
		return cmd
	}
	return tea.Batch(cmd, m.tellGuard(p, news))
}

// tellGuard says how a guard stands now, also to a person who is not looking.
func (m *Model) tellGuard(p *post, news guard.News) tea.Cmd {
	g := &p.guard
	text := "guard " + g.Target.String() + ": " + guardview.State(g.Standing, m.now)
	why := ""
	if news.Why != "" {
		why = ": " + news.Why
	}
	switch {
	case news.Do != guard.Nothing:
		// The line of the guard says what is broken; what can be done about it is said here.
		m.say(bad, fmt.Sprintf("%s breaks its limit%s %s %s pauses it, %s undoes it",
			g.Target, why, m.theme.Glyphs.Dot, m.keyOf(keymap.Pause), m.keyOf(keymap.Undo)))
		return m.notifyGuard(g, rollout.Stalled, text+why)
	case g.State == guard.Halted && news.Before != guard.Halted:
		m.say(warn, "the guard on "+g.Target.String()+" sees nothing any more: until it does it neither passes nor acts")
		return m.notifyGuard(g, rollout.Held, text)
	case g.State == guard.Done && g.Broke.IsZero():
		m.say(good, text)
		return m.notifyGuard(g, rollout.Complete, text)
	case g.State.Over():
		m.say(warn, text)
		return m.notifyGuard(g, rollout.Stalled, text)
	}
	return nil
}

func (m *Model) notifyGuard(g *guard.Guard, event rollout.State, text string) tea.Cmd {
	now, cluster := m.opts.Now(), m.opts.Cluster
	return m.notify([]notice{{
		Event: event, Time: now, Context: cluster.Context, Server: cluster.Server, Kind: g.Target.Kind, Namespace: g.Target.Namespace,
		Name: g.Target.Name, Move: "guard", Title: "Guard " + g.Target.String(), Text: text, Seconds: now.Sub(g.Armed).Seconds(),
	}})
}

// guardActCmd makes the one move of a guard through the gateway.
func (m *Model) guardActCmd(p *post, intent rollout.Intent) tea.Cmd {
	g, desk := p.guard, m.opts.Desk
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), planTime+executeTime)
		defer cancel()
		return guardActedMsg{g.Target, g.Text, g.Act(ctx, desk, intent)}
	}
}

// takeGuardAct tells what a guard did, also where it is not armed any more. What
// it could not do, it proposes.
func (m *Model) takeGuardAct(msg guardActedMsg) tea.Cmd {
	d, p := msg.deed, m.guardOn(msg.target)
	if p != nil {
		p.guard = p.guard.Acted(d)
	}
	name := "guard " + msg.target.String() + ": "
	if d.Receipt.Result == rollout.Applied {
		m.say(bad, name+d.Receipt.Message+", because "+msg.why+m.wayBack(d.Receipt))
		if !d.Plan.Cluster.Same(m.opts.Cluster) {
			return m.journalCmd() // this is another cluster by now
		}
		return tea.Batch(m.watchOutcome(d.Receipt), m.journalCmd(), m.lookOut())
	}
	m.say(bad, fmt.Sprintf("%sit did not %s: %s", name, d.Verb, d.Refused))
	if r := m.snapshot.Rollout(msg.target); p != nil && r != nil && p.guard.State == guard.Breached && d.Receipt.Result != rollout.Unclear {
		p.proposal = p.guard.Proposal(r)
	}
	return m.journalCmd()
}

// offerProposal works out what a guard proposes once no dialog is open and nothing
// is being typed: it takes nothing away.
func (m *Model) offerProposal(p *post) tea.Cmd {
	if p.proposal.Verb == "" || p.asked || m.dialog != nil || m.filtering || m.refusal() != "" {
		return nil
	}
	p.asked = true
	intent, desk := p.proposal, m.opts.Desk
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), planTime)
		defer cancel()
		plan, err := desk.Plan(ctx, intent)
		return guardProposedMsg{intent.Target, plan, err}
	}
}

// takeProposal opens the preview, unless something else was opened meanwhile: then
// it is offered again later. Keys typed before it was seen confirm nothing.
func (m *Model) takeProposal(msg guardProposedMsg) tea.Cmd {
	p := m.guardOn(msg.target)
	if p == nil || p.proposal.Verb == "" {
		return nil // the breach is over, or the guard is
	}
	p.asked = false
	if m.dialog != nil || m.filtering {
		return nil
	}
	p.proposal = rollout.Intent{}
	if msg.err != nil {
		m.say(bad, "guard "+msg.target.String()+": nothing can be proposed: "+msg.err.Error())
		return nil
	}
	m.abandon()
	return m.preview(msg.plan, "proposed by the guard: "+p.guard.Text, func(c rollout.Confirmation) tea.Cmd { return m.execute(msg.plan, c) })
}

// guardLine is the line about guards, none for none: the one under the cursor, else
// the one that is worst.
func (m *Model) guardLine() []string {
	if len(m.guards) == 0 {
		return nil
	}
	ref, _ := m.target()
	p, hint := m.guardOn(ref), m.keyOf(keymap.Guard)+" changes it"
	if p == nil {
		hint = m.keyOf(keymap.Guard) + " on it changes it"
		p = slices.MaxFunc(m.guards, func(a, b *post) int { return loudness(a) - loudness(b) })
	}
	return []string{guardview.Line(m.theme, p.guard.Standing, len(m.guards)-1, hint, m.now, m.w)}
}

func loudness(p *post) int {
	return map[guard.State]int{guard.Breached: 2, guard.Halted: 1}[p.guard.State]
}

// dropGuards ends them because their cluster is about to be another, and says so.
func (m *Model) dropGuards() string {
	n := len(m.guards)
	m.guards = nil
	switch n {
	case 0:
		return ""
	case 1:
		return "; the guard on the cluster before has ended"
	}
	return fmt.Sprintf("; %d guards on the cluster before have ended", n)
}

// leavingGuards says that guards end with the program, and whether it is to be
// asked twice.
func (m *Model) leavingGuards() bool {
	if len(m.guards) == 0 || !m.now.After(m.courses.leaving) {
		return false
	}
	m.courses.leaving = m.now.Add(stay(warn))
	what := "the guard on " + m.guards[0].guard.Target.String()
	if more := len(m.guards) - 1; more > 0 {
		what += fmt.Sprintf(" and %d more", more)
	}
	m.say(warn, what+" ends with fader: q again quits")
	return true
}
