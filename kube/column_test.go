package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

func running() corev1.ContainerState {
	return corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}
}

func held(reason string) corev1.ContainerState {
	return corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason}}
}

func ended(reason string, code, signal int32) corev1.ContainerState {
	return corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: reason, ExitCode: code, Signal: signal}}
}

// box is a container and its status.
type box struct {
	state    corev1.ContainerState
	ready    bool
	started  bool
	sidecar  bool
	restarts int32
	lastEnd  int // minute, 0 for never
}

// TestColumn is the server's printer form by form (F38). The rules were also held
// against the printer itself over random pods.
func TestColumn(t *testing.T) {
	ok := box{state: running(), ready: true}
	type pod struct {
		phase      corev1.PodPhase
		reason     string
		conditions []corev1.PodCondition
		init, main []box
		deleted    bool
	}
	is := func(kind corev1.PodConditionType) corev1.PodCondition {
		return corev1.PodCondition{Type: kind, Status: corev1.ConditionTrue}
	}
	for _, c := range []struct {
		name         string
		pod          pod
		status       string
		ready, total int
		restarts     int
		last         int
		init         string
	}{
		{"running", pod{phase: "Running", main: []box{ok, ok}}, "Running", 2, 2, 0, 0, ""},
		{"no status yet", pod{phase: "Pending", main: []box{{}}}, "Pending", 0, 1, 0, 0, ""},
		{"creating", pod{phase: "Pending", main: []box{{state: held("ContainerCreating")}}}, "ContainerCreating", 0, 1, 0, 0, ""},
		{"the first container in trouble wins", pod{phase: "Running", main: []box{{state: held("ErrImagePull")}, {state: held("CrashLoopBackOff")}}}, "ErrImagePull", 0, 2, 0, 0, ""},
		{"waiting without a reason", pod{phase: "Pending", main: []box{{state: held("")}}}, "Pending", 0, 1, 0, 0, ""},
		{"not ready but running", pod{phase: "Running", main: []box{{state: running()}}}, "Running", 0, 1, 0, 0, ""},
		{"evicted", pod{phase: "Failed", reason: "Evicted", main: []box{{}}}, "Evicted", 0, 1, 0, 0, ""},
		{"scheduling gated", pod{phase: "Pending", conditions: []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "SchedulingGated"}}, main: []box{{}}}, "SchedulingGated", 0, 1, 0, 0, ""},
		{"unschedulable stays Pending", pod{phase: "Pending", conditions: []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "Unschedulable"}}, main: []box{{}}}, "Pending", 0, 1, 0, 0, ""},
		{"terminated with a reason", pod{phase: "Running", main: []box{{state: ended("OOMKilled", 137, 0)}}}, "OOMKilled", 0, 1, 0, 0, ""},
		{"terminated by a signal", pod{phase: "Running", main: []box{{state: ended("", 137, 9)}}}, "Signal:9", 0, 1, 0, 0, ""},
		{"terminated with a code", pod{phase: "Running", main: []box{{state: ended("", 3, 0)}}}, "ExitCode:3", 0, 1, 0, 0, ""},
		{"completed", pod{phase: "Succeeded", main: []box{{state: ended("Completed", 0, 0)}}}, "Completed", 0, 1, 0, 0, ""},
		{"completed beside a running one, pod ready", pod{phase: "Running", conditions: []corev1.PodCondition{is("Ready")}, main: []box{{state: ended("Completed", 0, 0)}, ok}}, "Running", 1, 2, 0, 0, ""},
		{"completed beside a running one, pod not ready", pod{phase: "Running", main: []box{{state: ended("Completed", 0, 0)}, ok}}, "NotReady", 1, 2, 0, 0, ""},
		{"completed beside a failed one", pod{phase: "Running", main: []box{{state: ended("Completed", 0, 0)}, {state: ended("Error", 1, 0)}}}, "Error", 0, 2, 0, 0, ""},
		{"deleted", pod{phase: "Running", main: []box{ok}, deleted: true}, "Terminating", 1, 1, 0, 0, ""},
		{"deleted and finished", pod{phase: "Succeeded", main: []box{{state: ended("Completed", 0, 0)}}, deleted: true}, "Completed", 0, 1, 0, 0, ""},
		{"deleted on a lost node", pod{phase: "Running", reason: "NodeLost", main: []box{ok}, deleted: true}, "Unknown", 1, 1, 0, 0, ""},
		{"a lost node alone", pod{phase: "Running", reason: "NodeLost", main: []box{ok}}, "NodeLost", 1, 1, 0, 0, ""},
		{"restarts", pod{phase: "Running", main: []box{{state: running(), ready: true, restarts: 2, lastEnd: 5}, {state: running(), ready: true, restarts: 3, lastEnd: 9}}}, "Running", 2, 2, 5, 9, ""},

		{"first init container waits", pod{phase: "Pending", init: []box{{state: held("PodInitializing")}, {}}, main: []box{{state: held("PodInitializing")}}}, "Init:0/2", 0, 1, 0, 0, "i0"},
		{"second init container runs", pod{phase: "Pending", init: []box{{state: ended("Completed", 0, 0)}, {state: running()}}, main: []box{{}}}, "Init:1/2", 0, 1, 0, 0, "i1"},
		{"init container waits for a reason", pod{phase: "Pending", init: []box{{state: held("ImagePullBackOff")}}, main: []box{{}}}, "Init:ImagePullBackOff", 0, 1, 0, 0, "i0"},
		{"init container failed", pod{phase: "Pending", init: []box{{state: ended("Error", 1, 0), restarts: 4, lastEnd: 3}}, main: []box{{}}}, "Init:Error", 0, 1, 4, 3, "i0"},
		{"init container failed by a signal", pod{phase: "Pending", init: []box{{state: ended("", 1, 15)}}, main: []box{{}}}, "Init:Signal:15", 0, 1, 0, 0, "i0"},
		{"init container failed with a code", pod{phase: "Pending", init: []box{{state: ended("", 2, 0)}}, main: []box{{}}}, "Init:ExitCode:2", 0, 1, 0, 0, "i0"},
		{"restarts of init containers are forgotten", pod{phase: "Running", init: []box{{state: ended("Completed", 0, 0), restarts: 4, lastEnd: 3}}, main: []box{{state: running(), ready: true, restarts: 1, lastEnd: 2}}}, "Running", 1, 1, 1, 2, ""},
		{"initialised before, init container runs again", pod{phase: "Running", conditions: []corev1.PodCondition{is("Initialized")}, init: []box{{state: running()}}, main: []box{ok}}, "Init:0/1", 1, 1, 0, 0, ""},

		{"sidecar counts", pod{phase: "Running", init: []box{{state: running(), ready: true, started: true, sidecar: true, restarts: 2, lastEnd: 7}}, main: []box{ok}}, "Running", 2, 2, 2, 7, ""},
		{"sidecar not ready", pod{phase: "Running", init: []box{{state: running(), started: true, sidecar: true}}, main: []box{ok}}, "Running", 1, 2, 0, 0, ""},
		{"sidecar not started holds the rest up", pod{phase: "Pending", init: []box{{state: running(), sidecar: true}, {}}, main: []box{{}}}, "Init:0/2", 0, 2, 0, 0, "i0"},
		{"sidecar before a failed init container", pod{phase: "Pending", init: []box{{state: running(), ready: true, started: true, sidecar: true}, {state: held("CrashLoopBackOff")}}, main: []box{{}}}, "Init:CrashLoopBackOff", 1, 2, 0, 0, "i1"},
		{"sidecars past the one that holds things up do not count", pod{phase: "Running", conditions: []corev1.PodCondition{is("Initialized")}, init: []box{{state: running()}, {state: running(), started: true, sidecar: true, restarts: 5}}, main: []box{ok}}, "Init:0/2", 1, 2, 0, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &corev1.Pod{Status: corev1.PodStatus{Phase: c.pod.phase, Reason: c.pod.reason, Conditions: c.pod.conditions}}
			p.Spec.InitContainers, p.Status.InitContainerStatuses = boxes("i", c.pod.init)
			p.Spec.Containers, p.Status.ContainerStatuses = boxes("c", c.pod.main)
			if c.pod.deleted {
				p.DeletionTimestamp = new(at(1))
			}
			got := NewPod(p)
			require.Equal(t, c.status, got.Status)
			require.Equal(t, [3]int{c.ready, c.total, c.restarts}, [3]int{got.Ready, got.Total, got.Restarts})
			require.Equal(t, c.init, got.InitContainer)
			if c.last == 0 {
				require.True(t, got.LastRestart.IsZero())
			} else {
				require.Equal(t, at(c.last).Time, got.LastRestart)
			}
		})
	}
}

func boxes(prefix string, from []box) (specs []corev1.Container, statuses []corev1.ContainerStatus) {
	for i, b := range from {
		spec := corev1.Container{Name: prefix + string(rune('0'+i))}
		if b.sidecar {
			spec.RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
		}
		status := corev1.ContainerStatus{Name: spec.Name, State: b.state, Ready: b.ready, Started: &b.started, RestartCount: b.restarts}
		if b.lastEnd > 0 {
			status.LastTerminationState.Terminated = &corev1.ContainerStateTerminated{FinishedAt: at(b.lastEnd)}
		}
		specs, statuses = append(specs, spec), append(statuses, status)
	}
	return specs, statuses
}
