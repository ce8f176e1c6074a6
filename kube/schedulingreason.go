package kube

import (
	"fmt"
	"strings"
)

// schedulingReasons are the reasons of a scheduler's message with the number of
// nodes each is about: "0/8 nodes are available: 2 node(s) were unschedulable, 6
// Insufficient cpu. preemption: …". 0 nodes is for one that concerns the pod itself.
func schedulingReasons(message string) []schedulingReason {
	head, _, _ := strings.Cut(message, ". ")
	if _, after, found := strings.Cut(head, " nodes are available: "); found {
		head = after
	}
	var all []schedulingReason
	for _, part := range strings.Split(strings.TrimSuffix(head, "."), ", ") {
		var n int
		number, text, _ := strings.Cut(part, " ")
		if _, err := fmt.Sscanf(number, "%d", &n); err != nil || text == "" {
			if len(all) > 0 {
				all[len(all)-1].text += ", " + part
				continue
			}
			n, text = 0, part
		}
		all = append(all, schedulingReason{n, text})
	}
	return all
}

type schedulingReason struct {
	nodes int
	text  string
}

// String is the reason as the scheduler writes it.
func (r schedulingReason) String() string {
	if r.nodes == 0 {
		return r.text
	}
	return fmt.Sprintf("%d %s", r.nodes, r.text)
}

// generality orders reasons: what nodes lack, or the pod's own rules, explains more than
// what keeps every such pod away from a node.
func (r schedulingReason) generality() int {
	for i, sign := range [...]string{"node affinity/selector", "untolerated taint", "were unschedulable"} {
		if strings.Contains(r.text, sign) {
			return i + 1
		}
	}
	return 0
}

// insufficient is the resource that a reason is short of, "" for another reason.
func (r schedulingReason) insufficient() string {
	name, found := strings.CutPrefix(r.text, "Insufficient ")
	if !found {
		return ""
	}
	return name
}
