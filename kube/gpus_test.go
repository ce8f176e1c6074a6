package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

func TestIsGPU(t *testing.T) {
	more := []string{"habana.ai/gaudi", "vgpu.example/*"}
	for name, want := range map[string]bool{
		"nvidia.com/gpu": true, "nvidia.com/gpu.shared": true, "nvidia.com/mig-1g.10gb": true,
		"nvidia.com/mig-1g.5gb.shared": true, "nvidia.com/mig-1g.10gb.me": true,
		"amd.com/gpu": true, "amd.com/cpx_nps4": true, "amd.com/spx_nps1": true,
		"gpu.intel.com/i915": true, "gpu.intel.com/xe": true,
		"habana.ai/gaudi": true, "vgpu.example/small": true,

		// Memory, shares and other bookkeeping of HAMi, Volcano, Aliyun and Intel.
		"nvidia.com/gpumem": false, "nvidia.com/gpumem-percentage": false, "nvidia.com/gpucores": false, "nvidia.com/priority": false,
		"nvidia.com/gpu-memory": false, "nvidia.com/gpu.memory": false, "nvidia.com/gpus": false,
		"volcano.sh/vgpu-number": false, "volcano.sh/vgpu-memory": false, "volcano.sh/vgpu-cores": false,
		"aliyun.com/gpu-mem": false, "amd.com/gpu-memory": false, "amd.com/gpucores": false,
		"gpu.intel.com/i915_monitoring": false, "gpu.intel.com/xe_monitoring": false, "gpu.intel.com/monitoring": false,
		"gpu.intel.com/memory.max": false, "gpu.intel.com/millicores": false, "gpu.intel.com/tiles": false,

		"nvidia.com/mig-": false, "nvidia.com/mig-strategy": false, "amd.com/px_nps4": false,
		"habana.ai/gaudi2": false, "vgpu.example": false, "gpu": false, "": false, "cpu": false,
		"example.com/nvidia.com/gpu": false, "requests.nvidia.com/gpu": false,
	} {
		require.Equal(t, want, IsGPU(name, more...), name)
	}
	require.False(t, IsGPU("habana.ai/gaudi"), "only where the operator says so")
}

// What a scheduler extender counts for itself is no device of a node: it makes no
// row, nothing is free of it and nothing missing, and the room is "at most".
func TestMemoryOfGPUsIsNoGPU(t *testing.T) {
	amount := resource.MustParse
	limits := corev1.ResourceList{
		"nvidia.com/gpu": amount("1"), "nvidia.com/gpumem": amount("3000"), "nvidia.com/gpucores": amount("30"), "nvidia.com/priority": amount("0"),
	}
	pod := on("gpu-1", "", ready())
	pod.Spec.Containers = []corev1.Container{container(nil, limits)}
	s := newScene(1).revision(1, "web:1", 1, pod).runs(gpuNode("gpu-1", "a", "2", gives("4", "8Gi", 110)))
	s.deployment.Spec.Template.Spec.Containers = []corev1.Container{container(nil, limits)}
	snapshot := s.snapshot()
	require.Equal(t, []GPUUse{{Accelerator: Accelerator{"nvidia.com/gpu", 2, 2}, Requested: 1, Free: 1}}, snapshot.GPUNodes[0].Resources)
	room := snapshot.Room(snapshot.Rollouts[0].Deployment)
	require.Equal(t, "at most 1", room.Count())
	require.Empty(t, room.Short(1))
	require.Equal(t, "nvidia.com/gpucores and nvidia.com/gpumem not counted", room.Doubt())
	for _, remark := range snapshot.Rollouts[0].Remarks {
		require.NotContains(t, remark, "nvidia.com")
	}
}

// A name that the operator adds counts everywhere.
func TestAddedNamesOfGPUs(t *testing.T) {
	list := corev1.ResourceList{"habana.ai/gaudi": resource.MustParse("8")}
	spec := corev1.PodSpec{Containers: []corev1.Container{container(nil, list)}}
	want := map[string]int64{"habana.ai/gaudi": 8}
	pod := NewPod(&corev1.Pod{Spec: spec}, "habana.ai/gaudi")
	require.Equal(t, want, pod.GPUs)
	d := &appsv1.Deployment{}
	d.Spec.Template.Spec = spec
	require.Equal(t, want, NewDeployment(d, "habana.ai/gaudi").GPUs)
	require.Empty(t, NewDeployment(d, "habana.ai/gaudi").Uncounted)
	require.Equal(t, []string{"habana.ai/gaudi"}, NewDeployment(d).Uncounted)
	node := NewNode(&corev1.Node{Status: corev1.NodeStatus{Capacity: list, Allocatable: list}}, "habana.ai/*")
	require.Equal(t, []Accelerator{{"habana.ai/gaudi", 8, 8}}, node.Accelerator)
}
