package kube

import (
	"cmp"
	"fmt"
	"reflect"

	corev1 "k8s.io/api/core/v1"
)

// taken is what pods hold of the nodes. It keeps its pointer while nothing of it
// changes; nil is for what was not counted.
type taken struct {
	partial bool // not every pod is in sight: more may be taken
	nodes   map[string]*hold
}

// hold of all pods on one node.
type hold struct {
	request Amount
	gpus    map[string]int64
	pods    int64
	leaving int // of the pods
}

// takenFor the rollouts that wait for room: the pods are gone through only where
// there is one.
func takenFor(joined []inputs, o Objects, previous *made) *taken {
	var t *taken
	for i := range joined {
		if !joined[i].waitsForRoom() {
			continue
		}
		if t == nil {
			t = takenOf(o)
			if before := previous.taken; before != nil && reflect.DeepEqual(t, before) {
				t = before
			}
		}
		joined[i].taken = t
	}
	return t
}

// waitsForRoom says that it matters to the rollout what other pods hold: one of its
// pods has no node, and no old one may go first, or others go for it.
func (in *inputs) waitsForRoom() bool {
	for _, p := range in.pods {
		if p.Node == "" && p.Counts() && (p.NominatedNode != "" || p.Scheduling.Failed && in.deployment.Strategy.Unavailable == 0) {
			return true
		}
	}
	return false
}

func takenOf(o Objects) *taken {
	t := &taken{partial: o.Pods == nil || o.Scope.Namespace != "", nodes: make(map[string]*hold, len(o.Nodes))}
	for _, p := range o.Pods {
		if p.Node == "" || p.Finished {
			continue
		}
		h := t.nodes[p.Node]
		if h == nil {
			h = &hold{}
			t.nodes[p.Node] = h
		}
		h.request = h.request.plus(p.Request)
		h.pods++
		for name, n := range p.GPUs {
			h.gpus = set(h.gpus, name, h.gpus[name]+n)
		}
		if !p.Terminating.IsZero() {
			h.leaving++
		}
	}
	return t
}

// of a resource on a node.
func (t *taken) of(n *Node, resource string) int64 {
	h := t.on(n.Ref.Name)
	return share(resource, h.request, h.pods, h.gpus[resource])
}

func (t *taken) on(node string) hold {
	if t == nil || t.nodes[node] == nil {
		return hold{}
	}
	return *t.nodes[node]
}

// all pods are in it.
func (t *taken) all() bool { return t != nil && !t.partial }

// What stands before the names of what pods share with no other.
const (
	portPrefix  = "host port "
	claimPrefix = "claim "
)

// exclusiveOf a template is what its pods share with no other pod: a port of a node,
// a claim that only one pod may use. Whether a claim is such a one its pod does not say.
func exclusiveOf(spec *corev1.PodSpec) []string {
	var all []string
	for i := range spec.Containers {
		for _, port := range spec.Containers[i].Ports {
			number := port.HostPort
			if spec.HostNetwork {
				number = port.ContainerPort
			}
			if number > 0 {
				all = append(all, fmt.Sprintf("%s%d/%s", portPrefix, number, cmp.Or(port.Protocol, corev1.ProtocolTCP)))
			}
		}
	}
	for i := range spec.Volumes {
		if claim := spec.Volumes[i].PersistentVolumeClaim; claim != nil {
			all = append(all, claimPrefix+Clean(claim.ClaimName))
		}
	}
	return all
}
