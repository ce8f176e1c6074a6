package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// locked is the default strategy with one new pod that fits nowhere but where an old one is.
func locked(change ...func(*scene)) *scene {
	s := limits(newScene(3).status(4, 1, 3).progressing("ReplicaSetUpdated", 11), "25%", "25%").
		revision(9, "web:1", 1, asking(pendingPod("0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod."), "4")).
		revision(8, "web:0", 3, times(3, func() *corev1.Pod { return holding("n-0", "4", "", ready()) })...).runs(gpuNode("n-0", "a", "", gives("12", "64Gi", 110)))
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
	s.runs(gpuNode("n-1", "a", "", labelled("karpenter.sh/nodepool", "default"), gives("2", "64Gi", 110)))
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
		"the scheduler has chosen a node": {
			locked(func(s *scene) { s.pods[0].Status.NominatedNodeName = "n-0" }), CauseBinding, Info,
			"1 new pod Pending: the scheduler has chosen n-0 and waits for volumes, devices, or other pods to go", "",
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
			locked(podEvent("Normal", "TriggeredScaleUp", triggers, 13), late), CauseUnschedulable, Broken,
			"1 new pod waits for a node: cluster-autoscaler is adding one (TriggeredScaleUp)", "",
		},
		"a node that was promised and did not come": {
			locked(podEvent("Normal", "TriggeredScaleUp", triggers, 13), func(s *scene) { s.progressing(reasonTimedOut, 28) }), CauseSurgeDeadlock, Broken, dead, way,
		},
		"a refusal of long ago": {
			locked(pool, podEvent("Normal", "NotTriggerScaleUp", refuses, 13), func(s *scene) { s.event("web-8-00", "Unhealthy", "Readiness probe failed: x", 40) }), CauseUnschedulable, Attention, noRoom, free,
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

// rooms is twelve pods that no node takes.
func rooms(change ...func(*scene)) *scene {
	s := newScene(12).status(12, 12, 0).progressing("ReplicaSetUpdated", 11).
		revision(5, "web:1", 12, times(12, func() *corev1.Pod { return asking(pendingPod("0/3 nodes are available: 3 Insufficient cpu."), "2") })...).
		runs(gpuNode("n1", "a", "", gives("1", "8Gi", 110)))
	for _, c := range change {
		c(s)
	}
	return s
}

// TestEvidenceOfRoom: a node counts that is young and may take the pod, an event that
// is young and the pod's own.
func TestEvidenceOfRoom(t *testing.T) {
	type change = func(*corev1.Node)
	came := func(name string, minute int, change ...change) func(*scene) {
		return func(s *scene) {
			s.runs(gpuNode(name, "a", "", append([]func(*corev1.Node){gives("8", "8Gi", 110), broken, func(n *corev1.Node) { n.CreationTimestamp = at(minute) }}, change...)...))
		}
	}
	said := func(pod int, reason, message string, minute int) func(*scene) {
		return func(s *scene) { s.event(s.pods[pod].Name, reason, message, minute).normal() }
	}
	gpus := func(s *scene) {
		for _, p := range s.pods {
			withGPU(p, "1")
		}
	}
	labels := func(key, value string) func(*scene) {
		return func(s *scene) {
			for _, p := range s.pods {
				selecting(p, key, value)
			}
		}
	}
	const (
		refusal = "pod didn't trigger scale-up: 1 max node group size reached"
		scaleUp = "pod triggered scale-up: [{ng 3->4 (max: 4)}]"
		nothing = "12 new pods Pending: 0/3 nodes: 3 Insufficient cpu"
		starts  = "12 new pods wait for a node: node n4 is starting"
	)
	for name, c := range map[string]struct {
		scene *scene
		now   int
		want  []string
	}{
		"a node that starts":                    {rooms(came("n4", 14)), 16, []string{starts}},
		"a node that starts with its taints":    {rooms(came("n4", 14, tainted("node.kubernetes.io/not-ready=:NoSchedule"), tainted("node.cloudprovider.kubernetes.io/uninitialized=true:NoSchedule"))), 16, []string{starts}},
		"a node whose network starts":           {rooms(came("n4", 14, tainted("node.cilium.io/agent-not-ready=true:NoExecute"), func(n *corev1.Node) { n.Status.Conditions[0].Status = corev1.ConditionTrue })), 16, []string{starts}},
		"a node that does not get started":      {rooms(came("n4", 14)), 30, []string{nothing}},
		"a node that was lost":                  {rooms(came("n4", 14, tainted("node.kubernetes.io/unreachable=:NoExecute"))), 16, []string{nothing}},
		"a node of another pool":                {rooms(came("n4", 14, tainted("dedicated=db:NoSchedule"))), 16, []string{nothing}},
		"a node of the control plane":           {rooms(came("n4", 14, tainted("node-role.kubernetes.io/control-plane=:NoSchedule"))), 16, []string{nothing}},
		"a node that is cordoned":               {rooms(came("n4", 14, cordoned)), 16, []string{nothing}},
		"a node that is too small":              {rooms(came("n4", 14, gives("1", "8Gi", 110))), 16, []string{nothing}},
		"a node of Windows":                     {rooms(came("n4", 14, labelled(corev1.LabelOSStable, "windows"))), 16, []string{nothing}},
		"a node of another selector":            {rooms(labels("disk", "ssd"), came("n4", 14)), 16, []string{nothing}},
		"a node of that selector":               {rooms(labels("disk", "ssd"), came("n4", 14, labelled("disk", "ssd"))), 16, []string{starts}},
		"a node without GPUs":                   {rooms(gpus, came("n4", 14)), 16, []string{nothing}},
		"a node whose GPUs are not counted yet": {rooms(gpus, came("n4", 14, labelled("cloud.google.com/gke-accelerator", "nvidia-l4"))), 16, []string{starts}},

		"an event of 55 minutes ago": {rooms(said(0, "TriggeredScaleUp", scaleUp, 13)), 68, []string{nothing}},
		"one of twelve": {rooms(said(0, "TriggeredScaleUp", scaleUp, 14), said(1, "NotTriggerScaleUp", refusal, 15)), 16, []string{
			"11 of 12 new pods Pending: 0/3 nodes: 3 Insufficient cpu", "1 of 12 new pods waits for a node: cluster-autoscaler is adding one (TriggeredScaleUp)",
		}},
		"two nodes for two": {rooms(said(0, "Nominated", "Pod should schedule on: nodeclaim/b", 14), said(1, "Nominated", "Pod should schedule on: nodeclaim/a", 15)), 16, []string{
			"10 of 12 new pods Pending: 0/3 nodes: 3 Insufficient cpu", "2 of 12 new pods wait for a node: Karpenter nominated nodeclaim/a, and 1 more",
		}},
		"all refused": {rooms(func(s *scene) {
			for i := range s.pods {
				said(i, "NotTriggerScaleUp", refusal, 14)(s)
			}
		}), 16, []string{nothing + "; cluster-autoscaler adds no node: 1 max node group size reached"}},
		"refused, and then a node came": {rooms(said(0, "NotTriggerScaleUp", refusal, 13), came("n4", 14)), 16, []string{starts}},
		"a node came, and then refused": {rooms(came("n4", 14), said(0, "NotTriggerScaleUp", refusal, 15)), 16, []string{
			"1 of 12 new pods Pending: 0/3 nodes: 3 Insufficient cpu; cluster-autoscaler adds no node: 1 max node group size reached", "11 of 12 new pods wait for a node: node n4 is starting",
		}},
		"an event that is not among the newest": {rooms(said(0, "TriggeredScaleUp", scaleUp, 13), func(s *scene) {
			for i := range 60 {
				said(1+i%11, "Other", "x", 14)(s)
			}
		}), 16, []string{"11 of 12 new pods Pending: 0/3 nodes: 3 Insufficient cpu", "1 of 12 new pods waits for a node: cluster-autoscaler is adding one (TriggeredScaleUp)"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := c.scene.objects()
			o.Now = at(c.now).Time
			var texts []string
			for _, cause := range Build(o, nil).Rollouts[0].Causes {
				if cause.Kind == CauseUnschedulable {
					texts = append(texts, cause.Text)
				}
			}
			require.Equal(t, c.want, texts)
		})
	}
}

// What is said of a node that comes ends with the time that it may take.
func TestRoomIsWaitedForSoLong(t *testing.T) {
	s := rooms().event("web-5-00", "TriggeredScaleUp", "pod triggered scale-up: x", 13).normal()
	o := s.objects()
	o.Now = at(16).Time
	snapshot := Build(o, nil)
	require.False(t, snapshot.Due(at(27).Time))
	require.True(t, snapshot.Due(at(28).Time))
}
