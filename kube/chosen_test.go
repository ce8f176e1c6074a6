package kube

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// TestPodsThatHaveANodeAndAreNotOnIt: the scheduler has looked at them, and that it
// preempts anybody is not said.
func TestPodsThatHaveANodeAndAreNotOnIt(t *testing.T) {
	chosen := func(node string, p *corev1.Pod) *corev1.Pod {
		p.Status.NominatedNodeName = node
		return p
	}
	silent := func() *corev1.Pod { return unseenPod("default-scheduler") }
	failed := func() *corev1.Pod { return pendingPod("0/3 nodes are available: 3 Insufficient cpu.") }
	const waits = " and waits for volumes, devices, or other pods to go"
	nodes := func(s *scene) *scene { return s.runs(gpuNode("n1", "a", ""), gpuNode("n4", "a", "")) }
	for _, c := range []struct {
		name  string
		scene *scene
		text  string
		kind  CauseKind
	}{
		{"bound soon", nodes(complete(chosen("n4", silent()))), "1 of 3 pods Pending: the scheduler has chosen n4" + waits, CauseBinding},
		{"nodes not in sight", complete(chosen("n4", silent())), "1 of 3 pods Pending: the scheduler has chosen n4" + waits, CauseBinding},
		{"two nodes", nodes(rolling(10, 2, 8, []*corev1.Pod{chosen("n4", silent()), chosen("n1", silent())}, times(8, ready))), "2 new pods Pending: the scheduler has chosen n1 and 1 more node" + waits, CauseBinding},
		{"no room before", nodes(complete(chosen("n4", failed()))), "1 of 3 pods Pending: the scheduler has chosen n4" + waits, CauseBinding},
		{"others go from there", nodes(complete(chosen("n4", failed())).revision(4, "web:0", 0, on("n4", "", leaving(ready())))), "1 of 3 pods Pending: the scheduler has chosen n4" + waits + ": 1 pod is terminating there", CauseBinding},
		{"a node that is gone", nodes(complete(chosen("n9", failed()))), "1 of 3 pods Pending: 0/3 nodes: 3 Insufficient cpu", CauseUnschedulable},
		{"a node that is not there yet", nodes(complete(chosen("n9", silent()))), "2 of 3 updated pods available", CauseWaiting},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, cause := worstAt(t, c.scene, 20)
			require.Equal(t, []any{c.text, c.kind}, []any{cause.Text, cause.Kind})
		})
	}
}

// TestASchedulersSilence: how soon it means something depends on what the scheduler may
// be at.
func TestASchedulersSilence(t *testing.T) {
	volume := func(p *corev1.Pod) *corev1.Pod {
		p.Spec.Volumes = []corev1.Volume{{VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "data"}}}}
		return p
	}
	device := func(p *corev1.Pod) *corev1.Pod {
		p.Spec.ResourceClaims = []corev1.PodResourceClaim{{Name: "gpu"}}
		return p
	}
	plain := func() *corev1.Pod { return unseenPod("default-scheduler") }
	const nobody, plainly = "1 new pod Pending: no scheduler has looked at it", "0 of 10 updated pods available"
	for _, c := range []struct {
		name     string
		pod      *corev1.Pod
		after    time.Duration
		text     string
		severity Severity
	}{
		{"nothing to bind", plain(), 9 * time.Second, plainly, Info},
		{"nothing to bind, late", plain(), 10 * time.Second, nobody, Attention},
		{"a volume", volume(plain()), 59 * time.Second, plainly, Info},
		{"a volume, for a minute", volume(plain()), time.Minute, "1 new pod Pending: the scheduler has said nothing about it, and may be binding volumes", Info},
		{"a volume, given up by now", volume(plain()), 11 * time.Minute, nobody, Attention},
		{"a device", device(plain()), time.Minute, "1 new pod Pending: the scheduler has said nothing about it, and may be binding devices", Info},
		{"both", device(volume(plain())), time.Minute, "1 new pod Pending: the scheduler has said nothing about it, and may be binding volumes and devices", Info},
		{"another scheduler", unseenPod("volcano"), 59 * time.Second, plainly, Info},
		{"another scheduler, for a minute", unseenPod("volcano"), time.Minute, "1 new pod Pending: scheduler volcano has said nothing about it", Attention},
		{"another scheduler, for hours", unseenPod("volcano"), 5 * time.Hour, "1 new pod Pending: scheduler volcano has said nothing about it", Attention},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := rolling(9, 1, 8, []*corev1.Pod{c.pod}, times(8, ready)).objects()
			o.Now = at(11).Add(c.after)
			cause := Build(o, nil).Rollouts[0].Worst()
			require.Equal(t, []any{c.text, c.severity}, []any{cause.Text, cause.Severity})
		})
	}
}
