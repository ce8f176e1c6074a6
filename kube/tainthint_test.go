package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// TestNodesOfItsOwnComeFirst: what makes a node of the pods' own take them again comes
// before nodes that are kept for others, and machines of another kind are never told.
func TestNodesOfItsOwnComeFirst(t *testing.T) {
	size := gives("16", "64Gi", 110)
	node := func(name string, change ...func(*corev1.Node)) *corev1.Node {
		return gpuNode(name, "a", "", append([]func(*corev1.Node){size}, change...)...)
	}
	nodes := func(all ...*corev1.Node) []*corev1.Node { return all }
	const (
		both  = "0/3 nodes are available: 1 node(s) had untolerated taint {os: windows}, 2 node(s) were unschedulable."
		taint = "0/3 nodes are available: 3 node(s) had untolerated taint(s)."
		cord  = "0/2 nodes are available: 2 node(s) were unschedulable."
	)
	windows := labelled(corev1.LabelOSStable, "windows")
	arm, amd := labelled(corev1.LabelArchStable, "arm64"), labelled(corev1.LabelArchStable, "amd64")
	foreign := tainted("os=windows:NoSchedule")
	data := tainted("team=data:NoSchedule")
	for _, c := range []struct {
		name  string
		pod   *corev1.Pod
		home  string // where the other pod of the Deployment runs
		nodes []*corev1.Node
		hint  string
	}{
		{"cordoned, and a pool of others", pendingPod(both), "", nodes(node("n1", cordoned), node("n2", cordoned), node("w1", windows, foreign)), "uncordon one of 2 nodes (n1, …)"},
		{"the same without the label", pendingPod(both), "", nodes(node("n1", cordoned), node("n2", cordoned), node("w1", foreign)), "uncordon one of 2 nodes (n1, …)"},
		{"the same, nodes not in sight", pendingPod(both), "", nil, "uncordon a node that may take it"},
		{"Windows alone", pendingPod(taint), "", nodes(node("w1", windows, foreign)), ""},
		{"Windows, where its pods run", pendingPod(taint), "w2", nodes(node("w1", windows, foreign), node("w2", windows, foreign)), "tolerate taint os=windows:NoSchedule (2 nodes)"},
		{"Windows, which it asks for", selecting(pendingPod(taint), corev1.LabelOSStable, "windows"), "", nodes(node("w1", windows, foreign)), "tolerate taint os=windows:NoSchedule (1 node)"},
		{"another architecture", pendingPod(taint), "n1", nodes(node("a1", arm, data), node("a2", arm, data), node("n1", amd, tainted("team=web:NoSchedule"))), "tolerate taint team=web:NoSchedule (1 node)"},
		{"another architecture that is cordoned", pendingPod(cord), "n1", nodes(node("a1", arm, cordoned), node("n1", amd, cordoned)), "uncordon n1"},
		{"no architecture is known to be its own", pendingPod(taint), "", nodes(node("a1", arm, data)), "tolerate taint team=data:NoSchedule (1 node)"},
		{"cordoned where its pods run first", pendingPod(cord), "n2", nodes(node("n1", cordoned), node("n2", cordoned), node("n3", cordoned)), "uncordon one of 3 nodes (n2, …)"},
		{"taints where its pods run", pendingPod(taint), "n3", nodes(node("n1", data), node("n2", data), node("n3", tainted("team=web:NoSchedule"))), "tolerate taint team=web:NoSchedule (1 node)"},
		{"cordoned and of another pool", pendingPod(taint), "", nodes(node("n1", cordoned, data), node("n2", tainted("team=web:NoSchedule"))), "tolerate taint team=web:NoSchedule (1 node)"},
		{"cordoned and lost", pendingPod(cord), "", nodes(node("n1", cordoned, broken, tainted("node.kubernetes.io/unreachable=:NoExecute"))), "bring n1 back"},
		{"its pods' node is lost, another is cordoned", pendingPod(cord), "n2", nodes(node("n1", cordoned), node("n2", broken, tainted("node.kubernetes.io/unreachable=:NoExecute"))), "bring n2 back"},
	} {
		t.Run(c.name, func(t *testing.T) {
			pods := []*corev1.Pod{c.pod}
			if c.home != "" {
				pods = append(pods, on(c.home, "", newPod(11)))
			}
			s := newScene(2).status(2, 2, 0).progressing("ReplicaSetUpdated", 11).revision(5, "web:1", 2, pods...)
			s.runs(c.nodes...)
			require.Equal(t, c.hint, causeOf(t, s.rollout(), CauseUnschedulable).Hint)
		})
	}
}
