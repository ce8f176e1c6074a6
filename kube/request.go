package kube

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// Amount of what every node has and nearly every pod asks for.
type Amount struct {
	CPU    int64 // millicores
	Memory int64 // bytes
}

func (a Amount) plus(b Amount) Amount { return Amount{a.CPU + b.CPU, a.Memory + b.Memory} }

func (a Amount) atLeast(b Amount) Amount { return Amount{max(a.CPU, b.CPU), max(a.Memory, b.Memory)} }

// requestOf a pod is what the scheduler reserves for it. It is PodRequests of
// k8s.io/component-helpers for CPU and memory, without the maps that it makes for
// every pod; a test holds the two against each other. A template has no status
// (nil), and its limits are not yet made requests by the server: a limit alone is
// a request here as well.
func requestOf(spec *corev1.PodSpec, status *corev1.PodStatus) Amount {
	request := together(spec, requestOfContainer)
	if status != nil {
		request = resizing(spec, status, request)
	}
	if level := spec.Resources; level != nil {
		request.CPU = levelled(level, corev1.ResourceCPU, request.CPU, (*resource.Quantity).MilliValue)
		request.Memory = levelled(level, corev1.ResourceMemory, request.Memory, (*resource.Quantity).Value)
	}
	return request.plus(amountOf(spec.Overhead))
}

// addable is what containers take of a node.
type addable[T any] interface {
	plus(T) T
	atLeast(T) T
}

// together adds up containers and sidecars, which run at the same time; an init
// container runs with the sidecars before it, and is a floor.
func together[T addable[T]](spec *corev1.PodSpec, of func(*corev1.Container) T) T {
	var sum, peak T
	for i := range spec.InitContainers {
		c := &spec.InitContainers[i]
		step := sum.plus(of(c))
		if isSidecar(c) {
			sum = step
		}
		peak = peak.atLeast(step)
	}
	for i := range spec.Containers {
		sum = sum.plus(of(&spec.Containers[i]))
	}
	return sum.atLeast(peak)
}

func requestOfContainer(c *corev1.Container) Amount {
	request, limit := amountOf(c.Resources.Requests), amountOf(c.Resources.Limits)
	if _, set := c.Resources.Requests[corev1.ResourceCPU]; !set {
		request.CPU = limit.CPU
	}
	if _, set := c.Resources.Requests[corev1.ResourceMemory]; !set {
		request.Memory = limit.Memory
	}
	return request
}

// resizing pods hold the most of what is asked for, what was allocated, and what
// the kubelet has put into effect; a wish that cannot come true counts for nothing.
func resizing(spec *corev1.PodSpec, status *corev1.PodStatus, wanted Amount) Amount {
	refused := isResizeRefused(status)
	allocated := func(c *corev1.Container) Amount {
		s := statusOf(status, c.Name)
		switch {
		case s != nil && s.AllocatedResources != nil:
			return amountOf(s.AllocatedResources)
		case refused:
			return Amount{}
		}
		return requestOfContainer(c)
	}
	actual := func(c *corev1.Container) Amount {
		if s := statusOf(status, c.Name); s != nil && s.Resources != nil && s.Resources.Requests != nil {
			return amountOf(s.Resources.Requests)
		}
		return allocated(c)
	}
	held := together(spec, allocated).atLeast(together(spec, actual))
	if refused {
		return held
	}
	return held.atLeast(wanted)
}

func isResizeRefused(status *corev1.PodStatus) bool {
	for i := range status.Conditions {
		if c := &status.Conditions[i]; c.Type == corev1.PodResizePending {
			return c.Reason == corev1.PodReasonInfeasible
		}
	}
	return false
}

func statusOf(status *corev1.PodStatus, container string) *corev1.ContainerStatus {
	for _, list := range [...][]corev1.ContainerStatus{status.ContainerStatuses, status.InitContainerStatuses} {
		for i := range list {
			if list[i].Name == container {
				return &list[i]
			}
		}
	}
	return nil
}

// levelled is a request after what the pod as a whole asks for, which replaces
// what its containers do. A limit of the whole pod counts where neither asks.
func levelled(pod *corev1.ResourceRequirements, name corev1.ResourceName, containers int64, value func(*resource.Quantity) int64) int64 {
	if request, set := pod.Requests[name]; set {
		return value(&request)
	}
	if limit, set := pod.Limits[name]; set && containers == 0 {
		return value(&limit)
	}
	return containers
}

func amountOf(list corev1.ResourceList) Amount {
	var a Amount
	if len(list) == 0 {
		return a
	}
	if cpu, set := list[corev1.ResourceCPU]; set {
		a.CPU = cpu.MilliValue()
	}
	if memory, set := list[corev1.ResourceMemory]; set {
		a.Memory = memory.Value()
	}
	return a
}
