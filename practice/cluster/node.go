package cluster

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

const (
	// MinNodes and MaxNodes bound the plain nodes: the anti-affinity scenario is about two
	// nodes, and the pod networks of more than MaxNodes would leave 10.128.0.0/9.
	MinNodes, MaxNodes = 2, 2000
	gpuNodes           = 2
	edgeNodes          = 2 // the plain nodes labelled practice.fader/pool=edge
)

// nodes returns n plain nodes and the GPU nodes, in the order of their pod networks.
func nodes(n int) []*corev1.Node {
	var all []*corev1.Node
	for i := range n {
		node := newNode(len(all), fmt.Sprintf("node-%d", i), corev1.ResourceList{
			corev1.ResourceCPU: resource.MustParse("16"), corev1.ResourceMemory: resource.MustParse("64Gi"),
		})
		node.Labels["node.kubernetes.io/instance-type"] = "m7i.4xlarge"
		pool := "general"
		if i < edgeNodes {
			pool = "edge"
		}
		node.Labels["practice.fader/pool"] = pool
		all = append(all, node)
	}
	for i := range gpuNodes {
		node := newNode(len(all), fmt.Sprintf("gpu-%d", i), corev1.ResourceList{
			corev1.ResourceCPU: resource.MustParse("32"), corev1.ResourceMemory: resource.MustParse("256Gi"),
			"nvidia.com/gpu": resource.MustParse("2"),
		})
		node.Labels["node.kubernetes.io/instance-type"] = "p4d.mini"
		node.Labels["nvidia.com/gpu.product"] = "NVIDIA-A100-SXM4-80GB"
		node.Labels["nvidia.com/gpu.count"] = "2"
		// As GPU operators do: what asks for no GPU stays away.
		node.Spec.Taints = []corev1.Taint{{Key: "nvidia.com/gpu", Value: "present", Effect: corev1.TaintEffectNoSchedule}}
		all = append(all, node)
	}
	return all
}

// newNode makes the index-th node of the cluster with a pod network of 4 094 addresses.
func newNode(index int, name string, capacity corev1.ResourceList) *corev1.Node {
	podCIDR := fmt.Sprintf("10.%d.%d.0/20", 128+index/16, index%16*16)
	capacity[corev1.ResourcePods] = resource.MustParse("250")
	capacity[corev1.ResourceEphemeralStorage] = resource.MustParse("200Gi")
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name: name,
			Labels: map[string]string{
				"kubernetes.io/hostname":        name,
				"kubernetes.io/os":              "linux",
				"kubernetes.io/arch":            "amd64",
				"topology.kubernetes.io/region": "practice-1",
				"topology.kubernetes.io/zone":   "practice-1" + string("abc"[index%3]),
			},
		},
		Spec: corev1.NodeSpec{PodCIDR: podCIDR, PodCIDRs: []string{podCIDR}, ProviderID: "practice://" + name},
		Status: corev1.NodeStatus{
			Capacity:    capacity,
			Allocatable: capacity,
			Addresses: []corev1.NodeAddress{
				{Type: corev1.NodeInternalIP, Address: fmt.Sprintf("10.0.%d.%d", index/200, 10+index%200)},
				{Type: corev1.NodeHostName, Address: name},
			},
			NodeInfo: corev1.NodeSystemInfo{
				Architecture: "amd64", OperatingSystem: "linux", OSImage: "Practice Linux",
				KernelVersion: "6.12.0-practice", ContainerRuntimeVersion: "containerd://2.1.4", KubeletVersion: "v1.36.3",
			},
		},
	}
}

func createNodes(ctx context.Context, client kubernetes.Interface, n int) error {
	for _, node := range nodes(n) {
		if _, err := client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{}); err != nil {
			return fmt.Errorf("create node %s: %w", node.Name, err)
		}
	}
	return nil
}

// nodesReady counts the nodes that are Ready.
func nodesReady(ctx context.Context, client kubernetes.Interface) (int, error) {
	list, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return 0, fmt.Errorf("list nodes: %w", err)
	}
	ready := 0
	for i := range list.Items {
		for _, condition := range list.Items[i].Status.Conditions {
			if condition.Type == corev1.NodeReady && condition.Status == corev1.ConditionTrue {
				ready++
			}
		}
	}
	return ready, nil
}
