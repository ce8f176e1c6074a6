package rollout

import (
	"fmt"
	"testing"
	"time"

	"fader/kube"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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

func TestThePlanSeesADeadlockComing(t *testing.T) {
	wantsGPU := func(d *appsv1.Deployment) {
		d.Spec.Template.Spec.Containers[0].Resources.Limits = corev1.ResourceList{"nvidia.com/gpu": resource.MustParse("2")}
	}
	node := func(free int64) *kube.GPUNode {
		return &kube.GPUNode{
			Node: &kube.Node{Ready: true}, Resources: []kube.GPUUse{{Accelerator: kube.Accelerator{Resource: "nvidia.com/gpu"}, Free: free}},
		}
	}
	image := Intent{Verb: SetImage, Images: "model=fraud:v9"}
	for name, test := range map[string]struct {
		now     *kube.Snapshot
		effect  string
		warning string
		note    string
	}{
		"no room":      {now: &kube.Snapshot{GPUNodes: []*kube.GPUNode{node(1), node(1)}}, warning: "no node has a free GPU for the extra pod that maxSurge 1 asks for, and maxUnavailable is 0: the rollout would never move; set maxSurge 0 and maxUnavailable 1 first"},
		"room":         {now: &kube.Snapshot{GPUNodes: []*kube.GPUNode{node(1), node(5)}}, effect: "the free GPUs have room for 2 pods, and the surge needs 1"},
		"not known":    {now: &kube.Snapshot{}, note: "not known whether GPUs are free: nodes may not be read"},
		"nobody looks": {},
	} {
		t.Run(name, func(t *testing.T) {
			s := sceneOf(deploymentAt(5, wantsGPU), set(5, 3))
			s.now = test.now
			p := plan(t, s, image)
			for want, list := range map[string][]string{test.effect: p.Effect, test.warning: p.Warnings, test.note: p.Notes} {
				if want != "" {
					require.Contains(t, list, want)
				}
			}
			if test.warning == "" {
				require.NotContains(t, fmt.Sprint(p.Warnings), "GPU")
			}
		})
	}
}
