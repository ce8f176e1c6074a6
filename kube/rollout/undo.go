package rollout

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

func draftUndo(m *move) error {
	target, err := m.chooseRevision()
	if err != nil {
		return err
	}
	template := bare(&target.set.Spec.Template)
	if sameTemplate(template, &m.deployment.Spec.Template) {
		return m.alreadyRuns(target)
	}
	intent := &m.plan.Intent
	intent.Revision, intent.ReplicaSet = max(target.number, 0), target.set.Name
	m.plan.Title = fmt.Sprintf("Undo %s to %s", m.ref(), target)
	m.plan.Action = "Undo"
	m.after.Spec.Template = *template
	m.after.Spec.Paused = intent.Pause
	steps := append([]operation{{Op: "replace", Path: "/spec/template", Value: template}}, m.pausedStep()...)
	steps = append(steps, m.changeCauseStep(target)...)

	m.describeUndo(target)
	m.compareWithKubectl(target)
	m.fights("the pod template")
	m.back(m.deployment.Spec.Paused)
	m.plan.PatchType, m.plan.Patch, err = jsonPatch(m.target, steps...)
	return err
}

// chooseRevision finds the revision that the intent means: by its ReplicaSet, by
// its number, or the one before the highest.
func (m *move) chooseRevision() (revision, error) {
	intent := m.plan.Intent
	if intent.Revision < 0 {
		return revision{}, fmt.Errorf("revision %d cannot be: they count from 1, and 0 means the one before", intent.Revision)
	}
	if intent.ReplicaSet != "" {
		return m.revisionOf(intent.ReplicaSet)
	}
	number := intent.Revision
	if number == 0 {
		var found bool
		if number, found = m.book.previous(); !found {
			return revision{}, m.nothingToGoBackTo()
		}
	}
	candidates := m.book.numbered(number)
	if len(candidates) == 0 {
		return revision{}, m.noSuchRevision(number)
	}
	return m.oneOf(candidates), nil
}

func (m *move) revisionOf(replicaSet string) (revision, error) {
	for _, r := range m.book {
		if r.set.Name == replicaSet {
			return r, nil
		}
	}
	return revision{}, fmt.Errorf("revision %d of %s does not exist any more (ReplicaSet %s is gone): %s",
		m.plan.Intent.Revision, m.ref(), replicaSet, m.has())
}

// oneOf chooses among ReplicaSets that claim the same number: not the one that
// runs already, and of the others the youngest.
func (m *move) oneOf(candidates ledger) revision {
	chosen := candidates[0]
	if chosen.isNew && len(candidates) > 1 {
		chosen = candidates[1]
	}
	if len(candidates) > 1 {
		var names []string
		for _, r := range candidates {
			names = append(names, r.set.Name)
		}
		m.warn(fmt.Sprintf("%d ReplicaSets claim to be %s (%s): %s is taken",
			len(candidates), chosen, strings.Join(names, ", "), chosen.set.Name))
	}
	return chosen
}

func (m *move) nothingToGoBackTo() error {
	if limit := m.deployment.Spec.RevisionHistoryLimit; limit != nil && *limit == 0 {
		return fmt.Errorf("%s keeps no old revisions (revisionHistoryLimit is 0), so there is nothing to go back to: apply the old manifest instead", m.ref())
	}
	if len(m.book) == 0 {
		return fmt.Errorf("%s has no revision yet: nothing to go back to", m.ref())
	}
	return fmt.Errorf("%s has only one revision: nothing to go back to", m.ref())
}

func (m *move) noSuchRevision(number int64) error {
	if limit := m.deployment.Spec.RevisionHistoryLimit; limit != nil && *limit == 0 {
		return fmt.Errorf("revision %d of %s is not kept (revisionHistoryLimit is 0): %s", number, m.ref(), m.has())
	}
	return fmt.Errorf("revision %d of %s does not exist any more: %s", number, m.ref(), m.has())
}

func (m *move) has() string {
	if numbers := m.book.numbers(); numbers != "" {
		return "it has " + numbers
	}
	return "it has none"
}

func (m *move) alreadyRuns(target revision) error {
	text := fmt.Sprintf("skipped: %s of %s is already what runs", target, m.ref())
	if m.deployment.Spec.Paused {
		text = fmt.Sprintf("skipped: %s of %s already has its template, and is paused: resume it instead", target, m.ref())
	}
	return errors.New(text)
}

// pausedStep writes spec.paused together with the template, so that there is no
// moment in which the bad template runs on.
func (m *move) pausedStep() []operation {
	if m.deployment.Spec.Paused == m.plan.Intent.Pause {
		return nil
	}
	return []operation{{Op: "add", Path: "/spec/paused", Value: m.plan.Intent.Pause}}
}

// changeCauseStep lets the change-cause follow the template: the one annotation
// that describes it. Every other annotation is left alone.
func (m *move) changeCauseStep(target revision) []operation {
	if m.plan.Intent.Cause != "" {
		return m.causeStep()
	}
	path := "/metadata/annotations/" + pointer(changeCauseAnnotation)
	now, has := m.deployment.Annotations[changeCauseAnnotation]
	old, had := target.set.Annotations[changeCauseAnnotation]
	switch {
	case has == had && now == old:
		return nil
	case !had:
		delete(m.after.Annotations, changeCauseAnnotation)
		m.note(fmt.Sprintf("the change-cause is removed: %s had none", target))
		return []operation{{Op: "remove", Path: path}}
	}
	m.note(fmt.Sprintf("change-cause becomes %q", old))
	if len(m.deployment.Annotations) == 0 {
		m.after.Annotations = map[string]string{changeCauseAnnotation: old}
		return []operation{{Op: "add", Path: "/metadata/annotations", Value: m.after.Annotations}}
	}
	m.after.Annotations[changeCauseAnnotation] = old
	return []operation{{Op: "add", Path: path, Value: old}}
}

func (m *move) describeUndo(target revision) {
	next := m.book.next()
	switch {
	case m.plan.Intent.Pause:
		m.effect("it stays paused: no pod changes until it is resumed")
	default:
		m.effect(replacement(m.scene, m.book, &target)...)
		m.warn(recreateWarning(m.scene)...)
		m.forecast()
	}
	m.note(fmt.Sprintf("%s will be renumbered %d; replicas stay %d", target, next, desired(m.deployment)))
	if m.book.current() == nil && m.book[0].set.UID != target.set.UID {
		m.warn(fmt.Sprintf("the present template has no revision yet: undo to %s drops just that change, %s is one further back", m.book[0], target))
	}
}

// compareWithKubectl gives the equivalent command and says where it would do
// something else.
func (m *move) compareWithKubectl(target revision) {
	if target.number <= 0 || len(m.book.numbered(target.number)) > 1 {
		m.note(fmt.Sprintf("kubectl cannot name this revision: the number of ReplicaSet %s is missing or not its own", target.set.Name))
	} else {
		m.command = []string{"rollout", "undo", m.name(), "--to-revision=" + strconv.FormatInt(target.number, 10)}
	}
	switch paused, pause := m.deployment.Spec.Paused, m.plan.Intent.Pause; {
	case paused && pause:
		m.note("unlike kubectl, which refuses while paused: the old template is put back and it stays paused")
	case paused:
		m.note("unlike kubectl, which refuses while paused: the old template and spec.paused are one write, so the present template does not run on in between")
	case pause:
		m.note("unlike kubectl, which would let it run: the old template and spec.paused are one write")
	}
	if differ := m.annotationsUnlikeKubectl(target); differ != "" {
		m.note(fmt.Sprintf("unlike kubectl, which puts back all annotations of %s: %s", target, differ))
	}
}

// annotationsUnlikeKubectl names those that kubectl's undo would remove or change,
// and those that it would bring back although somebody removed them since.
func (m *move) annotationsUnlikeKubectl(target revision) string {
	alike := []string{
		corev1.LastAppliedConfigAnnotation, revisionAnnotation, changeCauseAnnotation,
		"deployment.kubernetes.io/revision-history", "deployment.kubernetes.io/desired-replicas",
		"deployment.kubernetes.io/max-replicas", "deprecated.deployment.rollback.to",
	}
	var kept, gone []string
	for _, key := range slices.Sorted(maps.Keys(m.deployment.Annotations)) {
		old, had := target.set.Annotations[key]
		if !slices.Contains(alike, key) && (!had || old != m.deployment.Annotations[key]) {
			kept = append(kept, key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(target.set.Annotations)) {
		if _, has := m.deployment.Annotations[key]; !has && !slices.Contains(alike, key) {
			gone = append(gone, key)
		}
	}
	var parts []string
	if len(kept) > 0 {
		parts = append(parts, strings.Join(kept, ", ")+" stay as they are")
	}
	if len(gone) > 0 {
		parts = append(parts, strings.Join(gone, ", ")+" stay away")
	}
	return strings.Join(parts, ", ")
}

func toldUndo(p *Plan) string {
	return fmt.Sprintf("put %s back to the template of revision %d", p.Target(), p.Intent.Revision)
}
