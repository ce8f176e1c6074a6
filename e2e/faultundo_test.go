package e2e

import (
	"testing"

	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// shipped makes a Deployment with a revision of each of these images.
func (s *site) shipped(d *appsv1.Deployment, tags ...string) *appsv1.Deployment {
	s.t.Helper()
	live := s.create(d)
	for _, tag := range tags {
		live = s.edit(d.Name, image(tag), annotated(causeAnnotation, "ship "+tag))
	}
	return live
}

func hold(yes bool) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) { d.Spec.Paused = yes }
}

func imageOf(d *appsv1.Deployment) string { return d.Spec.Template.Spec.Containers[0].Image }

// renumber writes the revision annotation of a ReplicaSet, as careless tools do.
func (s *site) renumber(set *appsv1.ReplicaSet, number string) {
	s.t.Helper()
	_, err := s.client.AppsV1().ReplicaSets(faults).Patch(s.t.Context(), set.Name, types.MergePatchType,
		[]byte(`{"metadata":{"annotations":{"`+revisionAnnotation+`":"`+number+`"}}}`), metav1.PatchOptions{})
	require.NoError(s.t, err)
}

// undone carries an undo out and returns what it left.
func (s *site) undone(desk *rollout.Desk, plan rollout.Plan) *appsv1.Deployment {
	s.t.Helper()
	receipt := desk.Execute(soon(s.t), plan, rollout.Confirmation{})
	require.Equal(s.t, rollout.Applied, receipt.Result, receipt.Message)
	require.Equal(s.t, 1, s.patches(plan.Target().Name))
	return s.observed(plan.Target().Name)
}

func undoOf(d *appsv1.Deployment, revision int64) rollout.Intent {
	return rollout.Intent{Verb: rollout.Undo, Target: at(d), Revision: revision}
}

// Undo where the history is not as it should be. kubectl is asked first, where it
// has an opinion: what it refuses as well is refused, in better words.
func undoInDisorder(t *testing.T, s *site) {
	desk := s.gateway(s.kubeconfig())
	kubectl := func(s *site, name string) string {
		out, _ := s.tryKubectl("-n", faults, "rollout", "undo", "deployment/"+name, "--dry-run=server")
		return out
	}
	refused := func(s *site, intent rollout.Intent, says string) {
		s.t.Helper()
		before := s.get(intent.Target.Name)
		_, err := desk.Plan(s.t.Context(), intent)
		require.ErrorContains(s.t, err, says)
		s.unchanged(before)
	}
	t.Run("paused", func(t *testing.T) {
		s := s.in(t)
		s.shipped(deployment("undo-paused", 1), "v2")
		s.edit("undo-paused", hold(true))
		d := s.edit("undo-paused", image("bad"))
		require.Contains(t, kubectl(s, d.Name), "paused")
		plan := s.plan(desk, undoOf(d, 0))
		require.EqualValues(t, 1, plan.Intent.Revision, "the second highest number, as kubectl has it")
		require.Contains(t, plan.Changes, rollout.Change{Path: "spec.paused", Before: "true", After: "false"})
		after := s.undone(desk, plan)
		require.Equal(t, "registry.example/main:v1", imageOf(after))
		require.False(t, after.Spec.Paused)
		require.Len(t, s.sets(d.Name), 2, "the bad template never got to run in between")
	})
	t.Run("no history is kept", func(t *testing.T) {
		s := s.in(t)
		none := int32(0)
		d := s.shipped(deployment("undo-forgotten", 0, func(d *appsv1.Deployment) { d.Spec.RevisionHistoryLimit = &none }), "v2")
		s.until("forgotten", func() bool { return len(s.sets(d.Name)) == 1 })
		require.Contains(t, kubectl(s, d.Name), "no rollout history")
		refused(s, undoOf(d, 0), "keeps no old revisions (revisionHistoryLimit is 0)")
		refused(s, undoOf(d, 1), "revision 1 of faults/undo-forgotten is not kept (revisionHistoryLimit is 0): it has 2")
	})
	t.Run("one revision", func(t *testing.T) {
		s := s.in(t)
		d := s.create(deployment("undo-only", 0))
		require.Contains(t, kubectl(s, d.Name), "no rollout history")
		refused(s, undoOf(d, 0), "has only one revision: nothing to go back to")
		refused(s, undoOf(d, 1), "skipped: revision 1 of faults/undo-only is already what runs")
	})
	t.Run("a number that is none", func(t *testing.T) {
		s := s.in(t)
		d := s.shipped(deployment("undo-garbage", 0), "v2", "v3")
		s.renumber(s.sets(d.Name)["2"], "2nd")
		refused(s, undoOf(d, 2), "revision 2 of faults/undo-garbage does not exist any more: it has 1, 3")
		plan := s.plan(desk, undoOf(d, 0))
		require.Equal(t, "registry.example/main:v1", imageOf(s.undone(desk, plan)))
	})
	t.Run("two with one number", func(t *testing.T) {
		s := s.in(t)
		d := s.shipped(deployment("undo-double", 0), "v2", "v3")
		s.renumber(s.sets(d.Name)["1"], "2")
		plan := s.plan(desk, undoOf(d, 0))
		require.Regexp(t, `2 ReplicaSets claim to be revision 2 \(undo-double-\w+, undo-double-\w+\): undo-double-\w+ is taken`, plan.Warnings)
		require.Contains(t, plan.Warnings[0], plan.Intent.ReplicaSet+" is taken")
		require.Empty(t, plan.Kubectl, "kubectl cannot say which")
		after := imageOf(s.undone(desk, plan))
		set, err := s.client.AppsV1().ReplicaSets(faults).Get(t.Context(), plan.Intent.ReplicaSet, metav1.GetOptions{})
		require.NoError(t, err)
		require.Equal(t, set.Spec.Template.Spec.Containers[0].Image, after, "what was said is what was taken")
	})
	t.Run("the same template", func(t *testing.T) {
		s := s.in(t)
		d := s.shipped(deployment("undo-same", 0), "v2")
		refused(s, undoOf(d, 2), "skipped: revision 2 of faults/undo-same is already what runs")
		s.edit(d.Name, hold(true))
		d = s.edit(d.Name, image("v1"))
		refused(s, undoOf(d, 3), "skipped: revision 3 of faults/undo-same already has its template, and is paused: resume it instead")
	})
}

// What people wrote on the Deployment since the old revision stays; kubectl drops it.
func undoKeepsAnnotations(t *testing.T, s *site) {
	desk := s.gateway(s.kubeconfig())
	const lastApplied, owner, note = "kubectl.kubernetes.io/last-applied-configuration", "team.example/owner", "team.example/note"
	d := s.create(deployment("undo-annotated", 0, annotated(causeAnnotation, "ship v1", note, "old", lastApplied, `{"a":1}`)))
	s.edit(d.Name, image("v2"), annotated(causeAnnotation, "ship v2"))
	d = s.edit(d.Name, annotated(owner, "payments", note, "new", lastApplied, `{"a":2}`))
	plan := s.plan(desk, undoOf(d, 0))
	require.Contains(t, plan.Notes, "unlike kubectl, which puts back all annotations of revision 1: team.example/note, team.example/owner stay as they are")
	after := s.undone(desk, plan)
	want := d.DeepCopy().Annotations
	want[causeAnnotation], want[revisionAnnotation] = "ship v1", "3"
	require.Equal(t, want, after.Annotations)
	require.Equal(t, "registry.example/main:v1", imageOf(after))
}
