package kube

import "time"

// Node is what fader shows of a core/v1 Node. Immutable.
type Node struct {
	Ref         Ref
	Created     time.Time
	Ready       bool
	Status      string // as kubectl's column: "Ready", "NotReady,SchedulingDisabled"
	Cordoned    bool
	Zone        string
	Labels      map[string]string // sanitised
	Taints      []Taint
	Product     string        // of its GPUs: "NVIDIA-H100-80GB-HBM3", "" where unknown
	Accelerator []Accelerator // by resource name; nil where it has none
}

// Taint of a node.
type Taint struct{ Key, Value, Effect string }

// Accelerator is one extended resource of a node that counts GPUs or parts of them.
type Accelerator struct {
	Resource    string // "nvidia.com/gpu", "nvidia.com/mig-1g.10gb", "amd.com/gpu"
	Capacity    int64
	Allocatable int64
}

// GPUNode is a node with GPUs and who holds them. Immutable.
type GPUNode struct {
	Node      *Node
	Resources []GPUUse
	Holders   []Holder // most GPUs first
}

// GPUUse is one GPU resource of a node. Free is allocatable less what pods on
// the node request, terminating ones included; it may be below zero.
type GPUUse struct {
	Accelerator
	Requested, Free int64
	// Unusable says why free ones help no surge pod that waits for this resource:
	// "cordoned", "NotReady", a taint, a selector; "" where they would.
	Unusable string
}

// Holder is a pod on a node with the GPUs it requests.
type Holder struct {
	Pod        *Pod
	Deployment Ref
	GPUs       map[string]int64
}
