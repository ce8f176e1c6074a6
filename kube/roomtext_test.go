package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNeedText(t *testing.T) {
	for _, c := range []struct {
		need Need
		pods int64
		want string
	}{
		{Need{Resource: "cpu", Each: 250, Free: 6500, Most: 6500, Pods: 26}, 2, "CPU needs 0.5, 6.5 free"},
		{Need{Resource: "cpu", Each: 125, Free: 0}, 1, "CPU needs 0.125, 0 free"},
		{Need{Resource: "cpu", Each: 1000, Free: 900, Most: 300}, 1, "CPU needs 1, 0.9 free"},
		{Need{Resource: "cpu", Each: 1000, Free: 1200, Most: 600}, 1, "CPU needs 1, 1.2 free, but not more than 0.6 on a node"},
		{Need{Resource: "memory", Each: 512 << 20, Free: 5 << 30, Most: 5 << 30, Pods: 10, AtMost: true}, 3, "memory needs 1.5Gi, at most 5Gi free"},
		{Need{Resource: "nvidia.com/gpu", Each: 2, Free: 1, Most: 1}, 1, "nvidia.com/gpu needs 2, 1 free"},
		{Need{Resource: "pods", Each: 1, Free: 1, Most: 1, Pods: 1}, 5, "the nodes take 1 more pod"},
		{Need{Resource: "pods", Each: 1, Free: 0, AtMost: true}, 5, "the nodes take at most 0 more pods"},
	} {
		require.Equal(t, c.want, c.need.Text(c.pods))
	}
	require.Equal(t, "CPU 0.75", Need{Resource: "cpu", Each: 250}.Demand(3))
}

func TestMemoryText(t *testing.T) {
	for bytes, want := range map[int64]string{
		0: "0", 1023: "1023", 1024: "1Ki", 100_000_000: "95.3Mi", 512 << 20: "512Mi", 3 << 29: "1.5Gi",
		1<<30 - 1: "1023Mi", 25_660_000_000: "23.8Gi", 256 << 30: "256Gi", 5 << 40: "5Ti", 3 << 60: "3Ei",
	} {
		require.Equal(t, want, memoryText(bytes), "%d", bytes)
	}
}

func TestRoomDoubt(t *testing.T) {
	require.Equal(t, "other pods are not in sight, host ports and volumes not counted",
		(&Room{Partial: true, Uncounted: []string{"host ports", "volumes"}}).Doubt())
}
