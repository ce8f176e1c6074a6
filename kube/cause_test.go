package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const noGPU = "0/8 nodes are available: 8 Insufficient nvidia.com/gpu. preemption: 0/8 nodes are available: 8 No preemption victims found for incoming pod."

func limits(s *scene, surge, unavailable string) *scene {
	a, b := intstr.Parse(surge), intstr.Parse(unavailable)
	s.deployment.Spec.Strategy.RollingUpdate = &appsv1.RollingUpdateDeployment{MaxSurge: &a, MaxUnavailable: &b}
	return s
}

func pull(reason string) func() *corev1.Pod {
	return func() *corev1.Pod {
		p := waitingPod(11, reason, "failed to resolve reference: not found")
		p.Spec.Containers[0].Image = "that-image-does-not-exist"
		return p
	}
}

func ready() *corev1.Pod { return readyPod(1) }

func withMemory(p *corev1.Pod, limit string) *corev1.Pod {
	p.Spec.Containers[0].Resources.Limits = corev1.ResourceList{corev1.ResourceMemory: resource.MustParse(limit)}
	return p
}

func withGPU(p *corev1.Pod, n string) *corev1.Pod {
	p.Spec.Containers[0].Resources.Limits = corev1.ResourceList{"nvidia.com/gpu": resource.MustParse(n)}
	return p
}

func gated(p *corev1.Pod) *corev1.Pod {
	p.Spec.ReadinessGates = []corev1.PodReadinessGate{{ConditionType: "lb/ready"}}
	p.Status.Conditions = append(p.Status.Conditions, corev1.PodCondition{Type: corev1.ContainersReady, Status: corev1.ConditionTrue})
	return p
}

// rolling is web:1 as revision 5 taking over from revision 4, ten pods wanted.
func rolling(current, updated, available int32, fresh, old []*corev1.Pod) *scene {
	return newScene(10).status(current, updated, available).progressing("ReplicaSetUpdated", 11).
		revision(5, "web:1", int32(len(fresh)), fresh...).
		revision(4, "web:0", int32(len(old)), old...)
}

func failing(s *scene, message string, missing int32) *scene {
	*s.sets[0].Spec.Replicas += missing
	s.sets[0].Status.Conditions = []appsv1.ReplicaSetCondition{{
		Type: appsv1.ReplicaSetReplicaFailure, Status: corev1.ConditionTrue, Reason: "FailedCreate", Message: message, LastTransitionTime: at(13),
	}}
	return s
}

// TestCauses holds every detector to its words: what is told first, with its hint.
func TestCauses(t *testing.T) {
	for _, c := range []struct {
		name     string
		scene    *scene
		kind     CauseKind
		severity Severity
		text     string
		hint     string
		about    string
		minute   int // of Since; -1 for unknown
	}{
		{
			"image pull", rolling(13, 5, 8, append(times(3, pull("ErrImagePull")), times(2, pull("ImagePullBackOff"))...), times(8, ready)),
			CauseImagePull, Broken,
			`5 new pods cannot pull "that-image-does-not-exist" (ErrImagePull): failed to resolve reference: not found · revision 4 still serves 8 of 10`,
			"the registry does not have it: set another image, or undo to revision 4", "web-5-00", 11,
		},
		{
			"some of the new pods cannot pull", rolling(12, 3, 9, append(times(2, ready), pull("ImagePullBackOff")()), times(7, ready)),
			CauseImagePull, Broken,
			`1 of 3 new pods cannot pull "that-image-does-not-exist" (ErrImagePull): failed to resolve reference: not found · revision 4 still serves 7 of 10`,
			"the registry does not have it: set another image, or undo to revision 4", "web-5-02", 11,
		},
		{
			"crash loop", rolling(10, 2, 8, []*corev1.Pod{crashedPod("Error", 1, 4), crashedPod("Error", 1, 7)}, times(8, ready)),
			CauseCrashLoop, Broken,
			`2 new pods crash: container "app" exits with code 1 (CrashLoopBackOff), 11 restarts in all · revision 4 still serves 8 of 10`,
			"read the previous logs of web-5-00, or undo to revision 4", "web-5-00", 11,
		},
		{
			"out of memory", rolling(1, 1, 0, []*corev1.Pod{withMemory(crashedPod(reasonOOM, 137, 3), "2Gi")}, nil),
			CauseOOMKilled, Broken,
			`1 new pod runs out of memory: container "app" is OOMKilled at its limit of 2Gi, 3 restarts · no pod is ready`,
			"raise the memory limit of container app, or undo to revision 4, not known to be healthy", "web-5-00", 11,
		},
		{
			"init container fails", rolling(9, 1, 8, []*corev1.Pod{initPod(corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Error", ExitCode: 127, FinishedAt: at(12)}})}, times(8, ready)),
			CauseInit, Broken,
			`1 new pod cannot initialise: init container "load" exits with code 127, command not found (Error) · revision 4 still serves 8 of 10`,
			"read the previous logs of web-5-00, or undo to revision 4", "web-5-00", 11,
		},
		{
			"init container runs", rolling(9, 1, 8, []*corev1.Pod{initPod(corev1.ContainerState{Running: &corev1.ContainerStateRunning{}})}, times(8, ready)),
			CauseInit, Info, `1 new pod waits for init container "load"`, "", "web-5-00", 11,
		},
		{
			"missing ConfigMap", rolling(9, 1, 8, []*corev1.Pod{waitingPod(11, "CreateContainerConfigError", `configmap "flags" not found`)}, times(8, ready)),
			CauseCannotStart, Broken,
			`1 new pod cannot start container "app" (CreateContainerConfigError): configmap "flags" not found · revision 4 still serves 8 of 10`,
			"create ConfigMap flags in namespace shop, or undo to revision 4", "web-5-00", 11,
		},
		{
			"volume does not mount", rolling(9, 1, 8, []*corev1.Pod{waitingPod(11, containerCreating, "")}, times(8, ready)).
				event("web-5-00", "FailedMount", `secret "tls" not found`, 12),
			CauseCannotStart, Attention,
			`1 new pod cannot start (FailedMount): secret "tls" not found · revision 4 still serves 8 of 10`, "create Secret tls in namespace shop", "web-5-00", 11,
		},
		{
			"unschedulable", rolling(12, 2, 9, []*corev1.Pod{ready(), pendingPod("0/3 nodes are available: 1 node(s) had untolerated taint {a: b}, 2 Insufficient cpu.")}, times(8, ready)),
			CauseUnschedulable, Attention,
			`1 of 2 new pods Pending: 0/3 nodes: 2 Insufficient cpu, 1 node(s) had untolerated taint {a: b} · revision 4 still serves 8 of 10`,
			"free cpu on a node, or undo to revision 4", "web-5-01", 12,
		},
		{
			"surge deadlock", limits(newScene(1).status(2, 1, 1).progressing("ReplicaSetUpdated", 11), "25%", "25%").
				revision(9, "web:1", 1, withGPU(pendingPod(noGPU), "1")).revision(8, "web:0", 1, on("gpu-1", "1", ready())).runs(gpuNode("gpu-1", "a", "1", gives("8", "8Gi", 110))),
			CauseSurgeDeadlock, Attention,
			`surge deadlock: 1 new pod Pending (0/8 nodes: 8 Insufficient nvidia.com/gpu), and maxUnavailable 25% (=0) lets no old pod go before a new one is available · revision 8 still serves 1 of 1`,
			"set maxSurge 0 / maxUnavailable 1 (nothing serves until the new pod is ready), or free a GPU", "web-9-00", 12,
		},
		{
			"no deadlock while an old pod makes room", limits(newScene(1).status(2, 1, 1).progressing("ReplicaSetUpdated", 11), "1", "0").
				revision(9, "web:1", 1, pendingPod(noGPU)).revision(8, "web:0", 1, ready(), leaving(ready())),
			CauseUnschedulable, Attention,
			`1 new pod Pending: 0/8 nodes: 8 Insufficient nvidia.com/gpu · revision 8 still serves 1 of 1`,
			"free a GPU, or undo to revision 8", "web-9-00", 12,
		},
		{
			"no deadlock where an old pod may go first", limits(newScene(2).status(3, 1, 2).progressing("ReplicaSetUpdated", 11), "1", "1").
				revision(9, "web:1", 1, pendingPod(noGPU)).revision(8, "web:0", 2, ready(), ready()),
			CauseUnschedulable, Attention,
			`1 new pod Pending: 0/8 nodes: 8 Insufficient nvidia.com/gpu · revision 8 still serves 2 of 2`,
			"free a GPU, or undo to revision 8", "web-9-00", 12,
		},
		{
			"no surge deadlock where an old pod went and its place did not help", limits(newScene(2).status(3, 2, 1).progressing("ReplicaSetUpdated", 11), "1", "1").
				revision(9, "web:1", 2, pendingPod(noGPU), pendingPod(noGPU)).revision(8, "web:0", 1, ready()),
			CauseUnschedulable, Attention,
			`2 new pods Pending: 0/8 nodes: 8 Insufficient nvidia.com/gpu · revision 8 still serves 1 of 2`,
			"free a GPU, or undo to revision 8", "web-9-00", 12,
		},
		{
			"no deadlock while there is more available than must be", limits(newScene(2).status(4, 2, 3).progressing("ReplicaSetUpdated", 11), "2", "0").
				revision(9, "web:1", 2, ready(), pendingPod(noGPU)).revision(8, "web:0", 2, ready(), ready()),
			CauseUnschedulable, Attention,
			`1 of 2 new pods Pending: 0/8 nodes: 8 Insufficient nvidia.com/gpu · revision 8 still serves 2 of 2`,
			"free a GPU, or undo to revision 8", "web-9-01", 12,
		},
		{
			"no deadlock while another new pod starts", limits(newScene(2).status(4, 2, 2).progressing("ReplicaSetUpdated", 11), "2", "0").
				revision(9, "web:1", 2, newPod(11), pendingPod(noGPU)).revision(8, "web:0", 2, ready(), ready()),
			CauseUnschedulable, Attention,
			`1 of 2 new pods Pending: 0/8 nodes: 8 Insufficient nvidia.com/gpu · revision 8 still serves 2 of 2`,
			"free a GPU, or undo to revision 8", "web-9-01", 12,
		},
		{
			"held by a scheduling gate", rolling(9, 1, 8, []*corev1.Pod{schedulingGated()}, times(8, ready)),
			CauseUnschedulable, Attention, "1 new pod Pending: held by scheduling gates · revision 4 still serves 8 of 10", "", "web-5-00", 12,
		},
		{
			"Recreate waits for the old pods", recreate(newScene(2).status(0, 0, 0).progressing("ReplicaSetUpdated", 11).
				revision(5, "web:1", 0).revision(4, "web:0", 0, leaving(ready()), leaving(ready()))),
			CauseTerminating, Info, "2 old pods are terminating, and Recreate waits for that", "", "web-4-00", 20,
		},
		{
			"ready, not yet available", readySince(rolling(10, 2, 8, times(2, ready), times(8, ready))),
			CauseMinReady, Info, "2 new pods ready, waiting for minReadySeconds (30s)", "", "web-5-00", 1,
		},
		{
			"several old revisions", rolling(11, 1, 9, []*corev1.Pod{pull("ErrImagePull")()}, times(8, ready)).revision(3, "web:old", 1, ready()),
			CauseImagePull, Broken,
			`1 new pod cannot pull "that-image-does-not-exist" (ErrImagePull): failed to resolve reference: not found · 2 older revisions still serve 9 of 10`,
			"the registry does not have it: set another image, or undo to revision 4", "web-5-00", 11,
		},
		{
			"no way back to a revision that does not serve", rolling(3, 1, 0, []*corev1.Pod{pull("ErrImagePull")()}, times(2, func() *corev1.Pod { return newPod(1) })),
			CauseImagePull, Broken,
			`1 new pod cannot pull "that-image-does-not-exist" (ErrImagePull): failed to resolve reference: not found · no pod is ready`,
			"the registry does not have it: set another image", "web-5-00", 11,
		},
		{
			"a program that is not in the image", rolling(9, 1, 8, []*corev1.Pod{crashedPod("StartError", 128, 2)}, times(8, ready)),
			CauseCannotStart, Broken,
			`1 new pod cannot start container "app" (StartError), 2 restarts · revision 4 still serves 8 of 10`, "undo to revision 4", "web-5-00", 11,
		},
		{
			"readiness fails in a rollout", rolling(10, 2, 8, []*corev1.Pod{newPod(11), newPod(11)}, times(8, ready)).
				event("web-5-00", "Unhealthy", "Readiness probe failed: status 500", 12).
				event("web-5-01", "Unhealthy", "Readiness probe failed: status 503", 13),
			CauseNotReady, Info, "2 new pods are not ready: Readiness probe failed: status 503", "", "web-5-00", 11,
		},
		{
			"running but not ready", rolling(9, 1, 8, []*corev1.Pod{newPod(11)}, times(8, ready)),
			CauseNotReady, Info, "1 new pod is running but not ready", "", "web-5-00", 11,
		},
		{
			"readiness gate", rolling(9, 1, 8, []*corev1.Pod{gated(newPod(11))}, times(8, ready)),
			CauseNotReady, Info, `1 new pod waits for readiness gate "lb/ready"`, "", "web-5-00", 11,
		},
		{
			"readiness lost after the rollout", newScene(3).status(3, 3, 2).revision(5, "web:1", 3, ready(), ready(), newPod(2)),
			CauseNotReady, Attention, "1 of 3 pods is running but not ready · 2 of 3 pods are ready", "", "web-5-02", 2,
		},
		{
			"quota", failing(rolling(10, 3, 10, times(3, ready), times(7, ready)), `pods "web-5-x" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=10, limited: pods=10`, 2),
			CauseQuota, Broken,
			"2 of 5 pods of revision 5 cannot be created (FailedCreate): exceeded quota: compute, requested: pods=1, used: pods=10, limited: pods=10 · revision 4 still serves 7 of 10",
			"raise the quota or scale something else down", "web-5", 13,
		},
		{
			"deadline alone", rolling(10, 2, 8, []*corev1.Pod{}, times(8, ready)).progressing(reasonTimedOut, 21),
			CauseDeadline, Broken,
			"no progress within the deadline of 10m (ProgressDeadlineExceeded): 2 of 10 pods updated, 8 available · revision 4 still serves 8 of 10",
			"undo to revision 4", "web", 21,
		},
		{
			"paused", pausedScene(rolling(10, 2, 10, times(2, ready), times(8, ready))).progressing(reasonPaused, 15),
			CausePaused, Attention, "paused with 2 of 10 pods updated · revision 4 still serves 8 of 10", "resume it, or undo to revision 4", "web", 15,
		},
		{
			"paused while complete", pausedScene(newScene(2).revision(5, "web:1", 2, ready(), ready())),
			CausePaused, Attention, "paused while complete: no change of the template will roll out until it is resumed", "resume it", "web", -1,
		},
		{
			"not observed", unobserved(newScene(2)),
			CauseNotObserved, Info, "the Deployment controller has not observed generation 2 yet, only 1",
			"if this stays, look whether kube-controller-manager runs", "web", -1,
		},
		{
			"old pods to go", rolling(13, 10, 13, times(10, ready), times(3, ready)),
			CauseTerminating, Info, "3 old pods have yet to go", "", "web", -1,
		},
		{
			"a terminating pod holds a GPU after the rollout", newScene(1).revision(5, "web:1", 1, ready()).revision(4, "web:0", 0, leaving(withGPU(ready(), "2"))),
			CauseTerminating, Info, "1 terminating pod still holds 2 nvidia.com/gpu", "", "web-4-00", 20,
		},
		{
			"plain progress", rolling(10, 2, 10, times(2, ready), times(8, ready)),
			CauseWaiting, Info, "2 of 10 updated pods available", "", "web", -1,
		},
		{
			"no ReplicaSet yet", newScene(10).status(10, 0, 10).progressing("ReplicaSetUpdated", 11).revision(4, "web:0", 10, times(10, ready)...),
			CauseWaiting, Info, "0 of 10 pods updated: no ReplicaSet has the template yet", "", "web", -1,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			worst := c.scene.rollout().Worst()
			require.NotNil(t, worst)
			require.Equal(t, c.text, worst.Sentence("", "·"))
			require.Equal(t, c.kind, worst.Kind)
			require.Equal(t, c.severity, worst.Severity)
			require.Equal(t, c.hint, worst.Hint)
			require.Equal(t, c.about, worst.About.Name)
			if c.minute < 0 {
				require.True(t, worst.Since.IsZero(), worst.Since)
			} else {
				require.Equal(t, at(c.minute).Time, worst.Since)
			}
		})
	}
}

func pausedScene(s *scene) *scene {
	s.deployment.Spec.Paused = true
	return s
}

func unobserved(s *scene) *scene {
	s.deployment.Generation = 2
	return s
}

func schedulingGated() *corev1.Pod {
	p := pendingPod("Scheduling is blocked due to non-empty scheduling gates")
	p.Status.Conditions[0].Reason = corev1.PodReasonSchedulingGated
	return p
}

func recreate(s *scene) *scene {
	s.deployment.Spec.Strategy = appsv1.DeploymentStrategy{Type: appsv1.RecreateDeploymentStrategyType}
	return s
}

// readySince is too short a time for the new pods to be available.
func readySince(s *scene) *scene {
	s.deployment.Spec.MinReadySeconds = 30
	s.sets[0].Status.AvailableReplicas = 0
	return s
}

// TestQuotaIsToldOnce: the Deployment copies the failure of an old ReplicaSet, and
// that says nothing about the new one.
func TestQuotaIsToldOnce(t *testing.T) {
	s := rolling(9, 2, 9, times(2, ready), times(7, ready))
	*s.sets[0].Spec.Replicas += 2
	*s.sets[1].Spec.Replicas++
	s.sets[1].Status.Conditions = []appsv1.ReplicaSetCondition{{Type: appsv1.ReplicaSetReplicaFailure, Status: corev1.ConditionTrue, Reason: "FailedCreate", Message: "denied"}}
	s.deployment.Status.Conditions = append(s.deployment.Status.Conditions, appsv1.DeploymentCondition{
		Type: appsv1.DeploymentReplicaFailure, Status: corev1.ConditionTrue, Reason: "FailedCreate", Message: "denied",
	})
	count := func() (n int) {
		for _, c := range s.rollout().Causes {
			if c.Kind == CauseNotCreated {
				n++
			}
		}
		return n
	}
	require.Equal(t, 1, count())
	s.sets[1].Status.Conditions = nil
	require.Equal(t, 1, count(), "the Deployment's copy may be there first")
	require.Contains(t, s.rollout().Worst().Text, "2 of 4 pods of revision 5 cannot be created (FailedCreate): denied")
}

func TestCausesAreEmptyWhenAllIsWell(t *testing.T) {
	r := newScene(2).revision(5, "web:1", 2, ready(), ready()).rollout()
	require.Empty(t, r.Causes)
	require.Nil(t, r.Worst())
}

// TestCausesAreRanked: what explains comes before what follows from it.
func TestCausesAreRanked(t *testing.T) {
	s := rolling(13, 5, 8, times(5, pull("ErrImagePull")), times(8, ready)).progressing(reasonTimedOut, 21)
	pausedScene(s)
	var kinds []CauseKind
	for _, c := range s.rollout().Causes {
		kinds = append(kinds, c.Kind)
	}
	require.Equal(t, []CauseKind{CauseImagePull, CauseDeadline, CausePaused}, kinds)

	late := rolling(13, 1, 8, []*corev1.Pod{initPod(corev1.ContainerState{Running: &corev1.ContainerStateRunning{}})}, times(8, ready)).progressing(reasonTimedOut, 21)
	require.Equal(t, CauseInit, late.rollout().Worst().Kind, "a deadline explains nothing")
}

// TestCausesKeepTroublesApart: two images, two causes, the commoner first.
func TestCausesKeepTroublesApart(t *testing.T) {
	other := waitingPod(11, "ErrImagePull", "")
	other.Spec.Containers[0].Image = "other"
	causes := rolling(11, 3, 8, append([]*corev1.Pod{other}, times(2, pull("ErrImagePull"))...), times(8, ready)).rollout().Causes
	require.Contains(t, causes[0].Text, `2 of 3 new pods cannot pull "that-image-does-not-exist"`)
	require.Contains(t, causes[1].Text, `1 of 3 new pods cannot pull "other"`)
}

// TestCausesLeaveOutPodsThatDoNotCount: evicted and terminating pods have been replaced.
func TestCausesLeaveOutPodsThatDoNotCount(t *testing.T) {
	evicted := crashedPod("Error", 1, 3)
	evicted.Status.Phase, evicted.Status.Reason = corev1.PodFailed, "Evicted"
	r := newScene(1).revision(5, "web:1", 1, ready(), evicted, leaving(crashedPod("Error", 1, 3))).rollout()
	require.Empty(t, r.Causes)
	require.Equal(t, Complete, r.Phase)
}

// TestCausesAreCleaned: what a pod says cannot break out of the line.
func TestCausesAreCleaned(t *testing.T) {
	p := waitingPod(11, "CreateContainerError", "a\x1b]0;owned\x07\nb\u202ec")
	p.Spec.Containers[0].Image = "x\x1b[2Jy"
	r := rolling(9, 1, 8, []*corev1.Pod{p}, times(8, ready)).rollout()
	require.Contains(t, r.Worst().Text, "(CreateContainerError): a bc")
	require.Equal(t, "xy", r.Revisions[0].Pods[0].Troubles[0].Image)
}

func TestReadinessLateAfterCompletion(t *testing.T) {
	late := func(minute int) *Rollout {
		return newScene(2).status(2, 2, 1).revision(5, "web:1", 2, ready(), newPod(30)).
			event("web-5-01", "Unhealthy", "Readiness probe failed", minute).rollout()
	}
	require.Equal(t, Progressing, late(40).Phase, "ten minutes are the deadline")
	require.Equal(t, Degraded, late(41).Phase)
}

func TestEventsWithoutUIDAreFoundByName(t *testing.T) {
	s := rolling(9, 1, 8, []*corev1.Pod{newPod(11)}, times(8, ready)).event("web-5-00", "Unhealthy", "Readiness probe failed", 12)
	s.events[0].InvolvedObject.UID = ""
	require.Contains(t, s.rollout().Worst().Text, "Readiness probe failed")
	require.Len(t, s.rollout().Events, 1)
	s.events[0].InvolvedObject = corev1.ObjectReference{Kind: "Pod", Namespace: "elsewhere", Name: "web-5-00"}
	require.Empty(t, s.rollout().Events)
}

// What keeps a pod from running explains why the deadline passed, and is told first.
func TestThePodsTroubleIsToldBeforeTheDeadline(t *testing.T) {
	fresh := []*corev1.Pod{ready(), pendingPod("0/3 nodes are available: 3 Insufficient cpu.")}
	r := rolling(12, 2, 9, fresh, times(8, ready)).progressing(reasonTimedOut, 21).rollout()
	require.GreaterOrEqual(t, len(r.Causes), 2)
	require.Equal(t, CauseUnschedulable, r.Causes[0].Kind)
	require.Equal(t, Broken, r.Causes[0].Severity)
	require.Equal(t, CauseDeadline, r.Causes[1].Kind)
	require.Empty(t, r.Causes[1].Meanwhile, "said once")
}

// TestSentenceWithAnAge: how long it has been so is not put behind somebody else's words.
func TestSentenceWithAnAge(t *testing.T) {
	for text, want := range map[string]string{
		"3 new pods crash": "3 new pods crash for 5m · no pod is ready",
		`1 new pod cannot pull "web:2" (ErrImagePull): not found`: `1 new pod cannot pull "web:2" (ErrImagePull): not found · for 5m · no pod is ready`,
	} {
		require.Equal(t, want, Cause{Text: text, Meanwhile: "no pod is ready"}.Sentence("5m", "·"))
		require.Equal(t, text+" · no pod is ready", Cause{Text: text, Meanwhile: "no pod is ready"}.Sentence("", "·"))
	}
}
