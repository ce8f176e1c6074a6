package story

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func running(at time.Time) corev1.ContainerState {
	return corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(at)}}
}

func ended(at time.Time, reason string) corev1.ContainerState {
	return corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
		StartedAt: metav1.NewTime(at), FinishedAt: metav1.NewTime(at.Add(3 * time.Second)), Reason: reason, ExitCode: 1,
	}}
}

func waiting(reason string) corev1.ContainerState {
	return corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason}}
}

func podOf(state, last corev1.ContainerState, restarts int32) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "web-1", Namespace: "shop", UID: "u-1"},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "web", Image: "web:v1", ReadinessProbe: &corev1.Probe{}}}},
		Status: corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{
			{Name: "web", State: state, LastTerminationState: last, RestartCount: restarts},
		}},
	}
}

func TestFindTheRun(t *testing.T) {
	first, second, none := start(), start().Add(time.Minute), corev1.ContainerState{}
	for _, test := range []struct {
		name      string
		pod       *corev1.Pod
		container string
		previous  bool
		restart   int32
		started   time.Time
		ended     bool
		err       string
	}{
		{"runs", podOf(running(first), none, 0), "web", false, 0, first, false, ""},
		{"runs again", podOf(running(second), ended(first, "Error"), 3), "web", false, 3, second, false, ""},
		{"the run before", podOf(running(second), ended(first, "Error"), 3), "web", true, 2, first, true, ""},
		{"has just crashed", podOf(ended(second, "Error"), ended(first, "Error"), 3), "web", false, 3, second, true, ""},
		{"waits to run again", podOf(waiting("CrashLoopBackOff"), ended(first, "Error"), 3), "web", false, 3, first, true, ""},
		{"waits, the run before", podOf(waiting("CrashLoopBackOff"), ended(first, "Error"), 3), "web", true, 3, first, true, ""},
		{"never before", podOf(running(first), none, 0), "web", true, 0, first, false, `previous terminated container "web" in pod "web-1" not found`},
		{"no image", podOf(waiting("ImagePullBackOff"), none, 0), "web", false, 0, first, false, `container "web" in pod "web-1" is waiting to start: trying and failing to pull image`},
		{"no image yet", podOf(waiting("ErrImagePull"), none, 0), "web", false, 0, first, false, `container "web" in pod "web-1" is waiting to start: image can't be pulled`},
		{"init first", podOf(waiting("PodInitializing"), none, 0), "web", false, 0, first, false, `container "web" in pod "web-1" is waiting to start: PodInitializing`},
		{"nothing known", podOf(none, none, 0), "web", false, 0, first, false, `container "web" in pod "web-1" is waiting to start: no state`},
		{"no such container", podOf(running(first), none, 0), "app", false, 0, first, false, `container app is not valid for pod web-1`},
		{"not accepted yet", &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "web-1"}, Spec: podOf(none, none, 0).Spec}, "web", false, 0, first, false, `container "web" in pod "web-1" is not available`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := library(t).Find(test.pod, test.container, test.previous, 1)
			if test.err != "" {
				if err == nil || err.Error() != test.err {
					t.Errorf("err = %v, want %s", err, test.err)
				}
				return
			}
			if err != nil || got.Restart != test.restart || !got.Started.Equal(test.started) || got.Ended.IsZero() == test.ended {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestChooseTheStory(t *testing.T) {
	always := corev1.ContainerRestartPolicyAlways
	pod := func(options ...func(*corev1.Pod)) *corev1.Pod {
		p := podOf(running(start()), corev1.ContainerState{}, 0)
		p.Annotations = map[string]string{}
		for _, option := range options {
			option(p)
		}
		return p
	}
	named := func(name string) func(*corev1.Pod) {
		return func(p *corev1.Pod) { p.Spec.Containers[0].Name, p.Status.ContainerStatuses[0].Name = name, name }
	}
	annotated := func(key, value string) func(*corev1.Pod) { return func(p *corev1.Pod) { p.Annotations[key] = value } }
	unprobed := func(p *corev1.Pod) { p.Spec.Containers[0].ReadinessProbe = nil }
	asInit := func(policy *corev1.ContainerRestartPolicy) func(*corev1.Pod) {
		return func(p *corev1.Pod) {
			p.Spec.InitContainers, p.Spec.Containers = p.Spec.Containers, nil
			p.Spec.InitContainers[0].RestartPolicy = policy
			p.Status.InitContainerStatuses, p.Status.ContainerStatuses = p.Status.ContainerStatuses, nil
		}
	}
	for _, test := range []struct {
		want      string
		container string
		pod       *corev1.Pod
	}{
		{"web", "web", pod()},
		{"model", "model", pod(named("model"))},
		{"model-unprobed", "model", pod(named("model"), unprobed)},
		{"worker", "indexer", pod(named("indexer"))},
		{"unready", "web", pod(annotated(probeStatus, "503"))},
		{"download", "download-weights", pod(named("download-weights"), asInit(nil))},
		{"init", "migrate", pod(named("migrate"), asInit(nil))},
		{"web", "proxy", pod(named("proxy"), asInit(&always))},
		{"worker", "web", pod(annotated(logStory, "worker"))},
		{"web", "web", pod(annotated(logStory, "nonsense"))},
	} {
		got, err := library(t).Find(test.pod, test.container, false, 1)
		if err != nil || got.Story != test.want {
			t.Errorf("story of %s = %s (%v), want %s", test.container, got.Story, err, test.want)
		}
	}
}

func TestAnnotationsOfALog(t *testing.T) {
	pod := podOf(running(start()), corev1.ContainerState{}, 0)
	for _, test := range []struct {
		loads, rate string
		speed       float64
		wantLoads   time.Duration
		wantRate    float64
	}{
		{"30s", "10000", 1, 30 * time.Second, 10_000},
		{"30s", "0.5", 10, 3 * time.Second, 0.5},
		{"8", "", 1, 8 * time.Second, 0},
		{"", "fast", 1, 1500 * time.Millisecond, 0},
		{"soon", "-1", 1, 1500 * time.Millisecond, 0},
		{"1m", "NaN", 1, time.Minute, 0},
	} {
		pod.Annotations = map[string]string{readyAfter: test.loads, logRate: test.rate}
		got, err := library(t).Find(pod, "web", false, test.speed)
		if err != nil || got.Loads != test.wantLoads || got.Rate != test.wantRate {
			t.Errorf("%+v: loads %v, rate %v, %v", test, got.Loads, got.Rate, err)
		}
	}
}
