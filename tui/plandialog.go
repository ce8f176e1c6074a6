package tui

import (
	"fader/keymap"
	"fader/kube/rollout"
	"fader/views/plan"
	"fader/views/theme"

	tea "charm.land/bubbletea/v2"
)

// planDialog previews a plan.
type planDialog struct {
	arming
	view *plan.View
	// confirm is what the opener of the preview does once it is confirmed.
	confirm func(rollout.Confirmation) tea.Cmd
	// again plans with other words of the same intent, for the change-cause and for
	// a gate that was overruled; nil where the preview is of no single intent.
	again func(change func(*rollout.Intent), notice string) tea.Cmd
}

func (d *planDialog) scope() keymap.Scope {
	if d.view.Asks() {
		return keymap.TypedPlan
	}
	return keymap.PlanDialog
}

func (d *planDialog) handle(m *Model, a keymap.Action) tea.Cmd {
	d.early(m)
	switch a {
	case keymap.Copy:
		return m.copyPlan(d.view)
	case keymap.Why:
		return m.askWhy(d)
	}
	switch d.view.Handle(a) {
	case plan.Confirmed:
		return d.confirm(rollout.Confirmation{Typed: d.view.Typed()})
	case plan.Overruled:
		return d.again(func(i *rollout.Intent) { i.Unready = true }, "the gate was overruled: look at it once more")
	case plan.Cancelled:
		m.abandon()
		m.say(good, "cancelled: nothing was changed")
	}
	return nil
}

// typed: any key before the preview is armed puts that off; after, it goes into
// the line where one is asked for. A paste confirms nothing and is dropped.
func (d *planDialog) typed(m *Model, msg tea.Msg) {
	key, pressed := msg.(tea.KeyPressMsg)
	d.early(m)
	if d.view.Armed() && pressed {
		d.view.Type(key)
	}
}

func (d *planDialog) render(t theme.Theme, w, h int) []string { return d.view.Render(t, w, h) }

// preview shows a plan; confirm is what happens when it is confirmed.
func (m *Model) preview(p rollout.Plan, notice string, confirm func(rollout.Confirmation) tea.Cmd) tea.Cmd {
	view := plan.New(p, notice)
	d := &planDialog{arming: arming{view, m.opts.Now().Add(m.grace)}, view: view, confirm: confirm}
	if w, ok := m.dialog.(*waitDialog); ok && w.pressed.Add(repeat).After(d.quiet) {
		d.quiet = w.pressed.Add(repeat)
	}
	if p.Intent.Target.Name != "" {
		d.again = func(change func(*rollout.Intent), notice string) tea.Cmd {
			intent := p.Intent
			change(&intent)
			return m.planCmd(intent, notice)
		}
	}
	m.dialog = d
	return m.armCmd(m.question)
}

// askWhy lets the change-cause be worded, where the move changes the template.
func (m *Model) askWhy(d *planDialog) tea.Cmd {
	switch {
	case !d.view.Plan().Intent.Verb.ChangesTemplate():
		m.say(warn, "this move writes no change-cause: the pod template stays as it is")
		return nil
	case d.again == nil:
		m.say(warn, "the guard words the change-cause: it names the limit that broke")
		return nil
	}
	again := d.again
	return m.fill(newCauseForm(d.view.Plan()), func(values []string) tea.Cmd {
		return again(func(i *rollout.Intent) { i.Cause = values[0] }, "")
	})
}
