package kube

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// gap is web with Recreate, two pods wanted, the old ones gone but for those given.
func gap(fresh []*corev1.Pod, old ...*corev1.Pod) *scene {
	return recreate(newScene(2).status(int32(len(fresh)), int32(len(fresh)), 0).progressing("ReplicaSetUpdated", 11).
		revision(5, "web:1", int32(len(fresh)), fresh...).revision(4, "web:0", 0, old...))
}

func TestRecreateGap(t *testing.T) {
	for _, c := range []struct {
		name  string
		scene *scene
		want  string
	}{
		{"before there is a new one", gap(nil), "no pod serves, on purpose: Recreate took the old ones away first, and 0 of 2 new pods are ready, 0 created"},
		{"while they start", gap(times(2, func() *corev1.Pod { return newPod(11) })), "no pod serves, on purpose: Recreate took the old ones away first, and 0 of 2 new pods are ready, 2 created"},
		{"while the old ones go", gap(nil, leaving(ready())), ""},
		{"once one serves", gap([]*corev1.Pod{ready()}).status(1, 1, 1), ""},
		{"the very first rollout", recreate(newScene(1).status(1, 1, 0).progressing("ReplicaSetUpdated", 11).revision(1, "web:1", 1, newPod(11))), ""},
		{"a pod lost later", recreate(newScene(1).status(1, 1, 0).revision(5, "web:1", 1, newPod(11)).revision(4, "web:0", 0)), ""},
		{"rolling", rolling(0, 0, 0, nil, nil), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := c.scene.rollout()
			if c.want == "" {
				require.False(t, hasCause(r, CauseRecreateGap))
				return
			}
			cause := causeOf(t, r, CauseRecreateGap)
			require.Equal(t, c.want, cause.Text)
			require.Equal(t, Info, cause.Severity)
			require.Equal(t, CauseRecreateGap, r.Worst().Kind, "it explains more than that the pods are not ready")
		})
	}
}

func TestMinReady(t *testing.T) {
	s := rolling(10, 3, 8, []*corev1.Pod{readyPod(1), readyPod(3), readyPod(2)}, times(7, ready))
	s.deployment.Spec.MinReadySeconds = 90
	s.sets[0].Status.AvailableReplicas = 1
	c := causeOf(t, s.rollout(), CauseMinReady)
	require.Equal(t, "2 of 3 new pods ready, waiting for minReadySeconds (1m30s)", c.Text)
	require.Equal(t, "web-5-01", c.About.Name, "the last one to be ready")
	require.Equal(t, at(2).Time, c.Since, "the first of those that wait")
	require.Equal(t, at(3).Add(90*time.Second), c.Until)

	s.sets[0].Status.AvailableReplicas = 3
	require.False(t, hasCause(s.rollout(), CauseMinReady), "they are through")
	s.sets[0].Status.AvailableReplicas = 0
	s.deployment.Spec.MinReadySeconds = 0
	require.False(t, hasCause(s.rollout(), CauseMinReady), "the status lags, and nothing is waited for")
}

// TestReadinessComesAndGoes: pods that never stay ready for minReadySeconds are not
// merely waited for.
func TestReadinessComesAndGoes(t *testing.T) {
	rollout := func(pod *corev1.Pod) *scene {
		pod.Status.ContainerStatuses[0].State.Running.StartedAt = at(1)
		s := rolling(3, 1, 3, []*corev1.Pod{pod}, times(3, ready)).
			event("web-5-00", "Unhealthy", "Readiness probe failed: timeout", 11)
		s.deployment.Spec.MinReadySeconds = 90
		s.sets[0].Status.AvailableReplicas = 0
		return s
	}
	text := func(s *Snapshot) string { return causeOf(t, s.Rollouts[0], CauseMinReady).Text }
	const waits = "1 new pod ready, waiting for minReadySeconds (1m30s)"
	const less = "1 new pod has been ready for less than minReadySeconds (1m30s)"

	first := rollout(readyPod(12)).snapshot()
	require.Equal(t, waits, text(first), "a slow start fails its probe too")
	pod := newPod(12)
	pod.Status.StartTime = new(at(1))
	lost := Build(rollout(pod).objects(), first)
	require.Equal(t, "1 new pod is not ready any more: Readiness probe failed: timeout", causeOf(t, lost.Rollouts[0], CauseNotReady).Text)
	again := Build(rollout(readyPod(12)).objects(), lost)
	require.Equal(t, less+": readiness comes and goes; last failure: Readiness probe failed: timeout", text(again))
	require.Equal(t, Attention, causeOf(t, again.Rollouts[0], CauseMinReady).Severity)
	through := rollout(readyPod(12))
	through.sets[0].Status.AvailableReplicas = 1
	through.deployment.Status.AvailableReplicas = 4
	require.False(t, hasCause(Build(through.objects(), again).Rollouts[0], CauseMinReady))

	late := rollout(readyPod(12)).progressing(reasonTimedOut, 12).snapshot()
	require.Equal(t, less+"; last failure: Readiness probe failed: timeout", text(late), "the deadline has passed")
	require.Contains(t, late.Rollouts[0].Worst().Sentence("", ""), "Readiness probe failed", "it says more than the deadline")
}

func TestSlowInit(t *testing.T) {
	step := func(minute int) *corev1.Pod {
		p := initPod(corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: at(minute)}})
		p.Spec.InitContainers = append([]corev1.Container{{Name: "certs"}}, p.Spec.InitContainers...)
		p.Status.InitContainerStatuses = append([]corev1.ContainerStatus{{Name: "certs", State: ended("Completed", 0, 0)}}, p.Status.InitContainerStatuses...)
		return p
	}
	r := rolling(10, 2, 8, []*corev1.Pod{step(14), step(13)}, times(8, ready)).rollout()
	c := causeOf(t, r, CauseInit)
	require.Equal(t, `2 new pods wait for init container "load" (2 of 2)`, c.Text)
	require.Equal(t, at(13).Time, c.Since, "since the container runs, not since the pod is there")
	p := r.Revisions[0].Pods[0]
	require.Equal(t, []int{2, 2}, []int{p.InitStep, p.InitSteps})
}

func TestBrief(t *testing.T) {
	require.Equal(t, "10m", Brief(10*time.Minute))
	require.Equal(t, "1h", Brief(time.Hour))
	require.Equal(t, "1m30s", Brief(90*time.Second))
	require.Equal(t, "10s", Brief(10*time.Second))
	require.Equal(t, "0s", Brief(0))
}
