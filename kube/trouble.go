package kube

import (
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Trouble is a container that is not what it should be.
type Trouble struct {
	Container string
	Image     string
	Init      bool   // an init container that runs once, not a sidecar
	Reason    string // waiting or terminated reason: "ImagePullBackOff", "CrashLoopBackOff", "OOMKilled", "Error"
	// Message says why it waits; for a crash loop, what the last run left behind.
	Message string
	// ExitCode of the last termination; nil where it never terminated.
	ExitCode   *int32
	LastReason string // reason of the last termination: "Error", "OOMKilled"
	// Running: it was started again and is not ready yet.
	Running     bool
	Restarts    int
	MemoryLimit string    // as written ("2Gi"), only where it was OOMKilled
	Since       time.Time // end of the last termination; zero where it never terminated
	// LastRun is how long the container ran before that; 0 where unknown.
	LastRun time.Duration
	// RunningSince is when its present run began; zero where it does not run.
	RunningSince time.Time
}

const (
	reasonOOM       = "OOMKilled"
	reasonCrashLoop = "CrashLoopBackOff"
)

// backOffReset is how long a container has to run until the kubelet forgets that it
// ended before: twice the longest back-off (client-go, util/flowcontrol/backoff.go).
const backOffReset = 10 * time.Minute

// restartSlack is how long after the start of a container the kubelet may take to
// write that the pod is not ready: a later change was one from ready.
const restartSlack = 10 * time.Second

// readTroubles fills in the troubles of the containers of a pod that has not
// finished.
func readTroubles(pod *Pod, p *corev1.Pod) {
	read := func(s *corev1.ContainerStatus, specs []corev1.Container, once bool) {
		switch wasReady := wasReadySince(p, s); {
		case inTrouble(s, once) && !wasReady:
			pod.Troubles = append(pod.Troubles, newTrouble(s, specs, once))
		case !once && s.State.Running != nil && (s.Ready || wasReady) && endedSoon(s):
			pod.Restarted = append(pod.Restarted, newTrouble(s, specs, once))
		}
	}
	for i := range p.Status.InitContainerStatuses {
		s := &p.Status.InitContainerStatuses[i]
		read(s, p.Spec.InitContainers, !isSidecarNamed(p, s.Name))
	}
	for i := range p.Status.ContainerStatuses {
		read(&p.Status.ContainerStatuses[i], p.Spec.Containers, false)
	}
}

// wasReadySince reports whether a running container has been ready since it was
// started: the pod has become unready after that, so it was ready with it.
func wasReadySince(p *corev1.Pod, s *corev1.ContainerStatus) bool {
	running := s.State.Running
	if running == nil || running.StartedAt.IsZero() {
		return false
	}
	for i := range p.Status.Conditions {
		c := &p.Status.Conditions[i]
		if (c.Type == corev1.PodReady || c.Type == corev1.ContainersReady) && c.Status != corev1.ConditionTrue &&
			c.LastTransitionTime.Sub(running.StartedAt.Time) > restartSlack {
			return true
		}
	}
	return false
}

// endedSoon reports whether the container's last run was too short for the kubelet
// to forget the ones before.
func endedSoon(s *corev1.ContainerStatus) bool {
	last := s.LastTerminationState.Terminated
	if last == nil || s.RestartCount == 0 || isLostState(last.Reason) {
		return false
	}
	return lastRun(last) > 0 && lastRun(last) < backOffReset
}

func lastRun(t *corev1.ContainerStateTerminated) time.Duration {
	if t.StartedAt.IsZero() || t.FinishedAt.IsZero() {
		return 0
	}
	return t.FinishedAt.Sub(t.StartedAt.Time)
}

// isLostState reports whether the kubelet only found the container gone, after its
// node or its runtime was restarted: nobody knows how it ended.
func isLostState(reason string) bool {
	return reason == "ContainerStatusUnknown" || reason == "Unknown"
}

// inTrouble is a container that waits for something else than its turn, that
// ended (mayEnd: other than well), or that ended before and is not ready again.
func inTrouble(s *corev1.ContainerStatus, mayEnd bool) bool {
	switch state := &s.State; {
	case state.Waiting != nil:
		switch state.Waiting.Reason {
		case "", containerCreating, podInitializing:
			return false
		}
		return true
	case state.Terminated != nil:
		return !mayEnd || state.Terminated.ExitCode != 0
	}
	last := s.LastTerminationState.Terminated
	if s.Ready || s.RestartCount == 0 || last == nil {
		return false
	}
	return !mayEnd || last.ExitCode != 0 // an init container may have to run once more
}

func newTrouble(s *corev1.ContainerStatus, specs []corev1.Container, init bool) Trouble {
	t := Trouble{
		Container: Clean(s.Name),
		Image:     Clean(s.Image),
		Init:      init,
		Restarts:  int(s.RestartCount),
		Running:   s.State.Running != nil,
	}
	last := s.LastTerminationState.Terminated
	if ended := s.State.Terminated; ended != nil {
		last = ended
	}
	if last != nil {
		t.LastReason = Clean(terminatedStatus(last))
		t.Reason, t.Message = t.LastReason, Clean(last.Message)
		t.ExitCode = new(last.ExitCode)
		t.Since = last.FinishedAt.Time
		t.LastRun = lastRun(last)
	}
	if s.State.Running != nil {
		t.RunningSince = s.State.Running.StartedAt.Time
	}
	if w := s.State.Waiting; w != nil {
		t.Reason = Clean(w.Reason)
		if t.Reason != reasonCrashLoop {
			t.Message = Clean(w.Message)
		}
	}
	for i := range specs {
		if c := &specs[i]; c.Name == s.Name {
			t.fill(c)
		}
	}
	return t
}

// fill in what the pod's spec knows: the image as it was asked for, where the
// status may have another name for it.
func (t *Trouble) fill(c *corev1.Container) {
	t.Image = Clean(c.Image)
	if limit, ok := c.Resources.Limits[corev1.ResourceMemory]; ok && t.LastReason == reasonOOM {
		t.MemoryLimit = limit.String()
	}
}

// cause that the trouble is one of: what stopped the container last, or what it
// waits for.
func (t *Trouble) cause() CauseKind {
	switch {
	case isPullReason(t.Reason):
		return CauseImagePull
	case t.LastReason == reasonOOM && (t.Reason == reasonOOM || t.Reason == reasonCrashLoop):
		return CauseOOMKilled
	case t.Reason != reasonCrashLoop && t.Reason != reasonHook && t.Reason != t.LastReason, isStartReason(t.LastReason):
		return CauseCannotStart
	case t.Init:
		return CauseInit
	}
	return CauseCrashLoop
}

func isPullReason(reason string) bool {
	for _, r := range [...]string{
		"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull",
		"ImageInspectError", "RegistryUnavailable", "SignatureValidationFailed",
	} {
		if r == reason {
			return true
		}
	}
	return false
}

// isStartReason are terminations of a container whose program never ran.
func isStartReason(reason string) bool {
	return reason == "StartError" || reason == "ContainerCannotRun"
}
