package kube

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"pgregory.net/rapid"
)

// gives a node so much CPU and memory, and places for so many pods.
func gives(cpu, memory string, pods int64) func(*corev1.Node) {
	return func(n *corev1.Node) {
		if n.Status.Allocatable == nil {
			n.Status.Allocatable = corev1.ResourceList{}
		}
		n.Status.Allocatable[corev1.ResourceCPU] = resource.MustParse(cpu)
		n.Status.Allocatable[corev1.ResourceMemory] = resource.MustParse(memory)
		n.Status.Allocatable[corev1.ResourcePods] = *resource.NewQuantity(pods, resource.DecimalSI)
	}
}

// holding so much on a node.
func holding(node, cpu, memory string, p *corev1.Pod) *corev1.Pod {
	p.Spec.NodeName = node
	p.Spec.Containers[0].Resources.Requests = asks(cpu, memory)
	return p
}

// roomScene is a Deployment of pods that each ask for so much, with one of them running.
func roomScene(cpu, memory, gpus string, change ...func(*corev1.PodSpec)) *scene {
	s := newScene(1).revision(1, "web:1", 1, holding("n1", cpu, memory, ready()))
	spec := &s.deployment.Spec.Template.Spec
	spec.Containers[0].Resources.Requests = asks(cpu, memory)
	if gpus != "" {
		spec.Containers[0].Resources.Limits = corev1.ResourceList{"nvidia.com/gpu": resource.MustParse(gpus)}
	}
	for _, c := range change {
		c(spec)
	}
	return s
}

func (s *scene) room() *Room {
	snapshot := s.snapshot()
	return snapshot.Room(snapshot.Rollouts[0].Deployment)
}

func TestRoom(t *testing.T) {
	big := gives("4", "8Gi", 110)
	tolerant := func(spec *corev1.PodSpec) { spec.Tolerations = []corev1.Toleration{{Operator: "Exists"}} }
	picky := func(spec *corev1.PodSpec) { spec.NodeSelector = map[string]string{"pool": "fast"} }
	for _, c := range []struct {
		name  string
		scene *scene
		want  int64
		first string // the scarcest need
		short string // for four pods
	}{
		{"CPU ends it", roomScene("1", "1Gi", "").runs(gpuNode("n1", "a", "", big)), 3, "cpu", "CPU needs 4, 3 free"},
		{"memory ends it", roomScene("1", "3Gi", "").runs(gpuNode("n1", "a", "", big)), 1, "memory", "memory needs 12Gi, 5Gi free and CPU needs 4, 3 free"},
		{"places for pods end it", roomScene("1m", "1Mi", "").runs(gpuNode("n1", "a", "", gives("4", "8Gi", 3))), 2, "pods", "the nodes take 2 more pods"},
		{"GPUs end it", roomScene("1m", "1Mi", "2").runs(gpuNode("n1", "a", "5", big)), 2, "nvidia.com/gpu", "nvidia.com/gpu needs 8, 5 free"},
		{"nothing asked for", roomScene("", "", "").runs(gpuNode("n1", "a", "", gives("4", "8Gi", 4))), 3, "pods", "the nodes take 3 more pods"},
		{
			"in pieces", roomScene("3", "", "").runs(gpuNode("n1", "a", "", gives("5", "8Gi", 9)), gpuNode("n2", "a", "", gives("5", "8Gi", 9)), gpuNode("n3", "a", "", gives("5", "8Gi", 9))),
			2, "cpu", "CPU needs 12, 12 free, but spread over the nodes",
		},
		{
			"never on one node", roomScene("1", "1Gi", "").runs(gpuNode("n2", "a", "", gives("8", "0", 9)), gpuNode("n3", "a", "", gives("0", "8Gi", 9))),
			0, "cpu", "CPU and memory are free, but not on the same nodes",
		},
		{"cordoned", roomScene("1", "1Gi", "").runs(gpuNode("n1", "a", "", big, cordoned)), 0, "cpu", "no node takes its pods"},
		{"NotReady", roomScene("1", "1Gi", "").runs(gpuNode("n1", "a", "", big, broken)), 0, "cpu", "no node takes its pods"},
		{"a taint", roomScene("1", "1Gi", "").runs(gpuNode("n1", "a", "", big, tainted("a=b:NoSchedule"))), 0, "cpu", "no node takes its pods"},
		{"a taint that is tolerated", roomScene("1", "1Gi", "", tolerant).runs(gpuNode("n1", "a", "", big, tainted("a=b:NoSchedule"))), 3, "cpu", "CPU needs 4, 3 free"},
		{"a selector", roomScene("1", "1Gi", "", picky).runs(gpuNode("n1", "a", "", big), gpuNode("n2", "a", "", big, labelled("pool", "fast"))), 4, "cpu", ""},
		{"no nodes", roomScene("1", "1Gi", "").runs(), 0, "cpu", "no node takes its pods"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.scene.around.Nodes == nil {
				c.scene.around.Nodes = []*Node{}
			}
			room := c.scene.room()
			require.Equal(t, c.want, room.Pods)
			require.Equal(t, c.first, room.Needs[0].Resource)
			require.Equal(t, c.short, room.Short(4))
			require.Empty(t, room.Short(c.want), "so many find a place")
			require.Equal(t, fmt.Sprint(c.want), room.Count())
			require.Empty(t, room.Doubt())
		})
	}
}

// What admission adds is no part of the template, and takes room all the same.
func TestRoomForWhatAdmissionAdds(t *testing.T) {
	proxied := func(cpu string) *corev1.Pod {
		p := holding("n1", "1", "", ready())
		p.Spec.Containers = append(p.Spec.Containers, container(asks(cpu, "256Mi"), nil))
		return p
	}
	for _, c := range []struct {
		name     string
		cpu      string // of the template
		old, now []*corev1.Pod
		want     Amount
	}{
		{"no pod to tell", "1", nil, nil, Amount{1000, 0}},
		{"a proxy beside each", "1", nil, []*corev1.Pod{proxied("500m"), proxied("500m")}, Amount{1500, 256 << 20}},
		{"a default for what asks for nothing", "", nil, []*corev1.Pod{proxied("500m")}, Amount{1500, 256 << 20}},
		{"one that was resized", "1", nil, []*corev1.Pod{proxied("4"), holding("n1", "1", "", ready())}, Amount{1000, 0}},
		{"all were resized to less", "2", nil, []*corev1.Pod{holding("n1", "1", "", ready())}, Amount{2000, 0}},
		{"another revision's", "1", []*corev1.Pod{proxied("4")}, []*corev1.Pod{holding("n1", "1", "", ready())}, Amount{1000, 0}},
		{"one that has gone", "1", nil, []*corev1.Pod{leaving(holding("n1", "0", "", ready())), proxied("500m")}, Amount{1500, 256 << 20}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(1).revision(1, "web:0", 0, c.old...).revision(2, "web:1", 1, c.now...)
			s.deployment.Spec.Template.Spec.Containers[0].Resources.Requests = asks(c.cpu, "")
			s.sets[1].Spec.Template.Spec = s.deployment.Spec.Template.Spec
			snapshot := s.snapshot()
			var got Amount
			for _, n := range snapshot.Needs(snapshot.Rollouts[0].Deployment) {
				switch n.Resource {
				case ResourceCPU:
					got.CPU = n.Each
				case ResourceMemory:
					got.Memory = n.Each
				}
			}
			require.Equal(t, c.want, got)
		})
	}
}

// One pod fits nowhere although there is enough for it in all.
func TestRoomInCrumbs(t *testing.T) {
	room := roomScene("2500m", "", "").runs(gpuNode("n2", "a", "", gives("2", "8Gi", 9)), gpuNode("n3", "a", "", gives("1", "8Gi", 9))).room()
	require.Equal(t, "CPU needs 2.5, 3 free, but not more than 2 on a node", room.Short(1))
}

// What holds room and what does not.
func TestRoomIsWhatPodsLeave(t *testing.T) {
	pod := func() *corev1.Pod { return holding("n1", "1", "", ready()) }
	pending := holding("", "1", "", pendingPod("0/1 nodes are available"))
	for _, c := range []struct {
		name string
		pods []*corev1.Pod
		want int64
	}{
		{"none", nil, 8},
		{"running", []*corev1.Pod{pod(), pod()}, 6},
		{"on its way out", []*corev1.Pod{leaving(pod())}, 7},
		{"finished", []*corev1.Pod{finished(pod())}, 8},
		{"waiting for a node", []*corev1.Pod{pending}, 8},
		{"on a node that is not in sight", []*corev1.Pod{holding("gone", "1", "", ready())}, 8},
		{"more than there is", []*corev1.Pod{holding("n1", "9", "", ready())}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(1).revision(1, "web:1", 1, c.pods...).runs(gpuNode("n1", "a", "", gives("8", "8Gi", 110)))
			s.deployment.Spec.Template.Spec.Containers[0].Resources.Requests = asks("1", "")
			room := s.room()
			require.Equal(t, c.want, room.Pods)
			require.Equal(t, c.want*1000, room.Needs[0].Free)
		})
	}
}

func TestRoomThatIsNotKnown(t *testing.T) {
	s := roomScene("1", "1Gi", "").runs(gpuNode("n1", "a", "", gives("4", "8Gi", 110)))
	o := s.objects()
	room := func(o Objects) *Room {
		snapshot := Build(o, nil)
		return snapshot.Room(snapshot.Rollouts[0].Deployment)
	}
	partial := o
	partial.Scope.Namespace = "shop"
	require.Equal(t, "at most 3", room(partial).Count())
	require.Equal(t, "other pods are not in sight", room(partial).Doubt())
	require.Equal(t, "CPU needs 4, at most 3 free", room(partial).Short(4))
	blind := o
	blind.Pods = nil
	require.Equal(t, "at most 4", room(blind).Count(), "pods that may not be seen are not no pods")
	o.Nodes = nil
	require.Nil(t, room(o), "nodes that may not be seen are not no room")
}

// The room is what a scheduler fills that puts one pod after the other wherever it
// fits: no more and no fewer.
func TestRoomProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := func(label string, most int) int64 { return int64(rapid.IntRange(0, most).Draw(t, label)) }
		s := &Snapshot{Nodes: []*Node{}, Pods: []*Pod{}}
		for i := range rapid.IntRange(0, 5).Draw(t, "nodes") {
			s.Nodes = append(s.Nodes, &Node{
				Ref: Ref{Name: fmt.Sprint("n", i)}, Ready: rapid.IntRange(0, 4).Draw(t, "ready") > 0,
				Allocatable: Amount{number("cpu", 40), number("memory", 40)}, MaxPods: number("pods", 12),
				Accelerator: []Accelerator{{Resource: "nvidia.com/gpu", Allocatable: number("gpus", 8)}},
			})
		}
		add := func(node string, d *Deployment) {
			s.Pods = append(s.Pods, &Pod{Node: node, Request: d.Request, GPUs: d.GPUs})
		}
		for range rapid.IntRange(0, 12).Draw(t, "running") {
			add(fmt.Sprint("n", number("on", 5)), &Deployment{
				Request: Amount{number("has cpu", 12), number("has memory", 12)}, GPUs: map[string]int64{"nvidia.com/gpu": number("has gpus", 3)},
			})
		}
		d := &Deployment{Request: Amount{number("wants cpu", 9), number("wants memory", 9)}}
		if n := number("wants gpus", 2); n > 0 {
			d.GPUs = map[string]int64{"nvidia.com/gpu": n}
		}
		room := s.Room(d)
		require.LessOrEqual(t, room.Pods, room.Needs[0].Pods)
		for i := range room.Pods {
			node := fits(s, d)
			require.NotEmpty(t, node, "pod %d of %d", i+1, room.Pods)
			add(node, d)
		}
		require.Empty(t, fits(s, d), "and no more")
		require.NotEmpty(t, room.Short(room.Pods+1))
	})
}

// fits is a node that takes one more pod, by the scheduler's rule: less is free
// than is asked for of nothing that is asked for.
func fits(s *Snapshot, d *Deployment) string {
	for _, n := range s.Nodes {
		cpu, memory, gpus, places := n.Allocatable.CPU, n.Allocatable.Memory, n.Accelerator[0].Allocatable, n.MaxPods
		for _, p := range s.Pods {
			if p.Node == n.Ref.Name {
				cpu, memory, gpus, places = cpu-p.Request.CPU, memory-p.Request.Memory, gpus-p.GPUs["nvidia.com/gpu"], places-1
			}
		}
		wants := d.GPUs["nvidia.com/gpu"]
		if n.Ready && places > 0 && (d.Request.CPU == 0 || cpu >= d.Request.CPU) &&
			(d.Request.Memory == 0 || memory >= d.Request.Memory) && (wants == 0 || gpus >= wants) {
			return n.Ref.Name
		}
	}
	return ""
}

// Nodes are handed on as they are: they cost a snapshot nothing, and one that
// changes is shown.
func TestASnapshotHasAllNodes(t *testing.T) {
	o := roomScene("1", "1Gi", "").runs(gpuNode("n1", "a", "", gives("4", "8Gi", 110)), gpuNode("n2", "a", "8")).objects()
	first := Build(o, nil)
	require.Len(t, first.Nodes, 2)
	require.Same(t, &o.Nodes[0], &first.Nodes[0], "no copy")
	changed := o
	changed.Nodes = []*Node{new(*o.Nodes[0]), o.Nodes[1]}
	changed.Nodes[0].Allocatable.CPU = 1000
	second := Build(changed, first)
	require.False(t, second.Shows(first))
	require.Same(t, first.Rollouts[0], second.Rollouts[0])
	require.EqualValues(t, 0, second.Room(second.Rollouts[0].Deployment).Pods)
}

// BenchmarkRoom is what a dialog costs with every snapshot of 10 000 pods on 500 nodes.
func BenchmarkRoom(b *testing.B) {
	s := &Snapshot{}
	for i := range 500 {
		s.Nodes = append(s.Nodes, &Node{Ref: Ref{Name: fmt.Sprint("n", i)}, Ready: true, Allocatable: Amount{64000, 256 << 30}, MaxPods: 110})
	}
	for i := range 10_000 {
		s.Pods = append(s.Pods, &Pod{Node: s.Nodes[i%500].Ref.Name, Request: Amount{500, 1 << 30}})
	}
	d := NewDeployment(&appsv1.Deployment{})
	d.Request = Amount{1000, 2 << 30}
	b.ReportAllocs()
	for b.Loop() {
		s.Room(d)
	}
}
