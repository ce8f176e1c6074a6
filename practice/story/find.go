package story

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"fader/practice/stage"
)

// Annotations of pods that stories depend on. Durations in them are divided by the speed.
const (
	readyAfter  = "practice.fader/ready-after"
	initAfter   = "practice.fader/init-after"
	probeStatus = "practice.fader/probe-status"
	logRate     = "practice.fader/log-rate" // lines a second
	logStory    = "practice.fader/log"      // name of a story
)

// Instance is one run of one container, as far as its log depends on it.
type Instance struct {
	Namespace, Pod, UID, Container, Image string

	Restart  int32 // 0 for the first run
	Story    string
	Started  time.Time
	Ended    time.Time // zero while it runs
	Reason   string    // of its end
	ExitCode int32
	Loads    time.Duration // from its start until it can serve
	Rate     float64       // lines a second; 0 for the story's own
	Argument string        // the last of its command line

	ProbeStatus string // what its readiness probe gets, when that fails
}

func (i Instance) seed() uint64 {
	hash := fnv.New64a()
	fmt.Fprintf(hash, "%s/%s/%d", i.UID, i.Container, i.Restart)
	return hash.Sum64()
}

// Find returns the run of a container whose log is wanted: the one that runs or ran last,
// or the one before it. Its errors are those of a kubelet: there is no such container, or
// no such run of it, or it has not started.
func (l Library) Find(pod *corev1.Pod, container string, previous bool, speed float64) (Instance, error) {
	spec, isInit := containerOf(pod, container)
	if spec == nil {
		return Instance{}, fmt.Errorf("container %s is not valid for pod %s", container, pod.Name)
	}
	statuses := slices.Concat(pod.Status.ContainerStatuses, pod.Status.InitContainerStatuses)
	at := slices.IndexFunc(statuses, func(s corev1.ContainerStatus) bool { return s.Name == container })
	if at < 0 {
		return Instance{}, fmt.Errorf("container %q in pod %q is not available", container, pod.Name)
	}
	instance := Instance{
		Namespace: pod.Namespace, Pod: pod.Name, UID: string(pod.UID), Container: container, Image: spec.Image,
		Loads: stage.Span(pod.Annotations, readyAfter, 1500*time.Millisecond, speed), ProbeStatus: pod.Annotations[probeStatus],
	}
	if isInit {
		instance.Loads = stage.Span(pod.Annotations, initAfter, 1500*time.Millisecond, speed)
	}
	if line := slices.Concat(spec.Command, spec.Args); len(line) > 0 {
		instance.Argument = line[len(line)-1]
	}
	if rate, err := strconv.ParseFloat(pod.Annotations[logRate], 64); err == nil && rate > 0 && !math.IsInf(rate, 0) {
		instance.Rate = rate
	}
	instance.Story = l.choose(pod, spec, isInit)
	return instance, instance.setRun(&statuses[at], previous)
}

// setRun fills in when the wanted run started and ended.
func (i *Instance) setRun(status *corev1.ContainerStatus, previous bool) error {
	i.Restart = status.RestartCount
	state := status.State
	// A container that waits to be started again has the log of the run before.
	again := state.Waiting != nil && status.LastTerminationState.Terminated != nil
	if previous || again {
		end := status.LastTerminationState.Terminated
		if end == nil {
			return fmt.Errorf("previous terminated container %q in pod %q not found", i.Container, i.Pod)
		}
		if !again {
			i.Restart--
		}
		i.end(end)
		return nil
	}
	switch {
	case state.Running != nil:
		i.Started = state.Running.StartedAt.Time
	case state.Terminated != nil:
		i.end(state.Terminated)
	case state.Waiting != nil && state.Waiting.Reason == "ErrImagePull":
		return i.waits("image can't be pulled")
	case state.Waiting != nil && state.Waiting.Reason == "ImagePullBackOff":
		return i.waits("trying and failing to pull image")
	case state.Waiting != nil:
		return i.waits(state.Waiting.Reason)
	default:
		return i.waits("no state")
	}
	return nil
}

func (i *Instance) end(end *corev1.ContainerStateTerminated) {
	i.Started, i.Ended = end.StartedAt.Time, end.FinishedAt.Time
	i.Reason, i.ExitCode = end.Reason, end.ExitCode
}

func (i *Instance) waits(why string) error {
	return errors.New("container " + strconv.Quote(i.Container) + " in pod " + strconv.Quote(i.Pod) + " is waiting to start: " + why)
}

func containerOf(pod *corev1.Pod, name string) (container *corev1.Container, isInit bool) {
	for i := range pod.Spec.Containers {
		if pod.Spec.Containers[i].Name == name {
			return &pod.Spec.Containers[i], false
		}
	}
	for i := range pod.Spec.InitContainers {
		if c := &pod.Spec.InitContainers[i]; c.Name == name {
			return c, c.RestartPolicy == nil
		}
	}
	return nil, false
}

// choose returns the name of the story of a container: the first rule that fits.
func (l Library) choose(pod *corev1.Pod, c *corev1.Container, isInit bool) string {
	if wanted := pod.Annotations[logStory]; l[wanted] != nil && !isInit {
		return wanted
	}
	model := c.Name == "model" || slices.Contains([]string{"reranker", "embedder", "ranker", "speech", "notebook", "video-tagger", "batch-scorer"}, c.Name)
	worker := slices.Contains([]string{"indexer", "mailer", "event-router", "audit-log", "payouts", "invoices"}, c.Name)
	for _, rule := range []struct {
		fits  bool
		story string
	}{
		{isInit && strings.Contains(c.Name, "download"), "download"},
		{isInit, "init"},
		{pod.Annotations[probeStatus] != "", "unready"},
		{model && c.ReadinessProbe == nil, "model-unprobed"},
		{model, "model"},
		{worker, "worker"},
	} {
		if rule.fits {
			return rule.story
		}
	}
	return "web"
}
