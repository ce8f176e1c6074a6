package tui

import (
	"fader/keymap"
	"fader/kube"
	"fader/kube/rollout"
	"fader/views/help"
	"fader/views/text"

	tea "charm.land/bubbletea/v2"
)

// key gives a press to what it means here, or to the text input that is open.
func (m *Model) key(msg tea.KeyPressMsg) tea.Cmd {
	m.pressed()
	action, ok := m.opts.Keys.Resolve(msg.String(), m.scopes()...)
	switch {
	case ok && action == keymap.Interrupt:
		return tea.Quit
	case m.dialog != nil && ok:
		return m.dialog.handle(m, action)
	case m.dialog != nil:
		return m.typed(msg)
	case m.filtering:
		return m.filterKey(action, ok, msg)
	case ok:
		return m.act(action)
	}
	return nil
}

// pressed tells the page that somebody is about to act on what it shows.
func (m *Model) pressed() {
	if p, ok := m.top().page.(interface{ Pressed() }); ok {
		m.top().page.SetNow(m.opts.Now())
		p.Pressed()
	}
}

// paste is text for an open input and nothing anywhere else.
func (m *Model) paste(msg tea.PasteMsg) tea.Cmd {
	switch {
	case m.dialog != nil:
		return m.typed(msg)
	case m.filtering:
		return m.filterKey("", false, msg)
	}
	return nil
}

func (m *Model) typed(msg tea.Msg) tea.Cmd {
	if d, ok := m.dialog.(typist); ok {
		d.typed(m, msg)
	}
	return nil
}

// act is what a key does on a page.
func (m *Model) act(a keymap.Action) tea.Cmd {
	m.hold()
	if cmd, ok := m.move(a); ok {
		return cmd
	}
	switch a {
	case keymap.Quit:
		return m.quit()
	case keymap.Help:
		m.dialog = &helpDialog{help.New(m.opts.Keys, m.reason, m.pageScopes()...)}
	case keymap.Back:
		m.back()
	case keymap.Backward:
		m.pop()
	case keymap.Forward:
		m.forward()
	case keymap.Enter:
		return m.enter()
	case keymap.Receipt:
		return m.openEntry()
	case keymap.Filter, keymap.Find:
		m.filtering = m.top().filter != nil
	case keymap.Namespaces:
		return m.pickNamespace()
	case keymap.Command:
		m.dialog = newCommandDialog(m)
	case keymap.YAML:
		return m.look("YAML", text.YAML, m.opts.Inspect.YAML)
	case keymap.Describe:
		return m.look("describe", text.Plain, m.opts.Inspect.Describe)
	case keymap.Logs, keymap.PrevLogs:
		return m.openLogs(a == keymap.PrevLogs)
	case keymap.Events:
		return m.events()
	case keymap.Chart, keymap.ZoomIn, keymap.ZoomOut:
		return m.chart(a)
	case keymap.Figure:
		m.nextFigure()
	case keymap.Copy:
		return m.copyName()
	case keymap.AllScope:
		return m.setNamespace(everywhere)
	case keymap.PageDeployments, keymap.PageReplicaSets, keymap.PagePods,
		keymap.PageServices, keymap.PageNodes, keymap.PageJournal:
		return m.turn(a)
	default:
		m.top().page.Handle(a)
	}
	return nil
}

// hold keeps the cursor on its row from the first key on: until then it stays
// with the first row, whichever that is.
func (m *Model) hold() {
	list, ok := m.top().page.(interface {
		Cursor() (kube.Ref, bool)
		SetCursor(kube.Ref) bool
	})
	if !ok {
		return
	}
	if ref, any := list.Cursor(); any {
		list.SetCursor(ref)
	}
}

// move begins a move on what is under the cursor at this moment.
func (m *Model) move(a keymap.Action) (tea.Cmd, bool) {
	switch a {
	case keymap.UndoEntry:
		return m.undoEntry(), true
	case keymap.UndoMove:
		return m.takeBack(), true
	case keymap.Undo:
		return m.intend(rollout.Intent{Verb: rollout.Undo}), true
	case keymap.Restart:
		return m.intend(rollout.Intent{Verb: rollout.Restart}), true
	case keymap.Pause:
		return m.intend(rollout.Intent{Verb: m.pauseOrResume()}), true
	case keymap.Scale:
		return m.askReplicas(), true
	case keymap.Image:
		return m.askImage(), true
	case keymap.Strategy:
		return m.askStrategy(), true
	case keymap.Flip:
		return m.askFlip(), true
	case keymap.Label:
		return m.askLabel(), true
	case keymap.Shift:
		return m.askShift(), true
	case keymap.HoldAt:
		return m.askHold(), true
	case keymap.Guard:
		return m.askGuard(), true
	case keymap.History:
		return m.askHistory(), true
	}
	return nil, false
}

// pauseOrResume: of marked Deployments, resume only where all are paused.
func (m *Model) pauseOrResume() rollout.Verb {
	if marked := m.marked(kube.KindDeployment); len(marked) > 0 {
		for _, ref := range marked {
			if r := m.snapshot.Rollout(ref); r != nil && !r.Deployment.Paused {
				return rollout.Pause
			}
		}
		return rollout.Resume
	}
	if r := m.targetRollout(); r != nil && r.Deployment.Paused {
		return rollout.Resume
	}
	return rollout.Pause
}

func (m *Model) filterKey(a keymap.Action, bound bool, msg tea.Msg) tea.Cmd {
	s := m.top()
	switch {
	case bound && a == keymap.Cancel:
		s.filter.SetValue("")
		m.filtering = false
	case bound && a == keymap.Enter:
		m.filtering = false
	case bound:
		s.page.Handle(a)
	default:
		s.filter.Type(msg)
	}
	s.narrow(s.filter.Value())
	return nil
}

func (m *Model) targetRollout() *kube.Rollout {
	ref, ok := m.target()
	if !ok {
		return nil
	}
	return m.snapshot.Rollout(ref)
}

func (m *Model) click(mouse tea.Mouse) tea.Cmd {
	m.pressed()
	if m.dialog == nil && mouse.Button == tea.MouseLeft {
		m.top().page.Click(mouse.X, mouse.Y-above)
	}
	return nil
}

const wheelStep = 3

func (m *Model) wheel(mouse tea.Mouse) tea.Cmd {
	m.pressed()
	step := map[tea.MouseButton]int{tea.MouseWheelUp: -1, tea.MouseWheelDown: 1}[mouse.Button]
	if m.dialog == nil {
		m.top().page.Wheel(step * wheelStep)
		return nil
	}
	action := map[int]keymap.Action{-1: keymap.Up, 1: keymap.Down}[step]
	if _, prompts := m.dialog.(*scaleDialog); action != "" && !prompts {
		return m.dialog.handle(m, action)
	}
	return nil
}
