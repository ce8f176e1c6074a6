package kube

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// nodeTrouble says why nothing new is heard of a pod: its node "is NotReady", "is
// NotReady (unreachable)" or "no longer exists"; "" for a node that is ready, and
// where nodes are not known.
func (s *situation) nodeTrouble(p *Pod) string {
	if p.Node == "" || !s.ground.known {
		return ""
	}
	n := s.ground.node(p.Node)
	switch {
	case n == nil:
		// Nodes and pods are read apart: a new node may be seen after its first pod.
		if s.passed(p.Created.Add(clockSlack)) {
			return "no longer exists"
		}
		return ""
	case n.Ready:
		return ""
	case slices.ContainsFunc(n.Taints, func(t Taint) bool { return t.Key == corev1.TaintNodeUnreachable }):
		return "is NotReady (unreachable)"
	}
	return "is NotReady"
}

// node by name, nil where it is not known.
func (t *terrain) node(name string) *Node {
	at, found := slices.BinarySearchFunc(t.nodes, name, func(n *Node, name string) int { return strings.Compare(n.Ref.Name, name) })
	if !found {
		return nil
	}
	return t.nodes[at]
}

// nodeHint is what can be done for pods on such a node.
func nodeHint(node, trouble string) string {
	if trouble == "no longer exists" {
		return ""
	}
	return "bring node " + node + " back"
}
