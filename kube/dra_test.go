package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	resourcev1 "k8s.io/api/resource/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func deviceClass(name, resource, driver string) *DeviceClass {
	c := &resourcev1.DeviceClass{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if resource != "" {
		c.Spec.ExtendedResourceName = &resource
	}
	c.Spec.Selectors = []resourcev1.DeviceSelector{{}, {CEL: &resourcev1.CELDeviceSelector{Expression: `device.driver == "` + driver + `" && true`}}}
	return NewDeviceClass(c)
}

func resourceSlice(node, driver string, devices int) *ResourceSlice {
	return NewResourceSlice(&resourcev1.ResourceSlice{
		ObjectMeta: metav1.ObjectMeta{Name: node + "-" + driver},
		Spec:       resourcev1.ResourceSliceSpec{NodeName: &node, Driver: driver, Devices: make([]resourcev1.Device, devices)},
	})
}

func mapped(p *corev1.Pod) *corev1.Pod {
	p.Status.ExtendedResourceClaimStatus = &corev1.PodExtendedResourceClaimStatus{
		RequestMappings: []corev1.ContainerExtendedResourceRequest{{ResourceName: "nvidia.com/gpu"}, {ResourceName: "nvidia.com/gpu"}},
	}
	return p
}

func claiming(p *corev1.Pod) *corev1.Pod {
	p.Spec.ResourceClaims = []corev1.PodResourceClaim{{Name: "gpu"}}
	return p
}

// What a DeviceClass may give is not counted: nothing is missing, no room is 0 for
// want of it, and no remark tells of a deadlock.
func TestGPUsOfDeviceClasses(t *testing.T) {
	big := gives("4", "8Gi", 110)
	const (
		class = "nvidia.com/gpu (DeviceClass gpu.example)"
		run   = "nvidia.com/gpu (not in the status of nodes that run it)"
		blind = "nvidia.com/gpu (DeviceClasses are not in sight)"
	)
	gpuClass := []*DeviceClass{deviceClass("gpu.example", "nvidia.com/gpu", "gpu.example")}
	none := []*DeviceClass{}
	for name, c := range map[string]struct {
		classes []*DeviceClass
		slices  []*ResourceSlice
		nodes   []*corev1.Node
		pod     *corev1.Pod
		want    []GPUUse // of n1
		doubt   string   // "" where the room is known
		count   string
		remark  bool
	}{
		"a DeviceClass": {
			classes: gpuClass, slices: []*ResourceSlice{resourceSlice("n1", "gpu.example", 3)}, nodes: []*corev1.Node{gpuNode("n1", "a", "", big)},
			pod: on("n1", "1", ready()), want: []GPUUse{{Accelerator: Accelerator{Resource: DynamicDevices}, Source: Dynamic}},
			doubt: class, count: "at most 109", remark: true,
		},
		"the pod's status alone tells": {
			classes: none, nodes: []*corev1.Node{gpuNode("n1", "a", "", big)}, pod: mapped(on("n1", "1", ready())),
			want:  []GPUUse{{Accelerator: Accelerator{Resource: DynamicDevices}, Source: Dynamic}},
			doubt: run, count: "at most 109", remark: true,
		},
		"nobody tells": {
			classes: none, nodes: []*corev1.Node{gpuNode("n1", "a", "", big)}, pod: on("n1", "1", ready()),
			want:  []GPUUse{{Accelerator: Accelerator{Resource: "nvidia.com/gpu"}, Requested: 1, Source: Elsewhere}},
			doubt: run, count: "at most 109", remark: true,
		},
		"a DeviceClass and a device plugin": {
			classes: gpuClass, nodes: []*corev1.Node{gpuNode("n1", "a", "1", big), gpuNode("n2", "a", "", big)}, pod: on("n1", "1", ready()),
			want:  []GPUUse{{Accelerator: Accelerator{"nvidia.com/gpu", 1, 1}, Requested: 1}},
			doubt: class, count: "at most 219", remark: true,
		},
		"the plugin has gone": {
			classes: gpuClass, nodes: []*corev1.Node{gpuNode("n1", "a", "0", big)}, pod: on("n1", "1", ready()),
			want:  []GPUUse{{Accelerator: Accelerator{Resource: DynamicDevices}, Source: Dynamic}, {Accelerator: Accelerator{Resource: "nvidia.com/gpu"}}},
			doubt: class, count: "at most 109", remark: true,
		},
		"no DeviceClass": {
			classes: none, nodes: []*corev1.Node{gpuNode("n1", "a", "1", big)}, pod: on("n1", "1", ready()),
			want: []GPUUse{{Accelerator: Accelerator{"nvidia.com/gpu", 1, 1}, Requested: 1}}, count: "0", remark: true,
		},
		"a DeviceClass of another resource": {
			classes: []*DeviceClass{deviceClass("nic", "example.com/nic", "nic.example"), deviceClass("gpu", "", "gpu.example")},
			slices:  []*ResourceSlice{resourceSlice("n1", "nic.example", 3)},
			nodes:   []*corev1.Node{gpuNode("n1", "a", "1", big)}, pod: on("n1", "1", ready()),
			want: []GPUUse{{Accelerator: Accelerator{"nvidia.com/gpu", 1, 1}, Requested: 1}}, count: "0", remark: true,
		},
		"DeviceClasses are forbidden, and a node has GPUs": {
			nodes: []*corev1.Node{gpuNode("n1", "a", "1", big)}, pod: on("n1", "1", ready()),
			want: []GPUUse{{Accelerator: Accelerator{"nvidia.com/gpu", 1, 1}, Requested: 1}}, count: "0", remark: true,
		},
		"DeviceClasses are forbidden, and none has": {
			nodes: []*corev1.Node{gpuNode("n2", "a", "", big)}, pod: on("", "1", ready()),
			doubt: blind, count: "at most 110", remark: true,
		},
		"claims": {
			classes: none, nodes: []*corev1.Node{gpuNode("n1", "a", "", big)}, pod: claiming(on("n1", "", ready())),
			want: []GPUUse{{Accelerator: Accelerator{Resource: DynamicDevices}, Source: Dynamic}}, doubt: "resource claims", count: "at most 109",
		},
		"devices that nobody has": {
			classes: none, slices: []*ResourceSlice{resourceSlice("n1", "gpu.nvidia.com", 8)}, nodes: []*corev1.Node{gpuNode("n1", "a", "", big)}, pod: ready(),
			want: []GPUUse{{Accelerator: Accelerator{Resource: DynamicDevices}, Source: Dynamic}}, count: "109",
		},
		"a driver that only its class names": {
			classes: []*DeviceClass{deviceClass("gpu", "nvidia.com/gpu", "dra.example")}, slices: []*ResourceSlice{resourceSlice("n1", "dra.example", 8)},
			nodes: []*corev1.Node{gpuNode("n1", "a", "", big)}, pod: ready(),
			want: []GPUUse{{Accelerator: Accelerator{Resource: DynamicDevices}, Source: Dynamic}}, count: "109",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(1).revision(1, "web:1", 1, c.pod)
			s.deployment.Spec.Template.Spec = *c.pod.Spec.DeepCopy()
			s.deployment.Spec.Template.Spec.NodeName = ""
			s.sets[0].Spec.Template.Spec = s.deployment.Spec.Template.Spec
			s.deployment.Spec.Strategy.RollingUpdate.MaxUnavailable.StrVal = "0%"
			s.runs(c.nodes...)
			s.around.DeviceClasses, s.around.ResourceSlices = c.classes, c.slices
			objects := s.objects()
			snapshot := Build(objects, nil)
			var got []GPUUse
			for _, n := range snapshot.GPUNodes {
				if n.Node.Ref.Name == "n1" {
					got = n.Resources
					for _, u := range got {
						require.GreaterOrEqual(t, u.Free, int64(0))
					}
				}
			}
			require.Equal(t, c.want, got)
			room := snapshot.Room(snapshot.Rollouts[0].Deployment)
			require.Equal(t, c.count, room.Count())
			if c.doubt == "" {
				require.Empty(t, room.Doubt())
			} else {
				require.Equal(t, c.doubt+" not counted", room.Doubt())
			}
			remarks := remarksAbout(snapshot.Rollouts[0], "next update")
			require.Equal(t, c.remark, len(remarks) == 1, remarks)
			if c.doubt != "" && c.remark {
				require.Equal(t, "the next update needs 1 nvidia.com/gpu for its first pod: whether so many are free is not known, "+c.doubt+" is not counted", remarks[0])
			}
			require.True(t, Build(objects, snapshot).Shows(snapshot), "nothing changed")
		})
	}
}

func TestReadingDeviceClassesAndSlices(t *testing.T) {
	require.Equal(t, []string{"gpu.example"}, deviceClass("gpu", "", "gpu.example").Drivers)
	require.Empty(t, deviceClass("gpu", "", "").Drivers)
	require.Nil(t, NewResourceSlice(&resourcev1.ResourceSlice{Spec: resourcev1.ResourceSliceSpec{AllNodes: new(bool)}}), "of no single node")
	for driver, want := range map[string]bool{"gpu.nvidia.com": true, "gpu.amd.com": true, "gpu.intel.com": true, "dra.net": false, "compute-domain.nvidia.com": false, "gpus": false} {
		require.Equal(t, want, isGPUDriver(driver), driver)
	}
}
