package rollout

import "fmt"

func draftResume(m *move) error {
	if !m.deployment.Spec.Paused {
		return fmt.Errorf("%s is not paused", m.ref())
	}
	m.plan.Title = fmt.Sprintf("Resume %s", m.ref())
	m.plan.Action = "Resume"
	m.after.Spec.Paused = false
	m.command = []string{"rollout", "resume", m.name()}
	current := m.book.current()
	if settled(m.scene, m.book) {
		m.effect(fmt.Sprintf("no pod changes: every pod is of %s already", current))
	} else {
		m.effect(replacement(m.scene, m.book, current)...)
		m.warn(recreateWarning(m.scene)...)
	}
	if current == nil {
		m.note("the template was changed while paused: the change starts to roll out now")
	}
	m.note("the progress deadline starts to count now")
	m.fights("spec.paused")
	m.inverse(Intent{Verb: Pause})
	return m.merge(map[string]any{"paused": false})
}
