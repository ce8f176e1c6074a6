package tui

import (
	"context"
	"fmt"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/rollout"
	"fader/views/history"

	tea "charm.land/bubbletea/v2"
)

const (
	planTime    = 15 * time.Second
	executeTime = 30 * time.Second
)

// refusal says why no move can begin now, "" where one can.
func (m *Model) refusal() string {
	health := m.snapshot.Health
	switch {
	case m.opts.ReadOnly:
		return "read-only: " + m.opts.ReadOnlyBy + " says so, nothing is changed"
	case health.State == kube.Syncing:
		return "still reading the cluster: wait until everything is shown"
	case health.Stale():
		return "refused, " + string(health.State) + ": what is shown may be old. " + health.Message
	}
	return ""
}

// refuse says it, and whether there was something to say.
func (m *Model) refuse() bool {
	why := m.refusal()
	if why != "" {
		m.say(bad, why)
	}
	return why != ""
}

const noDeployment = "no Deployment is under the cursor"

// reason says why an action cannot be had on this page at this moment.
func (m *Model) reason(a keymap.Action) string {
	_, targeted := m.target()
	_, any := m.subject()
	_, moved := m.opts.Desk.Last()
	switch a {
	case keymap.Undo, keymap.Restart, keymap.Pause, keymap.Scale, keymap.Image, keymap.Strategy, keymap.HoldAt:
		if !targeted {
			return noDeployment
		}
		return m.refusal()
	case keymap.Flip:
		if len(m.servicesMeant()) == 0 {
			return noService
		}
		return m.refusal()
	case keymap.Label:
		if len(m.podsMeant()) == 0 {
			return noPod
		}
		return m.refusal()
	case keymap.Shift:
		return m.shiftReason()
	case keymap.Guard:
		return m.guardReason()
	case keymap.UndoEntry:
		return m.entryReason()
	case keymap.UndoMove:
		if !moved && m.lastCourse() == nil {
			return nothingToTakeBack
		}
		return m.refusal()
	case keymap.History:
		if !targeted {
			return noDeployment
		}
	case keymap.YAML, keymap.Describe, keymap.Events, keymap.Copy, keymap.Logs, keymap.PrevLogs:
		if !any {
			return nothingHere
		}
	case keymap.Forward:
		if len(m.ahead) == 0 {
			return "nothing was gone back from"
		}
	}
	return ""
}

const (
	nothingHere       = "nothing is under the cursor"
	nothingToTakeBack = "no move of this session to take back"
)

// intend fills in the target under the cursor, or the marked ones, and asks for a plan.
func (m *Model) intend(intent rollout.Intent) tea.Cmd {
	if marked := m.marked(kube.KindDeployment); len(marked) > 0 {
		return m.planAll(onEach(intent, marked), "")
	}
	ref, ok := m.target()
	if !ok {
		m.say(warn, noDeployment)
		return nil
	}
	intent.Target = ref
	return m.planCmd(intent, "")
}

// onEach is the same intent on every target.
func onEach(intent rollout.Intent, targets []kube.Ref) []rollout.Intent {
	intents := make([]rollout.Intent, len(targets))
	for i, ref := range targets {
		intents[i] = intent
		intents[i].Target = ref
	}
	return intents
}

// planCmd asks the desk for the plan of an intent; until it answers a dialog says so.
func (m *Model) planCmd(intent rollout.Intent, notice string) tea.Cmd {
	if m.refuse() {
		return nil
	}
	question, ctx := m.wait(string(intent.Verb)+" "+intent.Target.String(), planTime)
	desk := m.opts.Desk
	return func() tea.Msg {
		p, err := desk.Plan(ctx, intent)
		return planReadyMsg{question, p, notice, err}
	}
}

// wait asks for a plan and says so; a form that is open comes back where there is none.
func (m *Model) wait(title string, limit time.Duration) (int, context.Context) {
	back, _ := m.dialog.(*fieldsDialog)
	question, ctx := m.ask(limit)
	m.dialog = &waitDialog{title: title, text: "working out what would change", back: back}
	return question, ctx
}

// ask numbers a new question and gives it a context that abandon cancels.
func (m *Model) ask(limit time.Duration) (int, context.Context) {
	m.abandon()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	m.cancel = cancel
	return m.question, ctx
}

// abandon closes the dialog and makes the answer to whatever was asked unwanted.
func (m *Model) abandon() {
	m.question++
	m.dialog = nil
	if m.cancel != nil {
		m.cancel()
		m.cancel = nil
	}
}

func (m *Model) showPlan(msg planReadyMsg) tea.Cmd {
	if msg.question != m.question {
		return nil
	}
	if msg.err != nil {
		m.failPlan(msg.err.Error())
		return nil
	}
	return m.preview(msg.plan, msg.notice, func(c rollout.Confirmation) tea.Cmd { return m.execute(msg.plan, c) })
}

// execute sends a confirmed plan to the gateway.
func (m *Model) execute(p rollout.Plan, c rollout.Confirmation) tea.Cmd {
	_, ctx := m.ask(executeTime)
	m.dialog = &waitDialog{title: p.Title, text: "sent, waiting for the API server's answer"}
	desk := m.opts.Desk
	return func() tea.Msg { return executedMsg{desk.Execute(ctx, p, c)} }
}

// takeReceipt tells what became of a plan, whatever is on the screen by now.
func (m *Model) takeReceipt(r rollout.Receipt) tea.Cmd {
	if _, waiting := m.dialog.(*waitDialog); waiting {
		m.abandon()
	}
	switch r.Result {
	case rollout.Applied:
		m.say(good, r.Message+m.wayBack(r))
		return tea.Batch(m.watchOutcome(r), m.journalCmd())
	case rollout.Conflict:
		if m.dialog == nil {
			return m.planCmd(r.Plan.Intent, r.Message)
		}
		m.say(bad, r.Message)
	default:
		m.say(bad, r.Message)
	}
	return m.journalCmd()
}

// wayBack says that U takes this very move back.
func (m *Model) wayBack(r rollout.Receipt) string {
	last, ok := m.opts.Desk.Last()
	if !ok || last.Started != r.Started {
		return ""
	}
	return " " + m.theme.Glyphs.Dot + " " + m.keyOf(keymap.UndoMove) + " takes it back"
}

// takeBack plans the inverse of the last move.
func (m *Model) takeBack() tea.Cmd {
	if c := m.lastCourse(); c != nil {
		return m.planWayBack(c)
	}
	last := m.opts.Desk.LastMoves()
	if len(last) == 0 {
		m.say(warn, nothingToTakeBack)
		return nil
	}
	var back []rollout.Intent
	for _, r := range last {
		back = append(back, *r.Plan.Inverse)
	}
	notice := "takes back: " + last[0].Plan.Title
	if more := len(last) - 1; more > 0 {
		notice += fmt.Sprintf(" and %d more", more)
	}
	return m.planAll(back, notice)
}

// askHistory fetches the revisions of the Deployment under the cursor.
func (m *Model) askHistory() tea.Cmd {
	ref, ok := m.target()
	if !ok {
		m.say(warn, noDeployment)
		return nil
	}
	question, ctx := m.ask(planTime)
	m.dialog = &waitDialog{title: "history of " + ref.String(), text: "reading its revisions"}
	desk := m.opts.Desk
	return func() tea.Msg {
		h, err := desk.History(ctx, ref)
		return historyMsg{question, ref, h, err}
	}
}

func (m *Model) showHistory(msg historyMsg) tea.Cmd {
	if msg.question != m.question {
		return nil
	}
	if msg.err != nil {
		m.abandon()
		m.say(bad, msg.err.Error())
		return nil
	}
	m.dialog = &historyDialog{target: msg.target, view: history.New(msg.target, msg.history, m.now)}
	return nil
}

// onRollout is the Deployment that a move is asked for, nil where there is none or
// no move may begin: then it has been said why.
func (m *Model) onRollout() *kube.Rollout {
	r := m.targetRollout()
	if r == nil {
		m.say(warn, noDeployment)
		return nil
	}
	if m.refuse() {
		return nil
	}
	return r
}

// askReplicas opens the prompt of scale, filled with the number there is now.
func (m *Model) askReplicas() tea.Cmd {
	r := m.onRollout()
	if r == nil {
		return nil
	}
	targets := m.marked(kube.KindDeployment)
	if len(targets) == 0 {
		targets = []kube.Ref{r.Ref()}
	}
	m.abandon()
	m.dialog = newScaleDialog(r.Deployment, targets)
	return nil
}
