package rollout

import "fmt"

func draftPause(m *move) error {
	if m.deployment.Spec.Paused {
		return fmt.Errorf("%s is already paused", m.ref())
	}
	m.plan.Title = fmt.Sprintf("Pause %s", m.ref())
	m.plan.Action = "Pause"
	m.after.Spec.Paused = true
	m.command = []string{"rollout", "pause", m.name()}
	if settled(m.scene, m.book) || len(m.book) == 0 {
		m.effect("no pod changes: later changes of the template wait until it is resumed")
	} else {
		m.effect("the rollout stops where it is: " + standing(m.scene, m.book))
	}
	m.note("scaling still works while paused; restart waits for resume",
		"the progress deadline is not counted while paused")
	for i := range m.autoscalers {
		m.note(fmt.Sprintf("HorizontalPodAutoscaler %s goes on scaling it while paused", m.autoscalers[i].Name))
	}
	m.fights("spec.paused")
	m.inverse(Intent{Verb: Resume})
	return m.merge(map[string]any{"paused": true})
}
