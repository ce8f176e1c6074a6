package kubelet

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
)

// patience bounds waits that should end at once.
const patience = 10 * time.Second

func start() time.Time { return time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC) }

// clock is a time that tests move.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(0, c.at.Load()).UTC() }
func (c *clock) set(after time.Duration) { c.at.Store(start().Add(after).UnixNano()) }

func webPod() *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "web-1", Namespace: "shop", UID: "u-1"},
		Spec:       corev1.PodSpec{NodeName: "node-0", Containers: []corev1.Container{{Name: "web", Image: "web:v1"}}},
		Status: corev1.PodStatus{Phase: corev1.PodRunning, ContainerStatuses: []corev1.ContainerStatus{{
			Name: "web", State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(start())}},
		}}},
	}
}

// serve answers for the pods a minute after start.
func serve(t *testing.T, pods ...*corev1.Pod) (*httptest.Server, *fake.Clientset, *clock) {
	t.Helper()
	client := fake.NewClientset()
	for _, pod := range pods {
		if err := client.Tracker().Add(pod); err != nil {
			t.Fatal(err)
		}
	}
	c := &clock{}
	c.set(time.Minute)
	s, err := New(client, 1, c.now)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	return server, client, c
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestALog(t *testing.T) {
	server, _, _ := serve(t, webPod())
	url := server.URL + "/containerLogs/shop/web-1/web"
	code, all := get(t, url)
	lines := strings.SplitAfter(all, "\n")
	lines = lines[:len(lines)-1]
	if code != http.StatusOK || len(lines) < 60 || !strings.Contains(lines[0], "starting") {
		t.Fatalf("%d, %d lines: %s", code, len(lines), all)
	}
	for query, want := range map[string]string{
		"tailLines=3":                                strings.Join(lines[len(lines)-3:], ""),
		"tailLines=0":                                "",
		"tailLines=100000":                           all,
		"limitBytes=20":                              all[:20],
		"limitBytes=0":                               "",
		"sinceTime=2026-11-21T02:00:00Z":             all,
		"sinceTime=2026-11-21T03:01:00Z":             "",
		"sinceTime=2026-11-21T02:00:00Z&tailLines=1": lines[len(lines)-1],
		"insecureSkipTLSVerifyBackend=true":          all,
	} {
		if code, got := get(t, url+"?"+query); code != http.StatusOK || got != want {
			t.Errorf("%s: %d, %q, want %q", query, code, got, want)
		}
	}
	_, recent := get(t, url+"?sinceSeconds=10&timestamps=true")
	stamped := strings.Split(strings.TrimSuffix(recent, "\n"), "\n")
	if len(stamped) < 8 || len(stamped) > 15 {
		t.Errorf("%d lines in 10 s: %s", len(stamped), recent)
	}
	for i, line := range stamped {
		at, err := time.Parse(stampFormat, strings.SplitN(line, " ", 2)[0])
		if err != nil || at.Before(start().Add(50*time.Second)) || at.After(start().Add(time.Minute)) {
			t.Errorf("line %d: %s (%v)", i, line, err)
		}
		if len(strings.SplitN(line, " ", 2)[0]) != len("2026-11-21T03:00:00.000000000Z") {
			t.Errorf("line %d has a stamp of another width: %s", i, line)
		}
	}
}

func TestWhatHasNoLog(t *testing.T) {
	waiting := webPod()
	waiting.Name = "web-2"
	waiting.Status.ContainerStatuses[0].State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ContainerCreating"}}
	server, _, _ := serve(t, webPod(), waiting)
	for path, want := range map[string]struct {
		code int
		says string
	}{
		"shop/web-3/web":                      {http.StatusNotFound, `pod "web-3" not found`},
		"shop/web-1/app":                      {http.StatusBadRequest, "container app is not valid for pod web-1"},
		"shop/web-2/web":                      {http.StatusBadRequest, "is waiting to start: ContainerCreating"},
		"shop/web-1/web?previous=true":        {http.StatusBadRequest, "previous terminated container"},
		"shop/web-1/web?follow=perhaps":       {http.StatusBadRequest, "follow"},
		"shop/web-1/web?tailLines=-1":         {http.StatusBadRequest, "tailLines"},
		"shop/web-1/web?sinceTime=yesterday":  {http.StatusBadRequest, "sinceTime"},
		"shop/web-1/web?sinceSeconds=1000000": {http.StatusOK, "starting"},
	} {
		if code, body := get(t, server.URL+"/containerLogs/"+path); code != want.code || !strings.Contains(body, want.says) {
			t.Errorf("%s: %d, %s; want %d, %s", path, code, body, want.code, want.says)
		}
	}
}

// following reads a log that is followed; lines come through the channel, which is closed
// at the end.
func following(t *testing.T, url string) <-chan string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience) // later than rest gives up
	t.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 10_000)
	go func() {
		defer close(lines)
		defer response.Body.Close()
		for scanner := bufio.NewScanner(response.Body); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	return lines
}

// watched returns a channel that gets something whenever a watch of pods has begun. The
// fake has no resource versions: what happens before is lost to a watch.
func watched(client *fake.Clientset) <-chan struct{} {
	begun := make(chan struct{}, 100)
	client.PrependWatchReactor("pods", func(action clienttesting.Action) (bool, watch.Interface, error) {
		watcher, err := client.Tracker().Watch(action.GetResource(), action.GetNamespace())
		begun <- struct{}{}
		return true, watcher, err
	})
	return begun
}

// rest reads what is left until the end.
func rest(t *testing.T, lines <-chan string) []string {
	t.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	var all []string
	for {
		select {
		case line, open := <-lines:
			if !open {
				return all
			}
			all = append(all, line)
		case <-timer.C:
			t.Fatalf("the log does not end; so far %q", all)
		}
	}
}

func TestFollowUntilTheContainerEnds(t *testing.T) {
	server, client, clock := serve(t, webPod())
	begun := watched(client)
	url := server.URL + "/containerLogs/shop/web-1/web"
	lines := following(t, url+"?follow=true")
	<-lines
	<-begun
	clock.set(2 * time.Minute)
	pod := webPod()
	pod.Status.ContainerStatuses[0].RestartCount = 1
	pod.Status.ContainerStatuses[0].State.Running = &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(start().Add(2 * time.Minute))}
	pod.Status.ContainerStatuses[0].LastTerminationState.Terminated = &corev1.ContainerStateTerminated{
		StartedAt: metav1.NewTime(start()), FinishedAt: metav1.NewTime(start().Add(90 * time.Second)), Reason: "Error", ExitCode: 3,
	}
	if _, err := client.CoreV1().Pods("shop").UpdateStatus(context.Background(), pod, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	all := rest(t, lines)
	if last := all[len(all)-1]; last != "exit status 3" {
		t.Errorf("last line %q", last)
	}
	// Later, the run before this one has the same log. The first line was read above.
	if _, previous := get(t, url+"?previous=true"); strings.Count(previous, "\n") != len(all)+1 {
		t.Errorf("%d lines followed, %d lines afterwards", len(all)+1, strings.Count(previous, "\n"))
	}
}

func TestFollowUntilThePodIsGone(t *testing.T) {
	server, client, _ := serve(t, webPod())
	begun := watched(client)
	lines := following(t, server.URL+"/containerLogs/shop/web-1/web?follow=true&tailLines=2")
	<-lines
	<-begun
	if err := client.CoreV1().Pods("shop").Delete(context.Background(), "web-1", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	if all := rest(t, lines); len(all) != 1 {
		t.Errorf("%d more lines, want 1: no time has passed", len(all))
	}
}

func TestFollowGrows(t *testing.T) {
	server, _, clock := serve(t, webPod())
	lines := following(t, server.URL+"/containerLogs/shop/web-1/web?follow=true&tailLines=0&limitBytes=3000")
	clock.set(10 * time.Minute)
	bytes := 0
	for _, line := range rest(t, lines) {
		bytes += len(line) + 1
	}
	if bytes < 2999 || bytes > 3001 { // the last line may be cut
		t.Errorf("%d bytes, want 3000", bytes)
	}
}

func TestFollowOfAnEndedContainerEnds(t *testing.T) {
	pod := webPod()
	pod.Status.ContainerStatuses[0].State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
		StartedAt: metav1.NewTime(start()), FinishedAt: metav1.NewTime(start().Add(5 * time.Second)), Reason: "Completed",
	}}
	server, _, _ := serve(t, pod)
	all := rest(t, following(t, server.URL+"/containerLogs/shop/web-1/web?follow=true"))
	if len(all) == 0 || !strings.Contains(all[len(all)-1], "shut down") {
		t.Errorf("log %q", all)
	}
}

func TestWhenARunIsOver(t *testing.T) {
	client := fake.NewClientset()
	s, err := New(client, 1, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	run := func(restarts int32, state, last corev1.ContainerState) *corev1.Pod {
		pod := webPod()
		status := &pod.Status.ContainerStatuses[0]
		status.RestartCount, status.State, status.LastTerminationState = restarts, state, last
		return pod
	}
	at := metav1.NewTime(start())
	none, runs := corev1.ContainerState{}, corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: at}}
	waits := corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"}}
	exits := corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{StartedAt: at, FinishedAt: at, Reason: "Error"}}
	instance, err := s.stories.Find(run(2, runs, exits), "web", false, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name        string
		pod         *corev1.Pod
		over, known bool
	}{
		{"runs", run(2, runs, exits), false, true},
		{"has exited", run(2, exits, exits), true, true},
		{"waits to run again", run(2, waits, exits), true, true},
		{"runs again", run(3, runs, exits), true, true},
		{"exited again", run(3, exits, exits), true, true},
		{"long ago", run(7, runs, exits), true, false},
		{"forgotten", run(0, none, none), true, false},
	} {
		log, over := s.ended(test.pod, s.stories.Log(instance))
		if over != test.over || (log != nil) != test.known || (log != nil && log.Restart != 2) {
			t.Errorf("%s: over %v, log %+v", test.name, over, log)
		}
	}
}
