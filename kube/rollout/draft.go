package rollout

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"fader/kube"

	appsv1 "k8s.io/api/apps/v1"
)

// move is a plan in the making: the verbs' files fill it in.
type move struct {
	*scene
	plan  *Plan
	book  ledger
	want  object             // a copy of the target, made what the patch makes it
	after *appsv1.Deployment // the same, where the target is a Deployment
	// command is what follows `kubectl --context … -n …`; nil where kubectl cannot say it.
	command []string
}

// draft works a plan out: pure, no client, no clock. Its errors are one sentence
// for a person, and mean that there is nothing to plan.
func draft(s *scene, intent Intent, cluster Identity, now time.Time) (Plan, error) {
	o := s.target
	if intent.Target.UID != "" && intent.Target.UID != string(o.GetUID()) {
		return Plan{}, fmt.Errorf("%s was deleted and created again since you pressed the key (at %s): look again",
			intent.Target, o.GetCreationTimestamp().Local().Format(time.TimeOnly))
	}
	if o.GetDeletionTimestamp() != nil {
		return Plan{}, fmt.Errorf("%s is being deleted: nothing can be done to it any more", intent.Target)
	}
	verb, err := verbOf(intent.Verb)
	if err != nil {
		return Plan{}, err
	}
	intent.Target.UID = string(o.GetUID())
	intent.Target.Kind = cmp.Or(verb.on, intent.Target.Kind, kube.KindDeployment)
	plan := Plan{
		Intent: intent, Cluster: cluster, MadeAt: now,
		UID: string(o.GetUID()), ResourceVersion: o.GetResourceVersion(),
	}
	m := &move{scene: s, plan: &plan, want: o.DeepCopyObject().(object)}
	if s.deployment != nil {
		plan.Template = kube.TemplateDigest(s.deployment.Spec.Template)
		m.book, m.after = ledgerOf(s.deployment, s.replicaSets), m.want.(*appsv1.Deployment)
	}
	if err := verb.fill(m); err != nil {
		return Plan{}, err
	}
	if m.command != nil {
		plan.Kubectl = CommandLine("kubectl", cluster, intent.Target.Namespace, m.command...)
	}
	plan.from, plan.want = o, m.want
	changes, err := changesBetween(o, m.want)
	if err != nil {
		return Plan{}, fmt.Errorf("compare %s before and after: %w", intent.Target, err)
	}
	plan.Changes = append(plan.Changes, changes...)
	clean(&plan)
	return plan, nil
}

// verb is a move: what it is on, how it is worked out and how it is told.
type verb struct {
	on   kube.Kind // "" for one that its intent names
	fill func(*move) error
	// told is what an applied plan did, in the past tense.
	told func(*Plan) string
	// still says why the plan may not be executed any more although its target is
	// as it was; "" where it may. Nil for moves that depend on their target alone.
	still func(*scene, *Plan) string
	// anew makes the patch again for the object as it is by now; nil for patches
	// that hold whatever the status has become.
	anew func(live object, p *Plan) error
}

func verbOf(name Verb) (verb, error) {
	v, known := verbs()[name]
	if !known {
		return verb{}, fmt.Errorf("%q is no move that fader knows", name)
	}
	return v, nil
}

// verbs is the table of moves.
func verbs() map[Verb]verb {
	return map[Verb]verb{
		Pause:       {on: kube.KindDeployment, fill: draftPause, told: plainly("paused %s")},
		Resume:      {on: kube.KindDeployment, fill: draftResume, told: plainly("resumed %s")},
		Scale:       {on: kube.KindDeployment, fill: draftScale, told: toldScale},
		Restart:     {on: kube.KindDeployment, fill: draftRestart, told: plainly("restarted %s")},
		Undo:        {on: kube.KindDeployment, fill: draftUndo, told: toldUndo},
		SetImage:    {on: kube.KindDeployment, fill: draftImage, told: toldImage},
		SetStrategy: {on: kube.KindDeployment, fill: draftStrategy, told: plainly("set the strategy of %s")},
		Flip:        {on: kube.KindService, fill: draftFlip, told: toldFlip, still: stillReady},
		Label:       {on: kube.KindPod, fill: draftLabel, told: toldLabel},
		Disown:      {fill: draftDisown, told: toldDisown, anew: patchDisown},
	}
}

// plainly tells a move that has nothing to say but its target.
func plainly(format string) func(*Plan) string {
	return func(p *Plan) string { return fmt.Sprintf(format, p.Target()) }
}

// name of the target as kubectl takes it: "deployment/web".
func (m *move) name() string { return strings.ToLower(string(m.ref().Kind)) + "/" + m.target.GetName() }

func (m *move) ref() kube.Ref { return m.plan.Intent.Target }

func (m *move) effect(sentences ...string) { m.plan.Effect = append(m.plan.Effect, sentences...) }
func (m *move) note(sentences ...string)   { m.plan.Notes = append(m.plan.Notes, sentences...) }
func (m *move) warn(sentences ...string)   { m.plan.Warnings = append(m.plan.Warnings, sentences...) }

// inverse is the intent that takes this one back, on the same object.
func (m *move) inverse(back Intent) {
	back.Target = m.ref()
	m.plan.Inverse = &back
}

// merge makes the plan's patch one that sets these fields of spec.
func (m *move) merge(spec map[string]any) (err error) {
	m.plan.PatchType, m.plan.Patch, err = mergePatch(m.target, map[string]any{"spec": spec})
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
