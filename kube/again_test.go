package kube

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// neighbourhood is a rollout with one of everything around it.
func neighbourhood() Objects {
	s := rolling(3, 2, 2, []*corev1.Pod{on("gpu-1", "1", ready()), withGPU(pendingPod(noGPU), "1")}, []*corev1.Pod{on("gpu-1", "1", ready())}).label().
		serves(newService("web"), newSlice("web", "a", 1, endpoint("web-5-00", "10.0.0.1"))).
		runs(gpuNode("gpu-1", "a", "2"), gpuNode("gpu-2", "b", "2", tainted("x=:NoSchedule"))).
		scaled(newHPA())
	s.around.Budgets = []*Budget{NewBudget(newBudget(&metav1.LabelSelector{}))}
	return s.objects()
}

// TestBuildAgainIsBuildAnew: whatever one thing changes, what is kept from the last
// snapshot must not show in the next.
func TestBuildAgainIsBuildAnew(t *testing.T) {
	node := func(name string, change ...func(*corev1.Node)) *Node {
		return NewNode(gpuNode(name, "c", "2", change...))
	}
	limited := hpaCondition(autoscalingv2.ScalingLimited, corev1.ConditionTrue, reasonTooMany)
	for _, c := range []struct {
		name   string
		change func(*Objects)
	}{
		{"a pod waits no longer", func(o *Objects) {
			i := slices.IndexFunc(o.Pods, (*Pod).waitsForNode)
			o.Pods = slices.Delete(slices.Clone(o.Pods), i, i+1)
		}},
		{"a pod tolerates the taint", func(o *Objects) {
			i := slices.IndexFunc(o.Pods, (*Pod).waitsForNode)
			o.Pods = slices.Clone(o.Pods)
			o.Pods[i] = new(*o.Pods[i])
			o.Pods[i].Placement = &Placement{Tolerations: []Toleration{{Operator: "Exists"}}}
		}},
		{"a node in another zone", func(o *Objects) { o.Nodes = []*Node{node("gpu-1"), o.Nodes[1]} }},
		{"a node is lost", func(o *Objects) { o.Nodes = []*Node{node("gpu-1", broken), o.Nodes[1]} }},
		{"a node comes", func(o *Objects) { o.Nodes = append(slices.Clone(o.Nodes), node("gpu-9")) }},
		{"nodes may not be seen any more", func(o *Objects) { o.Nodes = nil }},
		{"an autoscaler at its maximum", func(o *Objects) { o.Autoscalers = []*Autoscaler{NewAutoscaler(newHPA(limited))} }},
		{"a node's label that matters to no rollout", func(o *Objects) {
			o.Nodes = []*Node{o.Nodes[0], NewNode(gpuNode("gpu-2", "b", "2", tainted("x=:NoSchedule"), labelled("nvidia.com/gpu.product", "H100")))}
		}},
		{"a Service of nobody", func(o *Objects) {
			o.Services = append(slices.Clone(o.Services), NewService(newService("zz", func(s *corev1.Service) { s.Spec.Selector = nil })))
		}},
		{"no autoscaler", func(o *Objects) { o.Autoscalers = []*Autoscaler{} }},
		{"no budget", func(o *Objects) { o.Budgets = []*Budget{} }},
		{"no Service", func(o *Objects) { o.Services = []*Service{} }},
		{"another selector", func(o *Objects) {
			o.Services = []*Service{NewService(newService("web", func(s *corev1.Service) { s.Spec.Selector = map[string]string{"app": "db"} }))}
		}},
		{"no endpoints", func(o *Objects) { o.Slices = []*EndpointSlice{} }},
		{"endpoints may not be seen any more", func(o *Objects) { o.Slices = nil }},
		{"another scope", func(o *Objects) { o.Scope.Namespace = "shop" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := neighbourhood()
			first := Build(o, nil)
			require.True(t, Build(o, first).Shows(first))
			c.change(&o)
			again, anew := Build(o, first), Build(o, nil)
			require.False(t, again.Shows(first), "it is seen")
			require.Equal(t, anew.Backends, again.Backends)
			require.Equal(t, anew.GPUNodes, again.GPUNodes)
			require.Equal(t, anew.Pods, again.Pods)
			for i := range anew.Rollouts {
				require.True(t, anew.Rollouts[i].equal(again.Rollouts[i]))
			}
			require.True(t, Build(o, again).Shows(again), "and then it is still")
		})
	}
}

// Endpoints change all the time; zones known from them hardly ever.
func TestTerrainIsKept(t *testing.T) {
	o := neighbourhood()
	o.Nodes = nil
	first := Build(o, nil)
	o.Slices = []*EndpointSlice{NewEndpointSlice(newSlice("web", "a", 2, endpoint("web-5-00", "10.0.0.1", notServing())))}
	require.Same(t, first.made.terrain, Build(o, first).made.terrain)
}
