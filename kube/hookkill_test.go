package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// TestPostStartHooks: a container that the kubelet kills because its hook failed is not
// told as a program that crashes.
func TestPostStartHooks(t *testing.T) {
	const said = `Exec lifecycle hook ([/bin/warm]) for Container "app" in Pod "web-5-00_shop(u)" failed - error: command '/bin/warm' exited with 1: , message: "no cache"`
	ended := func(reason string, code int32) *corev1.Pod {
		p := crashedPod(reason, code, 4)
		p.Status.ContainerStatuses[0].LastTerminationState.Terminated.StartedAt = at(18)
		return p
	}
	waits := func(p *corev1.Pod, reason, message string) *corev1.Pod {
		p.Status.ContainerStatuses[0].State.Waiting = &corev1.ContainerStateWaiting{Reason: reason, Message: message}
		return p
	}
	one := func(p *corev1.Pod) *scene { return rolling(9, 1, 8, []*corev1.Pod{p}, times(8, ready)) }
	failed := func(s *scene, minute int) *scene {
		return s.event("web-5-00", "FailedPostStartHook", "PostStartHook failed", minute).in("spec.containers{app}")
	}
	killing := func(s *scene, minute int) *scene {
		return s.event("web-5-00", "Killing", "FailedPostStartHook", minute).normal().in("spec.containers{app}")
	}
	const (
		killed = `1 new pod cannot start: container "app" is killed because its postStart hook fails`
		hook   = "look at lifecycle.postStart of container app"
		logs   = "read the previous logs of web-5-00"
		undo   = ", or undo to revision 4"
	)
	for _, c := range []struct {
		name       string
		scene      *scene
		kind       CauseKind
		text, hint string
	}{
		{"SIGKILL", killing(failed(one(ended("Error", 137)), 20), 20), CauseCannotStart, killed + ", 4 restarts", hook + undo},
		{"SIGTERM", killing(failed(one(ended("Error", 143)), 20), 20), CauseCannotStart, killed + ", 4 restarts", hook + undo},
		{"the kill alone is known", killing(one(ended("Error", 137)), 20), CauseCannotStart, killed + ", 4 restarts", hook + undo},
		{"between back-offs the status has the reason", one(waits(ended("Error", 137), reasonHook, said)), CauseCannotStart, killed + ", 4 restarts: " + bothEnds(said, messageCells), hook + undo},
		{"the reason, and no end is known", one(waitingPod(11, reasonHook, "")), CauseCannotStart, killed, hook + undo},
		{
			"the words of an older kubelet", one(ended("Error", 137)).event("web-5-00", "FailedPostStartHook", said, 20), CauseCannotStart,
			killed + ", 4 restarts: " + bothEnds(said, messageCells), hook + undo,
		},
		{
			"the program ended with a code of its own", killing(failed(one(ended("Error", 1)), 20), 20), CauseCrashLoop,
			`1 new pod crashes: container "app" exits with code 1 (CrashLoopBackOff), 4 restarts; its postStart hook failed`, hook + ", or " + logs + undo,
		},
		{
			"the same while the status has the reason", one(waits(ended("Error", 1), reasonHook, "")), CauseCrashLoop,
			`1 new pod crashes: container "app" exits with code 1 (PostStartHookError), 4 restarts`, hook + ", or " + logs + undo,
		},
		{
			"the program ended well, perhaps at a SIGTERM", killing(failed(one(ended("Completed", 0)), 20), 20), CauseCrashLoop,
			`1 new pod ends: container "app" exits with code 0 (CrashLoopBackOff), 4 restarts; its postStart hook failed`, hook + ", or " + logs + undo,
		},
		{
			"a hook that failed in an earlier run", killing(failed(one(ended("Error", 137)), 10), 10), CauseCrashLoop,
			`1 new pod crashes: container "app" exits with code 137, SIGKILL (CrashLoopBackOff), 4 restarts`, logs + undo,
		},
		{
			"the hook of another container", one(ended("Error", 137)).event("web-5-00", "FailedPostStartHook", "PostStartHook failed", 20).in("spec.containers{proxy}"), CauseCrashLoop,
			`1 new pod crashes: container "app" exits with code 137, SIGKILL (CrashLoopBackOff), 4 restarts`, logs + undo,
		},
		{
			"a preStop hook kills nobody", one(ended("Error", 137)).event("web-5-00", "FailedPreStopHook", "PreStopHook failed", 20), CauseCrashLoop,
			`1 new pod crashes: container "app" exits with code 137, SIGKILL (CrashLoopBackOff), 4 restarts`, logs + undo,
		},
		{
			"out of memory", failed(one(ended(reasonOOM, 137)), 20), CauseOOMKilled,
			`1 new pod runs out of memory: container "app" is OOMKilled, 4 restarts`, "give container app more memory" + undo,
		},
		{
			"a container that is not even created", one(waitingPod(11, "CreateContainerError", "executable file not found")), CauseCannotStart,
			`1 new pod cannot start container "app" (CreateContainerError): executable file not found`, "undo to revision 4",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, cause := worstAt(t, c.scene, 21)
			require.Equal(t, c.text, cause.Text)
			require.Equal(t, c.kind, cause.Kind)
			require.Equal(t, c.hint, cause.Hint)
			require.Equal(t, Broken, cause.Severity)
		})
	}
	// Two pods at two moments of one back-off have one cause.
	s := rolling(9, 2, 7, []*corev1.Pod{waits(ended("Error", 137), reasonHook, said), ended("Error", 137)}, times(7, ready)).
		event("web-5-01", "FailedPostStartHook", "PostStartHook failed", 20)
	r, cause := worstAt(t, s, 21)
	require.Equal(t, `2 new pods cannot start: container "app" is killed because its postStart hook fails, 8 restarts in all: `+bothEnds(said, messageCells), cause.Text)
	require.Equal(t, CauseWaiting, r.Causes[1].Kind, "one cause in pods: %v", r.Causes)
}
