package kube

// GPUNode is a node with GPUs and who holds them. Immutable.
type GPUNode struct {
	Node      *Node
	Resources []GPUUse // by resource name
	Holders   []Holder // most GPUs first
	// Partial: only the pods of one namespace are in sight. Requested is at least,
	// Free at most what is said.
	Partial bool
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
