package kube

import (
	"slices"
	"strings"
	"time"
)

// Objects are the stores' contents. They are sorted where they are not; in order
// (by namespace, then name) they cost less. Nil is for what is not known: not yet
// read, or not to be seen. An object keeps its pointer for as long as nothing of
// it changes that is shown.
type Objects struct {
	Scope       Scope
	Deployments []*Deployment
	ReplicaSets []*ReplicaSet
	Pods        []*Pod
	Events      []*Event
	Services    []*Service
	Slices      []*EndpointSlice
	Nodes       []*Node
	Autoscalers []*Autoscaler
	Budgets     []*Budget
	// Now is when the stores were read. Where it is zero, the latest moment that a
	// rollout's own objects know of stands for it.
	Now time.Time
	// DeviceClasses and ResourceSlices of dynamic resource allocation. A server that does
	// not have them has empty ones.
	DeviceClasses  []*DeviceClass
	ResourceSlices []*ResourceSlice
	// GPUResources are the operator's further names of resources that count as GPUs.
	GPUResources []string
}

// sorted are the objects by namespace and name, as a snapshot shows them.
func (o Objects) sorted() Objects {
	o.Deployments = inOrder(o.Deployments, func(d *Deployment) *Ref { return &d.Ref })
	o.ReplicaSets = inOrder(o.ReplicaSets, func(rs *ReplicaSet) *Ref { return &rs.Ref })
	o.Pods = inOrder(o.Pods, func(p *Pod) *Ref { return &p.Ref })
	o.Services = inOrder(o.Services, func(s *Service) *Ref { return &s.Ref })
	o.Slices = inOrder(o.Slices, func(s *EndpointSlice) *Ref { return &s.Ref })
	o.Nodes = inOrder(o.Nodes, func(n *Node) *Ref { return &n.Ref })
	o.Autoscalers = inOrder(o.Autoscalers, func(a *Autoscaler) *Ref { return &a.Ref })
	o.Budgets = inOrder(o.Budgets, func(b *Budget) *Ref { return &b.Ref })
	o.DeviceClasses = inOrder(o.DeviceClasses, func(c *DeviceClass) *Ref { return &c.Ref })
	o.ResourceSlices = inOrder(o.ResourceSlices, func(s *ResourceSlice) *Ref { return &s.Ref })
	return o
}

// inOrder leaves a list alone that is in order already.
func inOrder[T any](list []*T, ref func(*T) *Ref) []*T {
	compare := func(a, b *T) int { return compareRefs(ref(a), ref(b)) }
	if slices.IsSortedFunc(list, compare) {
		return list
	}
	list = slices.Clone(list)
	slices.SortFunc(list, compare)
	return list
}

// compareRefs by namespace, then name; the UID settles what cannot be.
func compareRefs(a, b *Ref) int {
	if n := strings.Compare(a.Namespace, b.Namespace); n != 0 {
		return n
	}
	if n := strings.Compare(a.Name, b.Name); n != 0 {
		return n
	}
	return strings.Compare(a.UID, b.UID)
}
