package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// about makes the Progressing condition speak of a ReplicaSet.
func (s *scene) about(message string) *scene {
	s.deployment.Status.Conditions[0].Message = message
	return s
}

func endless(s *scene) *scene {
	s.deployment.Spec.ProgressDeadlineSeconds, s.deployment.Status.Conditions = new(int32(1<<31-1)), nil
	return s
}

// lostReady ran since minute 1 and stopped being ready at that one.
func lostReady(minute int) *corev1.Pod {
	p := newPod(1)
	p.Status.ContainerStatuses[0].State.Running.StartedAt = at(1)
	p.Status.Conditions[0].LastTransitionTime = at(minute)
	return p
}

// neverReady runs since minute 3, and was not ready when its kubelet first saw it.
func neverReady() *corev1.Pod {
	p := lostReady(2)
	p.Status.StartTime = new(at(2))
	p.Status.ContainerStatuses[0].State.Running.StartedAt = at(3)
	return p
}

// crashedWhenReady ended at minute 20, and was ready until then.
func crashedWhenReady() *corev1.Pod {
	p := crashedPod("Error", 1, 1)
	p.Status.Conditions[0].LastTransitionTime = at(20)
	return p
}

// TestDegraded: what was complete is told by what speaks of the present ReplicaSet.
func TestDegraded(t *testing.T) {
	gone := func() *corev1.Pod { return waitingPod(11, "ImagePullBackOff", "not found") }
	back := func(message string) *scene { // revision 5 is the present one again
		return recreate(newScene(1).status(1, 1, 0).revision(5, "web:1", 1, gone()).revision(4, "web:0", 0)).about(message)
	}
	for name, c := range map[string]struct {
		scene *scene
		phase Phase
	}{
		"the condition is of the present ReplicaSet": {back(`ReplicaSet "web-5" has successfully progressed.`), Degraded},
		"of another one":                {back(`ReplicaSet "web-4" has successfully progressed.`), Progressing},
		"of one that is not there":      {back(`ReplicaSet "web-3" has successfully progressed.`), Progressing},
		"of none that is named":         {back(`Deployment "web" has successfully progressed.`), Degraded},
		"scaled up from nothing since":  {back(`ReplicaSet "web-5" has successfully progressed.`).deploymentEvent("Normal", eventScaling, "Scaled up replica set web-5 from 0 to 1", 15), Progressing},
		"scaled up from nothing before": {back(`ReplicaSet "web-5" has successfully progressed.`).deploymentEvent("Normal", eventScaling, "Scaled up replica set web-5 from 0 to 1", 9), Degraded},
		"the other still has pods": {
			newScene(2).status(2, 1, 1).revision(5, "web:1", 1, gone()).revision(4, "web:0", 1, ready()).about(`ReplicaSet "web-5" has successfully progressed.`), Progressing,
		},
		"no ReplicaSet has the template yet": {
			recreate(newScene(1).status(0, 0, 0).revision(4, "web:0", 0)).about(`ReplicaSet "web-4" has successfully progressed.`), Progressing,
		},

		"no deadline, readiness lost":                {endless(newScene(3).status(3, 3, 1)).revision(5, "web:1", 3, ready(), lostReady(8), lostReady(9)), Degraded},
		"no deadline, and the event of its creation": {endless(newScene(3).status(3, 3, 1)).revision(5, "web:1", 3, ready(), lostReady(8), lostReady(9)).deploymentEvent("Normal", eventScaling, "Scaled up replica set web-5 from 0 to 3", 1), Degraded},
		"no deadline, all lost":                      {endless(newScene(2).status(2, 2, 0)).revision(5, "web:1", 2, lostReady(8), lostReady(9)), Degraded},
		"no deadline, crashed while it was ready":    {endless(newScene(2).status(2, 2, 1)).revision(5, "web:1", 2, ready(), crashedWhenReady()), Degraded},
		"no deadline, crashed from the start":        {endless(newScene(2).status(2, 2, 1)).revision(5, "web:1", 2, ready(), crashedPod("Error", 1, 4)), Progressing},
		"no deadline, never ready":                   {endless(newScene(2).status(2, 2, 1)).revision(5, "web:1", 2, ready(), neverReady()), Progressing},
		"no deadline, an old pod left":               {endless(newScene(2).status(3, 2, 1)).revision(5, "web:1", 2, ready(), lostReady(9)).revision(4, "web:0", 1, ready()), Progressing},
		"no deadline, a pod missing":                 {endless(newScene(3).status(2, 2, 1)).revision(5, "web:1", 3, ready(), lostReady(9)), Progressing},
		"an undo under another's condition, complete, then lost": {
			recreate(newScene(2).status(2, 2, 1).revision(5, "web:1", 2, ready(), lostReady(9)).revision(4, "web:0", 0)).about(`ReplicaSet "web-4" has successfully progressed.`), Degraded,
		},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.phase, c.scene.rollout().Phase) })
	}
}

// What was seen complete is so until another template is rolled out.
func TestWhatWasSeenComplete(t *testing.T) {
	s := endless(newScene(2)).revision(5, "web:1", 2, ready(), ready()).revision(4, "web:0", 0)
	before := Build(s.objects(), nil)
	s.sets, s.pods = nil, nil
	s.status(2, 2, 1).revision(5, "web:1", 2, ready(), pendingPod("0/1 nodes are available: 1 Insufficient cpu.")).revision(4, "web:0", 0)
	require.Equal(t, Progressing, s.rollout().Phase, "its objects do not tell")
	lost := Build(s.objects(), before)
	require.Equal(t, Degraded, lost.Rollouts[0].Phase)
	require.Equal(t, Degraded, Build(s.objects(), Build(s.objects(), lost)).Rollouts[0].Phase, "and it is remembered")

	s.deployment.Spec.Template = template("web:0")
	other := Build(s.status(2, 0, 1).objects(), lost)
	s.deployment.Spec.Template = template("web:1")
	require.Equal(t, Progressing, Build(s.status(2, 2, 1).objects(), other).Rollouts[0].Phase, "another one was rolled out since")
}

// The gap of Recreate is one on the way back, too.
func TestRecreateGapOfAnUndo(t *testing.T) {
	s := recreate(newScene(1).status(1, 1, 0).revision(5, "web:1", 1, newPod(11)).revision(4, "web:0", 0)).about(`ReplicaSet "web-4" has successfully progressed.`)
	r := s.rollout()
	require.Equal(t, CauseRecreateGap, r.Worst().Kind)
	require.Equal(t, Progressing, r.Phase)
	require.Contains(t, causeOf(t, r, CauseNotReady).Text, "1 new pod ")
}

func TestSinceIsNotAnothersCompletion(t *testing.T) {
	s := recreate(newScene(1).revision(5, "web:1", 1, ready()).revision(4, "web:0", 0)).about(`ReplicaSet "web-4" has successfully progressed.`)
	r := s.rollout()
	require.Equal(t, Complete, r.Phase)
	require.True(t, r.Since.IsZero())
}

// scaledOut is a complete Deployment of three that is to have twelve, six of which fit.
func scaledOut(change ...func(*scene)) *scene {
	s := newScene(12).status(12, 12, 6).revision(5, "web:1", 12, append(times(6, ready), times(6, func() *corev1.Pod {
		return pendingPod("0/3 nodes are available: 3 Insufficient cpu.")
	})...)...)
	for _, c := range change {
		c(s)
	}
	return s
}

// TestScaleUp: pods that are new are none that were lost.
func TestScaleUp(t *testing.T) {
	event := func(message string, minute int) func(*scene) {
		return func(s *scene) { s.deploymentEvent("Normal", eventScaling, message, minute) }
	}
	up := event("Scaled up replica set web-5 from 3 to 12", 11)
	for name, c := range map[string]struct {
		scene *scene
		phase Phase
		text  string
	}{
		"the controller scaled it up":     {scaledOut(up), Progressing, "scaling up from 3 to 12: 6 of 12 pods Pending: 0/3 nodes: 3 Insufficient cpu"},
		"in two steps":                    {scaledOut(event("Scaled up replica set web-5 from 3 to 8", 11), event("Scaled up replica set web-5 from 8 to 12", 12)), Progressing, "scaling up from 3 to 12: 6 of 12 pods Pending: 0/3 nodes: 3 Insufficient cpu"},
		"an old server's words":           {scaledOut(event("Scaled up replica set web-5 to 12", 11)), Progressing, "scaling up from 6 to 12: 6 of 12 pods Pending: 0/3 nodes: 3 Insufficient cpu"},
		"from more than serve":            {scaledOut(event("Scaled up replica set web-5 from 8 to 12", 11)), Degraded, "scaling up from 8 to 12: 6 of 12 pods Pending: 0/3 nodes: 3 Insufficient cpu"},
		"in the second of its completion": {scaledOut(event("Scaled up replica set web-5 from 3 to 12", 10)), Progressing, "scaling up from 3 to 12: 6 of 12 pods Pending: 0/3 nodes: 3 Insufficient cpu"},
		"the rollout's own last step":     {scaledOut(event("Scaled up replica set web-5 from 3 to 12", 10), event("Scaled down replica set web-4 from 3 to 0", 10)), Degraded, "6 of 12 pods Pending: 0/3 nodes: 3 Insufficient cpu"},
		"before it was complete":          {scaledOut(event("Scaled up replica set web-5 from 3 to 12", 9)), Degraded, "6 of 12 pods Pending: 0/3 nodes: 3 Insufficient cpu"},
		"another ReplicaSet":              {scaledOut(event("Scaled up replica set web-4 from 3 to 12", 11)), Degraded, "6 of 12 pods Pending: 0/3 nodes: 3 Insufficient cpu"},
		"scaled up, and down again since": {scaledOut(up, event("Scaled down replica set web-5 from 14 to 12", 13)), Degraded, "6 of 12 pods Pending: 0/3 nodes: 3 Insufficient cpu"},
		"nothing tells":                   {scaledOut(), Degraded, "6 of 12 pods Pending: 0/3 nodes: 3 Insufficient cpu"},
	} {
		t.Run(name, func(t *testing.T) {
			r := c.scene.rollout()
			require.Equal(t, c.phase, r.Phase)
			require.Equal(t, c.text, r.Worst().Text)
			require.Equal(t, Attention, r.Worst().Severity)
			require.Equal(t, "6 of 12 pods are ready", r.Worst().Meanwhile)
		})
	}
	t.Run("fader saw three of them complete", func(t *testing.T) {
		before := Build(newScene(3).revision(5, "web:1", 3, times(3, ready)...).objects(), nil)
		r := Build(scaledOut().objects(), before).Rollouts[0]
		require.Equal(t, Progressing, r.Phase)
		require.Contains(t, r.Worst().Text, "scaling up from 3 to 12: ")
	})
	t.Run("a quota stops it", func(t *testing.T) {
		s := failing(newScene(12).status(6, 6, 6).revision(5, "web:1", 6, times(6, ready)...), "exceeded quota: pods", 6).
			deploymentEvent("Normal", eventScaling, "Scaled up replica set web-5 from 3 to 12", 11)
		r := s.rollout()
		require.Equal(t, Progressing, r.Phase)
		require.Equal(t, "scaling up from 3 to 12: 6 of 12 pods of revision 5 cannot be created (FailedCreate): exceeded quota: pods", r.Worst().Text)
		require.Equal(t, Attention, r.Worst().Severity)
	})
}

func TestReadScaling(t *testing.T) {
	for message, want := range map[string]scaling{
		"Scaled up replica set web-5 from 3 to 12":                                 {true, "web-5", 3, 12},
		"Scaled up replica set web-5 to 12":                                        {true, "web-5", -1, 12},
		"(combined from similar events): Scaled up replica set web-5 from 3 to 12": {true, "web-5", 3, 12},
		"Scaled down replica set web-5 from 3 to 0":                                {false, "web-5", 3, 0},
	} {
		got, ok := readScaling(message)
		require.True(t, ok)
		require.Equal(t, want, got)
	}
	for _, other := range []string{"", "Scaled up replica set web-5", "Scaled up replica set web-5 from x to y", "Scaled it"} {
		_, ok := readScaling(other)
		require.False(t, ok, other)
	}
}

// TestBeingDeleted: a Deployment on its way out is never complete.
func TestBeingDeleted(t *testing.T) {
	for name, c := range map[string]struct {
		finalizers []string
		text       string
		severity   Severity
	}{
		"held":              {[]string{"example.com/hold"}, "being deleted, held by finalizer example.com/hold", Attention},
		"held by several":   {[]string{"a.example/x", "b.example/y"}, "being deleted, held by finalizers a.example/x, b.example/y", Attention},
		"in the foreground": {[]string{metav1.FinalizerDeleteDependents}, "being deleted, after its 2 pods", Info},
		"without its pods":  {[]string{metav1.FinalizerOrphanDependents}, "being deleted, its ReplicaSets stay", Info},
		"both":              {[]string{metav1.FinalizerDeleteDependents, "example.com/hold"}, "being deleted, after its 2 pods, held by finalizer example.com/hold", Attention},
		"about to be gone":  {nil, "being deleted", Info},
		"with an escape":    {[]string{"a\x1b[2Jb"}, "being deleted, held by finalizer ab", Attention},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(2).revision(5, "web:1", 2, ready(), ready())
			s.deployment.DeletionTimestamp, s.deployment.Finalizers = new(at(30)), c.finalizers
			r := s.rollout()
			w := r.Worst()
			require.Equal(t, c.text, w.Text)
			require.Equal(t, []any{CauseDeleting, c.severity, at(30).Time}, []any{w.Kind, w.Severity, w.Since})
			require.Equal(t, Terminating, r.Phase)
			require.Equal(t, at(30).Time, r.Since)
		})
	}
}

// TestPastTheDeadline: more than the deadline is named wherever objects tell more.
func TestPastTheDeadline(t *testing.T) {
	late := func(s *scene) *scene { return s.progressing(reasonTimedOut, 21) }
	for name, c := range map[string]struct {
		scene *scene
		kind  CauseKind
	}{
		"pods that are not made": {late(newScene(10).status(8, 0, 8)).revision(5, "web:1", 2).revision(4, "web:0", 8, times(8, ready)...), CauseNotCreated},
		"an init container that runs": {
			late(rolling(9, 1, 8, []*corev1.Pod{initPod(corev1.ContainerState{Running: &corev1.ContainerStateRunning{}})}, times(8, ready))), CauseInit,
		},
		"Recreate waits for old pods": {
			late(recreate(newScene(2).status(0, 0, 0)).revision(4, "web:0", 0, leaving(ready()), leaving(ready()))), CauseTerminating,
		},
		"old pods that stay": {late(rolling(13, 10, 13, times(10, ready), times(3, ready))), CauseTerminating},
		"not ready":          {late(rolling(9, 1, 8, []*corev1.Pod{newPod(11)}, times(8, ready))), CauseNotReady},
	} {
		t.Run(name, func(t *testing.T) {
			r := c.scene.rollout()
			require.Equal(t, Stalled, r.Phase)
			cause := causeOf(t, r, c.kind)
			require.GreaterOrEqual(t, cause.Severity, Attention)
		})
	}
}

// TestUndoTargets: what is known of each older revision.
func TestUndoTargets(t *testing.T) {
	outage := func() *scene {
		return recreate(newScene(1).status(1, 1, 0).progressing(reasonCreated, 11).revision(5, "web:1", 1, pull("ErrImagePull")()))
	}
	restarted := func(s *scene) *scene { // the present template but for when it was restarted
		s.sets[len(s.sets)-1].Spec.Template.Annotations = map[string]string{"kubectl.kubernetes.io/restartedAt": "2026-03-01T12:00:00Z"}
		return s
	}
	for name, c := range map[string]struct {
		scene  *scene
		target int64 // 0 for none
		health RevisionHealth
		hint   string
	}{
		"nothing is known":             {outage().revision(4, "web:0", 0), 4, HealthUnknown, "undo to revision 4, not known to be healthy"},
		"the condition still names it": {outage().revision(4, "web:0", 0).progressing(reasonAvailable, 10).about(`ReplicaSet "web-4" has successfully progressed.`), 4, Healthy, "undo to revision 4"},
		"it timed out":                 {outage().revision(4, "web:0", 0).revision(3, "web:old", 0).progressing("ReplicaSetUpdated", 10).about(`ReplicaSet "web-4" is progressing.`), 4, HealthUnknown, "undo to revision 4, not known to be healthy"},
		"an older one has ready pods":  {rolling(3, 1, 1, []*corev1.Pod{pull("ErrImagePull")()}, nil).revision(3, "web:old", 1, ready()), 3, Healthy, "undo to revision 3"},
		"the newest has pods, and none was ready": {
			rolling(3, 1, 0, []*corev1.Pod{pull("ErrImagePull")()}, times(2, func() *corev1.Pod { return newPod(1) })).revision(3, "web:old", 0), 3, HealthUnknown, "undo to revision 3, not known to be healthy",
		},
		"all of them are broken":     {rolling(3, 1, 0, []*corev1.Pod{pull("ErrImagePull")()}, times(2, func() *corev1.Pod { return newPod(1) })), 0, "", ""},
		"its pods were ready once":   {rolling(3, 1, 0, []*corev1.Pod{pull("ErrImagePull")()}, []*corev1.Pod{lostReady(9)}), 4, Healthy, "undo to revision 4"},
		"the same but for a restart": {restarted(outage().revision(4, "web:1", 0)).revision(3, "web:old", 0), 3, HealthUnknown, "undo to revision 3, not known to be healthy"},
		"only a restart":             {restarted(outage().revision(4, "web:1", 0)), 0, "", ""},
		"something serves, and nothing is known of the older one": {
			newScene(2).status(2, 2, 1).progressing("ReplicaSetUpdated", 11).revision(5, "web:1", 2, ready(), pull("ErrImagePull")()).revision(4, "web:0", 0), 4, HealthUnknown, "",
		},
		"complete before, and broken since": {newScene(1).status(1, 1, 0).revision(5, "web:1", 1, crashedPod("Error", 1, 3)).revision(4, "web:0", 0), 4, HealthUnknown, ""},
		"no older one":                      {outage(), 0, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := c.scene.rollout()
			best := r.BestUndo()
			require.Equal(t, c.hint, newSituation(r, &terrain{}).wayBack())
			if c.target == 0 {
				require.Nil(t, best)
				return
			}
			require.Equal(t, c.target, best.Revision.ReplicaSet.Revision)
			require.Equal(t, c.health, best.Health)
			require.NotEmpty(t, best.Evidence)
		})
	}
}

// What fader saw tells of revisions whose pods are gone: back and forth under Recreate.
func TestUndoTargetsThatWereSeen(t *testing.T) {
	use := func(image string) *scene {
		s := recreate(newScene(1))
		s.deployment.Spec.Template = template(image)
		return s
	}
	good := use("web:good").revision(3, "web:good", 1, ready())
	bad := use("web:bad").status(1, 1, 0).progressing(reasonCreated, 11).revision(4, "web:bad", 1, pull("ErrImagePull")()).revision(3, "web:good", 0)
	worse := use("web:1").status(1, 1, 0).progressing(reasonCreated, 12).revision(5, "web:1", 1, pull("ErrImagePull")()).revision(4, "web:bad", 0).revision(3, "web:good", 0)

	r := worse.rollout()
	require.Equal(t, "4: unknown", described(r), "without having seen anything")

	s := Build(good.objects(), nil)
	s = Build(bad.objects(), s)
	require.Equal(t, "3: healthy", described(s.Rollouts[0]))
	s = Build(worse.objects(), s)
	require.Equal(t, "3: healthy", described(s.Rollouts[0]))
	all := s.Rollouts[0].UndoTargets()
	require.Equal(t, []RevisionHealth{Unhealthy, Healthy}, []RevisionHealth{all[0].Health, all[1].Health})
	require.Contains(t, s.Rollouts[0].Worst().Hint, "or undo to revision 3")
	require.NotContains(t, s.Rollouts[0].Worst().Hint, "not known")
}

func described(r *Rollout) string {
	best := r.BestUndo()
	return best.Revision.label()[len("revision "):] + ": " + string(best.Health)
}

func TestPausedAndNotObserved(t *testing.T) {
	s := pausedScene(unobserved(newScene(2).revision(5, "web:1", 2, ready(), ready())))
	require.Equal(t, "paused, and the Deployment controller has not observed generation 2 yet", causeOf(t, s.rollout(), CausePaused).Text)
}

func TestConditionReplicaSet(t *testing.T) {
	for message, want := range map[string]string{
		`ReplicaSet "web-5" has successfully progressed.`:  "web-5",
		`Created new replica set "web-5"`:                  "web-5",
		`Found new replica set "web-5"`:                    "web-5",
		`Failed to create new replica set "web-5": no "x"`: "web-5",
		`Deployment "web" is progressing.`:                 "",
		`ReplicaSet "web`:                                  "",
		"":                                                 "",
	} {
		require.Equal(t, want, (&Condition{Message: message}).replicaSet(), message)
	}
}

// GPUs that are free where the pods may not go are told as such.
func TestRoomElsewhere(t *testing.T) {
	short := func(nodes ...*corev1.Node) string {
		s := roomScene("1", "1Gi", "1").runs(nodes...)
		s.around.DeviceClasses = []*DeviceClass{} // there are none
		return s.room().Short(2)
	}
	plain := gives("8", "32Gi", 110)
	require.Equal(t, "nvidia.com/gpu needs 2, 4 free, none on nodes these pods may use (taint nvidia.com/gpu=present:NoSchedule)",
		short(gpuNode("g", "a", "4", plain, tainted("nvidia.com/gpu=present:NoSchedule")), gpuNode("n", "a", "", plain)))
	require.Equal(t, "CPU needs 2, 0.5 free", roomScene("1", "1Gi", "").runs(gpuNode("g", "a", "", plain, tainted("x=:NoSchedule")), gpuNode("n", "a", "", gives("0.5", "32Gi", 110))).room().Short(2))
	require.Equal(t, "nvidia.com/gpu needs 2, 0 free", short(gpuNode("n", "a", "", plain)))
	require.Equal(t, "nvidia.com/gpu needs 2, 1 free", short(gpuNode("g", "a", "4", plain, cordoned), gpuNode("h", "a", "1", plain)))
	require.Equal(t, "no node takes its pods", short(gpuNode("n", "a", "", plain, tainted("x=:NoSchedule"))))
}
