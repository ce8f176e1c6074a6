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
	status        string
	ready, total  int
	restarts      int
	lastRestart   time.Time
	initContainer string
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
	initializing := c.readInit(p)
	if !initializing || hasCondition(p, corev1.PodInitialized) {
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
// and says whether there is one.
func (c *column) readInit(p *corev1.Pod) bool {
	for i := range p.Status.InitContainerStatuses {
		s := &p.Status.InitContainerStatuses[i]
		c.addRestarts(s)
		if t := s.State.Terminated; t != nil && t.ExitCode == 0 {
			continue
		}
		if isSidecarNamed(p, s.Name) && s.Started != nil && *s.Started {
			if s.Ready {
				c.ready++
			}
			continue
		}
		c.initContainer = s.Name
		c.status = initStatus(s, i, len(p.Spec.InitContainers))
		return true
	}
	return false
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
// first one in trouble is what is shown. Restarts of init containers are
// forgotten, those of sidecars are not.
func (c *column) readMain(p *corev1.Pod) {
	c.initContainer = ""
	c.restarts, c.lastRestart = 0, time.Time{}
	for i := range p.Status.InitContainerStatuses {
		if s := &p.Status.InitContainerStatuses[i]; isSidecarNamed(p, s.Name) {
			c.addRestarts(s)
		}
	}
	running, failure := false, ""
	for i := len(p.Status.ContainerStatuses) - 1; i >= 0; i-- {
		s := &p.Status.ContainerStatuses[i]
		c.addRestarts(s)
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

func (c *column) addRestarts(s *corev1.ContainerStatus) {
	c.restarts += int(s.RestartCount)
	if t := s.LastTerminationState.Terminated; t != nil && c.lastRestart.Before(t.FinishedAt.Time) {
		c.lastRestart = t.FinishedAt.Time
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
