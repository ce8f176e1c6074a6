package kube

import "time"

// Pod is what fader shows of a pod. Immutable.
type Pod struct {
	Ref      Ref
	OwnerUID string // UID of the controlling ReplicaSet; "" for an orphan
	Created  time.Time
	Node     string // "" while unscheduled
	IP       string
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
	// Terminating since; zero where the pod is not being deleted. Gone is the
	// moment its grace period ends.
	Terminating, Gone time.Time
	Scheduling        Scheduling
	Troubles          []Trouble
	// GPUs requested, by resource name ("nvidia.com/gpu"); nil for none.
	GPUs map[string]int64
}

// Scheduling is the PodScheduled condition.
type Scheduling struct {
	Failed  bool
	Reason  string // "Unschedulable", "SchedulingGated"
	Message string // the scheduler's own sentence
	Since   time.Time
}

// Trouble is a container that is not what it should be.
type Trouble struct {
	Container string
	Image     string
	Init      bool
	Reason    string // waiting or terminated reason: "ImagePullBackOff", "CrashLoopBackOff", "OOMKilled", "Error"
	Message   string
	// ExitCode of the last termination; nil where it never terminated.
	ExitCode   *int32
	LastReason string // reason of the last termination: "Error", "OOMKilled"
	Restarts   int
	Since      time.Time // start of the last termination or wait, zero where unknown
}
