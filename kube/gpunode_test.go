package kube

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"pgregory.net/rapid"
)

// on a node, holding so many GPUs.
func on(node, gpus string, p *corev1.Pod) *corev1.Pod {
	p.Spec.NodeName = node
	if gpus != "" {
		withGPU(p, gpus)
	}
	return p
}

func finished(p *corev1.Pod) *corev1.Pod {
	p.Status.Phase = corev1.PodSucceeded
	return p
}

func otherGPU(p *corev1.Pod) *corev1.Pod {
	p.Spec.Containers[0].Resources.Limits = corev1.ResourceList{"amd.com/gpu": resource.MustParse("1")}
	return p
}

func TestGPUNodes(t *testing.T) {
	s := rolling(3, 2, 2,
		[]*corev1.Pod{on("gpu-1", "1", ready()), on("gpu-1", "2", ready()), on("gpu-2", "", ready())},
		[]*corev1.Pod{on("gpu-1", "4", leaving(ready())), on("gpu-1", "8", finished(ready())), on("gpu-2", "0", ready())},
	).runs(gpuNode("gpu-2", "a", "8", broken), gpuNode("gpu-1", "a", "8"), gpuNode("cpu", "a", ""))
	nodes := s.snapshot().GPUNodes
	require.Len(t, nodes, 2, "a node without GPUs is none")
	require.Equal(t, "gpu-1", nodes[0].Node.Ref.Name)
	require.Equal(t, []GPUUse{{Accelerator: Accelerator{"nvidia.com/gpu", 8, 8}, Requested: 7, Free: 1}}, nodes[0].Resources,
		"terminating pods hold theirs, finished ones do not")
	var holders []string
	for _, h := range nodes[0].Holders {
		holders = append(holders, fmt.Sprint(h.Pod.Ref.Name, " ", h.GPUs["nvidia.com/gpu"], " ", h.Deployment.Name, " ", h.Revision))
	}
	require.Equal(t, []string{"web-4-00 4 web 4", "web-5-01 2 web 5", "web-5-00 1 web 5"}, holders)
	require.False(t, nodes[0].Partial)
	require.Equal(t, []GPUUse{{Accelerator: Accelerator{"nvidia.com/gpu", 8, 8}, Free: 8, Unusable: "NotReady"}}, nodes[1].Resources)
	require.Empty(t, nodes[1].Holders)
}

// More may be held than there is: a device broke, or the plugin is away.
func TestGPUNodesThatLack(t *testing.T) {
	less := gpuNode("gpu-1", "a", "8", func(n *corev1.Node) { n.Status.Allocatable["nvidia.com/gpu"] = resource.MustParse("1") })
	use := newScene(1).revision(1, "web:1", 1, on("gpu-1", "3", ready())).runs(less).snapshot().GPUNodes[0].Resources[0]
	require.EqualValues(t, []int64{8, 1, 3, -2}, []int64{use.Capacity, use.Allocatable, use.Requested, use.Free})

	nodes := newScene(1).revision(1, "web:1", 1, on("cpu", "3", ready())).runs(gpuNode("cpu", "a", "")).snapshot().GPUNodes
	require.Equal(t, []GPUUse{{Accelerator: Accelerator{Resource: "nvidia.com/gpu"}, Requested: 3, Source: Elsewhere}}, nodes[0].Resources)

	away := gpuNode("gpu-1", "a", "0")
	use = newScene(1).revision(1, "web:1", 1, on("gpu-1", "3", ready())).runs(away).snapshot().GPUNodes[0].Resources[0]
	require.EqualValues(t, -3, use.Free, "the status has the resource, and none of it")
}

func TestGPUNodesThatAreNotKnown(t *testing.T) {
	s := newScene(1).revision(1, "web:1", 1, on("gpu-1", "1", ready()))
	require.Nil(t, s.snapshot().GPUNodes)
	s.around.Nodes = []*Node{}
	require.NotNil(t, s.snapshot().GPUNodes)

	o := s.runs(gpuNode("gpu-1", "a", "8")).objects()
	o.Scope.Namespace = "shop"
	require.True(t, Build(o, nil).GPUNodes[0].Partial, "others may hold the rest")
	o.Scope.Namespace, o.Pods = "", nil
	require.True(t, Build(o, nil).GPUNodes[0].Partial)
}

// Free GPUs that help no pod that waits for them.
func TestUnusable(t *testing.T) {
	waiting := func(n string, change ...func(*corev1.Pod)) *corev1.Pod {
		p := withGPU(pendingPod(noGPU), n)
		for _, c := range change {
			c(p)
		}
		return p
	}
	tolerant := func(p *corev1.Pod) { p.Spec.Tolerations = []corev1.Toleration{{Operator: "Exists"}} }
	picky := func(p *corev1.Pod) { p.Spec.NodeSelector = map[string]string{"pool": "a100"} }
	taint := tainted("gpu=true:NoSchedule")
	for _, c := range []struct {
		name string
		node *corev1.Node
		pods []*corev1.Pod
		want string
	}{
		{"nobody waits", gpuNode("n", "a", "8", taint), nil, ""},
		{"nobody waits, and nobody could come", gpuNode("n", "a", "8", cordoned), nil, "cordoned"},
		{"a taint", gpuNode("n", "a", "8", taint), []*corev1.Pod{waiting("1")}, "taint gpu=true:NoSchedule"},
		{"one of them tolerates it", gpuNode("n", "a", "8", taint), []*corev1.Pod{waiting("1"), waiting("1", tolerant)}, ""},
		{"a selector", gpuNode("n", "a", "8"), []*corev1.Pod{waiting("1", picky)}, "node selector pool=a100"},
		{"too few at one place", gpuNode("n", "a", "2"), []*corev1.Pod{waiting("4")}, "2 free, a pod wants 4"},
		{"none free is no question of use", gpuNode("n", "a", "0"), []*corev1.Pod{waiting("1", picky)}, ""},
		{"nothing known against it", gpuNode("n", "a", "2"), []*corev1.Pod{waiting("2")}, ""},
		{"one that waits for something else", gpuNode("n", "a", "2", taint), []*corev1.Pod{pendingPod("0/1 nodes")}, ""},
		{"one that waits for other GPUs", gpuNode("n", "a", "2", taint), []*corev1.Pod{otherGPU(pendingPod("0/1 nodes"))}, ""},
		{"gated pods do not wait for a node", gpuNode("n", "a", "2", taint), []*corev1.Pod{withGPU(schedulingGated(), "1")}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := rolling(10, 2, 8, c.pods, nil).runs(c.node)
			require.Equal(t, c.want, s.snapshot().GPUNodes[0].Resources[0].Unusable)
		})
	}
}

// Whatever pods there are: requested is the sum over those that are not finished,
// free the rest, and holders are exactly those that hold some.
func TestGPUArithmeticProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var pods []*corev1.Pod
		requested, holders := map[string]int64{}, map[string]int{}
		for range rapid.IntRange(0, 12).Draw(t, "pods") {
			node := rapid.SampledFrom([]string{"gpu-1", "gpu-2", "unknown"}).Draw(t, "node")
			n := rapid.IntRange(0, 4).Draw(t, "gpus")
			p := on(node, fmt.Sprint(n), rapid.SampledFrom([]func() *corev1.Pod{
				ready, func() *corev1.Pod { return leaving(ready()) }, func() *corev1.Pod { return newPod(1) },
			}).Draw(t, "form")())
			if rapid.Bool().Draw(t, "finished") {
				finished(p)
			} else if n > 0 {
				requested[node] += int64(n)
				holders[node]++
			}
			pods = append(pods, p)
		}
		allocatable := rapid.IntRange(0, 16).Draw(t, "allocatable")
		s := newScene(1).revision(1, "web:1", 1, pods...).
			runs(gpuNode("gpu-1", "a", fmt.Sprint(allocatable)), gpuNode("gpu-2", "a", "8"))
		nodes := s.snapshot().GPUNodes
		require.Len(t, nodes, 2)
		for _, n := range nodes {
			use := n.Resources[0]
			require.Equal(t, requested[n.Node.Ref.Name], use.Requested)
			require.Equal(t, use.Allocatable-use.Requested, use.Free)
			require.Len(t, n.Holders, holders[n.Node.Ref.Name])
			for i := 1; i < len(n.Holders); i++ {
				require.GreaterOrEqual(t, n.Holders[i-1].Pod.gpuCount(), n.Holders[i].Pod.gpuCount())
			}
		}
	})
}

func TestGPUNodesKeepPointers(t *testing.T) {
	s := rolling(2, 2, 2, []*corev1.Pod{on("gpu-1", "1", ready()), on("gpu-2", "1", ready())}, nil).
		runs(gpuNode("gpu-1", "a", "8"), gpuNode("gpu-2", "a", "8"))
	o := s.objects()
	first := Build(o, nil)
	changed := o
	changed.Pods = []*Pod{o.Pods[0], new(*o.Pods[1])}
	changed.Pods[1].IsReady = false
	second := Build(changed, first)
	require.Same(t, first.GPUNodes[0], second.GPUNodes[0])
	require.NotSame(t, first.GPUNodes[1], second.GPUNodes[1])
	require.Same(t, changed.Pods[1], second.GPUNodes[1].Holders[0].Pod)
}
