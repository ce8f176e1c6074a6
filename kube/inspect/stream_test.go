package inspect

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"fader/kube"
)

func TestFollowsSeveralPodsAtOnce(t *testing.T) {
	s := newServer(t)
	a, sourceA := s.pod("a", "2026-11-21T14:00:00.1Z a one", "2026-11-21T14:00:02Z a two")
	_, sourceB := s.pod("b", "2026-11-21T14:00:01.5Z b one")
	sourceB.Revision = 9
	stream := s.follow(t, LogOptions{Sources: []Source{sourceA, sourceB}, TailLines: 7, Since: time.Minute})
	lines := until(t, stream, func(lines []Line, _ Batch) bool { return len(lines) == 3 })
	require.ElementsMatch(t, []string{"a one", "a two", "b one"}, texts(lines))
	for _, l := range lines {
		require.Equal(t, strings.HasPrefix(l.Text, "b"), l.From.Pod.Name == "b" && l.From.Revision == 9)
	}

	s.write(a, "2026-11-21T14:00:03Z a three")
	line := until(t, stream, text("three"))[0]
	require.Equal(t, time.Date(2026, 11, 21, 14, 0, 3, 0, time.UTC), line.Time)
	for _, asked := range s.requests() {
		require.Equal(t, "true", asked.Get("follow"))
		require.Equal(t, "true", asked.Get("timestamps"))
		require.Equal(t, "7", asked.Get("tailLines"))
		require.Equal(t, "60", asked.Get("sinceSeconds"))
		require.Equal(t, "model", asked.Get("container"))
	}
	require.Len(t, s.requests(), 2)
}

func TestABrokenConnectionLosesAndRepeatsNothing(t *testing.T) {
	s := newServer(t)
	l, source := s.pod("a",
		"2026-11-21T14:00:00.1Z one", "2026-11-21T14:00:00.5Z two", "2026-11-21T14:00:00.5Z two")
	l.broken = 1
	stream := s.follow(t, LogOptions{Sources: []Source{source}, Explain: func(error) string { return "the connection broke" }})
	lines := until(t, stream, text("broke"))
	s.write(l, "2026-11-21T14:00:00.5Z two", "2026-11-21T14:00:00.7Z three")
	lines = append(lines, until(t, stream, text("three"))...)
	require.Equal(t, []string{"one", "two", "two", "* the connection broke", "two", "three"}, texts(lines))
	require.Equal(t, "2026-11-21T14:00:00Z", s.requests()[1].Get("sinceTime"))
	require.Empty(t, s.requests()[1].Get("tailLines"))
}

func TestAPodThatIsGoneKeepsItsLines(t *testing.T) {
	s := newServer(t)
	l, source := s.pod("a", "2026-11-21T14:00:00Z last words")
	stream := s.follow(t, LogOptions{Sources: []Source{source}})
	lines := until(t, stream, text("last words"))
	s.change(func() { l.ended = true; delete(s.logs, "a") })
	lines = append(lines, until(t, stream, func(_ []Line, b Batch) bool { return b.Following == 0 })...)
	require.Equal(t, []string{"last words", "* the pod is gone; its lines are kept here"}, texts(lines))
	require.Equal(t, lines[0].Time, lines[1].Time, "a remark stands behind what was there")
	require.Equal(t, "a", lines[1].From.Pod.Name)

	// it does not come back by being asked for again
	stream.SetSources([]Source{source})
	asked := len(s.requests())
	_, b := s.pod("b", "2026-11-21T14:00:01Z another")
	stream.SetSources([]Source{source, b})
	until(t, stream, text("another"))
	require.Len(t, s.requests(), asked+1)
}

func TestAnotherPodOfTheSameNameIsNotTheSame(t *testing.T) {
	s := newServer(t)
	l, source := s.pod("a", "2026-11-21T14:00:00Z last words")
	stream := s.follow(t, LogOptions{Sources: []Source{source}})
	until(t, stream, text("last words"))
	s.change(func() { l.pod.UID = "other"; l.ended = true })
	until(t, stream, text("the pod is gone"))
}

func TestAContainerThatDoesNotRunYet(t *testing.T) {
	s := newServer(t)
	l, source := s.pod("a", "2026-11-21T14:00:00Z at last")
	const waits = `container "model" in pod "a" is waiting to start: PodInitializing`
	l.refusal = refusal(http.StatusBadRequest, metav1.StatusReasonBadRequest, waits)
	stream := s.follow(t, LogOptions{Sources: []Source{source}})
	lines := until(t, stream, text("waiting to start"))
	require.Eventually(t, func() bool { return len(s.requests()) > 5 }, patience, time.Millisecond)
	s.change(func() { l.refusal = nil })
	lines = append(lines, until(t, stream, text("at last"))...)
	require.Equal(t, []string{"* " + waits, "at last"}, texts(lines), "said once, however often it was tried")
}

func TestTriesAreNeverBusy(t *testing.T) {
	pause := LogOptions{}.withDefaults().pause
	require.Equal(t, []time.Duration{time.Second, 2 * time.Second, 16 * time.Second, 30 * time.Second, 30 * time.Second},
		[]time.Duration{pause(0), pause(1), pause(4), pause(5), pause(5000)})
}

func TestACrashedContainer(t *testing.T) {
	s := newServer(t)
	l, source := s.pod("a", "2026-11-21T14:00:00Z panic")
	status := &l.pod.Status.ContainerStatuses[0]
	status.State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 137, Reason: "OOMKilled"}}
	l.ended = true
	stream := s.follow(t, LogOptions{Sources: []Source{source}})
	lines := until(t, stream, text("OOMKilled"))
	s.change(func() {
		l.ended = false
		l.lines = append(l.lines, "2026-11-21T14:00:00Z again")
		status.State = corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}
	})
	lines = append(lines, until(t, stream, text("again"))...)
	require.Equal(t, []string{"panic", "* the container has ended with exit code 137 (OOMKilled)", "again"}, texts(lines))
}

func TestFinishedContainersFreeTheirStream(t *testing.T) {
	done := corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed"}}
	for name, c := range map[string]struct {
		change func(*corev1.PodStatus)
		want   string
	}{
		"pod": {func(p *corev1.PodStatus) {
			p.Phase, p.ContainerStatuses[0].State = corev1.PodSucceeded, done
		}, "the pod has finished with exit code 0 (Completed)"},
		"init container": {func(p *corev1.PodStatus) {
			p.InitContainerStatuses, p.ContainerStatuses = p.ContainerStatuses, nil
			p.InitContainerStatuses[0].State = done
		}, "the init container is done"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			l, source := s.pod("a", "2026-11-21T14:00:00Z work")
			c.change(&l.pod.Status)
			l.ended = true
			stream := s.follow(t, LogOptions{Sources: []Source{source}})
			lines := until(t, stream, func(_ []Line, b Batch) bool { return b.Following == 0 })
			require.Equal(t, []string{"work", "* " + c.want}, texts(lines))
		})
	}
}

func TestPreviousIsReadOnce(t *testing.T) {
	s := newServer(t)
	_, source := s.pod("a", "2026-11-21T14:00:00Z before the crash")
	_, fresh := s.pod("b")
	s.logs["b"].refusal = refusal(http.StatusBadRequest, metav1.StatusReasonBadRequest, `previous terminated container "model" in pod "b" not found`)
	stream := s.follow(t, LogOptions{Sources: []Source{source, fresh}, Previous: true})
	lines := until(t, stream, func(_ []Line, b Batch) bool { return b.Following == 0 })
	require.ElementsMatch(t, []string{"before the crash", `* previous terminated container "model" in pod "b" not found`}, texts(lines))
	require.Len(t, s.requests(), 2)
	require.Equal(t, "true", s.requests()[0].Get("previous"))
	require.Empty(t, s.requests()[0].Get("follow"))
}

func TestALostServerIsOneRemarkForAll(t *testing.T) {
	s := newServer(t)
	_, a := s.pod("a")
	_, b := s.pod("b")
	url := s.URL
	s.Close()
	client, err := kubernetes.NewForConfig(&rest.Config{Host: url, QPS: -1})
	require.NoError(t, err)
	tries := make(chan int, 100)
	stream := Follow(t.Context(), LogOptions{
		Client: client, Sources: []Source{a, b}, Explain: func(error) string { return "refused" },
		pause: func(try int) time.Duration {
			tries <- try
			return time.Millisecond
		},
	})
	defer stream.Stop()
	for range 6 {
		<-tries
	}
	stream.Stop()
	var lines []Line
	for {
		batch, err := stream.Next(t.Context())
		if err != nil {
			break
		}
		lines = append(lines, batch.Lines...)
	}
	require.Equal(t, []string{"* refused"}, texts(lines))
	require.Nil(t, lines[0].From)
}

func TestForbiddenIsExplained(t *testing.T) {
	s := newServer(t)
	l, source := s.pod("a")
	l.refusal = refusal(http.StatusForbidden, metav1.StatusReasonForbidden, `pods "a" is forbidden`)
	stream := s.follow(t, LogOptions{Sources: []Source{source}, Explain: func(err error) string { return "not permitted: " + err.Error() }})
	line := until(t, stream, text("not permitted"))[0]
	require.True(t, line.Remark)
	require.Equal(t, "a", line.From.Pod.Name)
}

// A kubelet that cannot be reached is the node's trouble, not the connection's,
// and the API server gives it no reason.
func TestTwoTroublesDoNotTakeTurns(t *testing.T) {
	s := newServer(t)
	a, sourceA := s.pod("a", "2026-11-21T14:00:00Z at last")
	b, sourceB := s.pod("b")
	a.refusal = refusal(http.StatusInternalServerError, "", "no route to node-1")
	b.refusal = refusal(http.StatusInternalServerError, "", "no route to node-2")
	stream := s.follow(t, LogOptions{Sources: []Source{sourceA, sourceB}})
	require.Eventually(t, func() bool { return len(s.requests()) > 20 }, patience, time.Millisecond)
	s.change(func() { a.refusal = nil })
	lines := until(t, stream, text("at last"))
	require.ElementsMatch(t, []string{"* no route to node-1", "* no route to node-2", "at last"}, texts(lines))

	var l lost
	require.True(t, l.first("one"))
	require.True(t, l.first("two"))
	require.False(t, l.first("one"))
	l.clear()
	require.True(t, l.first("one"))
}

func TestTooManySourcesTakeTurns(t *testing.T) {
	s := newServer(t)
	var sources []Source
	for _, name := range []string{"a", "b", "c", "d"} {
		_, source := s.pod(name, "2026-11-21T14:00:00Z from "+name)
		sources = append(sources, source)
	}
	stream := s.follow(t, LogOptions{Sources: sources, Streams: 2})
	lines := until(t, stream, func(lines []Line, b Batch) bool { return len(lines) == 2 })
	require.ElementsMatch(t, []string{"from a", "from b"}, texts(lines))
	stream.SetSources(sources[:3])
	until(t, stream, func(_ []Line, b Batch) bool { return len(b.LeftOut) == 1 && b.LeftOut[0].Pod.Name == "c" })
	s.change(func() { s.logs["a"].ended = true; delete(s.logs, "a") })
	until(t, stream, text("from c"))
	require.Len(t, s.requests(), 3)
}

func TestEverythingEndsWithTheContext(t *testing.T) {
	s := newServer(t)
	_, a := s.pod("a", "2026-11-21T14:00:00Z one")
	_, b := s.pod("b")
	s.logs["b"].refusal = refusal(http.StatusBadRequest, metav1.StatusReasonBadRequest, "is waiting to start")
	ctx, cancel := context.WithCancel(t.Context())
	stream := Follow(ctx, LogOptions{Client: s.client(t), Sources: []Source{a, b}}) // the pauses are real ones
	until(t, stream, text("one"))
	cancel()
	wait, done := context.WithTimeout(context.Background(), patience)
	defer done()
	var err error
	for err == nil {
		_, err = stream.Next(wait)
	}
	// Next says so only when every follower has ended
	require.True(t, errors.Is(err, context.Canceled), "%v", err)
}

func TestHostileLines(t *testing.T) {
	s := newServer(t)
	huge := strings.Repeat("x", 1<<20)
	_, source := s.pod("a",
		"2026-11-21T14:00:00Z \x1b[2J\x1b]52;c;aGk=\x07red \x1b[31mtext\u202e\u009b1m",
		"2026-11-21T14:00:01Z 10%\r 20%\r\r 30%\r",
		"2026-11-21T14:00:02Z a\tb\x00",
		"2026-11-21T14:00:03Z "+huge,
		"no time at all",
		"2026-11-21T14:00:04Z",
		"2026-11-21T14:00:05Z \xff\xfe e"+strings.Repeat("\u0301", 1000),
		"2026-11-21T14:00:06Z end")
	lines := until(t, s.follow(t, LogOptions{Sources: []Source{source}}), text("end"))
	got := texts(lines)
	require.Equal(t, []string{"red text", "10%", " 20%", " 30%", "a       b"}, got[:5])
	require.Len(t, got[5], maxLine)
	require.True(t, strings.HasSuffix(got[5], "x…"))
	require.Equal(t, []string{"no time at all", "", "\ufffd e\u0301\u0301\u0301\u0301", "end"}, got[6:])
	require.Equal(t, lines[5].Time, lines[6].Time)
}

func TestAPodWithoutNamedContainersIsFollowedWhole(t *testing.T) {
	s := newServer(t)
	l, source := s.pod("store-0", "2026-11-21T14:00:00Z hello")
	l.pod.Spec = corev1.PodSpec{Containers: []corev1.Container{{Name: "model"}}}
	whole := source
	whole.Container = ""
	stream := s.follow(t, LogOptions{Sources: []Source{whole}})
	lines := until(t, stream, text("hello"))
	require.Equal(t, "model", lines[0].From.Container)
	stream.SetSources([]Source{whole, source}) // it turned out whose it is
	s.write(l, "2026-11-21T14:00:01Z once")
	lines = append(lines, until(t, stream, text("once"))...)
	require.Equal(t, []string{"hello", "once"}, texts(lines), "no line twice")
}

func TestContainersOfAPod(t *testing.T) {
	pod := &corev1.Pod{Spec: corev1.PodSpec{
		InitContainers:      []corev1.Container{{Name: "migrate"}},
		Containers:          []corev1.Container{{Name: "db"}, {Name: "exporter"}},
		EphemeralContainers: []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "debug"}}},
	}}
	var names []string
	for _, source := range containersOf(pod, Source{}) {
		names = append(names, source.Container)
	}
	require.Equal(t, []string{"migrate", "db", "exporter", "debug"}, names)
}

func TestAPodThatIsGoneBeforeItsContainersAreKnown(t *testing.T) {
	s := newServer(t)
	_, source := s.pod("store-0")
	source.Container, source.Pod.UID = "", "of-the-one-before"
	gone := Source{Pod: kube.Ref{Kind: kube.KindPod, Namespace: "ml", Name: "never"}}
	stream := s.follow(t, LogOptions{Sources: []Source{source, gone}})
	lines := until(t, stream, func(_ []Line, b Batch) bool { return b.Following == 0 })
	require.ElementsMatch(t, []string{"* the pod is gone: another one has its name now", "* the pod is gone"}, texts(lines))
}
