package kube

import (
	"cmp"
	"maps"
	"math"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Room is how many more pods like a Deployment's find a place, by what the
// scheduler counts: requests against what nodes have to give. Nobody is pushed out
// to make room, and no node is added.
type Room struct {
	// Pods that find a place; at most so many where Partial or Uncounted say so.
	Pods int64
	// Nodes that take the pods at all, full or not.
	Nodes int
	// Needs of one pod, the scarcest first.
	Needs []Need
	// Partial: not every pod is in sight, so that less may be free than is said.
	Partial bool
	// Uncounted is what else of the template limits where its pods run: "host ports".
	Uncounted []string
	// UncountedGPUs are GPU resources that may come from elsewhere than nodes' statuses,
	// with where from. They are in Uncounted, and not in Needs.
	UncountedGPUs []string
}

// Need is what one pod asks of one resource, and what there is of it on the nodes
// that take the pod.
type Need struct {
	Resource string // "cpu", "memory", "pods", "nvidia.com/gpu"
	Each     int64  // millicores of CPU, bytes of memory, else a number
	Free     int64  // on all nodes together; one that gave away too much has 0
	Most     int64  // on the node that has most
	Pods     int64  // that find a place as far as this resource goes
	AtMost   bool   // Free and Most are upper limits
	// Elsewhere is what nodes have free that do not take the pod, and Refusal why the
	// one that has most of it does not: "taint gpu=true:NoSchedule".
	Elsewhere int64
	Refusal   string
}

// Resources that every node has, as a Need names them. ResourcePods is a place among
// the pods of a node, which every pod needs.
const (
	ResourceCPU    = string(corev1.ResourceCPU)
	ResourceMemory = string(corev1.ResourceMemory)
	ResourcePods   = string(corev1.ResourcePods)
)

// Room for more pods of a Deployment; nil where nodes are not in sight. It goes
// through all pods: ask once for a snapshot, not for every frame.
func (s *Snapshot) Room(d *Deployment) *Room {
	if s.Nodes == nil {
		return nil
	}
	r := &Room{Needs: s.Needs(d), Partial: s.Pods == nil || s.Scope.Namespace != "", Uncounted: d.Uncounted}
	if r.UncountedGPUs = s.made.devices.uncountedText(d.GPUs); r.UncountedGPUs != nil {
		r.Uncounted = slices.Concat(r.UncountedGPUs, d.Uncounted)
		r.Needs = slices.DeleteFunc(r.Needs, func(n Need) bool { return d.GPUs[n.Resource] > 0 && s.made.devices.uncounted(n.Resource) != "" })
	}
	for i, free := range s.free(r.Needs) {
		if refusal := d.Placement.refusal(s.Nodes[i]); refusal != "" {
			r.addElsewhere(free, refusal)
			continue
		}
		r.Nodes++
		r.add(free)
	}
	for i := range r.Needs {
		r.Needs[i].AtMost = r.Partial
	}
	slices.SortStableFunc(r.Needs, func(a, b Need) int { return cmp.Compare(a.Pods, b.Pods) })
	return r
}

// free is what is left of each need on each node.
func (s *Snapshot) free(needs []Need) [][]int64 {
	all, array := make([][]int64, 0, len(s.Nodes)), make([]int64, len(s.Nodes)*len(needs))
	at := make(map[string]int, len(s.Nodes))
	for _, n := range s.Nodes {
		var free []int64
		free, array = array[:len(needs):len(needs)], array[len(needs):]
		for i := range needs {
			free[i] = n.gives(needs[i].Resource)
		}
		at[n.Ref.Name] = len(all)
		all = append(all, free)
	}
	for _, p := range s.Pods {
		if node, counted := at[p.Node]; counted && !p.Finished {
			for i := range needs {
				all[node][i] -= p.takes(needs[i].Resource)
			}
		}
	}
	return all
}

// add a node on which so much is free.
func (r *Room) add(free []int64) {
	fits := int64(-1)
	for i := range r.Needs {
		n, left := &r.Needs[i], max(0, free[i])
		pods := left / n.Each
		n.Free += left
		n.Most = max(n.Most, left)
		n.Pods += pods
		if fits < 0 || pods < fits {
			fits = pods
		}
	}
	r.Pods += fits
}

// addElsewhere adds a node that does not take the pods.
func (r *Room) addElsewhere(free []int64, refusal string) {
	for i := range r.Needs {
		n, left := &r.Needs[i], max(0, free[i])
		if left > n.Elsewhere || n.Refusal == "" && left > 0 {
			n.Refusal = refusal
		}
		n.Elsewhere += left
	}
}

// Needs of one pod of a Deployment: what it requests, and its place among the pods
// that a node may have. Only Resource and Each are set.
func (s *Snapshot) Needs(d *Deployment) []Need {
	request := d.Request.plus(s.admitted(d.Ref))
	needs := []Need{{Resource: ResourceCPU, Each: request.CPU}, {Resource: ResourceMemory, Each: request.Memory}}
	for _, name := range slices.Sorted(maps.Keys(d.GPUs)) {
		needs = append(needs, Need{Resource: name, Each: d.GPUs[name]})
	}
	needs = append(needs, Need{Resource: ResourcePods, Each: 1})
	return slices.DeleteFunc(needs, func(n Need) bool { return n.Each <= 0 })
}

// admitted is what the server adds to every pod of a Deployment on top of its
// template: injected sidecars, the defaults of a LimitRange, a RuntimeClass'
// overhead. The pods that run tell; a pod that was resized alone does not.
func (s *Snapshot) admitted(ref Ref) Amount {
	r := s.Rollout(ref)
	if r == nil || r.NewRevision() == nil {
		return Amount{}
	}
	least := Amount{math.MaxInt64, math.MaxInt64}
	for _, p := range r.NewRevision().Pods {
		if p.Counts() {
			least = Amount{min(least.CPU, p.Request.CPU), min(least.Memory, p.Request.Memory)}
		}
	}
	if least.CPU == math.MaxInt64 {
		return Amount{}
	}
	template := r.Deployment.Request
	return Amount{max(0, least.CPU-template.CPU), max(0, least.Memory-template.Memory)}
}

// gives is what a node has for all its pods together.
func (n *Node) gives(resource string) int64 {
	var devices int64
	for _, a := range n.Accelerator {
		if a.Resource == resource {
			devices = a.Allocatable
		}
	}
	return share(resource, n.Allocatable, n.MaxPods, devices)
}

// takes is what a pod has of its node as long as it is there.
func (p *Pod) takes(resource string) int64 { return share(resource, p.Request, 1, p.GPUs[resource]) }

// share that a resource has in CPU and memory, places among pods, and devices.
func share(resource string, a Amount, places, devices int64) int64 {
	switch resource {
	case ResourceCPU:
		return a.CPU
	case ResourceMemory:
		return a.Memory
	case ResourcePods:
		return places
	}
	return devices
}
