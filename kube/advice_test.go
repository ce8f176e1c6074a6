package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// asking for CPU.
func asking(p *corev1.Pod, cpu string) *corev1.Pod {
	p.Spec.Containers[0].Resources.Requests = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu)}
	return p
}

func selecting(p *corev1.Pod, key, value string) *corev1.Pod {
	p.Spec.NodeSelector = map[string]string{key: value}
	return p
}

func tolerating(p *corev1.Pod, key string) *corev1.Pod {
	p.Spec.Tolerations = append(p.Spec.Tolerations, corev1.Toleration{Key: key, Operator: corev1.TolerationOpExists})
	return p
}

// TestSchedulingAdvice: the hint fits what the scheduler said and what the nodes are,
// and where nothing fitting is known there is none.
func TestSchedulingAdvice(t *testing.T) {
	node := func(name string, change ...func(*corev1.Node)) *corev1.Node {
		return gpuNode(name, "a", "", append([]func(*corev1.Node){gives("16", "64Gi", 110)}, change...)...)
	}
	gpu := func(name string, change ...func(*corev1.Node)) *corev1.Node {
		return gpuNode(name, "a", "2", append([]func(*corev1.Node){gives("16", "64Gi", 110)}, change...)...)
	}
	const noPreemption = ". preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
	nodes := func(all ...*corev1.Node) []*corev1.Node { return all }
	plain := nodes(node("n-0"), node("n-1"), node("n-2"))
	for _, c := range []struct {
		name  string
		pod   *corev1.Pod
		nodes []*corev1.Node // nil where they may not be seen
		hint  string
	}{
		{"short of CPU", asking(pendingPod("0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod."), "4"), plain, "free cpu on a node"},
		{"larger than every node", asking(pendingPod("0/3 nodes are available: 3 Insufficient cpu."+noPreemption), "20"), plain, "ask for less cpu than 20, or add a larger node: the largest has 16"},
		{"too many pods", pendingPod("0/3 nodes are available: 3 Too many pods." + noPreemption), plain, "the nodes take no more pods: add a node"},
		{"another resource", pendingPod("0/3 nodes are available: 3 Insufficient ephemeral-storage." + noPreemption), plain, "free ephemeral-storage on a node"},

		{"GPUs taken", withGPU(pendingPod(noGPU), "1"), nodes(gpu("g-0"), node("n-0")), "free a GPU"},
		{
			"GPUs free behind a taint", withGPU(pendingPod("0/3 nodes are available: 2 node(s) had untolerated taint(s), 1 Insufficient nvidia.com/gpu."+noPreemption), "1"),
			nodes(gpu("g-0", tainted("nvidia.com/gpu=present:NoSchedule")), gpu("g-1", tainted("nvidia.com/gpu=present:NoSchedule")), node("n-0")),
			"tolerate taint nvidia.com/gpu=present:NoSchedule (2 nodes)",
		},
		{
			"GPUs behind a taint, nodes not to be seen", withGPU(pendingPod("0/8 nodes are available: 2 node(s) had untolerated taint {nvidia.com/gpu: present}, 6 Insufficient nvidia.com/gpu."+noPreemption), "1"),
			nil, "tolerate taint {nvidia.com/gpu: present}",
		},
		{
			"GPUs on a cordoned node", withGPU(pendingPod("0/2 nodes are available: 1 Insufficient nvidia.com/gpu, 1 node(s) were unschedulable."+noPreemption), "1"),
			nodes(gpu("g-0", cordoned), node("n-0")), "uncordon g-0",
		},
		{
			"GPUs on a node that is not ready", withGPU(pendingPod("0/2 nodes are available: 1 Insufficient nvidia.com/gpu, 1 node(s) had untolerated taint(s)."+noPreemption), "1"),
			nodes(gpu("g-0", broken, tainted("node.kubernetes.io/unreachable=:NoSchedule")), node("n-0")), "bring g-0 back",
		},
		{"no GPUs at all", withGPU(pendingPod("0/1 nodes are available: 1 Insufficient nvidia.com/gpu."+noPreemption), "1"), nodes(node("n-0")), "add a node with nvidia.com/gpu"},
		{"more GPUs than a node has", withGPU(pendingPod("0/1 nodes are available: 1 Insufficient nvidia.com/gpu."+noPreemption), "8"), nodes(gpu("g-0")), "ask for less nvidia.com/gpu than 8, or add a larger node: the largest has 2"},

		{
			"a taint of ours", pendingPod("0/3 nodes are available: 3 node(s) had untolerated taint(s)." + noPreemption), nodes(node("n-0", tainted("team=data:NoSchedule")), node("n-1", tainted("team=data:NoSchedule")), node("n-2", tainted("team=web:NoSchedule"))),
			"tolerate taint team=data:NoSchedule (2 nodes)",
		},
		{
			"a taint that would not help, as the selector is another", selecting(pendingPod("0/2 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) didn't match Pod's node affinity/selector."+noPreemption), "disk", "ssd"),
			nodes(node("n-0", tainted("team=data:NoSchedule")), node("n-1")), "no node has label disk=ssd: change the node selector, or label a node",
		},
		{"two taints on the node", pendingPod("0/1 nodes are available: 1 node(s) had untolerated taint(s)." + noPreemption), nodes(node("n-0", tainted("a=:NoSchedule"), tainted("node.kubernetes.io/disk-pressure=:NoSchedule"))), ""},
		{"disk pressure", pendingPod("0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }." + noPreemption), nodes(node("n-0", tainted("node.kubernetes.io/disk-pressure=:NoSchedule"))), "free disk space on n-0"},
		{
			"nodes that are not initialised", pendingPod("0/1 nodes are available: 1 node(s) had untolerated taint(s)." + noPreemption), nodes(node("n-0", tainted("node.cloudprovider.kubernetes.io/uninitialized=true:NoSchedule"))),
			"look whether the cloud controller manager runs: it has not initialised n-0",
		},
		{"the control plane alone", pendingPod("0/1 nodes are available: 1 node(s) had untolerated taint(s)." + noPreemption), nodes(node("n-0", tainted("node-role.kubernetes.io/control-plane=:NoSchedule"))), ""},
		{"the control plane, nodes not to be seen", pendingPod("0/1 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }." + noPreemption), nil, ""},
		{"a node that an autoscaler takes away", pendingPod("0/1 nodes are available: 1 node(s) had untolerated taint(s)." + noPreemption), nodes(node("n-0", tainted("ToBeDeletedByClusterAutoscaler=1:NoSchedule"))), ""},
		{"a node whose network is not up", pendingPod("0/1 nodes are available: 1 node(s) had untolerated taint(s)." + noPreemption), nodes(node("n-0", tainted("node.cilium.io/agent-not-ready=:NoExecute"))), ""},
		{"cordoned nodes", pendingPod("0/2 nodes are available: 2 node(s) were unschedulable." + noPreemption), nodes(node("n-0", cordoned), node("n-1", cordoned)), "uncordon one of 2 nodes (n-0, …)"},
		{"cordoned, and the taint tolerated", tolerating(pendingPod("0/2 nodes are available: 1 node(s) were unschedulable, 1 Insufficient cpu."+noPreemption), "team"), nodes(node("n-0", cordoned), node("n-1", tainted("team=x:NoSchedule"))), "free cpu on a node"},

		{
			"a volume elsewhere", selecting(pendingPod("0/3 nodes are available: 1 node(s) didn't match PersistentVolume's node affinity, 2 node(s) didn't match Pod's node affinity/selector."+noPreemption), corev1.LabelTopologyZone, "a"), plain,
			"its volume can only be used on nodes that the pod may not use, or that are full: let both have nodes in common",
		},
		{"no zone for the volume", pendingPod("0/3 nodes are available: 3 node(s) had no available volume zone." + noPreemption), plain, "its volume is in a zone where the pod may not run, or that is full"},
		{"an unbound claim", pendingPod("0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found" + noPreemption), plain, "look why its PersistentVolumeClaim is not bound: the StorageClass, or its provisioner"},
		{"a missing claim", pendingPod(`0/3 nodes are available: persistentvolumeclaim "weights" not found` + noPreemption), plain, "create PersistentVolumeClaim weights"},
		{"a claim being deleted", pendingPod(`0/3 nodes are available: persistentvolumeclaim "weights" is being deleted` + noPreemption), plain, "PersistentVolumeClaim weights is on its way out: create it again once it is gone"},
		{
			"a claim whose volume is gone", pendingPod(`0/3 nodes are available: persistentvolumeclaim "weights" bound to non-existent persistentvolume "pv-1"` + noPreemption), plain,
			"the PersistentVolume of PersistentVolumeClaim weights is gone: restore it, or create the claim again",
		},
		{"an ephemeral volume", pendingPod(`0/3 nodes are available: waiting for ephemeral volume controller to create the persistentvolumeclaim "web-scratch"` + noPreemption), plain, "wait for the controller to make PersistentVolumeClaim web-scratch"},
		{"no volume to bind", pendingPod("0/3 nodes are available: 3 node(s) didn't find available persistent volumes to bind." + noPreemption), plain, "create a PersistentVolume that fits the claim, or check its StorageClass"},
		{"volumes attached", pendingPod("0/3 nodes are available: 3 node(s) exceed max volume count." + noPreemption), plain, "the nodes have as many volumes attached as they can: add a node"},
		{
			"a volume for one pod", pendingPod("0/3 nodes are available: 3 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod." + noPreemption), plain,
			"only one pod may use its volume, and another one has it",
		},

		{"host ports", pendingPod("0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports." + noPreemption), plain, "another pod has its host port on every node that it may use: add a node, or drop hostPort"},
		{"a selector", pendingPod("0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector." + noPreemption), plain, "loosen the node affinity or selector, or add a matching node"},
		{"anti-affinity", pendingPod("0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules." + noPreemption), plain, "loosen the pod anti-affinity, or add a node"},
		{"anti-affinity of others", pendingPod("0/3 nodes are available: 3 node(s) didn't satisfy existing pods anti-affinity rules." + noPreemption), plain, "pods on the nodes keep it away by their anti-affinity: add a node"},
		{"affinity", pendingPod("0/3 nodes are available: 3 node(s) didn't match pod affinity rules." + noPreemption), plain, "loosen the pod affinity, or run the pods that it wants to be near"},
		{"spread", pendingPod("0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints." + noPreemption), plain, "loosen the topology spread, or add a node where pods are fewest"},
		{"spread by a label that nodes lack", pendingPod("0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints (missing required label)." + noPreemption), plain, "label the nodes with the topologyKey of its spread constraint"},

		{
			"host ports beside GPU nodes", pendingPod("0/5 nodes are available: 2 node(s) had untolerated taint(s), 3 node(s) didn't have free ports for the requested pod ports. no new claims to deallocate, preemption: no."),
			append(nodes(gpu("g-0", tainted("nvidia.com/gpu=present:NoSchedule"))), plain...), "another pod has its host port on every node that it may use: add a node, or drop hostPort",
		},
		{
			"too large but for GPU nodes", asking(pendingPod("0/5 nodes are available: 2 node(s) had untolerated taint(s), 3 Insufficient cpu."+noPreemption), "20"),
			append(nodes(gpu("g-0", gives("64", "64Gi", 110), tainted("nvidia.com/gpu=present:NoSchedule"))), plain...), "ask for less cpu than 20, or add a larger node: the largest has 16",
		},
		{
			"too large but for a pool of ours", asking(pendingPod("0/5 nodes are available: 2 node(s) had untolerated taint(s), 3 Insufficient cpu."+noPreemption), "20"),
			append(nodes(node("l-0", gives("64", "64Gi", 110), tainted("size=large:NoSchedule"))), plain...), "tolerate taint size=large:NoSchedule (1 node)",
		},
		{"only GPU nodes, and no GPU asked for", pendingPod("0/1 nodes are available: 1 node(s) had untolerated taint {nvidia.com/gpu: present}." + noPreemption), nodes(gpu("g-0", tainted("nvidia.com/gpu=present:NoSchedule"))), ""},
		{
			"anti-affinity beside a taint of ours", pendingPod("0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 node(s) didn't match pod anti-affinity rules." + noPreemption),
			append(nodes(node("t-0", tainted("team=data:NoSchedule"))), plain...), "loosen the pod anti-affinity, or add a node",
		},

		{"devices", pendingPod("0/3 nodes are available: 3 cannot allocate all claims. still not schedulable" + noPreemption), plain, "free a device that its claim asks for, or loosen the claim"},
		{"a device class that is not there", pendingPod("0/3 nodes are available: request gpu: device class gpu.example does not exist" + noPreemption), plain, "create the DeviceClass, or name another one in the claim"},
		{"a plugin that is not known", pendingPod("0/3 nodes are available: 3 node(s) are reserved for the moon." + noPreemption), plain, ""},
		{"no message", pendingPod(""), plain, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(1).status(1, 1, 0).progressing("ReplicaSetUpdated", 11).revision(5, "web:1", 1, c.pod)
			s.runs(c.nodes...)
			require.Equal(t, c.hint, causeOf(t, s.rollout(), CauseUnschedulable).Hint)
		})
	}
}

func TestATaintIsNamed(t *testing.T) {
	pending := func() *corev1.Pod {
		return pendingPod("0/3 nodes are available: 2 node(s) had untolerated taint(s), 1 Insufficient cpu.")
	}
	text := func(s *scene) string { return causeOf(t, s.rollout(), CauseUnschedulable).Text }
	s := func() *scene {
		return newScene(1).status(1, 1, 0).progressing("ReplicaSetUpdated", 11).revision(5, "web:1", 1, pending())
	}
	require.Equal(t, "1 new pod Pending: 0/3 nodes: 1 Insufficient cpu, 2 node(s) had untolerated taint(s)", text(s()), "nodes may not be seen")
	one := s().runs(gpuNode("a", "a", "", tainted("gpu=yes:NoSchedule")), gpuNode("b", "a", "", tainted("gpu=yes:NoSchedule")), gpuNode("c", "a", ""))
	require.Equal(t, "1 new pod Pending: 0/3 nodes: 1 Insufficient cpu, 2 node(s) had untolerated taint gpu=yes:NoSchedule", text(one))
	several := s().runs(gpuNode("a", "a", "", tainted("gpu=yes:NoSchedule")), gpuNode("b", "a", "", tainted("team=x:NoExecute")), gpuNode("c", "a", "", tainted("z=:NoSchedule")), gpuNode("d", "a", "", tainted("p=:PreferNoSchedule")))
	require.Equal(t, "1 new pod Pending: 0/3 nodes: 1 Insufficient cpu, 2 node(s) had untolerated taints gpu=yes:NoSchedule and team=x:NoExecute and 1 more", text(several))
}

func TestSchedulingReasons(t *testing.T) {
	for message, want := range map[string][]schedulingReason{
		noGPU: {{8, "Insufficient nvidia.com/gpu"}},
		"0/4 nodes are available: 1 node(s) had untolerated taint {a: b}, 3 Insufficient cpu.":                    {{1, "node(s) had untolerated taint {a: b}"}, {3, "Insufficient cpu"}},
		`0/3 nodes are available: persistentvolumeclaim "x" not found. preemption: 0/3 nodes are available: 3 y.`: {{0, `persistentvolumeclaim "x" not found`}},
		"0/3 nodes are available: pod affinity, terms conflict.":                                                  {{0, "pod affinity, terms conflict"}},
		"running PreFilter plugin: boom":                                                                          {{0, "running PreFilter plugin: boom"}},
	} {
		require.Equal(t, want, schedulingReasons(message), message)
	}
}

// No scheduler looks at a pod whose claim cannot be made: the controller's event tells.
func TestAClaimThatCannotBeMade(t *testing.T) {
	waiting := func() *corev1.Pod {
		p := pendingPod("")
		p.Status.Conditions = nil
		return p
	}
	s := func() *scene {
		return newScene(2).status(2, 2, 0).progressing("ReplicaSetUpdated", 11).revision(5, "web:1", 2, waiting(), waiting())
	}
	const message = `PodResourceClaim g: resource claim template "none": resourceclaimtemplate.resource.k8s.io "none" not found`
	c := causeOf(t, s().event("web-5-00", "FailedResourceClaimCreation", message, 12).rollout(), CauseUnschedulable)
	require.Equal(t, "1 of 2 new pods Pending: "+message, c.Text)
	require.Equal(t, "create ResourceClaimTemplate none", c.Hint)
	require.Equal(t, Attention, c.Severity)
	require.False(t, hasCause(s().rollout(), CauseUnschedulable))
	busy := s().event("web-5-00", "FailedResourceClaimCreation", message, 12)
	for range 60 {
		busy.event("web-5-01", "Other", "x", 13)
	}
	require.True(t, hasCause(busy.rollout(), CauseUnschedulable), "it need not be among the newest")
	require.False(t, hasCause(s().event("web-4-00", "FailedResourceClaimCreation", message, 12).rollout(), CauseUnschedulable))
}
