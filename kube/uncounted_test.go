package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

func TestUncounted(t *testing.T) {
	one := resource.MustParse("1")
	port := []corev1.ContainerPort{{ContainerPort: 80}}
	term := []corev1.PodAffinityTerm{{TopologyKey: corev1.LabelHostname}}
	weak := []corev1.WeightedPodAffinityTerm{{Weight: 1, PodAffinityTerm: term[0]}}
	for _, c := range []struct {
		name string
		spec corev1.PodSpec
		want []string
	}{
		{"nothing", corev1.PodSpec{Containers: []corev1.Container{{Ports: port}}}, nil},
		{"what is counted", corev1.PodSpec{Containers: []corev1.Container{
			container(asks("1", "1Gi"), corev1.ResourceList{"nvidia.com/gpu": one}),
		}}, nil},
		{"other resources", corev1.PodSpec{
			InitContainers: []corev1.Container{container(corev1.ResourceList{"rdma/hca\x1b[1m": one}, nil)},
			Containers: []corev1.Container{
				container(corev1.ResourceList{corev1.ResourceEphemeralStorage: one}, corev1.ResourceList{corev1.ResourceEphemeralStorage: one}),
			},
		}, []string{"ephemeral-storage", "rdma/hca"}},
		{"a host port", corev1.PodSpec{Containers: []corev1.Container{{Ports: []corev1.ContainerPort{{HostPort: 80}}}}}, []string{"host ports"}},
		{"the host's network", corev1.PodSpec{HostNetwork: true, Containers: []corev1.Container{{Ports: port}}}, []string{"host ports"}},
		{"hard affinities", corev1.PodSpec{Affinity: &corev1.Affinity{
			PodAffinity:     &corev1.PodAffinity{RequiredDuringSchedulingIgnoredDuringExecution: term},
			PodAntiAffinity: &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: term},
		}}, []string{"pod affinity", "pod anti-affinity"}},
		{"preferences", corev1.PodSpec{
			Affinity: &corev1.Affinity{
				PodAffinity:     &corev1.PodAffinity{PreferredDuringSchedulingIgnoredDuringExecution: weak},
				PodAntiAffinity: &corev1.PodAntiAffinity{PreferredDuringSchedulingIgnoredDuringExecution: weak},
			},
			TopologySpreadConstraints: []corev1.TopologySpreadConstraint{{WhenUnsatisfiable: corev1.ScheduleAnyway}},
		}, nil},
		{"spread", corev1.PodSpec{TopologySpreadConstraints: []corev1.TopologySpreadConstraint{{WhenUnsatisfiable: corev1.DoNotSchedule}}}, []string{"topology spread"}},
		{"claims", corev1.PodSpec{
			Volumes:        []corev1.Volume{{VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{}}}},
			ResourceClaims: []corev1.PodResourceClaim{{Name: "gpu"}},
		}, []string{"resource claims", "volumes"}},
		{"volumes of its own", corev1.PodSpec{Volumes: []corev1.Volume{{VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, uncountedOf(&c.spec, nil)) })
	}
}
