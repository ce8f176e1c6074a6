package kube

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// uncountedOf a template is what the scheduler holds its pods to besides what
// Room counts: where there is any, the room is at most what Room says.
func uncountedOf(spec *corev1.PodSpec, gpus []string) []string {
	var all []string
	for name, applies := range map[string]func(*corev1.PodSpec) bool{
		"host ports": hasHostPorts, "pod affinity": hasPodAffinity, "pod anti-affinity": hasPodAntiAffinity,
		"topology spread": hasTopologySpread, "volumes": hasClaims,
		"resource claims": func(spec *corev1.PodSpec) bool { return len(spec.ResourceClaims) > 0 },
	} {
		if applies(spec) {
			all = append(all, name)
		}
	}
	for _, list := range [...][]corev1.Container{spec.InitContainers, spec.Containers} {
		for i := range list {
			all = append(all, otherResources(&list[i], gpus)...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// otherResources that a container asks for.
func otherResources(c *corev1.Container, gpus []string) []string {
	var all []string
	for _, list := range [...]corev1.ResourceList{c.Resources.Requests, c.Resources.Limits} {
		for name, n := range list {
			if !n.IsZero() && name != corev1.ResourceCPU && name != corev1.ResourceMemory && !IsGPU(string(name), gpus...) {
				all = append(all, Clean(string(name)))
			}
		}
	}
	return all
}

func hasHostPorts(spec *corev1.PodSpec) bool {
	return slices.ContainsFunc(spec.Containers, func(c corev1.Container) bool {
		return slices.ContainsFunc(c.Ports, func(p corev1.ContainerPort) bool { return spec.HostNetwork || p.HostPort > 0 })
	})
}

func hasPodAffinity(spec *corev1.PodSpec) bool {
	a := spec.Affinity
	return a != nil && a.PodAffinity != nil && len(a.PodAffinity.RequiredDuringSchedulingIgnoredDuringExecution) > 0
}

func hasPodAntiAffinity(spec *corev1.PodSpec) bool {
	a := spec.Affinity
	return a != nil && a.PodAntiAffinity != nil && len(a.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution) > 0
}

func hasTopologySpread(spec *corev1.PodSpec) bool {
	return slices.ContainsFunc(spec.TopologySpreadConstraints, func(c corev1.TopologySpreadConstraint) bool {
		return c.WhenUnsatisfiable == corev1.DoNotSchedule
	})
}

// hasClaims says that volumes have a say in where the pod runs.
func hasClaims(spec *corev1.PodSpec) bool {
	return slices.ContainsFunc(spec.Volumes, func(v corev1.Volume) bool {
		return v.PersistentVolumeClaim != nil || v.Ephemeral != nil || v.CSI != nil
	})
}
