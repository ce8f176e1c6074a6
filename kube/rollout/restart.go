package rollout

import (
	"fmt"
	"time"
)

func draftRestart(m *move) error {
	if m.deployment.Spec.Paused {
		return fmt.Errorf("%s is paused and a restart would not begin: resume it first", m.ref())
	}
	stamp := m.plan.MadeAt.Format(time.RFC3339)
	if m.deployment.Spec.Template.Annotations[restartedAtAnnotation] == stamp {
		return fmt.Errorf("%s was restarted within this second: wait for the next", m.ref())
	}
	m.plan.Title = fmt.Sprintf("Restart %s", m.ref())
	m.plan.Action = "Restart"
	if m.after.Spec.Template.Annotations == nil {
		m.after.Spec.Template.Annotations = map[string]string{}
	}
	m.after.Spec.Template.Annotations[restartedAtAnnotation] = stamp
	m.command = []string{"rollout", "restart", m.name()}
	m.effect(replacement(m.scene, m.book, nil)...)
	m.warn(recreateWarning(m.scene)...)
	if !settled(m.scene, m.book) && total(m.book) > 0 {
		m.warn("a rollout is under way: it is replaced by the restart, half-way as it is")
	}
	cause := m.causeStep()
	m.fights("the template's annotations")
	m.forecast()
	m.back(false)
	fields := map[string]any{"spec": map[string]any{"template": map[string]any{"metadata": map[string]any{
		"annotations": map[string]any{restartedAtAnnotation: stamp},
	}}}}
	if cause != nil {
		fields["metadata"] = map[string]any{"annotations": map[string]any{changeCauseAnnotation: m.plan.Intent.Cause}}
	}
	var err error
	m.plan.PatchType, m.plan.Patch, err = mergePatch(m.target, fields)
	return err
}

// back makes the inverse of a move that changes the template: an undo to the
// revision that is current now. Without a ReplicaSet of it there is no way back,
// and the plan says so.
func (m *move) back(paused bool) {
	current := m.book.current()
	if current == nil {
		m.warn("the present template has no revision yet: this cannot be taken back")
		return
	}
	m.inverse(Intent{Verb: Undo, Revision: max(current.number, 0), ReplicaSet: current.set.Name, Pause: paused})
	if limit := m.deployment.Spec.RevisionHistoryLimit; limit != nil && *limit == 0 {
		m.warn(fmt.Sprintf("revisionHistoryLimit is 0: %s is removed once its pods are gone, and this cannot be taken back then", current))
	}
}
