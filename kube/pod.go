package kube

import (
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Pod is what fader shows of a pod. Immutable.
type Pod struct {
	Ref      Ref
	OwnerUID string // UID of the controlling ReplicaSet; "" for an orphan
	// Controller is what has OwnerUID.
	Controller Controller
	Created    time.Time
	Node       string // "" while unscheduled
	// NominatedNode is where the scheduler means to bind it, be it only once other pods
	// that it preempts have gone; "" for none.
	NominatedNode string
	IP            string
	// Status is the STATUS column of `kubectl get pods`, letter for letter.
	Status string
	// Ready and Total are the READY column's two numbers: containers ready of
	// containers (sidecars, that is restartable init containers, included).
	Ready, Total int
	Restarts     int
	LastRestart  time.Time // zero where none is known
	// IsReady is the pod's Ready condition: it counts as ready for a ReplicaSet.
	IsReady bool
	// ReadySince is when IsReady last became what it is; zero where unknown.
	ReadySince time.Time
	// WasReady says that it is not ready and was before, in this run of its containers
	// or an earlier one.
	WasReady bool
	// Started is when the youngest of its containers began to run, the moment its
	// probes count from; zero while one does not.
	Started time.Time
	// InitContainer is the init container the pod is at, running or not; "" once
	// they are done. It is number InitStep of InitSteps, and runs since InitSince
	// (zero where it does not).
	InitContainer       string
	InitStep, InitSteps int
	InitSince           time.Time
	// InitGoesOn says that it is a sidecar: it has to start, not to end.
	InitGoesOn bool
	// Gate is the readiness gate that keeps a pod from being ready whose
	// containers are; "" for none.
	Gate string
	// Unready are those of several containers that keep the pod from being ready,
	// sidecars among them; nil for none.
	Unready []string
	// Finished pods (phase Succeeded or Failed: evicted, for one) hold nothing and
	// count for nobody; the ReplicaSet has replaced them.
	Finished bool
	// Terminating since; zero where the pod is not being deleted. Gone is the
	// moment its grace period ends.
	Terminating, Gone time.Time
	// Finalizers that keep a pod which is being deleted; nil for any other.
	Finalizers []string
	Scheduling Scheduling
	Troubles   []Trouble
	// Restarted are the containers that run again after a short run and are, or were,
	// ready: no trouble at the moment, unless it happens again and again.
	Restarted []Trouble
	// LostReadiness says that the pod is not ready and was since its containers run.
	LostReadiness bool
	// Failure of a pod of phase Failed; nil for any other.
	Failure *Failure
	// Request of CPU and memory, as the scheduler counts it; 0 where it asks for none.
	Request Amount
	// GPUs requested, by resource name ("nvidia.com/gpu"); nil for none.
	GPUs map[string]int64
	// Claims are the resource claims of its spec (DRA), by name, and Mapped the extended
	// resources that it has from a DeviceClass; nil for none.
	Claims, Mapped []string
	Labels         map[string]string // sanitised
	QoS            string            // "Guaranteed", "Burstable", "BestEffort"; "" where the server did not say
	// Placement is what an unscheduled pod asks of a node; nil for any other, and
	// for one that may run anywhere.
	Placement *Placement
}

// waitsForNode says that the scheduler looks for a node for it and finds none.
func (p *Pod) waitsForNode() bool {
	return p.Counts() && p.Node == "" && p.Scheduling.Failed && p.Scheduling.Reason != corev1.PodReasonSchedulingGated
}

// Scheduling is the PodScheduled condition.
type Scheduling struct {
	Failed  bool
	Reason  string // "Unschedulable", "SchedulingGated"
	Message string // the scheduler's own sentence
	Since   time.Time
	// Gates that hold the pod back; nil for none.
	Gates []string
	// Scheduler that should look at the pod and has not; "" for one that has.
	Scheduler string
	// Binds is what a scheduler may have to bind before it says anything of the pod:
	// "volumes"; nil for nothing.
	Binds []string
}

// readWaiting fills in what a pod without a node waits for, where that is not the
// verdict of a scheduler.
func readWaiting(s *Scheduling, p *corev1.Pod) {
	for _, gate := range p.Spec.SchedulingGates {
		s.Gates = append(s.Gates, Clean(gate.Name))
	}
	for i := range p.Status.Conditions {
		if p.Status.Conditions[i].Type == corev1.PodScheduled {
			return
		}
	}
	if s.Scheduler = Clean(p.Spec.SchedulerName); s.Scheduler == "" {
		s.Scheduler = corev1.DefaultSchedulerName
	}
	if hasClaims(&p.Spec) {
		s.Binds = append(s.Binds, "volumes")
	}
	if len(p.Spec.ResourceClaims) > 0 {
		s.Binds = append(s.Binds, "devices")
	}
}

// NewPod reads a pod; nothing of the object is kept. It runs once for every pod of
// a first sync and allocates little: the Pod, and more only for one in trouble. gpus
// are the operator's further names of resources that count as GPUs.
func NewPod(p *corev1.Pod, gpus ...string) *Pod {
	column := readColumn(p)
	pod := &Pod{
		Ref:           refOf(KindPod, &p.ObjectMeta),
		OwnerUID:      controllerUID(p.OwnerReferences),
		Controller:    controllerOf(p.OwnerReferences),
		Created:       p.CreationTimestamp.Time,
		Node:          Clean(p.Spec.NodeName),
		NominatedNode: Clean(p.Status.NominatedNodeName),
		IP:            Clean(p.Status.PodIP),
		Status:        Clean(column.status),
		Ready:         column.ready,
		Total:         column.total,
		Restarts:      column.restarts.count,
		LastRestart:   column.restarts.last,
		InitContainer: Clean(column.initContainer),
		Finished:      isFinished(p.Status.Phase),
		Request:       requestOf(&p.Spec, &p.Status),
		GPUs:          together(&p.Spec, gpuNames(gpus).of),
		Claims:        claimsOf(&p.Spec),
		Mapped:        mappedOf(&p.Status),
		Labels:        cleanMap(p.Labels),
		QoS:           Clean(string(p.Status.QOSClass)),
		Started:       startedAt(p),
	}
	if column.initContainer != "" {
		readInitProgress(pod, p, column.initContainer)
	}
	if p.DeletionTimestamp != nil {
		pod.Gone = p.DeletionTimestamp.Time
		pod.Terminating = pod.Gone
		if grace := p.DeletionGracePeriodSeconds; grace != nil {
			pod.Terminating = pod.Gone.Add(-time.Duration(*grace) * time.Second)
		}
		for _, f := range p.Finalizers {
			pod.Finalizers = append(pod.Finalizers, Clean(f))
		}
	}
	readConditions(pod, p)
	pod.Unready = unreadyContainers(pod, p)
	pod.WasReady = wasReady(pod, p)
	if !pod.Finished {
		readTroubles(pod, p)
	}
	if p.Status.Phase == corev1.PodFailed {
		pod.Failure = newFailure(p)
	}
	pod.LostReadiness = !pod.IsReady && !pod.Started.IsZero() && pod.ReadySince.Sub(pod.Started) > restartSlack
	if pod.Node == "" {
		readWaiting(&pod.Scheduling, p)
	}
	if pod.Scheduling.Failed && pod.Node == "" {
		pod.Placement = placementOf(&p.Spec)
	}
	return pod
}

// seenSlack is how far apart the moments may be that the kubelet writes when it first
// sees a pod: they are whole seconds.
const seenSlack = 2 * time.Second

// wasReady says that a pod which is not ready was so before. The kubelet writes that it
// is not when it first sees the pod, however long that was after its creation, and
// never again until that has changed.
func wasReady(pod *Pod, p *corev1.Pod) bool {
	if pod.IsReady || pod.ReadySince.IsZero() {
		return false
	}
	seen := pod.Created
	if p.Status.StartTime != nil {
		seen = p.Status.StartTime.Time
	}
	return pod.ReadySince.Sub(seen) > seenSlack
}

// startedAt is zero unless every container runs.
func startedAt(p *corev1.Pod) time.Time {
	var youngest time.Time
	for i := range p.Status.ContainerStatuses {
		running := p.Status.ContainerStatuses[i].State.Running
		if running == nil {
			return time.Time{}
		}
		if running.StartedAt.After(youngest) {
			youngest = running.StartedAt.Time
		}
	}
	return youngest
}

// readInitProgress fills in how far the pod is with its init containers.
func readInitProgress(pod *Pod, p *corev1.Pod, name string) {
	pod.InitSteps = len(p.Spec.InitContainers)
	pod.InitGoesOn = isSidecarNamed(p, name)
	for i := range p.Status.InitContainerStatuses {
		if s := &p.Status.InitContainerStatuses[i]; s.Name == name {
			pod.InitStep = i + 1
			if s.State.Running != nil {
				pod.InitSince = s.State.Running.StartedAt.Time
			}
		}
	}
}

func isFinished(phase corev1.PodPhase) bool {
	return phase == corev1.PodSucceeded || phase == corev1.PodFailed
}

// Counts says that the pod counts for its ReplicaSet: it is neither finished nor
// being deleted.
func (p *Pod) Counts() bool { return !p.Finished && p.Terminating.IsZero() }

// readConditions fills in what the pod's conditions say.
func readConditions(pod *Pod, p *corev1.Pod) {
	containersReady := false
	for i := range p.Status.Conditions {
		c := &p.Status.Conditions[i]
		switch c.Type {
		case corev1.PodReady:
			pod.IsReady = c.Status == corev1.ConditionTrue
			pod.ReadySince = c.LastTransitionTime.Time
		case corev1.ContainersReady:
			containersReady = c.Status == corev1.ConditionTrue
		case corev1.PodScheduled:
			if c.Status == corev1.ConditionFalse {
				pod.Scheduling = Scheduling{Failed: true, Reason: Clean(c.Reason), Message: Clean(c.Message), Since: c.LastTransitionTime.Time}
			}
		}
	}
	if containersReady && !pod.IsReady {
		pod.Gate = closedGate(p)
	}
}

// closedGate is the first readiness gate whose condition is not True.
func closedGate(p *corev1.Pod) string {
	for _, gate := range p.Spec.ReadinessGates {
		open := false
		for i := range p.Status.Conditions {
			c := &p.Status.Conditions[i]
			open = open || c.Type == gate.ConditionType && c.Status == corev1.ConditionTrue
		}
		if !open {
			return Clean(string(gate.ConditionType))
		}
	}
	return ""
}
