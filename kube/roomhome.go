package kube

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// home is where the pods of a rollout run, and what kinds of machines those are.
type home struct {
	nodes     map[string]bool
	platforms map[string][]string // values of the labels in platformKeys
}

// platformKeys are the labels that tell which programs a node can run.
func platformKeys() [2]string { return [...]string{corev1.LabelOSStable, corev1.LabelArchStable} }

// home of the rollout; made when the first detector asks.
func (s *situation) home() *home {
	if s.homeland != nil {
		return s.homeland
	}
	h := &home{nodes: make(map[string]bool), platforms: make(map[string][]string)}
	for _, rev := range s.Revisions {
		for _, p := range rev.Pods {
			n := s.ground.node(p.Node)
			if n == nil || h.nodes[p.Node] {
				continue
			}
			h.nodes[p.Node] = true
			for _, key := range platformKeys() {
				if value := n.Labels[key]; value != "" && !slices.Contains(h.platforms[key], value) {
					h.platforms[key] = append(h.platforms[key], value)
				}
			}
		}
	}
	s.homeland = h
	return h
}

// suits says that the pods' programs may run on a node: it is a machine as those are
// that its fellows run on, or the pod itself asks for that kind. Where nothing tells,
// it is Linux.
func (h *home) suits(n *Node, p *Placement) bool {
	for _, key := range platformKeys() {
		value, known := n.Labels[key], h.platforms[key]
		if known == nil && key == corev1.LabelOSStable {
			known = []string{"linux"}
		}
		if value != "" && known != nil && !p.asksFor(key) && !slices.Contains(known, value) {
			return false
		}
	}
	return true
}

// asksFor says that the pod chooses its nodes by that label.
func (p *Placement) asksFor(key string) bool {
	if p == nil {
		return false
	}
	if p.NodeSelector[key] != "" {
		return true
	}
	return slices.ContainsFunc(p.terms, func(t nodeTerm) bool {
		requirements, _ := t.labels.Requirements()
		for _, r := range requirements {
			if r.Key() == key {
				return true
			}
		}
		return false
	})
}
