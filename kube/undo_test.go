package kube

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// loopingPod was created and first seen by its kubelet at the one minute, is not ready
// since the second, and has ended for the ninth time, after a run of so many minutes, at
// minute 20.
func loopingPod(created, unready, run int) *corev1.Pod {
	p := crashedPod("Error", 1, 9)
	p.CreationTimestamp, p.Status.StartTime = at(created), new(at(created))
	p.Status.Conditions[0].LastTransitionTime = at(unready)
	p.Status.ContainerStatuses[0].LastTerminationState.Terminated.StartedAt = at(20 - run)
	return p
}

// TestHealthOfWhatFails: what the pods of an older revision do tells of it, also what
// they did before they began to fail.
func TestHealthOfWhatFails(t *testing.T) {
	never := func() *corev1.Pod { return loopingPod(11, 11, 0) }
	served := func() *corev1.Pod { return loopingPod(weeks, 5, 0) }
	flapping := func() *corev1.Pod { return loopingPod(1, 20, 1) }
	longRuns := func() *corev1.Pod { return loopingPod(1, 20, 15) }
	gone := pull("ErrImagePull")
	wait := func() *corev1.Pod { return pendingPod("0/3 nodes are available: 3 Insufficient cpu.") }
	starts := func() *corev1.Pod { return waitingPod(11, containerCreating, "") }
	named := func(s *scene) *scene {
		return s.progressing(reasonAvailable, 10).about(`ReplicaSet "web-4" has successfully progressed.`)
	}
	old := func(pods ...[]*corev1.Pod) *scene {
		var all []*corev1.Pod
		for _, p := range pods {
			all = append(all, p...)
		}
		return rolling(13, 3, 0, times(3, never), all).revision(3, "web:older", 0)
	}
	for name, c := range map[string]struct {
		scene    *scene
		health   RevisionHealth // of revision 4
		evidence string
		hint     string
	}{
		"served for weeks, fails now": {old(times(10, served)), Healthy, "its pods were ready", "undo to revision 4"},
		"fails from the start":        {old(times(10, never)), Unhealthy, "10 of 10 pods fail", "undo to revision 3, not known to be healthy"},
		"most of them do":             {old(times(9, never), times(1, ready)), Unhealthy, "9 of 10 pods fail", ""},
		"a few of them do":            {old(times(3, never), times(7, ready)), Healthy, "7 pods ready", "undo to revision 4"},
		"half of them do":             {old(times(5, never), times(5, ready)), Healthy, "5 pods ready", "undo to revision 4"},
		"most of those that run do":   {old(times(3, never), times(1, ready), times(6, wait)), Unhealthy, "3 of 4 pods fail", ""},
		"ready between two crashes":   {old(times(9, flapping), times(1, ready)), Unhealthy, "9 of 10 pods fail", ""},
		"ready for long before each":  {old(times(9, longRuns), times(1, ready)), Healthy, "1 pod ready", "undo to revision 4"},
		"its image is gone":           {old(times(6, gone), times(4, ready)), Unhealthy, "6 of 10 pods fail", ""},
		"was complete, and fails":     {named(old(times(10, never))), HealthUnknown, "it was complete (NewReplicaSetAvailable), and now 10 of 10 pods fail", "undo to revision 4, not known to be healthy"},
		"no node takes its pods":      {old(times(10, wait)), HealthUnknown, "its objects do not tell", "undo to revision 4, not known to be healthy"},
		"its pods start":              {old(times(10, starts)), HealthUnknown, "its objects do not tell", "undo to revision 4, not known to be healthy"},
		"some run and none is ready":  {old(times(9, wait), times(1, func() *corev1.Pod { return newPod(1) })), Unhealthy, "1 pod, none ready", "undo to revision 3, not known to be healthy"},
	} {
		t.Run(name, func(t *testing.T) {
			r := c.scene.rollout()
			target := r.UndoTargets()[0]
			require.EqualValues(t, 4, target.Revision.ReplicaSet.Revision)
			require.Equal(t, []any{c.health, c.evidence}, []any{target.Health, target.Evidence})
			require.Equal(t, c.hint, newSituation(r, &terrain{}).wayBack())
		})
	}
}

// TestNoUndoForOldPods: what is wrong with them is no reason to go back.
func TestNoUndoForOldPods(t *testing.T) {
	all := fates()
	delete(all, "ready")
	delete(all, "leaving")
	all["ran out once"] = func() *corev1.Pod { return isReady(restartedPod(reasonOOM, 137, 5, 8, 20, 21, 21)) }
	all["no scheduler"] = func() *corev1.Pod { return unseenPod("other") }
	for name, fate := range all {
		for _, late := range []bool{false, true} {
			s := rolling(13, 3, 0, times(3, func() *corev1.Pod { return newPod(21) }), times(10, fate)).revision(3, "web:older", 0)
			if late {
				s.progressing(reasonTimedOut, 22)
			}
			o := s.objects()
			o.Now = at(22).Time
			r := Build(o, nil).Rollouts[0]
			for i := range r.Causes {
				if c := &r.Causes[i]; r.isOfOld(c.About) {
					require.NotContains(t, c.Hint, "undo", "%s: %s", name, c.Text)
				}
			}
		}
	}
	t.Run("refused", func(t *testing.T) {
		s := failing(rolling(12, 3, 9, times(3, ready), times(9, ready)), "", 0)
		s.sets[0].Status.Conditions, s.sets[1].Status.Conditions = nil, s.sets[0].Status.Conditions
		*s.sets[1].Spec.Replicas = 10
		for message, hint := range map[string]string{
			restricted: "",
			`pods "web-4-x" is forbidden: error looking up service account shop/web: serviceaccount "web" not found`: "create ServiceAccount web",
		} {
			s.sets[1].Status.Conditions[0].Message = message
			w := s.rollout().Worst()
			require.True(t, strings.HasPrefix(w.Text, "1 of 10 pods of revision 4 cannot be created"), w.Text)
			require.Equal(t, hint, w.Hint)
		}
	})
}
