package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

func TestNewNode(t *testing.T) {
	n := gpuNode("gpu-1", "a", "8", cordoned, tainted("gpu=true:NoSchedule"), labelled("nvidia.com/gpu.product", "NVIDIA-H100\x1b[1m"))
	n.CreationTimestamp = at(1)
	gives("3920m", "15Gi", 110)(n)
	n.Status.Allocatable["nvidia.com/gpu"] = resource.MustParse("7")
	require.Equal(t, &Node{
		Ref: Ref{KindNode, "", "gpu-1", "node-gpu-1"}, Created: at(1).Time, Ready: true, Status: "Ready,SchedulingDisabled",
		Cordoned: true, Zone: "a", Product: "NVIDIA-H100",
		Labels:      map[string]string{corev1.LabelTopologyZone: "a", corev1.LabelHostname: "gpu-1", "nvidia.com/gpu.product": "NVIDIA-H100"},
		Taints:      []Taint{{"gpu", "true", "NoSchedule"}},
		Accelerator: []Accelerator{{"nvidia.com/gpu", 8, 7}},
		Allocatable: Amount{3920, 15 << 30}, MaxPods: 110,
	}, NewNode(n))
	require.Equal(t, &Node{Ref: Ref{Kind: KindNode}, Status: "Unknown"}, NewNode(&corev1.Node{}))
}

// What a kubelet writes with every heartbeat is nothing that is shown.
func TestNodeWithoutHeartbeat(t *testing.T) {
	n := gpuNode("gpu-1", "a", "8")
	before := NewNode(n)
	n.Status.Conditions[0].LastHeartbeatTime = at(5)
	n.Status.Images = []corev1.ContainerImage{{Names: []string{"x"}}}
	n.ResourceVersion = "99"
	require.Equal(t, before, NewNode(n))
}

func TestNodeStatus(t *testing.T) {
	for _, c := range []struct {
		name   string
		change []func(*corev1.Node)
		ready  bool
		status string
	}{
		{"ready", nil, true, "Ready"},
		{"kubelet is gone", []func(*corev1.Node){broken}, false, "NotReady"},
		{"cordoned and gone", []func(*corev1.Node){broken, cordoned}, false, "NotReady,SchedulingDisabled"},
		{"never reported", []func(*corev1.Node){func(n *corev1.Node) { n.Status.Conditions = nil }}, false, "Unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := NewNode(gpuNode("n", "a", "1", c.change...))
			require.Equal(t, c.ready, n.Ready)
			require.Equal(t, c.status, n.Status)
		})
	}
}

func TestAccelerators(t *testing.T) {
	list := func(pairs ...string) corev1.ResourceList {
		l := corev1.ResourceList{"cpu": resource.MustParse("64"), "gpu.intel.com/memory.max": resource.MustParse("16Gi")}
		for i := 0; i < len(pairs); i += 2 {
			l[corev1.ResourceName(pairs[i])] = resource.MustParse(pairs[i+1])
		}
		return l
	}
	for _, c := range []struct {
		name                  string
		capacity, allocatable corev1.ResourceList
		want                  []Accelerator
	}{
		{"none", list(), list(), nil},
		{"AMD", list("amd.com/gpu", "4"), list("amd.com/gpu", "4"), []Accelerator{{"amd.com/gpu", 4, 4}}},
		{"Intel", list("gpu.intel.com/i915", "2", "gpu.intel.com/i915_monitoring", "1"), list("gpu.intel.com/i915", "2"), []Accelerator{{"gpu.intel.com/i915", 2, 2}}},
		{
			"MIG leaves no whole ones",
			list("nvidia.com/gpu", "0", "nvidia.com/mig-3g.40gb", "2", "nvidia.com/mig-1g.10gb", "1"),
			list("nvidia.com/gpu", "0", "nvidia.com/mig-3g.40gb", "1", "nvidia.com/mig-1g.10gb", "1"),
			[]Accelerator{{"nvidia.com/mig-1g.10gb", 1, 1}, {"nvidia.com/mig-3g.40gb", 2, 1}},
		},
		{"all are lost", list("nvidia.com/gpu", "0"), list("nvidia.com/gpu", "0"), []Accelerator{{"nvidia.com/gpu", 0, 0}}},
		{"unhealthy ones", list("nvidia.com/gpu", "8"), list("nvidia.com/gpu", "0"), []Accelerator{{"nvidia.com/gpu", 8, 0}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, acceleratorsOf(&corev1.NodeStatus{Capacity: c.capacity, Allocatable: c.allocatable}, nil))
		})
	}
}
