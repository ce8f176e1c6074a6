package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestTopology(t *testing.T) {
	pods := []*corev1.Pod{on("n2", "", ready()), on("n1", "", ready()), on("n1", "", newPod(1)), on("n3", "", leaving(ready())), pendingPod("0/3 nodes")}
	s := newScene(4).revision(5, "web:1", 4, pods...)
	require.Nil(t, newScene(1).revision(5, "web:1", 0).rollout().Topology, "no pods yet")
	require.Equal(t, &Topology{Nodes: []Spread{{"n1", 2}, {"n2", 1}}}, s.rollout().Topology, "zones are not known")

	seen := s.runs(gpuNode("n1", "a", ""), gpuNode("n2", "b", ""), gpuNode("n3", "c", ""), gpuNode("n4", "d", "", tainted("x=:NoSchedule"))).rollout()
	require.Equal(t, []Spread{{"a", 2}, {"b", 1}, {"c", 0}}, seen.Topology.Zones, "c could take some, d could not")
}

// Without the right to see nodes, endpoints tell the zones.
func TestZonesOfEndpoints(t *testing.T) {
	in := func(zone, node string) discoveryv1.Endpoint {
		e := endpoint("web-5-00", "10.0.0.1")
		e.Zone, e.NodeName = &zone, &node
		return e
	}
	s := newScene(2).revision(5, "web:1", 2, on("n1", "", ready()), on("n2", "", ready()))
	require.Nil(t, s.serves(newService("web"), newSlice("web", "a", 1, in("a", "n1"))).rollout().Topology.Zones, "that of n2 is not known")
	require.Equal(t, []Spread{{"a", 1}, {"b", 1}}, s.serves(newService("b"), newSlice("b", "b", 1, in("b", "n2"))).rollout().Topology.Zones)
}

func TestAntiAffinityUnmet(t *testing.T) {
	type term = corev1.PodAffinityTerm
	same := &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}
	host := term{LabelSelector: same, TopologyKey: corev1.LabelHostname}
	on12 := []*corev1.Pod{on("n1", "", ready()), on("n2", "", ready())}
	nodes := func(change ...func(*corev1.Node)) []*corev1.Node {
		return []*corev1.Node{gpuNode("n1", "a", ""), gpuNode("n2", "b", "", change...)}
	}
	for _, c := range []struct {
		name        string
		term        term
		replicas    int32
		unavailable string
		nodes       []*corev1.Node
		want        []string
	}{
		{"too few nodes", host, 3, "1", nodes(), []string{"hard anti-affinity by hostname: 3 pods, 2 nodes match"}},
		{"one that is cordoned holds a pod all the same", host, 2, "1", nodes(cordoned), nil},
		{"one that is tainted takes none", host, 2, "1", []*corev1.Node{gpuNode("n1", "a", ""), gpuNode("n9", "b", "", tainted("x=:NoSchedule"))}, []string{"hard anti-affinity by hostname: 2 pods, 1 node matches"}},
		{"enough", host, 2, "1", nodes(), nil},
		{"enough, but not for an update", host, 2, "0", nodes(), []string{"hard anti-affinity by hostname: an update needs 3 pods at once (maxUnavailable 0), 2 nodes match"}},
		{"revisions apart", term{LabelSelector: same, TopologyKey: corev1.LabelHostname, MatchLabelKeys: []string{appsv1.DefaultDeploymentUniqueLabelKey}}, 2, "0", nodes(), nil},
		{"by zone", term{LabelSelector: same, TopologyKey: corev1.LabelTopologyZone}, 3, "1", nodes(), []string{"hard anti-affinity by zone: 3 pods, 2 zones match"}},
		{"to others", term{LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "db"}}, TopologyKey: corev1.LabelHostname}, 3, "1", nodes(), nil},
		{"in another namespace", term{LabelSelector: same, TopologyKey: corev1.LabelHostname, Namespaces: []string{"other"}}, 3, "1", nodes(), nil},
		{"nodes may not be seen", host, 3, "1", nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := limits(newScene(c.replicas).revision(5, "web:1", c.replicas, on12...), "1", c.unavailable)
			s.deployment.Spec.Template.Spec.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
				RequiredDuringSchedulingIgnoredDuringExecution: []term{c.term},
			}}
			require.Equal(t, c.want, s.runs(c.nodes...).rollout().Topology.Unmet)
		})
	}
}

func TestSpreadUnmet(t *testing.T) {
	same := &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}
	zone := func(change ...func(*corev1.TopologySpreadConstraint)) corev1.TopologySpreadConstraint {
		c := corev1.TopologySpreadConstraint{MaxSkew: 1, TopologyKey: corev1.LabelTopologyZone, WhenUnsatisfiable: corev1.DoNotSchedule, LabelSelector: same}
		for _, f := range change {
			f(&c)
		}
		return c
	}
	taint := tainted("x=:NoSchedule")
	two := []*corev1.Node{gpuNode("n1", "a", ""), gpuNode("n2", "b", "")}
	blocked := []*corev1.Node{gpuNode("n1", "a", ""), gpuNode("n2", "b", ""), gpuNode("n3", "c", "", taint)}
	for _, c := range []struct {
		name       string
		constraint corev1.TopologySpreadConstraint
		replicas   int32
		nodes      []*corev1.Node
		want       []string
	}{
		{"two zones take what comes", zone(), 9, two, nil},
		{"a zone that takes none holds up the others", zone(), 3, blocked, []string{"topology spread by zone (maxSkew 1): 3 pods, zone c takes none, so that 2 fit"}},
		{"few enough for it", zone(), 2, blocked, nil},
		{"a wider skew", zone(func(c *corev1.TopologySpreadConstraint) { c.MaxSkew = 2 }), 4, blocked, nil},
		{"tainted zones do not count", zone(func(c *corev1.TopologySpreadConstraint) {
			c.NodeTaintsPolicy = new(corev1.NodeInclusionPolicyHonor)
		}), 9, blocked, nil},
		{"more zones are asked for", zone(func(c *corev1.TopologySpreadConstraint) { c.MinDomains = new(int32(3)) }), 3, two, []string{"topology spread by zone (maxSkew 1): 3 pods, 2 zones of at least 3, so that 2 fit"}},
		{"a wish", zone(func(c *corev1.TopologySpreadConstraint) { c.WhenUnsatisfiable = corev1.ScheduleAnyway }), 3, blocked, nil},
		{"others count as well", zone(func(c *corev1.TopologySpreadConstraint) { c.LabelSelector = &metav1.LabelSelector{} }), 3, blocked, nil},
		{"revisions apart", zone(func(c *corev1.TopologySpreadConstraint) { c.MatchLabelKeys = []string{"pod-template-hash"} }), 3, blocked, nil},
		{"nodes may not be seen", zone(), 3, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(c.replicas).revision(5, "web:1", c.replicas, on("n1", "", ready()), on("n2", "", ready()))
			s.deployment.Spec.Template.Spec.TopologySpreadConstraints = []corev1.TopologySpreadConstraint{c.constraint}
			require.Equal(t, c.want, s.runs(c.nodes...).rollout().Topology.Unmet)
		})
	}
}
