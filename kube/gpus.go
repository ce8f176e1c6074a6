package kube

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// IsGPU reports whether a resource name counts GPUs or parts of them. Names are
// matched whole: nvidia.com/gpumem (MiB), nvidia.com/gpucores (percent) and
// gpu.intel.com/i915_monitoring (a handle for exporters) look alike and count
// something else. More are names that an operator has added; a trailing * stands for
// any ending.
func IsGPU(resource string, more ...string) bool {
	domain, kind, _ := strings.Cut(resource, "/")
	switch domain {
	case "nvidia.com":
		if kind == "gpu" || kind == "gpu.shared" || isMIG(kind) {
			return true
		}
	case "amd.com":
		if kind == "gpu" || isPartition(kind) {
			return true
		}
	case "gpu.intel.com":
		if kind == "i915" || kind == "xe" {
			return true
		}
	}
	return slices.ContainsFunc(more, func(name string) bool {
		if start, open := strings.CutSuffix(name, "*"); open {
			return strings.HasPrefix(resource, start)
		}
		return resource == name
	})
}

// isMIG reports whether a name is an instance of a cut NVIDIA GPU: "mig-1g.10gb".
func isMIG(kind string) bool {
	profile, found := strings.CutPrefix(kind, "mig-")
	return found && profile != "" && profile[0] >= '0' && profile[0] <= '9'
}

// isPartition reports whether a name is a partition of an AMD GPU: "cpx_nps4".
func isPartition(kind string) bool {
	compute, memory, found := strings.Cut(kind, "_nps")
	return found && len(compute) == 3 && strings.HasSuffix(compute, "px") && len(memory) == 1
}

// gpus are numbers of GPUs by resource name, none of them 0; nil for none. They are
// never changed in place: a sum may be one of its terms.
type gpus map[string]int64

func (g gpus) plus(more gpus) gpus {
	return g.merge(more, func(a, b int64) int64 { return a + b })
}

func (g gpus) atLeast(floor gpus) gpus {
	return g.merge(floor, func(a, b int64) int64 { return max(a, b) })
}

func (g gpus) merge(other gpus, with func(a, b int64) int64) gpus {
	switch {
	case len(other) == 0:
		return g
	case len(g) == 0:
		return other
	}
	merged := maps.Clone(g)
	for name, n := range other {
		merged[name] = with(merged[name], n)
	}
	return merged
}

// gpuNames are resource names that count as GPUs besides those that IsGPU knows.
type gpuNames []string

// of a container; a limit alone is a request as well.
func (names gpuNames) of(c *corev1.Container) gpus {
	var found gpus
	for name, n := range c.Resources.Limits {
		if !IsGPU(string(name), names...) {
			continue
		}
		if request, ok := c.Resources.Requests[name]; ok {
			n = request
		}
		if n.IsZero() {
			continue
		}
		if found == nil {
			found = make(gpus, 1)
		}
		found[Clean(string(name))] += n.Value()
	}
	return found
}
