package kube

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	helper "k8s.io/component-helpers/resource"
	"pgregory.net/rapid"
)

// asks is a list of CPU and memory; "" leaves one out.
func asks(cpu, memory string) corev1.ResourceList {
	list := corev1.ResourceList{}
	for name, much := range map[corev1.ResourceName]string{corev1.ResourceCPU: cpu, corev1.ResourceMemory: memory} {
		if much != "" {
			list[name] = resource.MustParse(much)
		}
	}
	return list
}

func container(requests, limits corev1.ResourceList) corev1.Container {
	return corev1.Container{Resources: corev1.ResourceRequirements{Requests: requests, Limits: limits}}
}

func sidecar(requests corev1.ResourceList) corev1.Container {
	c := container(requests, nil)
	c.RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
	return c
}

func TestRequestOfATemplate(t *testing.T) {
	const mega = 1 << 20
	for _, c := range []struct {
		name string
		spec corev1.PodSpec
		want Amount
	}{
		{"nothing", corev1.PodSpec{Containers: []corev1.Container{container(nil, nil)}}, Amount{}},
		{"containers together", corev1.PodSpec{Containers: []corev1.Container{
			container(asks("250m", "64Mi"), nil), container(asks("1", ""), nil),
		}}, Amount{1250, 64 * mega}},
		{"a limit alone is a request", corev1.PodSpec{Containers: []corev1.Container{
			container(asks("250m", ""), asks("2", "64Mi")),
		}}, Amount{250, 64 * mega}},
		{"a request of nothing is one", corev1.PodSpec{Containers: []corev1.Container{
			container(asks("0", "0"), asks("2", "64Mi")),
		}}, Amount{}},
		{"the largest init container is a floor", corev1.PodSpec{
			InitContainers: []corev1.Container{container(asks("2", "8Mi"), nil), container(asks("1", "8Mi"), nil)},
			Containers:     []corev1.Container{container(asks("1", "64Mi"), nil)},
		}, Amount{2000, 64 * mega}},
		{"sidecars stay, and run beside the init containers after them", corev1.PodSpec{
			InitContainers: []corev1.Container{container(asks("2", ""), nil), sidecar(asks("500m", "")), container(asks("2", ""), nil)},
			Containers:     []corev1.Container{container(asks("1", ""), nil)},
		}, Amount{2500, 0}},
		{"the pod as a whole", corev1.PodSpec{
			Containers: []corev1.Container{container(asks("1", "64Mi"), nil)},
			Resources:  &corev1.ResourceRequirements{Requests: asks("3", "")},
		}, Amount{3000, 64 * mega}},
		{"a limit of the pod where no container asks", corev1.PodSpec{
			Containers: []corev1.Container{container(asks("1", ""), nil)},
			Resources:  &corev1.ResourceRequirements{Limits: asks("3", "64Mi")},
		}, Amount{1000, 64 * mega}},
		{"overhead", corev1.PodSpec{
			Containers: []corev1.Container{container(asks("1", ""), nil)},
			Overhead:   asks("250m", "8Mi"),
		}, Amount{1250, 8 * mega}},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, requestOf(&c.spec, nil)) })
	}
}

// amounts that a person may write.
func amounts(t *rapid.T, label string) corev1.ResourceList {
	return asks(
		rapid.SampledFrom([]string{"", "", "0", "1m", "250m", "0.1", "1", "2.5", "64"}).Draw(t, label+" cpu"),
		rapid.SampledFrom([]string{"", "", "0", "100M", "64Mi", "1.5Gi", "4Gi", "128974848"}).Draw(t, label+" memory"),
	)
}

// anyPod has what a scheduler sees: the server has made limits requests by then.
func anyPod(t *rapid.T) *corev1.Pod {
	pod := &corev1.Pod{}
	one := func(name string) corev1.Container {
		c := container(amounts(t, name), nil)
		c.Name = name
		status := corev1.ContainerStatus{Name: name}
		if rapid.Bool().Draw(t, name+" allocated") {
			status.AllocatedResources = amounts(t, name+" allocated")
		}
		if rapid.Bool().Draw(t, name+" in effect") {
			status.Resources = &corev1.ResourceRequirements{Requests: amounts(t, name+" in effect")}
		}
		switch rapid.IntRange(0, 2).Draw(t, name+" status") {
		case 0:
			pod.Status.ContainerStatuses = append(pod.Status.ContainerStatuses, status)
		case 1:
			pod.Status.InitContainerStatuses = append(pod.Status.InitContainerStatuses, status)
		}
		return c
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "init containers") {
		c := one(fmt.Sprint("init-", i))
		if rapid.Bool().Draw(t, "sidecar") {
			c.RestartPolicy = new(corev1.ContainerRestartPolicyAlways)
		}
		pod.Spec.InitContainers = append(pod.Spec.InitContainers, c)
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "containers") {
		pod.Spec.Containers = append(pod.Spec.Containers, one(fmt.Sprint("app-", i)))
	}
	if rapid.Bool().Draw(t, "as a whole") {
		pod.Spec.Resources = &corev1.ResourceRequirements{Requests: amounts(t, "pod")}
	}
	if rapid.Bool().Draw(t, "overhead") {
		pod.Spec.Overhead = amounts(t, "overhead")
	}
	if reason := rapid.SampledFrom([]string{"", corev1.PodReasonInfeasible, corev1.PodReasonDeferred}).Draw(t, "resize"); reason != "" {
		pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodResizePending, Status: corev1.ConditionTrue, Reason: reason}}
	}
	return pod
}

// What the scheduler counts is told by the library that it counts with. It may add
// to the numbers of the pod it is given: it gets a copy.
func TestRequestIsTheSchedulers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pod := anyPod(t)
		want := helper.PodRequests(pod.DeepCopy(), helper.PodResourcesOptions{UseStatusResources: true})
		require.Equal(t, Amount{want.Cpu().MilliValue(), want.Memory().Value()}, NewPod(pod).Request)
		want = helper.PodRequests(pod.DeepCopy(), helper.PodResourcesOptions{})
		require.Equal(t, Amount{want.Cpu().MilliValue(), want.Memory().Value()}, requestOf(&pod.Spec, nil))
	})
}
