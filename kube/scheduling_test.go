package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSchedulingIsCondensed(t *testing.T) {
	for message, want := range map[string]string{
		"0/8 nodes are available: 8 Insufficient nvidia.com/gpu. preemption: 0/8 nodes are available: 8 No preemption victims found for incoming pod.":                                                                      "0/8 nodes: 8 Insufficient nvidia.com/gpu",
		"0/11 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match pod anti-affinity rules, 4 node(s) didn't match Pod's node affinity/selector, 4 node(s) had untolerated taint(s). preemption: none": "0/11 nodes: 2 node(s) didn't match pod anti-affinity rules, 4 node(s) didn't match Pod's node affinity/selector, 4 node(s) had untolerated taint(s), 1 node(s) were unschedulable",
		"0/3 nodes are available: 3 node(s) had untolerated taint {a: b}, 6 Insufficient cpu.":                                                                                                                              "0/3 nodes: 6 Insufficient cpu, 3 node(s) had untolerated taint {a: b}",
		`0/3 nodes are available: persistentvolumeclaim "data" not found. preemption: none.`:                                                                                                                                "0/3 nodes: persistentvolumeclaim \"data\" not found",
		"no nodes available to schedule pods": "no nodes available to schedule pods",
		"":                                    "",
	} {
		require.Equal(t, want, condenseScheduling(message))
	}
}
