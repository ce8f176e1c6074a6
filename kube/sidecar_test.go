package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// TestASidecarThatDoesNotStart: a restartable init container is not meant to end, and
// what its startup probe says is why the pod waits.
func TestASidecarThatDoesNotStart(t *testing.T) {
	const refused = `Startup probe failed: Get "http://10.1.2.3:15021/healthz/ready": connection refused`
	sidecar := func(state corev1.ContainerState) *corev1.Pod {
		p := initPod(state)
		p.Spec.InitContainers = []corev1.Container{{Name: "proxy", Image: "proxy:1", RestartPolicy: new(corev1.ContainerRestartPolicyAlways)}}
		p.Status.InitContainerStatuses[0].Name, p.Status.InitContainerStatuses[0].Started = "proxy", new(false)
		return p
	}
	running := func() *corev1.Pod {
		return sidecar(corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: at(12)}})
	}
	fresh := func(pods ...*corev1.Pod) *scene {
		n := int32(len(pods))
		return rolling(9, n, 9-n, pods, times(int(9-n), ready))
	}
	unhealthy := func(s *scene, message string, minute int, field string) *scene {
		return s.event("web-5-00", "Unhealthy", message, minute).in(field)
	}
	late := func(s *scene) *scene { return s.progressing(reasonTimedOut, 22) }
	const (
		field = "spec.initContainers{proxy}"
		waits = `1 new pod waits for sidecar "proxy", which has not started`
		logs  = "read the logs of container proxy of web-5-00, or undo to revision 4"
	)
	for _, c := range []struct {
		name       string
		scene      *scene
		severity   Severity
		text, hint string
	}{
		{"it starts", fresh(running()), Info, waits, ""},
		{"its startup probe fails", unhealthy(fresh(running()), refused, 13, field), Info, waits + ": " + refused, ""},
		{"past the deadline", late(unhealthy(fresh(running()), refused, 21, field)), Broken, waits + ": " + refused, logs},
		{"past the deadline, no word of a probe", late(fresh(running())), Broken, waits, logs},
		{"the event names no container", unhealthy(fresh(running()), refused, 13, ""), Info, waits + ": " + refused, ""},
		{"the probe of another sidecar", unhealthy(fresh(running()), refused, 13, "spec.initContainers{agent}"), Info, waits, ""},
		{"of before it was started again", unhealthy(fresh(running()), refused, 11, field), Info, waits, ""},
		{"it does not run yet", late(fresh(sidecar(corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: podInitializing}}))), Broken, waits, ""},
		{
			"two pods", unhealthy(fresh(running(), running()), refused, 13, field), Info,
			`2 new pods wait for sidecar "proxy", which has not started: ` + refused, "",
		},
		{
			"an init container that runs once", late(fresh(initPod(corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: at(12)}}))), Broken,
			`1 new pod waits for init container "load"`, "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			cause := causeOf(t, c.scene.rollout(), CauseInit)
			require.Equal(t, c.text, cause.Text)
			require.Equal(t, c.severity, cause.Severity)
			require.Equal(t, c.hint, cause.Hint)
		})
	}
}
