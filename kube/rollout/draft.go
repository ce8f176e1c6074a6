package rollout

import (
	"fmt"
	"time"

	"fader/kube"

	appsv1 "k8s.io/api/apps/v1"
)

// move is a plan in the making: the verbs' files fill it in.
type move struct {
	*scene
	plan  *Plan
	book  ledger
	after *appsv1.Deployment // a copy of the Deployment, made what the patch makes it
	// command is what follows `kubectl --context … -n …`; nil where kubectl cannot say it.
	command []string
}

// draft works a plan out: pure, no client, no clock. Its errors are one sentence
// for a person, and mean that there is nothing to plan.
func draft(s *scene, intent Intent, cluster Identity, now time.Time) (Plan, error) {
	d := s.deployment
	if intent.Target.UID != "" && intent.Target.UID != string(d.UID) {
		return Plan{}, fmt.Errorf("%s was deleted and created again since you pressed the key (at %s): look again",
			intent.Target, d.CreationTimestamp.Local().Format(time.TimeOnly))
	}
	if d.DeletionTimestamp != nil {
		return Plan{}, fmt.Errorf("%s is being deleted: nothing can be done to it any more", intent.Target)
	}
	fill, known := verbs()[intent.Verb]
	if !known {
		return Plan{}, fmt.Errorf("%q is no move that fader knows", intent.Verb)
	}
	intent.Target.UID, intent.Target.Kind = string(d.UID), kube.KindDeployment
	plan := Plan{
		Intent: intent, Cluster: cluster, MadeAt: now,
		UID: string(d.UID), ResourceVersion: d.ResourceVersion,
	}
	m := &move{scene: s, plan: &plan, book: ledgerOf(d, s.replicaSets), after: d.DeepCopy()}
	if err := fill(m); err != nil {
		return Plan{}, err
	}
	if m.command != nil {
		plan.Kubectl = kubectlLine(cluster, intent.Target, m.command...)
	}
	plan.from, plan.want = d, m.after
	changes, err := changesBetween(d, m.after)
	if err != nil {
		return Plan{}, fmt.Errorf("compare %s before and after: %w", intent.Target, err)
	}
	plan.Changes = changes
	clean(&plan)
	return plan, nil
}

// verbs is the table of moves.
func verbs() map[Verb]func(*move) error {
	return map[Verb]func(*move) error{
		Pause:   draftPause,
		Resume:  draftResume,
		Scale:   draftScale,
		Restart: draftRestart,
		Undo:    draftUndo,
	}
}

// name of the target as kubectl takes it: "deployment/web".
func (m *move) name() string { return "deployment/" + m.deployment.Name }

func (m *move) target() kube.Ref { return m.plan.Intent.Target }

func (m *move) effect(sentences ...string) { m.plan.Effect = append(m.plan.Effect, sentences...) }
func (m *move) note(sentences ...string)   { m.plan.Notes = append(m.plan.Notes, sentences...) }
func (m *move) warn(sentences ...string)   { m.plan.Warnings = append(m.plan.Warnings, sentences...) }

// inverse is the intent that takes this one back, on the same object.
func (m *move) inverse(back Intent) {
	back.Target = m.target()
	m.plan.Inverse = &back
}

// merge makes the plan's patch one that sets these fields of spec.
func (m *move) merge(spec map[string]any) (err error) {
	m.plan.PatchType, m.plan.Patch, err = mergePatch(m.deployment, spec)
	return err
}

// clean makes every string that is shown safe for a terminal; the kubectl line is
// quoted already and stays exact, the patch is never shown.
func clean(p *Plan) {
	p.Title = kube.Clean(p.Title)
	for _, list := range [][]string{p.Effect, p.Notes, p.Warnings} {
		for i := range list {
			list[i] = kube.Clean(list[i])
		}
	}
}
