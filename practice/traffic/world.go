package traffic

import "time"

// World is what traffic depends on, as it is at one time.
type World struct {
	Services []Service
	Pods     []Pod
	Nodes    []Node
}

// Service gets requests and spreads them over its ready endpoints.
type Service struct {
	Namespace, Name string

	Load Load
	// History is how long it has been there when it is first seen; 0 if it is new.
	History time.Duration
	// Ready are the IDs of the pods that are its ready endpoints, Starting of those that
	// are endpoints but not ready yet.
	Ready, Starting []string
}

func (s Service) key() string { return s.Namespace + "/" + s.Name }

// Pod is one run of a pod's containers.
type Pod struct {
	// ID differs between pods, and between the runs of one whose container was started again.
	ID              string
	Namespace, Name string
	Container       string
	// Workload is the Deployment's name, Version a word for its revision.
	Workload, Version string
	Behaviour         Behaviour
	// Serves says that it tells about requests. What does not may still hold devices.
	Serves bool
	// Running says that the container runs; one that does not tells nothing.
	Running bool
	// Loaded is when it can serve. Requests that come before are lost (502).
	Loaded time.Time
	// Node says where it is, Devices how many devices of each resource name it holds there.
	Node    string
	Devices map[string]int
}

// Node is a node with GPUs that NVIDIA's exporter knows.
type Node struct {
	Name, Product string
	// Devices counts them by resource name: nvidia.com/gpu, or nvidia.com/mig-1g.10gb for slices.
	Devices map[string]int
	// XID is the last error of its first device; 0 for none.
	XID float64
}
