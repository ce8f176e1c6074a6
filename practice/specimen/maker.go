package specimen

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// finalizer keeps the specimens that are being deleted.
const finalizer = "practice.fader/specimen"

// maker makes one pod. Its methods are the words that forms are written in.
type maker struct {
	random  *rand.Rand
	now     time.Time
	pod     *corev1.Pod
	deleted bool
}

func (m *maker) coin() bool { return m.random.IntN(2) == 0 }

func (m *maker) pick(words []string) string { return words[m.random.IntN(len(words))] }

func (m *maker) maybe(do func()) {
	if m.coin() {
		do()
	}
}

func (m *maker) exitCode() int32 { return 1 + m.random.Int32N(254) }
func (m *maker) signal() int32   { return 1 + m.random.Int32N(30) }

// container returns the status of any one container.
func (m *maker) container() *corev1.ContainerStatus {
	return m.all()[m.random.IntN(len(m.pod.Status.ContainerStatuses))]
}

// all returns every container's status.
func (m *maker) all() []*corev1.ContainerStatus { return pointers(m.pod.Status.ContainerStatuses) }

// some returns at least one container's status.
func (m *maker) some() []*corev1.ContainerStatus {
	all := m.all()
	m.random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:1+m.random.IntN(len(all))]
}

// lastInit returns the status of the init container that the pod has got to.
func (m *maker) lastInit() []*corev1.ContainerStatus {
	all := pointers(m.pod.Status.InitContainerStatuses)
	for i, status := range all {
		if status.State.Terminated == nil {
			return all[i : i+1]
		}
	}
	return all[len(all)-1:]
}

func pointers(statuses []corev1.ContainerStatus) []*corev1.ContainerStatus {
	all := make([]*corev1.ContainerStatus, len(statuses))
	for i := range statuses {
		all[i] = &statuses[i]
	}
	return all
}

func (m *maker) run(all []*corev1.ContainerStatus) {
	started := true
	for _, status := range all {
		status.State = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: m.ago()}}
		status.Started = &started
	}
}

func (m *maker) wait(all []*corev1.ContainerStatus, reason string) {
	for _, status := range all {
		status.Ready, status.Started = false, new(bool)
		status.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason}}
	}
}

func (m *maker) end(all []*corev1.ContainerStatus, reason string, code, signal int32) {
	for _, status := range all {
		status.Ready, status.Started = false, new(bool)
		status.State = corev1.ContainerState{Terminated: m.termination(reason, code, signal, true)}
	}
}

func (m *maker) termination(reason string, code, signal int32, dated bool) *corev1.ContainerStateTerminated {
	end := &corev1.ContainerStateTerminated{Reason: reason, ExitCode: code, Signal: signal, ContainerID: "containerd://0"}
	if dated {
		end.StartedAt, end.FinishedAt = m.ago(), m.ago()
	}
	return end
}

// restart lets a container have been started again, with the date of its last end or without.
func (m *maker) restart(status *corev1.ContainerStatus, dated bool) {
	status.RestartCount += 1 + m.random.Int32N(200)
	status.LastTerminationState = corev1.ContainerState{Terminated: m.termination(m.pick(exitReasons()), m.exitCode(), 0, dated)}
	m.maybe(func() { m.restartUnexplained() })
}

// restartUnexplained lets another container have restarts of which no end is known.
func (m *maker) restartUnexplained() { m.container().RestartCount += m.random.Int32N(3) }

func (m *maker) crash(status *corev1.ContainerStatus, reason string) {
	m.restart(status, true)
	m.wait([]*corev1.ContainerStatus{status}, "CrashLoopBackOff")
	status.LastTerminationState.Terminated.Reason = reason
}

func (m *maker) phase(phase corev1.PodPhase, reason string) {
	m.pod.Status.Phase, m.pod.Status.Reason = phase, reason
}

func (m *maker) pending() {
	m.phase(corev1.PodPending, "")
	m.condition(corev1.PodReady, false, "ContainersNotReady")
}

// noStatuses is a pod that no kubelet has seen, or that one has forgotten.
func (m *maker) noStatuses() {
	m.pod.Status.ContainerStatuses, m.pod.Status.InitContainerStatuses = nil, nil
}

func (m *maker) unscheduled(reason string) {
	m.pod.Spec.NodeName = ""
	m.condition(corev1.PodScheduled, false, reason)
}

func (m *maker) gate() {
	m.pod.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: "practice.fader/quota"}}
	m.unscheduled(corev1.PodReasonSchedulingGated)
}

func (m *maker) condition(kind corev1.PodConditionType, is bool, reason string) {
	condition := corev1.PodCondition{Type: kind, Status: corev1.ConditionFalse, Reason: reason, LastTransitionTime: m.ago()}
	if is {
		condition.Status = corev1.ConditionTrue
	}
	conditions := &m.pod.Status.Conditions
	*conditions = slices.DeleteFunc(*conditions, func(c corev1.PodCondition) bool { return c.Type == kind })
	*conditions = append(*conditions, condition)
}

func (m *maker) delete() {
	m.deleted = true
	m.pod.Finalizers = []string{finalizer}
}

// completed is a pod with three containers or more, of which only the first still runs.
func (m *maker) completed(ready bool) {
	for len(m.pod.Spec.Containers) < 3 {
		m.addContainer()
	}
	m.end(m.all()[1:], "Completed", 0, 0)
	m.condition(corev1.PodReady, ready, "")
}

// inits gives the pod n init containers. Done, all have ended well; otherwise one or more
// of the last have not started, and the containers wait.
func (m *maker) inits(n int, done bool) {
	ended := n
	if !done {
		ended = m.random.IntN(n)
	}
	for i := range n {
		name := fmt.Sprintf("init-%d", i)
		m.pod.Spec.InitContainers = append(m.pod.Spec.InitContainers, newContainer(name))
		m.pod.Status.InitContainerStatuses = append(m.pod.Status.InitContainerStatuses, corev1.ContainerStatus{Name: name, Image: image})
		status := pointers(m.pod.Status.InitContainerStatuses)[i:]
		m.wait(status, "PodInitializing")
		if i < ended {
			m.end(status, "Completed", 0, 0)
			status[0].Ready = true
		}
	}
	m.condition(corev1.PodInitialized, done, "")
	if !done {
		m.pending()
		m.wait(m.all(), "PodInitializing")
	}
}

// sidecar adds a restartable init container that runs, in any place among the others.
func (m *maker) sidecar(started, ready bool) *corev1.ContainerStatus {
	always := corev1.ContainerRestartPolicyAlways
	container := newContainer(fmt.Sprintf("sidecar-%d", len(m.pod.Spec.InitContainers)))
	container.RestartPolicy = &always
	status := corev1.ContainerStatus{
		Name: container.Name, Image: image, Ready: ready,
		State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: m.ago()}},
	}
	if started || m.coin() { // not started may also be unknown
		status.Started = &started
	}
	at := m.random.IntN(len(m.pod.Spec.InitContainers) + 1)
	m.pod.Spec.InitContainers = slices.Insert(m.pod.Spec.InitContainers, at, container)
	m.pod.Status.InitContainerStatuses = slices.Insert(m.pod.Status.InitContainerStatuses, at, status)
	return &m.pod.Status.InitContainerStatuses[at]
}

// sidecarEnded is a pod that has ended, its sidecar after it.
func (m *maker) sidecarEnded() {
	m.inits(1, true)
	code := m.random.Int32N(2) * m.exitCode()
	m.end([]*corev1.ContainerStatus{m.sidecar(true, true)}, m.pick([]string{"", "Error", "Completed"}), code, m.random.Int32N(2)*m.signal())
	m.end(m.all(), "Completed", 0, 0)
	m.maybe(func() { m.phase(corev1.PodSucceeded, "") })
}

// ago returns a time in the middle of what the RESTARTS column rounds to: half a minute
// later it is still the same there. Rarely it is in the future, as by a wrong clock.
func (m *maker) ago() metav1.Time {
	steps := []struct {
		least, most int
		step        time.Duration
	}{
		{11, 170, time.Minute}, {3, 7, time.Hour}, {9, 47, time.Hour}, {9, 300, 24 * time.Hour}, {800, 3000, 24 * time.Hour},
	}
	s := steps[m.random.IntN(len(steps))]
	n := s.least + m.random.IntN(s.most-s.least)
	before := time.Duration(n)*s.step + s.step/2
	if m.random.IntN(40) == 0 {
		before = -240 * time.Hour
	}
	return metav1.NewTime(m.now.Add(-before).Truncate(time.Second))
}
