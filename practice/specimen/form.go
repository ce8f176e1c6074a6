package specimen

import corev1 "k8s.io/api/core/v1"

// Specimen is one pod: what to create, with the status it shall have.
type Specimen struct {
	Pod *corev1.Pod
	// Deleted says that it shall be deleted, and stay because of its finalizer.
	Deleted bool
}

// form is one way a pod can look. make changes a pod that is Running, with 1 to 3
// containers that run and are ready.
type form struct {
	name string
	make func(*maker)
}

// forms returns the table of forms. Each stands for a rule of the column, or for the
// order of two.
func forms() []form {
	return []form{
		{"running", func(*maker) {}},
		{"unready", func(m *maker) { m.container().Ready = false; m.condition(corev1.PodReady, false, "ContainersNotReady") }},
		{"restarted", func(m *maker) { m.restart(m.container(), true) }},
		{"restarted-undated", func(m *maker) { m.restart(m.container(), false) }},
		{"unscheduled", func(m *maker) { m.pending(); m.noStatuses(); m.unscheduled("Unschedulable") }},
		{"scheduling-gated", func(m *maker) { m.pending(); m.noStatuses(); m.gate() }},
		{"gated-by-condition", func(m *maker) { m.condition(corev1.PodScheduled, false, corev1.PodReasonSchedulingGated) }},
		{"creating", func(m *maker) { m.pending(); m.wait(m.all(), "ContainerCreating") }},
		{"waiting", func(m *maker) { m.wait(m.some(), m.pick(waitingReasons())); m.restart(m.container(), m.coin()) }},
		{"waiting-unnamed", func(m *maker) { m.wait(m.some(), "") }},
		{"crash-loop", func(m *maker) { m.crash(m.container(), m.pick(exitReasons())) }},
		{"terminated", func(m *maker) { m.end(m.some(), m.pick(exitReasons()), m.exitCode(), 0) }},
		{"terminated-by-signal", func(m *maker) { m.end(m.some(), "", 128+9, m.signal()) }},
		{"terminated-by-code", func(m *maker) { m.end(m.some(), "", m.exitCode(), 0) }},
		{"succeeded", func(m *maker) { m.phase(corev1.PodSucceeded, ""); m.end(m.all(), "Completed", 0, 0) }},
		{"failed", func(m *maker) { m.phase(corev1.PodFailed, ""); m.end(m.all(), m.pick(exitReasons()), 1, 0) }},
		{"failed-for-a-reason", func(m *maker) { m.phase(corev1.PodFailed, m.pick(podReasons())); m.noStatuses() }},
		{"evicted", func(m *maker) { m.phase(corev1.PodFailed, "Evicted"); m.maybe(m.noStatuses) }},
		{"phase-unknown", func(m *maker) { m.phase(corev1.PodUnknown, ""); m.maybe(m.noStatuses) }},
		{"node-lost", func(m *maker) { m.phase(corev1.PodRunning, "NodeLost") }},
		{"no-statuses", func(m *maker) { m.noStatuses() }},
		{"few-statuses", func(m *maker) { m.pod.Status.ContainerStatuses = m.pod.Status.ContainerStatuses[1:] }},
		{"stateless", func(m *maker) { m.container().State = corev1.ContainerState{} }},

		{"completed-beside-ready", func(m *maker) { m.completed(true) }},
		{"completed-beside-unready", func(m *maker) { m.completed(false) }},
		{"completed-beside-error", func(m *maker) { m.completed(m.coin()); m.end(m.all()[2:], "", m.exitCode(), 0) }},

		{"init-waiting", func(m *maker) { m.inits(3, false); m.wait(m.lastInit(), m.pick(waitingReasons())) }},
		{"init-initializing", func(m *maker) { m.inits(3, false); m.wait(m.lastInit(), "PodInitializing") }},
		{"init-waiting-unnamed", func(m *maker) { m.inits(2, false); m.wait(m.lastInit(), "") }},
		{"init-running", func(m *maker) { m.inits(4, false); m.run(m.lastInit()) }},
		{"init-error", func(m *maker) { m.inits(3, false); m.end(m.lastInit(), m.pick(exitReasons()), m.exitCode(), 0) }},
		{"init-signal", func(m *maker) { m.inits(3, false); m.end(m.lastInit(), "", 128+15, m.signal()) }},
		{"init-code", func(m *maker) { m.inits(3, false); m.end(m.lastInit(), "", m.exitCode(), 0) }},
		{"init-restarted", func(m *maker) { m.inits(2, false); m.crash(m.lastInit()[0], "Error"); m.restart(m.container(), true) }},
		{"init-done", func(m *maker) { m.inits(3, true); m.restart(&m.pod.Status.InitContainerStatuses[0], true) }},
		{"init-done-though-running", func(m *maker) { m.inits(2, false); m.run(m.lastInit()); m.condition(corev1.PodInitialized, true, "") }},

		{"sidecar-ready", func(m *maker) { m.inits(2, true); m.sidecar(true, true) }},
		{"sidecar-unready", func(m *maker) { m.inits(2, true); m.sidecar(true, false) }},
		{"sidecar-starting", func(m *maker) { m.inits(2, true); m.sidecar(false, m.coin()) }},
		{"sidecar-restarted", func(m *maker) {
			m.inits(1, true)
			m.restart(m.sidecar(true, true), true)
			m.restart(m.container(), m.coin())
		}},
		{"sidecar-crashed", func(m *maker) { m.inits(1, true); m.crash(m.sidecar(m.coin(), false), "Error") }},
		{"sidecar-ended", func(m *maker) { m.sidecarEnded() }},

		{"deleted", func(m *maker) { m.delete() }},
		{"deleted-pending", func(m *maker) { m.pending(); m.wait(m.all(), "ContainerCreating"); m.delete() }},
		{"deleted-waiting", func(m *maker) { m.crash(m.container(), "Error"); m.delete() }},
		{"deleted-initializing", func(m *maker) { m.inits(2, false); m.run(m.lastInit()); m.delete() }},
		{"deleted-succeeded", func(m *maker) { m.phase(corev1.PodSucceeded, ""); m.end(m.all(), "Completed", 0, 0); m.delete() }},
		{"deleted-failed", func(m *maker) { m.phase(corev1.PodFailed, m.pick(podReasons())); m.maybe(m.noStatuses); m.delete() }},
		{"deleted-node-lost", func(m *maker) { m.phase(corev1.PodRunning, "NodeLost"); m.delete() }},
		{"deleted-failed-node-lost", func(m *maker) { m.phase(corev1.PodFailed, "NodeLost"); m.delete() }},

		{"anything", func(m *maker) { m.anything() }},
		{"anything-else", func(m *maker) { m.anything(); m.maybe(m.delete) }},
	}
}

func waitingReasons() []string {
	return []string{
		"CrashLoopBackOff", "ImagePullBackOff", "ErrImagePull", "InvalidImageName", "CreateContainerConfigError",
		"CreateContainerError", "RunContainerError", "ContainerCreating", "PodInitializing", "Completed", "Some Other Reason",
	}
}

func exitReasons() []string {
	return []string{"Error", "Completed", "OOMKilled", "ContainerCannotRun", "StartError", "DeadlineExceeded"}
}

func podReasons() []string {
	return []string{"Evicted", "NodeLost", "NodeAffinity", "Preempting", "OutOfcpu", "UnexpectedAdmissionError", "DeadlineExceeded", "Terminated"}
}
