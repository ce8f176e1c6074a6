package kube

import (
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Node is what fader shows of a core/v1 Node. Immutable.
type Node struct {
	Ref         Ref
	Created     time.Time
	Ready       bool
	Status      string // as kubectl's column: "Ready", "NotReady,SchedulingDisabled"
	Cordoned    bool
	Zone        string
	Labels      map[string]string // sanitised
	Addresses   []string          // IP addresses and host names, as its status has them; each once
	Taints      []Taint
	Product     string        // of its GPUs: "NVIDIA-H100-80GB-HBM3", "" where unknown
	Accelerator []Accelerator // by resource name; nil where it has none
	Allocatable Amount        // to all its pods together
	MaxPods     int64         // that it may have at a time
}

// Taint of a node.
type Taint struct{ Key, Value, Effect string }

// String is the taint as kubectl writes it: "gpu=true:NoSchedule".
func (t Taint) String() string {
	text := t.Key
	if t.Value != "" {
		text += "=" + t.Value
	}
	return text + ":" + t.Effect
}

// Accelerator is one extended resource of a node that counts GPUs or parts of them.
type Accelerator struct {
	Resource    string // "nvidia.com/gpu", "nvidia.com/mig-1g.10gb", "amd.com/gpu"
	Capacity    int64
	Allocatable int64
}

// NewNode reads a Node; nothing of the object is kept. What changes with every
// heartbeat of a kubelet is left out. gpus are the operator's further names of
// resources that count as GPUs.
func NewNode(n *corev1.Node, gpus ...string) *Node {
	node := &Node{
		Ref:         refOf(KindNode, &n.ObjectMeta),
		Created:     n.CreationTimestamp.Time,
		Cordoned:    n.Spec.Unschedulable,
		Zone:        firstLabel(n.Labels, corev1.LabelTopologyZone, corev1.LabelFailureDomainBetaZone),
		Labels:      cleanMap(n.Labels),
		Product:     firstLabel(n.Labels, productLabels()...),
		Accelerator: acceleratorsOf(&n.Status, gpus),
		Allocatable: amountOf(n.Status.Allocatable),
		MaxPods:     n.Status.Allocatable.Pods().Value(),
	}
	node.Ready, node.Status = nodeStatus(n)
	for _, a := range n.Status.Addresses {
		if address := Clean(a.Address); !slices.Contains(node.Addresses, address) {
			node.Addresses = append(node.Addresses, address)
		}
	}
	for i := range n.Spec.Taints {
		t := &n.Spec.Taints[i]
		node.Taints = append(node.Taints, Taint{Key: Clean(t.Key), Value: Clean(t.Value), Effect: Clean(string(t.Effect))})
	}
	return node
}

// nodeStatus is the STATUS column of `kubectl get nodes`.
func nodeStatus(n *corev1.Node) (ready bool, status string) {
	status = "Unknown"
	for i := range n.Status.Conditions {
		if c := &n.Status.Conditions[i]; c.Type == corev1.NodeReady {
			status = "NotReady"
			if ready = c.Status == corev1.ConditionTrue; ready {
				status = "Ready"
			}
		}
	}
	if n.Spec.Unschedulable {
		status += ",SchedulingDisabled"
	}
	return ready, status
}

// productLabels name the model of a node's GPUs: the vendors' own first, then
// those of clouds, whose names are coarser.
func productLabels() []string {
	return []string{
		"nvidia.com/gpu.product", "amd.com/gpu.product-name", "gpu.intel.com/product",
		"cloud.google.com/gke-accelerator", "k8s.amazonaws.com/accelerator",
	}
}

func firstLabel(labels map[string]string, keys ...string) string {
	for _, key := range keys {
		if value := labels[key]; value != "" {
			return Clean(value)
		}
	}
	return ""
}

// acceleratorsOf a node, by name. A resource at nought is left out beside one that
// is not (a GPU cut up into MIG slices leaves 0 whole ones), and told where it is
// all there is: a GPU node whose device plugin lost its GPUs.
func acceleratorsOf(status *corev1.NodeStatus, gpus []string) []Accelerator {
	byName := make(map[string]Accelerator)
	for name, n := range status.Capacity {
		if key := Clean(string(name)); IsGPU(key, gpus...) {
			byName[key] = Accelerator{Resource: key, Capacity: n.Value()}
		}
	}
	for name, n := range status.Allocatable {
		if key := Clean(string(name)); IsGPU(key, gpus...) {
			a := byName[key]
			a.Resource, a.Allocatable = key, n.Value()
			byName[key] = a
		}
	}
	if len(byName) == 0 {
		return nil
	}
	all := slices.SortedFunc(maps.Values(byName), func(a, b Accelerator) int { return strings.Compare(a.Resource, b.Resource) })
	some := slices.DeleteFunc(slices.Clone(all), func(a Accelerator) bool { return a.Capacity == 0 && a.Allocatable == 0 })
	if len(some) == 0 {
		return all
	}
	return some
}
