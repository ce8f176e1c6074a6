package kube

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// crowded is three old pods, one on each of three nodes of 8 CPUs, and a new one that
// wants as much. The changes are to the new pod, to the old ones, and to the nodes.
type crowded struct {
	said       string
	fresh, old func(*corev1.Pod)
	node       func(*corev1.Node)
	template   func(*corev1.PodSpec) // both revisions'
	scene      func(*scene)
	others     string // CPUs that another application's pods have on each node
}

const noCPU = "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod."

func (c crowded) build() *scene {
	fresh := asking(pendingPod(c.said), "2")
	old := make([]*corev1.Pod, 3)
	for i := range old {
		old[i] = holding(fmt.Sprint("n", i), "2", "", ready())
		if c.old != nil {
			c.old(old[i])
		}
	}
	if c.fresh != nil {
		c.fresh(fresh)
	}
	s := newScene(3).status(4, 1, 3).progressing("ReplicaSetUpdated", 11)
	if c.template != nil {
		c.template(&s.deployment.Spec.Template.Spec)
	}
	s.revision(9, "web:1", 1, fresh).revision(8, "web:0", 3, old...)
	for i := range old {
		n := gpuNode(fmt.Sprint("n", i), "a", "1", gives("8", "64Gi", 110))
		if c.node != nil {
			c.node(n)
		}
		s.runs(n)
		if c.others != "" {
			other := holding(n.Name, c.others, "", ready())
			other.Name, other.Namespace, other.UID = "other-"+n.Name, "shop", ""
			s.pods = append(s.pods, other)
		}
	}
	if c.template != nil {
		for _, rs := range s.sets {
			c.template(&rs.Spec.Template.Spec)
		}
	}
	if c.scene != nil {
		c.scene(s)
	}
	return s
}

// TestSurgeDeadlockNeedsAnOldPodsPlace: it is one only where an old pod that goes makes
// the room that is missing, and the way out is offered only where every one does.
func TestSurgeDeadlockNeedsAnOldPodsPlace(t *testing.T) {
	const strategy = "set maxSurge 0 / maxUnavailable 1"
	sure, none := "surge deadlock: ", "1 new pod Pending: "
	wants := func(cpu string) func(*corev1.Pod) { return func(p *corev1.Pod) { asking(p, cpu) } }
	gpu := func(p *corev1.Pod) { withGPU(p, "1") }
	port := func(spec *corev1.PodSpec) {
		spec.Containers[0].Ports = []corev1.ContainerPort{{ContainerPort: 80, HostPort: 80}}
	}
	claim := func(spec *corev1.PodSpec) {
		spec.Volumes = []corev1.Volume{{VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "data"}}}}
	}
	apart := func(key string) func(*corev1.PodSpec) {
		return func(spec *corev1.PodSpec) {
			spec.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{
				{TopologyKey: key, LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}},
			}}}
		}
	}
	onlyNew := func(change func(*corev1.PodSpec)) func(*scene) {
		return func(s *scene) {
			change(&s.deployment.Spec.Template.Spec)
			change(&s.sets[0].Spec.Template.Spec)
		}
	}
	const (
		noGPUs  = "0/3 nodes are available: 3 Insufficient nvidia.com/gpu."
		noPorts = "0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports."
		noClaim = "0/3 nodes are available: 3 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod."
		apartly = "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules."
		spread  = "0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints."
	)
	for name, c := range map[string]struct {
		crowded
		head string
		way  bool
	}{
		"as large as the old ones":                {crowded{said: noCPU, others: "5"}, sure, true},
		"an old one and what is free":             {crowded{said: noCPU, others: "5", fresh: wants("3")}, sure, true},
		"one millicore too large":                 {crowded{said: noCPU, others: "5", fresh: wants("3001m")}, none, false},
		"larger than every node":                  {crowded{said: noCPU, fresh: wants("64")}, none, false},
		"much larger than the old ones":           {crowded{said: noCPU, fresh: wants("7"), old: wants("500m"), others: "4"}, none, false},
		"there is room by now":                    {crowded{said: noCPU}, none, false},
		"old pods that ask for nothing":           {crowded{said: noCPU, others: "7", old: wants("0")}, none, false},
		"places for pods":                         {crowded{said: "0/3 nodes are available: 3 Too many pods.", node: gives("8", "64Gi", 1)}, sure, true},
		"a GPU each":                              {crowded{said: noGPUs, fresh: gpu, old: gpu}, sure, true},
		"a GPU, and the old ones have none":       {crowded{said: noGPUs, fresh: gpu}, none, false},
		"a GPU, and the nodes have none":          {crowded{said: noGPUs, fresh: gpu, node: func(n *corev1.Node) { delete(n.Status.Allocatable, "nvidia.com/gpu") }}, none, false},
		"a selector of other nodes":               {crowded{said: noCPU, others: "5", fresh: func(p *corev1.Pod) { selecting(p, "disk", "ssd") }}, none, false},
		"cordoned nodes":                          {crowded{said: "0/3 nodes are available: 3 node(s) were unschedulable.", node: cordoned}, none, false},
		"a resource that is not counted":          {crowded{said: "0/3 nodes are available: 3 Insufficient ephemeral-storage."}, "possible surge deadlock: ", false},
		"other namespaces not in sight":           {crowded{said: noCPU, others: "5", fresh: wants("3"), scene: func(s *scene) { s.around.Scope.Namespace = "shop" }}, "possible surge deadlock: ", false},
		"the same, and old ones are large enough": {crowded{said: noCPU, others: "5", scene: func(s *scene) { s.around.Scope.Namespace = "shop" }}, sure, true},
		"the same, and no node is":                {crowded{said: noCPU, fresh: wants("64"), scene: func(s *scene) { s.around.Scope.Namespace = "shop" }}, none, false},
		"nodes not in sight":                      {crowded{said: noCPU, scene: func(s *scene) { s.around.Nodes = nil }}, "no node has room: ", false},
		"nodes not in sight, past the deadline":   {crowded{said: noCPU, scene: func(s *scene) { s.around.Nodes = nil; s.progressing(reasonTimedOut, 21) }}, "possible surge deadlock: ", false},
		"only one of the old ones would do": {crowded{said: noCPU, others: "5", scene: func(s *scene) {
			asking(s.pods[2], "1")
			asking(s.pods[5], "7")
			asking(s.pods[3], "1")
			asking(s.pods[6], "7")
		}}, sure, false},
		"a port that both have":                    {crowded{said: noPorts, template: port}, sure, true},
		"a port of another application":            {crowded{said: noPorts, scene: onlyNew(port)}, none, false},
		"a claim that both have":                   {crowded{said: noClaim, template: claim}, sure, true},
		"a claim of another application":           {crowded{said: noClaim, scene: onlyNew(claim)}, none, false},
		"anti-affinity to its own kind":            {crowded{said: apartly, template: apart(corev1.LabelHostname)}, sure, true},
		"anti-affinity by zone, all in one":        {crowded{said: apartly, template: apart(corev1.LabelTopologyZone)}, none, false},
		"anti-affinity to another application":     {crowded{said: apartly}, none, false},
		"anti-affinity of another application":     {crowded{said: "0/3 nodes are available: 3 node(s) didn't satisfy existing pods anti-affinity rules."}, none, false},
		"spread by a label that no node has":       {crowded{said: "0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints (missing required label)."}, none, false},
		"spread that does not count its own":       {crowded{said: spread}, none, false},
		"nothing but room, of a claim not there":   {crowded{said: `0/3 nodes are available: persistentvolumeclaim "x" not found.`, others: "6"}, none, false},
		"volumes attached, which are not counted":  {crowded{said: "0/3 nodes are available: 3 node(s) exceed max volume count."}, "possible surge deadlock: ", false},
		"memory besides, which the old one leaves": {crowded{said: noCPU, others: "5", fresh: func(p *corev1.Pod) { p.Spec.Containers[0].Resources.Requests = asks("2", "64Gi") }}, sure, true},
		"more memory than a node has":              {crowded{said: noCPU, others: "5", fresh: func(p *corev1.Pod) { p.Spec.Containers[0].Resources.Requests = asks("2", "65Gi") }}, none, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := c.build().rollout().Worst()
			require.Equal(t, c.head, w.Text[:min(len(w.Text), len(c.head))], w.Text)
			require.Equal(t, c.way, w.Kind == CauseSurgeDeadlock, "the kind offers the key that sets the strategy")
			require.Equal(t, c.way, len(w.Hint) >= len(strategy) && w.Hint[:len(strategy)] == strategy, w.Hint)
		})
	}
}

// How many old pods would do is said where not all of them would.
func TestSurgeDeadlockOfSomeOldPods(t *testing.T) {
	c := crowded{said: noCPU, others: "5", scene: func(s *scene) { asking(s.pods[2], "1"); asking(s.pods[5], "7") }}
	w := c.build().rollout().Worst()
	require.Equal(t, "surge deadlock: 1 new pod Pending (0/3 nodes: 3 Insufficient cpu), and maxUnavailable 25% (=0) lets no old pod go before a new one is available; only 2 of 3 old pods would make room", w.Text)
	require.Equal(t, "free cpu on a node, or undo to revision 8", w.Hint)
}

// What others hold changes the verdict without any object of the rollout changing.
func TestSurgeDeadlockSeesOthersGo(t *testing.T) {
	s := crowded{said: noCPU, others: "5"}.build()
	first := Build(s.objects(), nil)
	require.Equal(t, CauseSurgeDeadlock, first.Rollouts[0].Worst().Kind)
	o := s.objects()
	again := Build(o, first)
	require.Same(t, first.Rollouts[0], again.Rollouts[0])
	o.Pods = slices.DeleteFunc(o.Pods, func(p *Pod) bool { return p.Ref.Name == "other-n0" })
	require.Equal(t, CauseUnschedulable, Build(o, again).Rollouts[0].Worst().Kind, "n0 has room")
}
