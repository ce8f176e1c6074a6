package kube

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// restartedPod runs again since a minute after an end, having run from began.
// unready is when it became unready; ready says that it is ready now.
func restartedPod(reason string, code, restarts int32, began, ended, runs, unready int) *corev1.Pod {
	p := newPod(0)
	p.Spec.Containers[0].Resources.Limits = nil
	status := &p.Status.ContainerStatuses[0]
	status.RestartCount = restarts
	status.State.Running.StartedAt = at(runs)
	status.LastTerminationState.Terminated = &corev1.ContainerStateTerminated{
		Reason: reason, ExitCode: code, StartedAt: at(began), FinishedAt: at(ended),
	}
	p.Status.Conditions[0].LastTransitionTime = at(unready)
	return p
}

func isReady(p *corev1.Pod) *corev1.Pod {
	for i := range p.Status.Conditions {
		p.Status.Conditions[i].Status = corev1.ConditionTrue
	}
	p.Status.ContainerStatuses[0].Ready = true
	return p
}

// beside puts a second container into the pod, that is fine.
func beside(p *corev1.Pod) *corev1.Pod {
	p.Spec.Containers = append(p.Spec.Containers, corev1.Container{Name: "proxy", Image: "proxy:1"})
	p.Status.ContainerStatuses = append(p.Status.ContainerStatuses, corev1.ContainerStatus{
		Name: "proxy", Ready: true, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: at(-5000)}},
	})
	return p
}

// asSidecar makes the pod's container status that of a restartable init container.
func asSidecar(p *corev1.Pod) *corev1.Pod {
	p.Spec.InitContainers = []corev1.Container{{Name: "proxy", Image: "proxy:1", RestartPolicy: new(corev1.ContainerRestartPolicyAlways)}}
	sidecar := p.Status.ContainerStatuses[0]
	sidecar.Name, sidecar.Started = "proxy", new(true)
	p.Status.InitContainerStatuses = []corev1.ContainerStatus{sidecar}
	p.Status.Conditions = append(p.Status.Conditions, corev1.PodCondition{Type: corev1.PodInitialized, Status: corev1.ConditionTrue})
	p.Status.ContainerStatuses[0] = corev1.ContainerStatus{Name: "app", Ready: true, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: at(-4000)}}}
	return p
}

// initAgain is at its init container for another time, after an end with that code.
func initAgain(code int32) *corev1.Pod {
	p := initPod(corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: at(12)}})
	status := &p.Status.InitContainerStatuses[0]
	status.RestartCount = 1
	status.LastTerminationState.Terminated = &corev1.ContainerStateTerminated{Reason: "Completed", ExitCode: code, StartedAt: at(10), FinishedAt: at(11)}
	if code != 0 {
		status.LastTerminationState.Terminated.Reason = "Error"
	}
	return p
}

// weeks ago, in minutes.
const weeks = -30000

// complete is a rollout of three pods that was complete, one of which is that.
func complete(p *corev1.Pod) *scene {
	return newScene(3).status(3, 3, 2).revision(5, "web:1", 3, ready(), ready(), p)
}

func worstAt(t *testing.T, s *scene, now int) (*Rollout, *Cause) {
	t.Helper()
	o := s.objects()
	o.Now = at(now).Time
	r := Build(o, nil).Rollouts[0]
	if len(r.Causes) == 0 {
		return r, &Cause{}
	}
	return r, r.Worst()
}

// TestOnlyPresentEvidence: what ended a container explains its pod until the
// container was ready again, or has run for as long as the kubelet remembers.
func TestOnlyPresentEvidence(t *testing.T) {
	const refused = "Readiness probe failed: HTTP probe failed with statuscode: 503"
	probe := func(s *scene, minute int) *scene { return s.event("web-5-02", "Unhealthy", refused, minute) }
	for _, c := range []struct {
		name  string
		scene *scene
		now   int
		kind  CauseKind
		text  string
	}{
		{
			"out of memory weeks ago, ready since, unready now",
			probe(complete(restartedPod(reasonOOM, 137, 1, weeks-100, weeks, weeks, 58)), 59), 60,
			CauseNotReady, "1 of 3 pods is not ready: " + refused,
		},
		{
			"the node was rebooted days ago",
			probe(complete(restartedPod("Unknown", 255, 1, weeks-100, weeks, weeks, 58)), 59), 60,
			CauseNotReady, "1 of 3 pods is not ready: " + refused,
		},
		{
			"the same without an event", complete(restartedPod(reasonOOM, 137, 1, weeks-100, weeks, weeks, 58)), 60,
			CauseNotReady, "1 of 3 pods is running but not ready",
		},
		{
			"several containers, one of which restarted long ago",
			probe(complete(beside(restartedPod("Error", 1, 3, weeks-100, weeks, weeks, 58))), 59), 60,
			CauseNotReady, "1 of 3 pods is not ready: " + refused,
		},
		{
			"a sidecar that restarted long ago",
			probe(complete(asSidecar(restartedPod("Error", 1, 3, weeks-100, weeks, weeks, 58))), 59), 60,
			CauseNotReady, "1 of 3 pods is not ready: " + refused,
		},
		{
			"back-off over, never ready since: the probe is what is true",
			probe(complete(restartedPod("Error", 1, 2, 10, 11, 12, 11)), 59), 60,
			CauseNotReady, "1 of 3 pods is not ready: " + refused,
		},
		{
			"back-off over, never ready since, no word of a probe",
			complete(restartedPod("Error", 1, 2, 10, 11, 12, 11)), 60,
			CauseNotReady, `1 of 3 pods is running but not ready since container "app" restarted (exit code 1, Error)`,
		},
		{
			"the node was just rebooted", complete(restartedPod("Unknown", 255, 1, weeks, 11, 12, 11)), 13,
			CauseNotReady, `1 of 3 pods is running but not ready since container "app" restarted (exit code 255, Unknown)`,
		},
		{
			"a probe's complaint of before the restart is none of today's",
			probe(complete(restartedPod("Error", 1, 2, 10, 30, 31, 30)), 20), 60,
			CauseNotReady, `1 of 3 pods is running but not ready since container "app" restarted (exit code 1, Error)`,
		},
		{
			"crashed a minute ago, not ready since", complete(restartedPod("Error", 1, 2, 10, 11, 12, 11)), 13,
			CauseCrashLoop, `1 of 3 pods crashes: container "app" exits with code 1 (Error), 2 restarts`,
		},
		{
			"crashed a minute ago, and the probe speaks of the present run",
			probe(complete(restartedPod("Error", 1, 2, 10, 11, 12, 11)), 13), 13,
			CauseCrashLoop, `1 of 3 pods crashes: container "app" exits with code 1 (Error), 2 restarts; since then: ` + refused,
		},
		{
			"ended once after a long run, not ready since", complete(restartedPod("Error", 1, 1, weeks, 11, 12, 11)), 13,
			CauseCrashLoop, `1 of 3 pods restarted and is not ready yet: container "app" exits with code 1 (Error), 1 restart`,
		},
		{
			"ran out of memory once after a long run", complete(restartedPod(reasonOOM, 137, 1, weeks, 11, 12, 11)), 13,
			CauseOOMKilled, `1 of 3 pods ran out of memory and is not ready yet: container "app" is OOMKilled, 1 restart`,
		},
		{
			"waits to be started again, whenever it ended", complete(crashedPod("Error", 1, 9)), 60,
			CauseCrashLoop, `1 of 3 pods crashes: container "app" exits with code 1 (CrashLoopBackOff), 9 restarts`,
		},
		{
			"ends by itself", complete(crashedPod("Completed", 0, 4)), 60,
			CauseCrashLoop, `1 of 3 pods ends: container "app" ends by itself with exit code 0 (CrashLoopBackOff), 4 restarts`,
		},
		{
			"an init container that has to run again after a reboot", complete(initAgain(0)), 13,
			CauseInit, `1 of 3 pods waits for init container "load"`,
		},
		{
			"an init container that failed before", complete(initAgain(1)), 13,
			CauseInit, `1 of 3 pods cannot initialise: init container "load" exits with code 1 (Error), 1 restart`,
		},
		{
			"an init container that failed before and has long been running", complete(initAgain(1)), 60,
			CauseInit, `1 of 3 pods waits for init container "load"`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, cause := worstAt(t, c.scene, c.now)
			require.Equal(t, c.text, cause.Text)
			require.Equal(t, c.kind, cause.Kind)
			if strings.Contains(c.name, "once") {
				require.Equal(t, Attention, cause.Severity, "one end is no loop")
			}
			if c.kind == CauseNotReady {
				require.NotContains(t, cause.Hint, "memory")
				require.Equal(t, Degraded, r.Phase, "it was ready before")
			}
		})
	}
}

// A cause that time alone takes away makes the rollout due when that time comes.
func TestTimeAloneTakesEvidenceAway(t *testing.T) {
	o := complete(restartedPod("Error", 1, 2, 10, 11, 12, 11)).objects()
	o.Now = at(13).Time
	first := Build(o, nil)
	require.Equal(t, CauseCrashLoop, first.Rollouts[0].Worst().Kind)
	require.False(t, first.Due(at(21).Time))
	o.Now = at(21).Time
	require.Same(t, first.Rollouts[0], Build(o, first).Rollouts[0], "before that nothing is derived")
	require.True(t, first.Due(at(22).Time))
	o.Now = at(22).Time
	later := Build(o, first)
	require.Equal(t, CauseNotReady, later.Rollouts[0].Worst().Kind)
	require.False(t, later.Due(at(9999).Time))
}

// TestRestartingWhileReady: pods that end again and again are told although they are
// ready in between, until they have run for as long as the kubelet remembers.
func TestRestartingWhileReady(t *testing.T) {
	flapping := func(reason string, code, restarts int32, pods int) *scene {
		return newScene(3).revision(5, "web:1", 3, append(times(3-pods, ready), times(pods, func() *corev1.Pod {
			return isReady(restartedPod(reason, code, restarts, 20, 21, 22, 22))
		})...)...)
	}
	limited := flapping(reasonOOM, 137, 4, 3)
	for _, p := range limited.pods {
		withMemory(p, "256Mi")
	}
	for _, c := range []struct {
		name  string
		scene *scene
		now   int
		text  string
		phase Phase
	}{
		{"out of memory", limited, 23, `3 pods keep restarting: container "app" is OOMKilled at its limit of 256Mi, last run 1m, 12 restarts in all`, Degraded},
		{"and it recovered", limited, 32, "", Complete},
		{"several pods ran out of memory once each", flapping(reasonOOM, 137, 1, 3), 23, `3 pods keep restarting: container "app" is OOMKilled, last run 1m, 3 restarts in all`, Degraded},
		{"one pod once", flapping(reasonOOM, 137, 1, 1), 23, "", Complete},
		{"crashes", flapping("Error", 3, 5, 1), 23, `1 of 3 pods keeps restarting: container "app" exits with code 3 (Error), last run 1m, 5 restarts`, Degraded},
		{"a start that failed once in each pod", flapping("Error", 1, 1, 3), 23, "", Complete},
		{"ends by itself", flapping("Completed", 0, 2, 1), 23, `1 of 3 pods keeps restarting: container "app" ends by itself with exit code 0, last run 1m, 2 restarts`, Degraded},
		{"nodes that were rebooted twice", flapping("Unknown", 255, 2, 3), 23, "", Complete},
		{
			"killed by the liveness probe",
			flapping("Error", 137, 2, 1).killing("web-5-02", "app", "liveness", 21).event("web-5-02", "Unhealthy", "Liveness probe failed: timeout", 21), 23,
			`1 of 3 pods keeps restarting: container "app" is killed by its liveness probe: timeout, last run 1m, 2 restarts`, Degraded,
		},
		{
			"weeks of running, then one end",
			newScene(3).revision(5, "web:1", 3, ready(), ready(), isReady(restartedPod("Error", 1, 7, weeks, 21, 22, 22))), 23, "", Complete,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, cause := worstAt(t, c.scene, c.now)
			require.Equal(t, c.text, cause.Text)
			require.Equal(t, c.phase, r.Phase)
			if c.text != "" {
				require.Equal(t, Attention, cause.Severity)
			}
		})
	}
}

// normal makes the last event of the scene one that is no warning.
func (s *scene) normal() *scene {
	s.events[len(s.events)-1].Type = corev1.EventTypeNormal
	return s
}

// killing is the kubelet's event about a container whose probe failed.
func (s *scene) killing(pod, container, probe string, minute int) *scene {
	s.event(pod, "Killing", fmt.Sprintf("Container %s failed %s probe, will be restarted", container, probe), minute).normal()
	s.events[len(s.events)-1].InvolvedObject.FieldPath = "spec.containers{" + container + "}"
	return s
}

// TestProbeKills: the kubelet says that a probe ended the container, whatever its
// exit code is.
func TestProbeKills(t *testing.T) {
	const refused = `Get "http://10.1.2.3:8080/live": dial tcp 10.1.2.3:8080: connect: connection refused`
	crashed := func(code int32, more ...func(*scene)) *scene {
		p := crashedPod("Error", code, 4)
		p.Status.ContainerStatuses[0].LastTerminationState.Terminated.StartedAt = at(18)
		s := rolling(9, 1, 8, []*corev1.Pod{p}, times(8, ready))
		for _, m := range more {
			m(s)
		}
		return s
	}
	probe := func(kind string, minute int) func(*scene) {
		return func(s *scene) { s.event("web-5-00", "Unhealthy", kind+" probe failed: "+refused, minute) }
	}
	kill := func(container, kind string, minute int) func(*scene) {
		return func(s *scene) { s.killing("web-5-00", container, kind, minute) }
	}
	const slow = ", or give container app a startupProbe if it starts slowly, or undo to revision 4"
	for _, c := range []struct {
		name  string
		scene *scene
		kind  CauseKind
		text  string
		hint  string
	}{
		{
			"liveness", crashed(137, probe("Liveness", 19), kill("app", "liveness", 20)), CauseProbeKill,
			`1 new pod is killed by its liveness probe: container "app": ` + refused + ", 4 restarts", "read the previous logs of web-5-00" + slow,
		},
		{
			"liveness, ended by SIGTERM", crashed(143, probe("Liveness", 19), kill("app", "liveness", 20)), CauseProbeKill,
			`1 new pod is killed by its liveness probe: container "app": ` + refused + ", 4 restarts", "read the previous logs of web-5-00" + slow,
		},
		{
			"liveness, ended well", crashed(0, probe("Liveness", 19), kill("app", "liveness", 20)), CauseProbeKill,
			`1 new pod is killed by its liveness probe: container "app": ` + refused + ", 4 restarts", "read the previous logs of web-5-00" + slow,
		},
		{
			"startup", crashed(137, probe("Startup", 19), kill("app", "startup", 20)), CauseProbeKill,
			`1 new pod is killed by its startup probe: container "app": ` + refused + ", 4 restarts",
			"read the previous logs of web-5-00, or raise the startup probe's failureThreshold if container app starts slowly, or undo to revision 4",
		},
		{
			"the event of the kill came late", crashed(137, kill("app", "liveness", 25)), CauseProbeKill,
			`1 new pod is killed by its liveness probe: container "app", 4 restarts`, "read the previous logs of web-5-00" + slow,
		},
		{
			"another container was killed", crashed(137, kill("proxy", "liveness", 20)), CauseCrashLoop,
			`1 new pod crashes: container "app" exits with code 137, SIGKILL (CrashLoopBackOff), 4 restarts`, "read the previous logs of web-5-00, or undo to revision 4",
		},
		{
			"killed in an earlier run", crashed(1, kill("app", "liveness", 10), probe("Liveness", 10)), CauseCrashLoop,
			`1 new pod crashes: container "app" exits with code 1 (CrashLoopBackOff), 4 restarts`, "read the previous logs of web-5-00, or undo to revision 4",
		},
		{
			"the probe failed and no kill is known", crashed(137, probe("Liveness", 19)), CauseCrashLoop,
			`1 new pod crashes: container "app" exits with code 137, SIGKILL (CrashLoopBackOff), 4 restarts; its liveness probe failed: ` + refused,
			"read the previous logs of web-5-00, or undo to revision 4",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, cause := worstAt(t, c.scene, 26)
			require.Equal(t, c.text, cause.Text)
			require.Equal(t, c.kind, cause.Kind)
			require.Equal(t, c.hint, cause.Hint)
			require.Equal(t, Broken, cause.Severity)
		})
	}
	withStartup := crashed(137, kill("app", "liveness", 20))
	withStartup.deployment.Spec.Template.Spec.Containers[0].StartupProbe = &corev1.Probe{}
	for _, rs := range withStartup.sets[:1] {
		rs.Spec.Template.Spec.Containers[0].StartupProbe = &corev1.Probe{}
	}
	_, cause := worstAt(t, withStartup, 26)
	require.Equal(t, "read the previous logs of web-5-00, or undo to revision 4", cause.Hint, "it has one")
}

// TestCausesUseEveryEvent: a cause counts all pods, and harmless events that come
// after do not take it away.
func TestCausesUseEveryEvent(t *testing.T) {
	s := newScene(120).status(120, 120, 0).progressing("ReplicaSetUpdated", 11).
		revision(5, "web:1", 120, times(120, func() *corev1.Pod {
			p := newPod(11)
			p.Status.Phase, p.Status.ContainerStatuses = corev1.PodPending, nil
			return p
		})...)
	for i, p := range s.pods {
		p.Name, p.UID = fmt.Sprintf("web-5-%03d", i), types.UID(fmt.Sprintf("web-5-%03d", i))
		s.event(p.Name, "FailedMount", `MountVolume.SetUp failed for volume "tls" : secret "many-tls" not found`, 12)
	}
	for i := range 60 {
		s.event(fmt.Sprintf("web-5-%03d", i), "Pulling", `Pulling image "web:1"`, 13).normal()
	}
	for i := range 500 {
		s.event(fmt.Sprintf("web-5-%03d", i%120), "Scheduled", "assigned", 14).normal()
	}
	r, cause := worstAt(t, s, 15)
	require.Equal(t, `120 new pods cannot start (FailedMount): MountVolume.SetUp failed for volume "tls" : secret "many-tls" not found`, cause.Text)
	require.Equal(t, "create Secret many-tls in namespace shop", cause.Hint)
	require.Len(t, r.Events, maxEvents)
	require.Equal(t, "Scheduled", r.Events[0].Reason, "the newest are shown")
}

// Of an event only what tells it apart is kept with it.
func TestEventsNameTheirContainer(t *testing.T) {
	for field, want := range map[string]string{
		"spec.containers{app}": "app", "spec.initContainers{load}": "load", "": "", "spec.containers[0]": "",
	} {
		require.Equal(t, want, NewEvent(&corev1.Event{InvolvedObject: corev1.ObjectReference{FieldPath: field}}).Container)
	}
}
