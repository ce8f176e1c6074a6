package stage

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/kwok/pkg/apis/internalversion"
	"sigs.k8s.io/kwok/pkg/apis/v1alpha1"
	"sigs.k8s.io/kwok/pkg/utils/gotpl"
	"sigs.k8s.io/kwok/pkg/utils/lifecycle"
	"sigs.k8s.io/yaml"
)

// kubelet plays the stages on one pod, with KWOK's own engine but without a cluster and
// without waiting.
type kubelet struct {
	t      *testing.T
	stages lifecycle.Lifecycle
	pod    *corev1.Pod
	delay  time.Duration // before the last stage played
	gone   bool
	events []corev1.Event
}

func newKubelet(t *testing.T, pod *corev1.Pod) *kubelet {
	t.Helper()
	rendered, err := Render(1, 10250)
	if err != nil {
		t.Fatal(err)
	}
	var stages []*internalversion.Stage
	documents := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(rendered)))
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		var stage v1alpha1.Stage
		if err := yaml.UnmarshalStrict(document, &stage); err != nil {
			t.Fatalf("parse stage: %v\n%s", err, document)
		}
		internal, err := internalversion.ConvertToInternalStage(&stage)
		if err != nil {
			t.Fatal(err)
		}
		if internal.Spec.ResourceRef.Kind == "Pod" {
			stages = append(stages, internal)
		}
	}
	life, err := lifecycle.NewLifecycle(stages)
	if err != nil {
		t.Fatal(err)
	}
	return &kubelet{t: t, stages: life, pod: pod}
}

// next plays the one stage that fits the pod and returns its name; "" when none fits.
func (k *kubelet) next() string {
	k.t.Helper()
	ctx := context.Background()
	event := &lifecycle.Event{Labels: k.pod.Labels, Annotations: k.pod.Annotations, Data: k.pod}
	possible, err := k.stages.ListAllPossible(ctx, event)
	if err != nil {
		k.t.Fatalf("match: %v", err)
	}
	if len(possible) == 0 {
		return ""
	}
	if len(possible) > 1 { // KWOK would pick one at random
		k.t.Fatalf("both %s and %s fit %+v", possible[0].Name(), possible[1].Name(), k.pod.Status)
	}
	stage := possible[0]
	if k.delay, _, err = stage.Delay(ctx, event, time.Now()); err != nil {
		k.t.Fatalf("delay of %s: %v", stage.Name(), err)
	}
	renderer := gotpl.NewRenderer(gotpl.FuncMap{
		"NodeIPWith": func(string) string { return "10.0.0.10" },
		"PodIPWith":  func(string, bool, string, string, string) string { return "10.128.0.1" },
	})
	_, err = stage.DoSteps(0, nil, k.pod, renderer,
		func(e *internalversion.StageEvent) error {
			k.events = append(k.events, corev1.Event{Type: e.Type, Reason: e.Reason, Message: e.Message})
			return nil
		},
		func() error { k.gone = true; return nil },
		k.patch,
		func(a *lifecycle.Apply) error {
			var e corev1.Event
			k.events = append(k.events, e)
			return json.Unmarshal(a.Data, &k.events[len(k.events)-1])
		},
	)
	if err != nil {
		k.t.Fatalf("play %s: %v", stage.Name(), err)
	}
	return stage.Name()
}

func (k *kubelet) patch(patch *lifecycle.Patch) error {
	before, err := json.Marshal(k.pod)
	if err != nil {
		return err
	}
	after, err := strategicpatch.StrategicMergePatch(before, patch.Data, corev1.Pod{})
	if err != nil {
		return err
	}
	pod := &corev1.Pod{}
	if err := yaml.UnmarshalStrict(after, pod); err != nil {
		return err
	}
	k.pod = pod
	return nil
}

// play plays len(want) stages and checks their names.
func (k *kubelet) play(want ...string) {
	k.t.Helper()
	for _, name := range want {
		if got := k.next(); got != "pod-"+name {
			k.t.Fatalf("stage %q was played, want pod-%s; status %+v", got, name, k.pod.Status)
		}
	}
}

func (k *kubelet) ready() bool {
	for _, condition := range k.pod.Status.Conditions {
		if condition.Type == corev1.PodReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}

// event returns the last event with a reason.
func (k *kubelet) event(reason string) corev1.Event {
	k.t.Helper()
	for i := len(k.events) - 1; i >= 0; i-- {
		if k.events[i].Reason == reason {
			return k.events[i]
		}
	}
	k.t.Fatalf("no event %s among %v", reason, k.events)
	return corev1.Event{}
}

// newPod returns a pod that was just bound to a node. Options change it.
func newPod(options ...func(*corev1.Pod)) *corev1.Pod {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "web-1", Namespace: "shop", UID: "u-1", Generation: 1, Annotations: map[string]string{}},
		Spec: corev1.PodSpec{
			NodeName: "node-0", RestartPolicy: corev1.RestartPolicyAlways,
			Containers: []corev1.Container{{Name: "web", Image: "registry.example/web:v1", ReadinessProbe: &corev1.Probe{}}},
		},
		Status: corev1.PodStatus{Phase: corev1.PodPending},
	}
	for _, option := range options {
		option(pod)
	}
	return pod
}

func annotated(key, value string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) { pod.Annotations["practice.fader/"+key] = value }
}

func image(name string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) { pod.Spec.Containers[0].Image = name }
}

func initContainers(containers ...corev1.Container) func(*corev1.Pod) {
	return func(pod *corev1.Pod) { pod.Spec.InitContainers = containers }
}

func TestLifeOfAHealthyPod(t *testing.T) {
	k := newKubelet(t, newPod(annotated("ready-after", "20s")))
	k.play("accept")
	if s := k.pod.Status; s.PodIP != "10.128.0.1" || s.ContainerStatuses[0].State.Waiting.Reason != "ContainerCreating" {
		t.Fatalf("accepted pod: %+v", s)
	}
	k.play("start")
	s := k.pod.Status.ContainerStatuses[0]
	if s.State.Running == nil || s.Ready || !*s.Started || s.ImageID == "" || !strings.HasPrefix(s.ContainerID, "containerd://") {
		t.Fatalf("started container: %+v", s)
	}
	k.play("ready")
	if k.delay != 20*time.Second {
		t.Errorf("ready after %v, want 20s", k.delay)
	}
	if !k.ready() || !k.pod.Status.ContainerStatuses[0].Ready {
		t.Fatalf("pod is not ready: %+v", k.pod.Status)
	}
	before, _ := json.Marshal(k.pod)
	k.play("settle")
	if after, _ := json.Marshal(k.pod); !bytes.Equal(before, after) {
		t.Error("settling changed the pod, so it would never end")
	}
	now := metav1.Now()
	k.pod.DeletionTimestamp = &now
	if !k.ready() {
		t.Error("a pod that is being deleted must still serve")
	}
	k.play("stop")
	if k.ready() || k.pod.Status.ContainerStatuses[0].State.Terminated == nil {
		t.Fatalf("stopped pod: %+v", k.pod.Status)
	}
	k.play("remove")
	if !k.gone {
		t.Error("the pod was not removed")
	}
}

func TestReadyAtOnceWithoutAProbe(t *testing.T) {
	k := newKubelet(t, newPod(annotated("ready-after", "30s"), func(pod *corev1.Pod) { pod.Spec.Containers[0].ReadinessProbe = nil }))
	k.play("accept", "start", "ready")
	if k.delay != 0 {
		t.Errorf("ready after %v, want at once", k.delay)
	}
}

func TestInitContainersRunOneByOne(t *testing.T) {
	always := corev1.ContainerRestartPolicyAlways
	k := newKubelet(t, newPod(annotated("init-after", "8s"), initContainers(
		corev1.Container{Name: "one", Image: "registry.example/i:v1"},
		corev1.Container{Name: "proxy", Image: "registry.example/p:v1", RestartPolicy: &always},
		corev1.Container{Name: "two", Image: "registry.example/i:v1"},
	)))
	k.play("accept")
	if reason := k.pod.Status.ContainerStatuses[0].State.Waiting.Reason; reason != "PodInitializing" {
		t.Errorf("container waits for %s, want PodInitializing", reason)
	}
	k.play("init-start")
	if s := k.pod.Status.InitContainerStatuses; s[0].State.Running == nil || s[1].State.Waiting == nil {
		t.Fatalf("after the start: %+v", s)
	}
	k.play("init-next")
	if k.delay != 8*time.Second {
		t.Errorf("the first one ran for %v, want 8s", k.delay)
	}
	if s := k.pod.Status.InitContainerStatuses; s[0].State.Terminated == nil || s[1].State.Running == nil || s[2].State.Running == nil {
		t.Fatalf("after the first: %+v", s)
	}
	k.play("init-next")
	if s := k.pod.Status.InitContainerStatuses; s[1].State.Running == nil || !s[1].Ready || s[2].State.Terminated == nil {
		t.Fatalf("after the last: %+v", s)
	}
	k.play("start", "ready", "settle")
}

func TestImageThatDoesNotExist(t *testing.T) {
	const name = "registry.example:5000/web:v2-does-not-exist"
	k := newKubelet(t, newPod(image(name)))
	k.play("accept", "pull-fail")
	waiting := k.pod.Status.ContainerStatuses[0].State.Waiting
	if waiting.Reason != "ErrImagePull" || !strings.HasSuffix(waiting.Message, ": not found") {
		t.Fatalf("waiting: %+v", waiting)
	}
	failed := k.events[1]
	if failed.Type != corev1.EventTypeWarning || failed.Reason != "Failed" || !strings.HasPrefix(failed.Message, `Failed to pull image "`+name+`": `) {
		t.Errorf("event: %+v", failed)
	}
	if failed.InvolvedObject.Name != "web-1" || failed.Source.Component != "kubelet" || failed.Count < 1 {
		t.Errorf("event: %+v", failed)
	}
	k.play("pull-back-off")
	if waiting := k.pod.Status.ContainerStatuses[0].State.Waiting; waiting.Reason != "ImagePullBackOff" {
		t.Fatalf("waiting: %+v", waiting)
	}
	k.play("pull-retry")
	if k.delay != 10*time.Second {
		t.Errorf("first retry after %v, want 10s", k.delay)
	}
	names := map[string]bool{}
	for range 20 {
		k.play("pull-back-off", "pull-retry")
	}
	for _, e := range k.events {
		names[e.Name] = true
	}
	if len(names) > 5 {
		t.Errorf("%d event objects for one pod, want at most 5", len(names))
	}
	if k.pod.Status.Phase != corev1.PodPending || k.ready() {
		t.Errorf("status: %+v", k.pod.Status)
	}
	now := metav1.Now()
	k.pod.DeletionTimestamp = &now
	k.play("remove")
}

func TestInitImageThatDoesNotExist(t *testing.T) {
	k := newKubelet(t, newPod(initContainers(corev1.Container{Name: "one", Image: "registry.example/does-not-exist"})))
	k.play("accept", "init-pull-fail", "pull-back-off", "pull-retry", "pull-back-off")
	if waiting := k.pod.Status.InitContainerStatuses[0].State.Waiting; waiting.Reason != "ImagePullBackOff" {
		t.Errorf("waiting: %+v", waiting)
	}
}

func TestCrashLoop(t *testing.T) {
	k := newKubelet(t, newPod(annotated("crash-after", "3s"), annotated("exit-code", "7")))
	k.play("accept", "start")
	for restarts, backOff := range []time.Duration{10, 20, 40, 40, 40, 300, 300} {
		k.play("crash")
		if k.delay != 3*time.Second {
			t.Errorf("crashed after %v, want 3s", k.delay)
		}
		if end := k.pod.Status.ContainerStatuses[0].State.Terminated; end == nil || end.ExitCode != 7 || end.Reason != "Error" {
			t.Fatalf("terminated: %+v", end)
		}
		k.play("crash-back-off")
		s := k.pod.Status.ContainerStatuses[0]
		if s.State.Waiting.Reason != "CrashLoopBackOff" || s.LastTerminationState.Terminated.ExitCode != 7 || int(s.RestartCount) != restarts {
			t.Fatalf("status: %+v", s)
		}
		want := "back-off " + (backOff * time.Second).String()
		if !strings.HasPrefix(s.State.Waiting.Message, want+" restarting failed container=web pod=web-1_shop(u-1)") {
			t.Errorf("message %q, want %q", s.State.Waiting.Message, want)
		}
		k.play("crash-restart")
		if k.delay != backOff*time.Second {
			t.Errorf("restart %d after %v, want %v", restarts+1, k.delay, backOff*time.Second)
		}
	}
	if event := k.event("BackOff"); event.Type != corev1.EventTypeWarning || event.Count != 7 {
		t.Errorf("event: %+v", event)
	}
}

func TestOutOfMemory(t *testing.T) {
	k := newKubelet(t, newPod(annotated("oom-after", "30s")))
	k.play("accept", "start", "ready", "oom")
	if end := k.pod.Status.ContainerStatuses[0].State.Terminated; end.ExitCode != 137 || end.Reason != "OOMKilled" {
		t.Errorf("terminated: %+v", end)
	}
	if k.ready() {
		t.Error("the pod is still ready")
	}
	k.play("crash-back-off", "crash-restart", "ready", "oom")
}

func TestOutOfMemoryBeforeItIsReady(t *testing.T) {
	k := newKubelet(t, newPod(annotated("crash-after", "6s"), annotated("exit-code", "137"), annotated("exit-reason", "OOMKilled")))
	k.play("accept", "start", "crash")
	if end := k.pod.Status.ContainerStatuses[0].State.Terminated; end.ExitCode != 137 || end.Reason != "OOMKilled" {
		t.Errorf("terminated: %+v", end)
	}
	k.play("crash-back-off")
	if s := k.pod.Status.ContainerStatuses[0]; s.State.Waiting.Reason != "CrashLoopBackOff" || s.LastTerminationState.Terminated.Reason != "OOMKilled" {
		t.Errorf("status: %+v", s)
	}
}

func TestProbeThatFails(t *testing.T) {
	k := newKubelet(t, newPod(annotated("probe-status", "503")))
	k.play("accept", "start", "probe-fail", "probe-fail")
	if event := k.event("Unhealthy"); event.Message != "Readiness probe failed: HTTP probe failed with statuscode: 503" || event.Type != corev1.EventTypeWarning {
		t.Errorf("event: %+v", event)
	}
	if k.ready() {
		t.Error("the pod is ready")
	}
}

func TestJobPodCompletes(t *testing.T) {
	k := newKubelet(t, newPod(func(pod *corev1.Pod) {
		pod.OwnerReferences = []metav1.OwnerReference{{Kind: "Job", Name: "job"}}
		pod.Spec.RestartPolicy = corev1.RestartPolicyNever
	}))
	k.play("accept", "start", "ready", "complete")
	if k.pod.Status.Phase != corev1.PodSucceeded || k.next() != "" {
		t.Errorf("status: %+v", k.pod.Status)
	}
}

func TestHandsOff(t *testing.T) {
	k := newKubelet(t, newPod(annotated("hands-off", "true")))
	if name := k.next(); name != "" {
		t.Errorf("stage %s is played on a pod that is to be left alone", name)
	}
	now := metav1.Now()
	k.pod.DeletionTimestamp = &now
	if name := k.next(); name != "" {
		t.Errorf("stage %s is played on a deleted pod that is to be left alone", name)
	}
}
