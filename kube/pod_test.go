package kube

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// servingPod is a healthy pod as a cluster has thousands of.
func servingPod() *corev1.Pod {
	p := readyPod(1)
	p.Name, p.Namespace, p.UID = "web-5-00", "shop", "p"
	p.OwnerReferences = []metav1.OwnerReference{{Kind: "ReplicaSet", Name: "web-5", UID: "rs5", Controller: new(true)}}
	p.Status.PodIP = "10.0.0.1"
	p.Status.Conditions = append(p.Status.Conditions, corev1.PodCondition{Type: corev1.PodScheduled, Status: corev1.ConditionTrue})
	return p
}

func TestNewPod(t *testing.T) {
	require.Equal(t, &Pod{
		Ref:      Ref{KindPod, "shop", "web-5-00", "p"},
		OwnerUID: "rs5", Controller: Controller{KindReplicaSet, "web-5"}, Created: at(1).Time, Node: "n1", IP: "10.0.0.1",
		Status: "Running", Ready: 1, Total: 1, IsReady: true, ReadySince: at(1).Time,
	}, NewPod(servingPod()))
	require.Equal(t, &Pod{Ref: Ref{Kind: KindPod}, Scheduling: Scheduling{Scheduler: "default-scheduler"}}, NewPod(&corev1.Pod{}))
}

func TestNewPodThatIsDeleted(t *testing.T) {
	p := NewPod(leaving(servingPod()))
	require.Equal(t, at(20).Time, p.Terminating, "asked for a minute before the grace period ends")
	require.Equal(t, at(21).Time, p.Gone)
	require.False(t, p.Counts())
	require.True(t, p.IsReady)
}

func TestNewPodWithForeignOwner(t *testing.T) {
	p := servingPod()
	p.OwnerReferences[0].Controller = nil
	require.Empty(t, NewPod(p).OwnerUID, "an owner that does not control")
}

func TestNewPodWithTroubles(t *testing.T) {
	p := crashedPod("Error", 3, 2)
	p.Status.ContainerStatuses[0].LastTerminationState.Terminated.Message = "no\nconfig"
	require.Equal(t, []Trouble{{
		Container: "app", Image: "web:1", Reason: "CrashLoopBackOff", Message: "no config",
		ExitCode: new(int32(3)), LastReason: "Error", Restarts: 2, Since: at(20).Time,
	}}, NewPod(p).Troubles)

	p = crashedPod("Error", 3, 2)
	p.Status.ContainerStatuses[0].State = running()
	require.True(t, NewPod(p).Troubles[0].Running)
	p.Status.ContainerStatuses[0].Ready = true
	require.Empty(t, NewPod(p).Troubles, "it recovered")
	require.Empty(t, NewPod(waitingPod(1, "ContainerCreating", "")).Troubles)
	require.Empty(t, NewPod(initPod(ended("Completed", 0, 0))).Troubles)
	require.True(t, NewPod(initPod(held("ErrImagePull"))).Troubles[0].Init)
}

func TestNewPodCountsGPUs(t *testing.T) {
	asks := func(n string) corev1.ResourceRequirements {
		return corev1.ResourceRequirements{Limits: corev1.ResourceList{"nvidia.com/gpu": resource.MustParse(n), "cpu": resource.MustParse("8")}}
	}
	sidecar := corev1.Container{Name: "s", RestartPolicy: new(corev1.ContainerRestartPolicyAlways), Resources: asks("1")}
	p := servingPod()
	require.Nil(t, NewPod(p).GPUs)
	p.Spec.Containers = []corev1.Container{{Name: "a", Resources: asks("2")}, {Name: "b", Resources: asks("1")}}
	require.Equal(t, map[string]int64{"nvidia.com/gpu": 3}, NewPod(p).GPUs)
	p.Spec.InitContainers = []corev1.Container{sidecar, {Name: "i", Resources: asks("2")}}
	require.Equal(t, map[string]int64{"nvidia.com/gpu": 4}, NewPod(p).GPUs, "the containers and the sidecar")
	p.Spec.InitContainers[1].Resources = asks("6")
	require.Equal(t, map[string]int64{"nvidia.com/gpu": 7}, NewPod(p).GPUs, "the init container and the sidecar before it")
	p.Spec.Containers[0].Resources = corev1.ResourceRequirements{Limits: corev1.ResourceList{"nvidia.com/mig-1g.10gb": resource.MustParse("1"), "amd.com/gpu": resource.MustParse("1")}}
	require.Equal(t, map[string]int64{"nvidia.com/gpu": 7, "nvidia.com/mig-1g.10gb": 1, "amd.com/gpu": 1}, NewPod(p).GPUs)
}

// TestNewPodIsCleaned: no field carries hostile text on (F42).
func TestNewPodIsCleaned(t *testing.T) {
	evil := "x\x1b]52;c;aGk=\x07\u202e\u009b31m"
	p := waitingPod(1, evil, evil)
	p.Name, p.Namespace, p.Spec.NodeName, p.Status.PodIP = evil, evil, evil, evil
	p.Spec.Containers[0].Image = evil
	p.Status.Conditions = append(p.Status.Conditions, corev1.PodCondition{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: evil, Message: evil})
	got := NewPod(p)
	for _, s := range []string{
		got.Ref.Name, got.Ref.Namespace, got.Node, got.IP, got.Status, got.Scheduling.Reason, got.Scheduling.Message,
		got.Troubles[0].Image, got.Troubles[0].Reason, got.Troubles[0].Message,
	} {
		require.Equal(t, "x", s)
	}
}

// TestNewPodIsLean: a first sync makes ten thousand.
func TestNewPodIsLean(t *testing.T) {
	p := servingPod()
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { NewPod(p) }), 1.0)
	asking := servingPod()
	asking.Spec.Containers[0].Resources.Requests = asks("250m", "1.5Gi")
	asking.Status.ContainerStatuses[0].AllocatedResources = asks("250m", "1.5Gi")
	asking.Status.ContainerStatuses[0].Resources = &corev1.ResourceRequirements{Requests: asks("250m", "1.5Gi")}
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { NewPod(asking) }), 1.0)
	troubled := crashedPod("Error", 1, 3)
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { NewPod(troubled) }), 3.0)
}

func BenchmarkNewPod(b *testing.B) {
	p := servingPod()
	b.ReportAllocs()
	for b.Loop() {
		NewPod(p)
	}
}

// TestWasReady: the kubelet's first word about a pod is that it is not ready.
func TestWasReady(t *testing.T) {
	second := func(n int) metav1.Time { return metav1.NewTime(noon.Add(time.Duration(n) * time.Second)) }
	for name, c := range map[string]struct {
		seen, unready, ended int // seconds after the pod was created; -1 for unknown
		want                 bool
	}{
		"crashes from the first second":              {1, 1, 2, false},
		"seen on the turn of a second":               {1, 2, 2, false},
		"waited an hour for a node, then crashes":    {3600, 3600, 3602, false},
		"ready for five minutes, then crashed":       {1, 300, 300, true},
		"ready for weeks, and has crashed for hours": {1, 2_000_000, 2_010_000, true},
		"waited an hour for a node, then was ready":  {3600, 3700, 3700, true},
		"not known since when":                       {1, -1, 2, false},
		"no word of when it was seen, not ready":     {-1, 1, 2, false},
		"no word of when it was seen, ready once":    {-1, 300, 900, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := crashedPod("Error", 1, 3)
			p.CreationTimestamp = second(0)
			p.Status.ContainerStatuses[0].LastTerminationState.Terminated.FinishedAt = second(c.ended)
			p.Status.Conditions[0].LastTransitionTime = metav1.Time{}
			if c.unready >= 0 {
				p.Status.Conditions[0].LastTransitionTime = second(c.unready)
			}
			if c.seen >= 0 {
				p.Status.StartTime = new(second(c.seen))
			}
			require.Equal(t, c.want, NewPod(p).WasReady)
			p.Status.ContainerStatuses[0].State = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: second(c.ended + 10)}}
			require.Equal(t, c.want, NewPod(p).WasReady, "while it runs again")
			p.Status.Conditions[0].Status = corev1.ConditionTrue
			require.False(t, NewPod(p).WasReady, "it is ready")
		})
	}
}
