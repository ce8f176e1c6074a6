package watch

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"

	"fader/kube"
)

func TestMain(m *testing.M) {
	// The default handlers remember the time of the last error of the whole
	// process and sleep by it, which synctest's bubbles, each with a clock of
	// its own, would pay for.
	utilruntime.ErrorHandlers = nil
	m.Run()
}

// server is a fake API server whose Ping can be made to fail.
type server struct {
	*fake.Clientset
	down atomic.Pointer[error]
	asks atomic.Int64 // Pings
}

func newServer(objects ...runtime.Object) *server {
	return &server{Clientset: fake.NewClientset(objects...)}
}

func (s *server) ping(ctx context.Context) error {
	s.asks.Add(1)
	return s.read(ctx)
}

func (s *server) read(context.Context) error {
	if err := s.down.Load(); err != nil {
		return *err
	}
	return nil
}

func (s *server) fail(err error) { s.down.Store(&err) }
func (s *server) recover()       { s.down.Store(nil) }

// forbid answers 403 to a verb on a resource until allow is called.
func (s *server) forbid(verb, resource string) (allow func()) {
	refused := s.mayRefuse(verb, resource)
	refused.Store(true)
	return func() { refused.Store(false) }
}

// mayRefuse answers 403 to a verb on a resource while that is true. Set it up before
// the server is used.
func (s *server) mayRefuse(verb, resource string) *atomic.Bool {
	refused := new(atomic.Bool)
	denied := apierrors.NewForbidden(schema.GroupResource{Resource: resource}, "", fmt.Errorf("no right to %s", verb))
	if verb == "watch" {
		s.PrependWatchReactor(resource, func(clienttesting.Action) (bool, watchInterface, error) {
			return refused.Load(), nil, denied
		})
	} else {
		s.PrependReactor(verb, resource, func(clienttesting.Action) (bool, runtime.Object, error) {
			return refused.Load(), nil, denied
		})
	}
	return refused
}

// silenceAll makes a verb fail on every resource with what says nothing.
func (s *server) silenceAll(verb string) {
	if verb == "watch" {
		s.PrependWatchReactor("*", func(clienttesting.Action) (bool, watchInterface, error) {
			return true, nil, context.DeadlineExceeded
		})
		return
	}
	s.PrependReactor(verb, "*", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, context.DeadlineExceeded
	})
}

// inBubble runs a test on synctest's clock and ends everything with it.
func inBubble(t *testing.T, test func(t *testing.T, ctx context.Context)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		test(t, ctx)
		cancel()
		// Reflectors may sit out a back-off; a bubble with a goroutine that does
		// not end fails.
		time.Sleep(time.Minute)
	})
}

func start(ctx context.Context, s *server, change ...func(*Options)) *Watch {
	o := Options{Client: s, Ping: s.ping, Read: s.read}
	for _, c := range change {
		c(&o)
	}
	return Start(ctx, o)
}

// until takes snapshots until one is as wanted, and fails after a time (of the
// bubble's clock).
func until(t *testing.T, w *Watch, within time.Duration, what string, wanted func(*kube.Snapshot) bool) *kube.Snapshot {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	var last *kube.Snapshot
	for {
		s, err := w.Next(ctx)
		require.NoError(t, err, "waiting for %s; the last snapshot: %+v", what, last)
		if last = s; wanted(s) {
			return s
		}
	}
}

func state(wanted kube.State) func(*kube.Snapshot) bool {
	return func(s *kube.Snapshot) bool { return s.Health.State == wanted }
}

// settled is live with every resource live, the events too, which do not count
// for the whole.
func settled(s *kube.Snapshot) bool {
	for _, r := range s.Health.Resources {
		if r.State != kube.Live {
			return false
		}
	}
	return s.Health.State == kube.Live
}

// silent fails if a snapshot comes within a time.
func silent(t *testing.T, w *Watch, within time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	s, err := w.Next(ctx)
	require.ErrorIs(t, err, context.DeadlineExceeded, "snapshot: %+v", s)
}

func owner(kind, name, uid string) []metav1.OwnerReference {
	yes := true
	return []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: kind, Name: name, UID: types.UID(uid), Controller: &yes}}
}

func named(name, uid string, version int) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: "shop", Name: name, UID: types.UID(uid), ResourceVersion: fmt.Sprint(version)}
}

func newDeployment(name, uid string, version int) *appsv1.Deployment {
	replicas := int32(1)
	labels := map[string]string{"app": name}
	return &appsv1.Deployment{
		ObjectMeta: named(name, uid, version),
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas,
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}},
		},
	}
}

func newReplicaSet(name, uid, deployment string, version int) *appsv1.ReplicaSet {
	rs := &appsv1.ReplicaSet{ObjectMeta: named(name, uid, version)}
	rs.OwnerReferences = owner("Deployment", "web", deployment)
	return rs
}

func newPod(name, uid, replicaset string, version int) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: named(name, uid, version)}
	p.OwnerReferences = owner("ReplicaSet", "web-1", replicaset)
	p.Status.Phase = corev1.PodPending
	return p
}

// web is one Deployment with a ReplicaSet and a pod.
func web() []runtime.Object {
	return []runtime.Object{
		newDeployment("web", "d1", 10),
		newReplicaSet("web-1", "r1", "d1", 11),
		newPod("web-1-a", "p1", "r1", 12),
	}
}

// count of the requests with a verb.
func count(s *server, verb string) (n int) {
	for _, a := range s.Actions() {
		if a.GetVerb() == verb {
			n++
		}
	}
	return n
}
