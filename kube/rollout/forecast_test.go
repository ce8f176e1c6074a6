package rollout

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fader/kube"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// podOf revision n that was ready so long after it was made.
func podOf(n, i int, after time.Duration, restarts int32) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: fmt.Sprintf("fraud-%d-%d", n, i), CreationTimestamp: metav1.NewTime(noon()),
			Labels: map[string]string{appsv1.DefaultDeploymentUniqueLabelKey: fmt.Sprint(n)},
		},
		Status: corev1.PodStatus{
			ContainerStatuses: []corev1.ContainerStatus{{RestartCount: restarts}},
			Conditions: []corev1.PodCondition{{
				Type: corev1.PodReady, Status: corev1.ConditionTrue, LastTransitionTime: metav1.NewTime(noon().Add(after)),
			}},
		},
	}
}

func TestThePlanSaysHowLongItTakes(t *testing.T) {
	s := sceneOf(deploymentAt(5), set(4, 0), set(5, 3))
	s.pods = []*corev1.Pod{podOf(5, 0, 40*time.Second, 0), podOf(5, 1, 45*time.Second, 0), podOf(5, 2, time.Hour, 1), podOf(5, 3, 50*time.Second, 0)}
	require.Contains(t, plan(t, s, Intent{Verb: SetImage, Images: "model=fraud:v9"}).Effect,
		"new pods take about 45s to become ready (median of 3 pods of revision 5); about 2m15s in all, 1 at a time")
	s.pods = nil
	require.Len(t, plan(t, s, Intent{Verb: SetImage, Images: "model=fraud:v9"}).Effect, 1, "what is not known is not guessed")
}

// roomy is a cluster of nodes that have so many GPUs each, and 4 CPU.
func roomy(gpus ...int64) *kube.Snapshot {
	s := &kube.Snapshot{Pods: []*kube.Pod{}}
	for i, n := range gpus {
		s.Nodes = append(s.Nodes, &kube.Node{
			Ref: kube.Ref{Kind: kube.KindNode, Name: fmt.Sprint("node-", i)}, Ready: true, MaxPods: 110,
			Allocatable: kube.Amount{CPU: 4000, Memory: 16 << 30}, Accelerator: []kube.Accelerator{{Resource: "nvidia.com/gpu", Allocatable: n}},
		})
	}
	return s
}

// asking for so much of a resource in each pod.
func asking(of corev1.ResourceName, much string) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) {
		d.Spec.Template.Spec.Containers[0].Resources.Limits = corev1.ResourceList{of: resource.MustParse(much)}
	}
}

func TestThePlanSeesADeadlockComing(t *testing.T) {
	const deadlock = "no node has room for the extra pod that maxSurge 1 asks for (%s), and maxUnavailable is 0: the rollout waits until a node is added or room is made; else set maxSurge 0 and maxUnavailable 1 first"
	const gpu = "nvidia.com/gpu"
	image := Intent{Verb: SetImage, Images: "model=fraud:v9"}
	for name, test := range map[string]struct {
		asks    func(*appsv1.Deployment)
		now     *kube.Snapshot
		effect  string
		warning string
		note    string
	}{
		"no GPU":         {asks: asking(gpu, "2"), now: roomy(1, 1), warning: fmt.Sprintf(deadlock, "nvidia.com/gpu needs 2, 2 free, but not more than 1 on a node")},
		"no CPU":         {asks: asking("cpu", "5"), now: roomy(0), warning: fmt.Sprintf(deadlock, "CPU needs 5, 4 free")},
		"room for GPUs":  {asks: asking(gpu, "2"), now: roomy(1, 5), effect: "the nodes have room for 2 more such pods, and the surge needs 1"},
		"room for all":   {asks: asking("cpu", "1"), now: roomy(0)},
		"GPUs not known": {asks: asking(gpu, "2"), now: &kube.Snapshot{}, note: "not known whether GPUs are free: nodes are not in sight"},
		"CPU not known":  {asks: asking("cpu", "2"), now: &kube.Snapshot{}},
		"nobody looks":   {asks: asking(gpu, "2")},
		"an old pod may go first": {
			asks: func(d *appsv1.Deployment) {
				asking("cpu", "5")(d)
				d.Spec.Strategy.RollingUpdate.MaxUnavailable = new(intstr.FromInt32(1))
				d.Spec.Strategy.RollingUpdate.MaxSurge = new(intstr.FromInt32(2))
			},
			now: roomy(0), warning: "the nodes have room for 0 of 2 extra pods (CPU needs 10, 4 free): not all of them start at once",
		},
		"0 replicas need no extra pod": {
			asks: func(d *appsv1.Deployment) { asking("cpu", "5")(d); d.Spec.Replicas = new(int32(0)) }, now: roomy(0),
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := sceneOf(deploymentAt(5, test.asks), set(5, 3))
			s.now = test.now
			p := plan(t, s, image)
			for _, c := range []struct {
				want string
				list []string
			}{{test.effect, p.Effect}, {test.warning, p.Warnings}, {test.note, p.Notes}} {
				if c.want != "" {
					require.Contains(t, c.list, c.want)
					continue
				}
				require.NotRegexp(t, "room|GPU", fmt.Sprint(c.list))
			}
		})
	}
}

func TestThePlanOfAScaleUpKnowsTheRoom(t *testing.T) {
	for name, test := range map[string]struct {
		asks     func(*appsv1.Deployment)
		now      *kube.Snapshot
		replicas int32
		warnings []string
		notes    []string
	}{
		"it fits":        {asks: asking("cpu", "2"), now: roomy(0, 0), replicas: 7},
		"it does not":    {asks: asking("cpu", "2"), now: roomy(0, 0), replicas: 8, warnings: []string{"the nodes have room for 4 of 5 more pods: CPU needs 10, 8 free"}},
		"memory":         {asks: asking("memory", "10Gi"), now: roomy(0, 0), replicas: 6, warnings: []string{"the nodes have room for 2 of 3 more pods: memory needs 30Gi, 32Gi free, but spread over the nodes"}},
		"GPUs":           {asks: asking("nvidia.com/gpu", "1"), now: roomy(1, 0), replicas: 5, warnings: []string{"the nodes have room for 1 of 2 more pods: nvidia.com/gpu needs 2, 1 free"}},
		"no node at all": {asks: asking("cpu", "2"), now: &kube.Snapshot{Nodes: []*kube.Node{}}, replicas: 4, warnings: []string{"the nodes have room for at most 0 of 1 more pods: no node takes its pods"}},
		"fewer":          {asks: asking("cpu", "9"), now: roomy(0), replicas: 2},
		"far more, and they fit": {
			asks: asking("cpu", "10m"), now: roomy(0, 0), replicas: 30, warnings: []string{"27 pods more at once is 10 times what runs now"},
		},
		"not known":    {asks: asking("cpu", "2"), now: &kube.Snapshot{}, replicas: 8, notes: []string{"not known whether the nodes have room: they are not in sight"}},
		"nobody looks": {asks: asking("cpu", "2"), replicas: 8},
	} {
		t.Run(name, func(t *testing.T) {
			s := sceneOf(deploymentAt(5, test.asks), set(5, 3))
			s.now = test.now
			p := plan(t, s, Intent{Verb: Scale, Replicas: test.replicas})
			require.Equal(t, test.warnings, p.Warnings)
			about := slices.DeleteFunc(p.Notes, func(note string) bool { return !strings.Contains(note, "room") })
			require.ElementsMatch(t, test.notes, about)
		})
	}
}
