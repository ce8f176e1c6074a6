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
}

const (
	reasonOOM       = "OOMKilled"
	reasonCrashLoop = "CrashLoopBackOff"
)

// troublesOf the containers of a pod that has not finished.
func troublesOf(p *corev1.Pod) []Trouble {
	var troubles []Trouble
	for i := range p.Status.InitContainerStatuses {
		s := &p.Status.InitContainerStatuses[i]
		once := !isSidecarNamed(p, s.Name)
		if inTrouble(s, once) {
			troubles = append(troubles, newTrouble(s, p.Spec.InitContainers, once))
		}
	}
	for i := range p.Status.ContainerStatuses {
		s := &p.Status.ContainerStatuses[i]
		if inTrouble(s, false) {
			troubles = append(troubles, newTrouble(s, p.Spec.Containers, false))
		}
	}
	return troubles
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
	return !s.Ready && s.RestartCount > 0 && s.LastTerminationState.Terminated != nil
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
	case t.Reason != reasonCrashLoop && t.Reason != t.LastReason, isStartReason(t.LastReason):
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
