package tui

import (
	"fmt"

	"fader/keymap"
	"fader/kube"
	"fader/kube/guard"
	"fader/kube/rollout"
	"fader/metrics"
	"fader/views/fields"
	guardview "fader/views/guard"

	tea "charm.land/bubbletea/v2"
)

const noFigures = "a guard needs figures, and there is no Prometheus here: give fader --prometheus"

// guardReason says why no guard can be armed now, "" where one can.
func (m *Model) guardReason() string {
	_, targeted := m.target()
	switch health := m.snapshot.Health; {
	case !targeted:
		return noDeployment
	case m.figures.gauge == nil:
		return noFigures
	case health.State == kube.Syncing:
		return "still reading the cluster: wait until everything is shown"
	}
	return ""
}

// askGuard opens the form that arms a guard, or shows and changes the one there is.
func (m *Model) askGuard() tea.Cmd {
	if why := m.guardReason(); why != "" {
		m.say(warn, why)
		return nil
	}
	r := m.targetRollout()
	if r == nil {
		m.say(warn, noDeployment)
		return nil
	}
	target := r.Ref()
	title, foot := "Guard "+target.String(), "enter arms it · tab next line · esc leaves"
	offer := m.offerGuard(r)
	p := m.guardOn(target)
	if p != nil {
		foot = "enter arms it anew · off disarms it · tab next line · esc leaves it as it is"
		offer.armed = &p.guard.Order
	}
	cmd := m.fill(fields.New(title, foot, offer.fields()...), func(values []string) tea.Cmd { return m.readGuard(target, values) })
	if d, ok := m.dialog.(*fieldsDialog); ok {
		d.enter = "arm"
		if p != nil {
			d.head = func() string { return m.guardHead(target) }
			d.refresh(m)
		}
	}
	return cmd
}

// guardHead is how the guard on it stands now.
func (m *Model) guardHead(target kube.Ref) string {
	p := m.guardOn(target)
	if p == nil {
		return "no guard is armed any more"
	}
	text := guardview.State(p.guard.Standing, m.now)
	if figures := guardview.Figures(p.guard.Standing); figures != "" {
		text = figures + " " + m.theme.Glyphs.Dot + " " + text
	}
	return text
}

// offerGuard fills the form with the figures of the revision that
// serves beside the new one, else of the new one.
func (m *Model) offerGuard(r *kube.Rollout) guardOffer {
	rev := guard.WayBack(r)
	if rev == nil || rev.Serving() == 0 {
		rev = r.NewRevision()
	}
	if rev == nil {
		return guardOffer{}
	}
	now := m.figures.gauge.Revision(rev).Now
	if now.Traffic != metrics.HasTraffic {
		return guardOffer{}
	}
	return guardOffer{of: fmt.Sprintf("revision %d", rev.ReplicaSet.Revision), p99: now.P99, errors: now.Errors}
}

// readGuard takes what was filled in: it arms, changes or disarms.
func (m *Model) readGuard(target kube.Ref, values []string) tea.Cmd {
	order, err := readGuardFields(values)
	if err != nil {
		m.refill(err.Error())
		return nil
	}
	if order.OnBreach == disarmed {
		m.abandon()
		m.disarm(target)
		m.say(good, "no guard on "+target.String()+" any more")
		return nil
	}
	order.Target = target
	r := m.snapshot.Rollout(target)
	if r == nil {
		m.refill(target.String() + " is gone: there is nothing to guard")
		return nil
	}
	g, err := guard.Arm(order, r, m.opts.Now())
	if err != nil {
		m.refill(err.Error())
		return nil
	}
	if from := m.figures.prometheus; order.OnBreach.Writes() && from.Found {
		m.refill(from.Client.Called() + " was found, not named, and could be anybody's: " +
			"a guard that acts by itself wants --prometheus; propose and notify do without")
		return nil
	}
	if order.OnBreach.Writes() {
		return m.planGuard(g)
	}
	m.abandon()
	return m.armGuard(g)
}

// guardPlannedMsg: the plan of what a guard would do, or why it could not.
type guardPlannedMsg struct {
	question int
	guard    guard.Guard
	plan     rollout.Plan
	err      error
}

// planGuard shows what the guard would do by itself, before it is armed with it: with
// its checks, and with the word to be typed in a protected context.
func (m *Model) planGuard(g guard.Guard) tea.Cmd {
	if m.refuse() {
		return nil
	}
	question, ctx := m.wait("Guard "+g.Target.String(), planTime)
	desk := m.opts.Desk
	return func() tea.Msg {
		p, err := desk.Plan(ctx, g.Intent(g.OnBreach))
		return guardPlannedMsg{question, g, p, err}
	}
}

func (m *Model) previewGuard(msg guardPlannedMsg) tea.Cmd {
	if msg.question != m.question {
		return nil
	}
	if msg.err != nil {
		m.failPlan(msg.err.Error())
		return nil
	}
	p, g := msg.plan, msg.guard
	p.Title, p.Action = "Guard: on a breach, "+p.Title, "Arm"
	cmd := m.preview(p, "nothing is changed now: armed, the guard does this by itself when a limit breaks", func(c rollout.Confirmation) tea.Cmd {
		m.abandon()
		g.Typed = c.Typed
		return m.armGuard(g)
	})
	if d, ok := m.dialog.(*planDialog); ok {
		d.again = nil // planned with other words it would be a move, made at once
	}
	return cmd
}

// armGuard puts a guard in the place of the one there is, if any.
func (m *Model) armGuard(g guard.Guard) tea.Cmd {
	m.disarm(g.Target)
	m.guards = append(m.guards, &post{guard: g})
	m.say(good, fmt.Sprintf("guard on %s armed: on a breach it will %s; %s on it changes it", g.Target, g.OnBreach, m.keyOf(keymap.Guard)))
	return m.lookOut()
}

func (m *Model) disarm(target kube.Ref) {
	for i, p := range m.guards {
		if p.guard.Target == target {
			m.guards = append(m.guards[:i:i], m.guards[i+1:]...)
			return
		}
	}
}
