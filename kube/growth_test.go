package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// locked is the default strategy with one new pod that fits nowhere.
func locked(change ...func(*scene)) *scene {
	s := limits(newScene(3).status(4, 1, 3).progressing("ReplicaSetUpdated", 11), "25%", "25%").
		revision(9, "web:1", 1, asking(pendingPod("0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod."), "4")).
		revision(8, "web:0", 3, times(3, ready)...).runs(gpuNode("n-0", "a", "", gives("16", "64Gi", 110)))
	for _, c := range change {
		c(s)
	}
	return s
}

func podEvent(kind, reason, message string, minute int) func(*scene) {
	return func(s *scene) {
		s.event("web-9-00", reason, message, minute)
		s.events[len(s.events)-1].Type = kind
	}
}

func pool(s *scene) {
	s.runs(gpuNode("n-1", "a", "", labelled("karpenter.sh/nodepool", "default"), gives("16", "64Gi", 110)))
}

// TestSurgeDeadlockNeedsProof: it is certain only once nobody makes room.
func TestSurgeDeadlockNeedsProof(t *testing.T) {
	const (
		dead     = "surge deadlock: 1 new pod Pending (0/3 nodes: 3 Insufficient cpu), and maxUnavailable 25% (=0) lets no old pod go before a new one is available"
		way      = "set maxSurge 0 / maxUnavailable 1, or free cpu on a node"
		noRoom   = "no node has room: 1 new pod Pending (0/3 nodes: 3 Insufficient cpu), and maxUnavailable 25% (=0) lets no old pod go before a new one is available"
		free     = "free cpu on a node, or undo to revision 8"
		triggers = "pod triggered scale-up: [{workers 3->4 (max: 10)}]"
		refuses  = "pod didn't trigger scale-up: 1 max node group size reached"
	)
	late := func(s *scene) { s.progressing(reasonTimedOut, 21) }
	for name, c := range map[string]struct {
		scene    *scene
		kind     CauseKind
		severity Severity
		text     string
		hint     string
	}{
		"nothing tells of an autoscaler":     {locked(), CauseSurgeDeadlock, Attention, dead, way},
		"past the deadline":                  {locked(late), CauseSurgeDeadlock, Broken, dead, way},
		"nodes of a pool":                    {locked(pool), CauseUnschedulable, Attention, noRoom, free},
		"nodes of a pool, past the deadline": {locked(pool, late), CauseSurgeDeadlock, Broken, dead, way},
		"nodes that may not be seen": {
			locked(func(s *scene) { s.around.Nodes = nil }), CauseUnschedulable, Attention, noRoom, free,
		},
		"cluster-autoscaler adds a node": {
			locked(podEvent("Normal", "TriggeredScaleUp", triggers, 13)), CauseUnschedulable, Info,
			"1 new pod waits for a node: cluster-autoscaler is adding one (TriggeredScaleUp)", "",
		},
		"Karpenter nominated a node": {
			locked(podEvent("Normal", "Nominated", "Pod should schedule on: nodeclaim/default-x7k2p", 13)), CauseUnschedulable, Info,
			"1 new pod waits for a node: Karpenter nominated nodeclaim/default-x7k2p", "",
		},
		"the scheduler preempts": {
			locked(func(s *scene) { s.pods[0].Status.NominatedNodeName = "n-0" }), CauseUnschedulable, Info,
			"1 new pod waits for a node: the scheduler preempts other pods on n-0", "",
		},
		"a node is starting": {
			locked(func(s *scene) {
				s.runs(gpuNode("n-9", "a", "", broken, func(n *corev1.Node) { n.CreationTimestamp = at(14) }))
			}), CauseUnschedulable, Info, "1 new pod waits for a node: node n-9 is starting", "",
		},
		"a node was lost before": {
			locked(func(s *scene) {
				s.runs(gpuNode("n-9", "a", "", broken, func(n *corev1.Node) { n.CreationTimestamp = at(2) }))
			}), CauseSurgeDeadlock, Attention, dead, way,
		},
		"cluster-autoscaler refuses": {
			locked(pool, podEvent("Normal", "NotTriggerScaleUp", refuses, 13)), CauseSurgeDeadlock, Broken,
			dead + "; cluster-autoscaler adds no node: 1 max node group size reached", way,
		},
		"it refused, and then did it": {
			locked(podEvent("Normal", "NotTriggerScaleUp", refuses, 13), podEvent("Normal", "TriggeredScaleUp", triggers, 14)), CauseUnschedulable, Info,
			"1 new pod waits for a node: cluster-autoscaler is adding one (TriggeredScaleUp)", "",
		},
		"it did it, and then could not": {
			locked(podEvent("Normal", "TriggeredScaleUp", triggers, 13), podEvent("Normal", "NotTriggerScaleUp", refuses, 14)), CauseSurgeDeadlock, Broken,
			dead + "; cluster-autoscaler adds no node: 1 max node group size reached", way,
		},
		"Karpenter refuses": {
			locked(pool, podEvent("Warning", "FailedScheduling", `Failed to schedule pod, incompatible with nodepool "default"`, 13)), CauseSurgeDeadlock, Broken,
			dead + `; Karpenter adds no node: incompatible with nodepool "default"`, way,
		},
		"the scheduler's own event": {
			locked(podEvent("Warning", "FailedScheduling", "0/3 nodes are available: 3 Insufficient cpu.", 13)), CauseSurgeDeadlock, Attention, dead, way,
		},
		"an event of another pod": {
			locked(func(s *scene) { s.event("web-8-00", "TriggeredScaleUp", triggers, 13) }), CauseSurgeDeadlock, Attention, dead, way,
		},
		"a node that was promised, past the deadline": {
			locked(podEvent("Normal", "TriggeredScaleUp", triggers, 13), late), CauseSurgeDeadlock, Broken, dead, way,
		},
		"an old pod that goes would not help": {
			locked(func(s *scene) {
				s.pods[0].Status.Conditions[0].Message = `0/3 nodes are available: persistentvolumeclaim "x" not found. preemption: no.`
			}), CauseUnschedulable, Attention, `1 new pod Pending: 0/3 nodes: persistentvolumeclaim "x" not found`, "create PersistentVolumeClaim x, or undo to revision 8",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := c.scene.rollout().Worst()
			require.Equal(t, c.text, w.Text)
			require.Equal(t, []any{c.kind, c.severity, c.hint}, []any{w.Kind, w.Severity, w.Hint})
		})
	}
}

// Pods that wait for a node are no trouble either where nothing is locked.
func TestPendingPodsWaitForANode(t *testing.T) {
	s := rolling(12, 2, 9, []*corev1.Pod{ready(), pendingPod("0/3 nodes are available: 3 Insufficient cpu.")}, times(8, ready))
	s.event("web-5-01", "TriggeredScaleUp", "pod triggered scale-up: [{workers 3->4 (max: 10)}]", 13)
	c := causeOf(t, s.rollout(), CauseUnschedulable)
	require.Equal(t, "1 of 2 new pods waits for a node: cluster-autoscaler is adding one (TriggeredScaleUp)", c.Text)
	require.Equal(t, Info, c.Severity)
	s.progressing(reasonTimedOut, 21)
	require.Equal(t, Broken, causeOf(t, s.rollout(), CauseUnschedulable).Severity, "it explains the deadline")
}
