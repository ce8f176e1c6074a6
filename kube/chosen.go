package kube

import (
	"fmt"
	"slices"
)

// chosen says that the scheduler has chosen a node for a pod that is not on it yet.
func (s *situation) chosen(p *Pod) bool {
	return p.Node == "" && p.NominatedNode != "" && (!s.ground.known || s.ground.node(p.NominatedNode) != nil)
}

// nodeChosen finds pods that have a node and wait to be bound to it. The scheduler
// does not say for what: volumes and devices that are made ready, other pods of a
// group, or pods that it preempts there.
func nodeChosen(s *situation) []Cause {
	var causes []Cause
	for _, c := range s.cohorts {
		var nodes []string
		var pods []*Pod
		for _, p := range c.pods {
			if !s.chosen(p) {
				continue
			}
			pods = append(pods, p)
			if !slices.Contains(nodes, p.NominatedNode) {
				nodes = append(nodes, p.NominatedNode)
			}
		}
		if len(pods) == 0 {
			continue
		}
		causes = append(causes, Cause{
			Kind: CauseBinding, Severity: Info, About: pods[0].Ref, Since: troubledSince(pods),
			Text: fmt.Sprintf("%s Pending: the scheduler has chosen %s and %s", c.some(len(pods)), nodesText(nodes), s.waitsFor(nodes)),
		})
	}
	return causes
}

// waitsFor is why pods are not yet bound to their nodes. Pods that are about to go
// from there do not have to be what it is.
func (s *situation) waitsFor(nodes []string) string {
	const anything = "waits for volumes, devices, or other pods to go"
	leaving := 0
	for _, n := range nodes {
		leaving += s.taken.on(n).leaving
	}
	if leaving == 0 {
		return anything
	}
	return fmt.Sprintf("%s: %s terminating there", anything, are(leaving, "pod"))
}

// nodesText names one node and counts the others.
func nodesText(nodes []string) string {
	slices.Sort(nodes)
	if len(nodes) == 1 {
		return nodes[0]
	}
	return fmt.Sprintf("%s and %d more %s", nodes[0], len(nodes)-1, plural(len(nodes)-1, "node"))
}
