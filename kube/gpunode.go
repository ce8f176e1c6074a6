package kube

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// GPUNode is a node with GPUs and who holds them. Immutable.
type GPUNode struct {
	Node      *Node
	Resources []GPUUse // by resource name
	Holders   []Holder // most GPUs first
	// Drivers of dynamic resource allocation that offer GPUs on the node; nil where none
	// does, or ResourceSlices may not be seen.
	Drivers []DriverDevices
	// Partial: not every pod is in sight (the scope is one namespace, or pods may
	// not be seen). Requested is at least, Free at most what is said.
	Partial bool
}

// GPUUse is one GPU resource of a node. Free is allocatable less what pods on
// the node request, terminating ones included; it may be below zero.
type GPUUse struct {
	Accelerator
	Requested, Free int64
	// Unusable says why free ones help no pod that waits for this resource:
	// "cordoned", "NotReady", a taint, a selector, too few; "" where they may.
	// Where no pod waits it is only ever "cordoned" or "NotReady".
	Unusable string
	// Source says where the resource comes from. Only of NodeStatus is Free known.
	Source Source
}

// Source of a GPU resource.
type Source uint8

const (
	NodeStatus Source = iota // the node's status counts it
	Dynamic                  // dynamic resource allocation: its devices are not counted
	Elsewhere                // pods have it, and the node's status does not
)

// Counted reports whether it is known how many are free.
func (u *GPUUse) Counted() bool { return u.Source == NodeStatus }

// Holder is a pod on a node with the GPUs it requests.
type Holder struct {
	Pod        *Pod
	Deployment Ref // zero where the pod belongs to none in sight
	Revision   int64
	GPUs       map[string]int64 // without those in Dynamic
	Dynamic    map[string]int64 // extended resources that it has from a DeviceClass
	Claims     []string         // its resource claims
}

// load is what a GPUNode is made of.
type load struct {
	node    *Node
	pods    []*Pod   // that hold GPUs of it, by namespace and name
	owners  []*owner // of those
	waiting []*Pod   // that hold none anywhere, and want some
	partial bool
	devices *deviceSources
}

func (l *load) same(other *load) bool {
	return l.node == other.node && l.partial == other.partial && l.devices == other.devices && slices.Equal(l.pods, other.pods) &&
		slices.Equal(l.owners, other.owners) && slices.Equal(l.waiting, other.waiting)
}

// gpuNodesOf the nodes that have GPUs, or pods that hold some or claim devices; nil where nodes may
// not be seen.
func gpuNodesOf(o Objects, m *made, previous *Snapshot) []*GPUNode {
	if o.Nodes == nil {
		return nil
	}
	before := make(map[Ref]int, len(previous.GPUNodes))
	for i, n := range previous.GPUNodes {
		before[n.Node.Ref] = i
	}
	m.loads = loadsOf(o, m)
	nodes := make([]*GPUNode, len(m.loads))
	for i := range m.loads {
		l := &m.loads[i]
		at, known := before[l.node.Ref]
		if known && l.same(&previous.made.loads[at]) {
			nodes[i] = previous.GPUNodes[at]
			continue
		}
		nodes[i] = l.gpuNode()
		if known && reflect.DeepEqual(nodes[i], previous.GPUNodes[at]) {
			nodes[i] = previous.GPUNodes[at]
		}
	}
	return nodes
}

func loadsOf(o Objects, m *made) []load {
	held := make(map[string][]*Pod)
	var waiting []*Pod
	for _, p := range o.Pods {
		switch {
		case p.GPUs == nil && p.Claims == nil && p.Mapped == nil || p.Finished:
		case p.Node != "":
			held[p.Node] = append(held[p.Node], p)
		case p.waitsForNode():
			waiting = append(waiting, p)
		}
	}
	loads := []load{}
	for _, n := range o.Nodes {
		pods := held[n.Ref.Name]
		if len(n.Accelerator) == 0 && len(pods) == 0 && len(m.devices.driversOf(n)) == 0 {
			continue
		}
		l := load{node: n, pods: pods, waiting: waiting, partial: o.Pods == nil || o.Scope.Namespace != "", devices: m.devices}
		for _, p := range pods {
			l.owners = append(l.owners, m.owners[p.OwnerUID])
		}
		loads = append(loads, l)
	}
	return loads
}

func (l *load) gpuNode() *GPUNode {
	uses := make(map[string]GPUUse, len(l.node.Accelerator))
	for _, a := range l.node.Accelerator {
		uses[a.Resource] = GPUUse{Accelerator: a}
	}
	node := &GPUNode{Node: l.node, Partial: l.partial, Drivers: l.devices.driversOf(l.node)}
	if node.Drivers != nil {
		uses[DynamicDevices] = GPUUse{Accelerator: Accelerator{Resource: DynamicDevices}, Source: Dynamic}
	}
	for i, p := range l.pods {
		h := Holder{Pod: p, Claims: p.Claims}
		h.GPUs, h.Dynamic = l.split(p)
		if o := l.owners[i]; o != nil {
			h.Deployment, h.Revision = o.deployment, o.revision
		}
		node.Holders = append(node.Holders, h)
		if h.Dynamic != nil || h.Claims != nil || p.Mapped != nil {
			uses[DynamicDevices] = GPUUse{Accelerator: Accelerator{Resource: DynamicDevices}, Source: Dynamic}
		}
		for name, n := range h.GPUs {
			use, there := uses[name]
			use.Resource = name
			use.Requested += n
			if !there {
				use.Source = Elsewhere
			}
			uses[name] = use
		}
	}
	for _, name := range slices.Sorted(maps.Keys(uses)) {
		use := uses[name]
		if use.Counted() {
			use.Free = use.Allocatable - use.Requested
		}
		use.Unusable = l.unusable(&use)
		node.Resources = append(node.Resources, use)
	}
	slices.SortStableFunc(node.Holders, func(a, b Holder) int { return cmp.Compare(b.Pod.gpuCount(), a.Pod.gpuCount()) })
	return node
}

// split the GPUs of a pod into those of the node's status and those of a DeviceClass.
func (l *load) split(p *Pod) (counted, dynamic map[string]int64) {
	for name := range p.GPUs {
		if !l.devices.isDynamic(p, l.node, name) {
			continue
		}
		if dynamic == nil {
			counted = maps.Clone(p.GPUs)
		}
		dynamic = set(dynamic, name, p.GPUs[name])
		delete(counted, name)
	}
	if dynamic == nil {
		return p.GPUs, nil
	}
	return counted, dynamic
}

// unusable is why free GPUs help nobody, "" where they may help somebody.
func (l *load) unusable(use *GPUUse) string {
	if use.Counted() && use.Free <= 0 {
		return ""
	}
	var reason string
	waits := false
	for _, p := range l.waiting {
		wants := p.GPUs[use.Resource]
		if wants == 0 {
			continue
		}
		waits = true
		why := p.Placement.refusal(l.node)
		if why == "" && use.Counted() && wants > use.Free {
			why = fmt.Sprintf("%d free, a pod wants %d", use.Free, wants)
		}
		if why == "" {
			return ""
		}
		if reason == "" {
			reason = why
		}
	}
	if !waits && (!l.node.Ready || l.node.Cordoned) {
		var anyone *Placement
		return anyone.refusal(l.node)
	}
	return reason
}

// gpuCount of all resources together.
func (p *Pod) gpuCount() int64 {
	var sum int64
	for _, n := range p.GPUs {
		sum += n
	}
	return sum
}

// gpuText is "1 nvidia.com/gpu", several joined by "and".
func gpuText(gpus map[string]int64) string {
	parts := make([]string, 0, len(gpus))
	for _, name := range slices.Sorted(maps.Keys(gpus)) {
		parts = append(parts, fmt.Sprintf("%d %s", gpus[name], name))
	}
	return strings.Join(parts, " and ")
}
