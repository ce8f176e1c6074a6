package kube

import (
	"maps"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// gpuPrefixes are the resource names that stand for a GPU or a part of one. Intel's
// others under the same name count memory and time.
func gpuPrefixes() [5]string {
	return [...]string{"nvidia.com/gpu", "nvidia.com/mig-", "amd.com/gpu", "gpu.intel.com/i915", "gpu.intel.com/xe"}
}

// IsGPU says that a resource name stands for GPUs: whole ones, shared ones or slices.
func IsGPU(resource string) bool {
	if strings.HasSuffix(resource, "_monitoring") {
		return false
	}
	for _, prefix := range gpuPrefixes() {
		if strings.HasPrefix(resource, prefix) {
			return true
		}
	}
	return false
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

// gpusOf a container; a limit alone is a request as well.
func gpusOf(c *corev1.Container) gpus {
	var found gpus
	for name, n := range c.Resources.Limits {
		if !IsGPU(string(name)) {
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
