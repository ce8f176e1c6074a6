package inspect

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"fader/kube"
)

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// server is an API server of objects, by path, and of pods with logs.
type server struct {
	*httptest.Server
	mu      sync.Mutex
	changed chan struct{} // closed and made anew with every change
	objects map[string]any
	logs    map[string]*podLog
	asked   []url.Values // of every log request
}

// podLog is one container's log as the server has it.
type podLog struct {
	pod     *corev1.Pod
	lines   []string // with their timestamps
	ended   bool     // nobody writes any more: followers get the end
	broken  int      // connections to be torn down once their lines are out
	refusal *metav1.Status
}

func newServer(t *testing.T) *server {
	s := &server{changed: make(chan struct{}), objects: map[string]any{}, logs: map[string]*podLog{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.answer))
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

func (s *server) client(t *testing.T) kubernetes.Interface {
	client, err := kubernetes.NewForConfig(&rest.Config{Host: s.URL, QPS: -1})
	require.NoError(t, err)
	return client
}

// change does something to the server that its log streams notice.
func (s *server) change(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
	close(s.changed)
	s.changed = make(chan struct{})
}

// pod makes a running pod and its log.
func (s *server) pod(name string, lines ...string) (*podLog, Source) {
	l := &podLog{lines: lines, pod: &corev1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "ml", Name: name, UID: types.UID("uid-" + name)},
		Status: corev1.PodStatus{Phase: corev1.PodRunning, ContainerStatuses: []corev1.ContainerStatus{
			{Name: "model", State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}},
		}},
	}}
	s.change(func() { s.logs[name] = l })
	return l, Source{Pod: kube.Ref{Kind: kube.KindPod, Namespace: "ml", Name: name, UID: "uid-" + name}, Container: "model"}
}

func (s *server) write(l *podLog, lines ...string) {
	s.change(func() { l.lines = append(l.lines, lines...) })
}

func (s *server) answer(w http.ResponseWriter, r *http.Request) {
	name, isLog := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/api/v1/namespaces/ml/pods/"), "/log")
	s.mu.Lock()
	object, l := s.objects[r.URL.Path], s.logs[name]
	s.mu.Unlock()
	switch {
	case isLog:
		s.stream(w, r, name)
	case l != nil:
		s.mu.Lock()
		defer s.mu.Unlock()
		reply(w, http.StatusOK, l.pod)
	case object != nil:
		reply(w, http.StatusOK, object)
	default:
		reply(w, http.StatusNotFound, refusal(http.StatusNotFound, metav1.StatusReasonNotFound, r.URL.Path+" not found"))
	}
}

func refusal(code int32, reason metav1.StatusReason, message string) *metav1.Status {
	return &metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"},
		Status:   "Failure", Code: code, Reason: reason, Message: message,
	}
}

func reply(w http.ResponseWriter, code int, object any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(object)
}

// stream serves a log as the kubelet does: sinceTime is cut to whole seconds.
func (s *server) stream(w http.ResponseWriter, r *http.Request, name string) {
	query := r.URL.Query()
	since, _ := time.Parse(time.RFC3339, query.Get("sinceTime"))
	s.mu.Lock()
	s.asked = append(s.asked, query)
	s.mu.Unlock()
	for sent := 0; ; {
		s.mu.Lock()
		l, changed := s.logs[name], s.changed
		if l == nil || l.refusal != nil {
			no := refusal(http.StatusNotFound, metav1.StatusReasonNotFound, fmt.Sprintf("pods %q not found", name))
			if l != nil {
				no = l.refusal
			}
			s.mu.Unlock()
			if sent == 0 {
				reply(w, int(no.Code), no)
			}
			return
		}
		lines, ended := l.lines[sent:], l.ended || query.Get("follow") != "true"
		sent = len(l.lines)
		broken := l.broken > 0
		if broken {
			l.broken--
		}
		s.mu.Unlock()
		for _, line := range lines {
			when, _, _ := strings.Cut(line, " ")
			if at, err := time.Parse(time.RFC3339Nano, when); err != nil || !at.Before(since) {
				_, _ = fmt.Fprintln(w, line)
			}
		}
		w.(http.Flusher).Flush()
		if broken {
			panic(http.ErrAbortHandler)
		}
		if ended {
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
}

func (s *server) requests() []url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]url.Values(nil), s.asked...)
}

// follow starts a stream that loses no time between tries.
func (s *server) follow(t *testing.T, o LogOptions) *Stream {
	o.Client = s.client(t)
	o.pause = func(int) time.Duration { return time.Millisecond }
	stream := Follow(t.Context(), o)
	t.Cleanup(stream.Stop)
	return stream
}

// until takes batches until they say enough, and returns all of their lines.
func until(t *testing.T, s *Stream, enough func(lines []Line, last Batch) bool) []Line {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var lines []Line
	for {
		batch, err := s.Next(ctx)
		require.NoError(t, err, "so far: %q", texts(lines))
		lines = append(lines, batch.Lines...)
		if enough(lines, batch) {
			return lines
		}
	}
}

// text is enough when a line holds it.
func text(words string) func([]Line, Batch) bool {
	return func(lines []Line, _ Batch) bool {
		for _, l := range lines {
			if strings.Contains(l.Text, words) {
				return true
			}
		}
		return false
	}
}

func texts(lines []Line) []string {
	var out []string
	for _, l := range lines {
		mark := ""
		if l.Remark {
			mark = "* "
		}
		out = append(out, mark+l.Text)
	}
	return out
}
