package tui

import (
	"fader/keymap"
	"fader/kube"
	"fader/kube/rollout"
	"fader/views/help"

	tea "charm.land/bubbletea/v2"
)

// key gives a press to what it means here, or to the text input that is open.
func (m *Model) key(msg tea.KeyPressMsg) tea.Cmd {
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
	if cmd, ok := m.move(a); ok {
		return cmd
	}
	switch a {
	case keymap.Quit:
		return tea.Quit
	case keymap.Help:
		m.dialog = &helpDialog{help.New(m.opts.Keys, m.pageScopes()...)}
	case keymap.Back:
		m.back()
	case keymap.Enter:
		m.enter()
	case keymap.Filter:
		m.filtering = true
	case keymap.Namespaces:
		return m.pickNamespace()
	case keymap.AllScope:
		return m.setNamespace(everywhere)
	case keymap.PageDeployments:
		m.open = false
	default:
		m.page().Handle(a)
	}
	return nil
}

// move begins a move on what is under the cursor at this moment.
func (m *Model) move(a keymap.Action) (tea.Cmd, bool) {
	switch a {
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
	case keymap.History:
		return m.askHistory(), true
	}
	return nil, false
}

func (m *Model) pauseOrResume() rollout.Verb {
	if r := m.targetRollout(); r != nil && r.Deployment.Paused {
		return rollout.Resume
	}
	return rollout.Pause
}

func (m *Model) back() {
	switch {
	case m.open:
		m.open = false
	case m.filter.Value() != "":
		m.filter.SetValue("")
		m.deployments.SetFilter("")
	}
}

func (m *Model) enter() {
	if ref, ok := m.deployments.Cursor(); ok && !m.open {
		m.openRollout(ref)
	}
}

func (m *Model) openRollout(ref kube.Ref) {
	m.rollout.SetRef(ref)
	m.open = true
}

func (m *Model) filterKey(a keymap.Action, bound bool, msg tea.Msg) tea.Cmd {
	switch {
	case bound && a == keymap.Cancel:
		m.filter.SetValue("")
		m.filtering = false
	case bound && a == keymap.Enter:
		m.filtering = false
	case bound:
		m.deployments.Handle(a)
	default:
		m.filter.Type(msg)
	}
	m.deployments.SetFilter(m.filter.Value())
	return nil
}

// target is the Deployment a move would be on: the page's, or the cursor's.
func (m *Model) target() (kube.Ref, bool) {
	if m.open {
		return m.rollout.Ref(), true
	}
	return m.deployments.Cursor()
}

func (m *Model) targetRollout() *kube.Rollout {
	ref, ok := m.target()
	if !ok {
		return nil
	}
	return m.snapshot.Rollout(ref)
}

// page is the one on top.
func (m *Model) page() page {
	if m.open {
		return m.rollout
	}
	return m.deployments
}

type page interface {
	Handle(keymap.Action) bool
	Wheel(int) bool
	Render(w, h int) []string
}

func (m *Model) click(mouse tea.Mouse) tea.Cmd {
	switch {
	case m.dialog != nil || mouse.Button != tea.MouseLeft:
	case m.open:
		m.rollout.Click(mouse.X, mouse.Y-above)
	default:
		m.deployments.Click(mouse.Y - above)
	}
	return nil
}

const wheelStep = 3

func (m *Model) wheel(mouse tea.Mouse) tea.Cmd {
	step := map[tea.MouseButton]int{tea.MouseWheelUp: -1, tea.MouseWheelDown: 1}[mouse.Button]
	if m.dialog == nil {
		m.page().Wheel(step * wheelStep)
		return nil
	}
	action := map[int]keymap.Action{-1: keymap.Up, 1: keymap.Down}[step]
	if _, prompts := m.dialog.(*scaleDialog); action != "" && !prompts {
		return m.dialog.handle(m, action)
	}
	return nil
}
