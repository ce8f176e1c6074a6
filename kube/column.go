package kube

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// column is what the columns STATUS, READY and RESTARTS of `kubectl get pods` say.
// The server computes them and sends text; fader watches pods and has to follow
// the same rules.
type column struct {
	status       string
	ready, total int
	restarts
	initContainer string
}

// restarts of some containers, and when the last of them was.
type restarts struct {
	count int
	last  time.Time
}

const (
	podNodeLost       = "NodeLost"
	podPending        = "Pending"
	podInitializing   = "PodInitializing"
	containerCreating = "ContainerCreating"
	podCompleted      = "Completed"
)

func readColumn(p *corev1.Pod) column {
	c := column{status: string(p.Status.Phase), total: len(p.Spec.Containers)}
	if p.Status.Reason != "" {
		c.status = p.Status.Reason
	}
	for i := range p.Status.Conditions {
		if condition := &p.Status.Conditions[i]; condition.Type == corev1.PodScheduled && condition.Reason == corev1.PodReasonSchedulingGated {
			c.status = corev1.PodReasonSchedulingGated
		}
	}
	for i := range p.Spec.InitContainers {
		if isSidecar(&p.Spec.InitContainers[i]) {
			c.total++
		}
	}
	sidecars, initializing := c.readInit(p)
	if !initializing || hasCondition(p, corev1.PodInitialized) {
		c.initContainer = ""
		c.restarts = sidecars // those of init containers are forgotten
		c.readMain(p)
	}
	switch {
	case p.DeletionTimestamp == nil:
	case p.Status.Reason == podNodeLost:
		c.status = "Unknown"
	case !isFinished(p.Status.Phase):
		c.status = "Terminating"
	}
	return c
}

// readInit goes through the init containers up to the first that is not through,
// and says whether there is one, and the restarts of the sidecars up to there.
func (c *column) readInit(p *corev1.Pod) (sidecars restarts, initializing bool) {
	for i := range p.Status.InitContainerStatuses {
		s := &p.Status.InitContainerStatuses[i]
		sidecar := isSidecarNamed(p, s.Name)
		c.restarts.add(s)
		if sidecar {
			sidecars.add(s)
		}
		if t := s.State.Terminated; t != nil && t.ExitCode == 0 {
			continue
		}
		if sidecar && s.Started != nil && *s.Started {
			if s.Ready {
				c.ready++
			}
			continue
		}
		c.initContainer = s.Name
		c.status = initStatus(s, i, len(p.Spec.InitContainers))
		return sidecars, true
	}
	return sidecars, false
}

func initStatus(s *corev1.ContainerStatus, done, total int) string {
	if t := s.State.Terminated; t != nil {
		return "Init:" + terminatedStatus(t)
	}
	if w := s.State.Waiting; w != nil && w.Reason != "" && w.Reason != podInitializing {
		return "Init:" + w.Reason
	}
	return fmt.Sprintf("Init:%d/%d", done, total)
}

// terminatedStatus of a container that gives no reason is its signal or exit code.
func terminatedStatus(t *corev1.ContainerStateTerminated) string {
	switch {
	case t.Reason != "":
		return t.Reason
	case t.Signal != 0:
		return fmt.Sprintf("Signal:%d", t.Signal)
	}
	return fmt.Sprintf("ExitCode:%d", t.ExitCode)
}

// readMain goes through the containers from the last to the first, so that the
// first one in trouble is what is shown.
func (c *column) readMain(p *corev1.Pod) {
	running, failure := false, ""
	for i := len(p.Status.ContainerStatuses) - 1; i >= 0; i-- {
		s := &p.Status.ContainerStatuses[i]
		c.restarts.add(s)
		switch {
		case s.State.Waiting != nil && s.State.Waiting.Reason != "":
			c.status = s.State.Waiting.Reason
		case s.State.Terminated != nil:
			c.status = terminatedStatus(s.State.Terminated)
			if s.State.Terminated.ExitCode != 0 {
				failure = c.status
			}
		case s.Ready && s.State.Running != nil:
			running = true
			c.ready++
		}
	}
	if c.status != podCompleted {
		return
	}
	switch {
	case running && hasCondition(p, corev1.PodReady):
		c.status = "Running"
	case failure != "":
		c.status = failure
	case running:
		c.status = "NotReady"
	}
}

func (r *restarts) add(s *corev1.ContainerStatus) {
	r.count += int(s.RestartCount)
	if t := s.LastTerminationState.Terminated; t != nil && r.last.Before(t.FinishedAt.Time) {
		r.last = t.FinishedAt.Time
	}
}

func hasCondition(p *corev1.Pod, kind corev1.PodConditionType) bool {
	for i := range p.Status.Conditions {
		if c := &p.Status.Conditions[i]; c.Type == kind && c.Status == corev1.ConditionTrue {
			return true
		}
	}
	return false
}

func isSidecarNamed(p *corev1.Pod, name string) bool {
	for i := range p.Spec.InitContainers {
		if c := &p.Spec.InitContainers[i]; c.Name == name {
			return isSidecar(c)
		}
	}
	return false
}
