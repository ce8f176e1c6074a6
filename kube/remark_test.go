package kube

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func remarksAbout(r *Rollout, word string) (about []string) {
	for _, remark := range r.Remarks {
		if strings.Contains(remark, word) {
			about = append(about, remark)
		}
	}
	return about
}

// gpuScene is a complete rollout of pods with a GPU each, which must not go first.
func gpuScene(pods ...*corev1.Pod) *scene {
	s := limits(newScene(1).revision(8, "web:1", 1, pods...), "1", "0")
	withGPU(&corev1.Pod{Spec: s.deployment.Spec.Template.Spec}, "1")
	s.sets[0].Spec.Template.Spec = s.deployment.Spec.Template.Spec
	return s
}

func TestSurgeRemark(t *testing.T) {
	const wants = "the next update needs 1 nvidia.com/gpu for its first pod, and "
	const ways = "; maxUnavailable 0 frees none: set maxSurge 0 / maxUnavailable 1, or free a GPU"
	holding := on("gpu-1", "1", ready())
	full := gpuScene(holding).runs(gpuNode("gpu-1", "a", "1"), gpuNode("cpu", "a", ""))
	for _, c := range []struct {
		name  string
		scene *scene
		want  string
	}{
		{"all are taken", full, wants + "none of the 1 node that could take it has so many free" + ways},
		{"one is free", gpuScene(holding).runs(gpuNode("gpu-1", "a", "2")), ""},
		{
			"one is free that may not be used", gpuScene(holding).runs(gpuNode("gpu-1", "a", "1"), gpuNode("gpu-2", "a", "8", tainted("team=x:NoSchedule"))),
			wants + "none of the 1 node that could take it has so many free" + ways,
		},
		{"no node may be used any more", gpuScene(holding).runs(gpuNode("gpu-1", "a", "8", cordoned)), wants + "no node that has so many takes its pods" + ways},
		{"an old pod may go first", limits(gpuScene(holding), "1", "1").runs(gpuNode("gpu-1", "a", "1")), ""},
		{"Recreate", recreate(gpuScene(holding)).runs(gpuNode("gpu-1", "a", "1")), ""},
		{"nodes may not be seen", gpuScene(holding), ""},
		{"no GPUs wanted", limits(newScene(1).revision(8, "web:1", 1, ready()), "1", "0").runs(gpuNode("gpu-1", "a", "1")), ""},
		{"pods change hands", gpuScene(holding, leaving(ready())).runs(gpuNode("gpu-1", "a", "1")), ""},
		{"under way", gpuScene(holding).status(2, 1, 1).runs(gpuNode("gpu-1", "a", "1")), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := remarksAbout(c.scene.rollout(), "next update")
			if c.want == "" {
				require.Empty(t, got)
				return
			}
			require.Equal(t, []string{c.want}, got)
		})
	}
	require.Empty(t, full.rollout().Causes, "nothing is wrong yet")
	paused := pausedScene(gpuScene(holding)).status(1, 0, 1).runs(gpuNode("gpu-1", "a", "1"))
	paused.deployment.Spec.Template.Spec.Containers[0].Image = "web:2"
	require.NotEmpty(t, remarksAbout(paused.rollout(), "next update"), "held before it began")
}

// A GPU that another Deployment frees makes the remark go.
func TestSurgeRemarkFollowsTheNodes(t *testing.T) {
	s := gpuScene(on("gpu-1", "1", ready())).runs(gpuNode("gpu-1", "a", "2"))
	stranger := NewPod(on("gpu-1", "1", servingPod()))
	stranger.Ref.Name, stranger.Ref.UID, stranger.OwnerUID = "stranger", "stranger", ""
	o := s.objects()
	o.Pods = append(o.Pods, stranger)
	first := Build(o, nil)
	require.Len(t, remarksAbout(first.Rollouts[0], "next update"), 1)
	o.Pods = o.Pods[:1]
	require.Empty(t, remarksAbout(Build(o, first).Rollouts[0], "next update"))
}

// tookToStart is a ready pod whose containers ran so many minutes before it was.
func tookToStart(minutes int) *corev1.Pod {
	p := readyPod(10 + minutes)
	p.Status.ContainerStatuses[0].State.Running.StartedAt = at(10)
	return p
}

func TestProbeRemarks(t *testing.T) {
	probe := func(delay int32) func(*corev1.PodSpec) {
		return func(spec *corev1.PodSpec) {
			spec.Containers[0].ReadinessProbe = &corev1.Probe{InitialDelaySeconds: delay}
		}
	}
	sidecar := func(spec *corev1.PodSpec) {
		spec.Containers = append(spec.Containers, corev1.Container{Name: "proxy", ReadinessProbe: &corev1.Probe{}})
	}
	both := func(all ...func(*corev1.PodSpec)) func(*corev1.PodSpec) {
		return func(spec *corev1.PodSpec) {
			for _, one := range all {
				one(spec)
			}
		}
	}
	const missing = `container "app" has no readiness probe: ready only means started`
	for _, c := range []struct {
		name   string
		change func(*corev1.PodSpec)
		old    *corev1.Pod
		want   []string
	}{
		{"none", func(*corev1.PodSpec) {}, ready(), []string{missing}},
		{"none, and it takes its time", func(*corev1.PodSpec) {}, tookToStart(2), []string{missing + ", and pods of revision 4 took 2m to get ready"}},
		{"only the proxy has one", sidecar, ready(), nil},
		{
			"only the proxy has one, and the app is spoken to",
			both(sidecar, func(spec *corev1.PodSpec) { spec.Containers[0].Ports = []corev1.ContainerPort{{ContainerPort: 80}} }), ready(),
			[]string{missing},
		},
		{
			"asks early", probe(5), tookToStart(2),
			[]string{`the readiness probe of container "app" asks after 5s, and pods of revision 4 took 2m to get ready: make sure that it does not answer too soon`},
		},
		{"asks early after a startup probe", both(probe(5), func(spec *corev1.PodSpec) { spec.Containers[0].StartupProbe = &corev1.Probe{} }), tookToStart(2), nil},
		{"asks late enough", probe(115), tookToStart(2), nil},
		{"nobody knows how long it takes", probe(5), ready(), nil},
		{"a pod that restarted tells of something else", probe(5), func() *corev1.Pod {
			p := tookToStart(2)
			p.Status.ContainerStatuses[0].RestartCount = 1
			return p
		}(), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := rolling(10, 2, 8, times(2, ready), []*corev1.Pod{c.old})
			c.change(&s.deployment.Spec.Template.Spec)
			s.sets[0].Spec.Template.Spec = s.deployment.Spec.Template.Spec
			require.Equal(t, c.want, s.rollout().Remarks)
		})
	}
}

func TestBlindAutoscalerIsRemarked(t *testing.T) {
	s := twoRevisions().scaled(newHPA(hpaCondition("ScalingActive", corev1.ConditionFalse, "FailedGetResourceMetric")))
	require.Equal(t, []string{"autoscaler web has no metrics (FailedGetResourceMetric): it does nothing between 2 and 10 pods"}, remarksAbout(s.rollout(), "autoscaler"))
}

func TestOwner(t *testing.T) {
	s := twoRevisions()
	orphan := s.sets[1].DeepCopy()
	orphan.UID, orphan.Name, orphan.OwnerReferences = "orphan", "orphan", []metav1.OwnerReference{}
	s.sets = append(s.sets, orphan)
	snapshot := s.snapshot()
	for _, c := range []struct {
		uid        string
		deployment Ref
		revision   int64
		current    bool
	}{
		{"rs5", webRef(), 5, true},
		{"rs4", webRef(), 4, false},
		{"orphan", Ref{}, 4, false},
		{"nobody", Ref{}, 0, false},
		{"", Ref{}, 0, false},
	} {
		deployment, revision, current := snapshot.Owner(c.uid)
		require.Equal(t, c.deployment, deployment, c.uid)
		require.Equal(t, c.revision, revision, c.uid)
		require.Equal(t, c.current, current, c.uid)
	}
	require.Len(t, snapshot.Pods, 4)
	require.Len(t, snapshot.ReplicaSets, 3, "orphans are shown too")
	deployment, _, _ := (&Snapshot{}).Owner("rs5")
	require.Zero(t, deployment, "nothing was built yet")
}
