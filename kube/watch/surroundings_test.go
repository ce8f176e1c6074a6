package watch

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	quantity "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	clienttesting "k8s.io/client-go/testing"

	"fader/kube"
)

// served is web behind a Service of one endpoint, on a node with GPUs.
func served() []k8sruntime.Object {
	service := &corev1.Service{ObjectMeta: named("web", "s1", 20), Spec: corev1.ServiceSpec{Selector: map[string]string{"app": "web"}}}
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "gpu-1", UID: "n1", ResourceVersion: "21"}}
	node.Status.Allocatable = corev1.ResourceList{"nvidia.com/gpu": quantity.MustParse("8")}
	return append(web(), service, newSlice("web-1-a", 22), node)
}

// newSlice of the Service web, with one endpoint that is a pod.
func newSlice(pod string, version int) *discoveryv1.EndpointSlice {
	return &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "shop", Name: "web-x", UID: "e1", ResourceVersion: fmt.Sprint(version),
			Labels: map[string]string{discoveryv1.LabelServiceName: "web"},
		},
		AddressType: discoveryv1.AddressTypeIPv4,
		Endpoints: []discoveryv1.Endpoint{{
			Addresses: []string{"10.0.0.1"},
			TargetRef: &corev1.ObjectReference{Kind: "Pod", Namespace: "shop", Name: pod, UID: types.UID("p1")},
		}},
	}
}

// Without the right to see one of them the rest of the picture is there, and what is
// missing is not shown as none.
func TestForbiddenSurroundings(t *testing.T) {
	notFound := func(name string) error {
		return apierrors.NewGenericServerResponse(404, "list", schema.GroupResource{Resource: name}, "", "the server could not find the requested resource", 0, true)
	}
	for _, c := range []struct {
		resource               string
		missing                bool // 404 rather than 403
		backends, nodes, known bool // shown
	}{
		{services, false, false, true, false},
		{endpointslices, false, true, true, false},
		{nodes, false, true, false, true},
		{autoscalers, false, true, true, true},
		{budgets, true, true, true, true},
		{autoscalers, true, true, true, true},
		{nodes, true, true, false, true},
		{deviceclasses, false, true, true, true},
		{deviceclasses, true, true, true, true},
		{resourceslices, false, true, true, true},
		{resourceslices, true, true, true, true},
	} {
		t.Run(fmt.Sprint(c.resource, " missing ", c.missing), func(t *testing.T) {
			inBubble(t, func(t *testing.T, ctx context.Context) {
				s := newServer(served()...)
				state := kube.Forbidden
				var allow func()
				if c.missing {
					state = kube.Missing
					var there atomic.Bool
					s.PrependReactor("list", c.resource, func(clienttesting.Action) (bool, k8sruntime.Object, error) {
						return !there.Load(), nil, notFound(c.resource)
					})
					allow = func() { there.Store(true) }
				} else {
					allow = s.forbid("list", c.resource)
				}
				w := start(ctx, s, func(o *Options) { o.Scope.Namespace = "shop" })
				got := until(t, w, time.Second, "all others live", func(s *kube.Snapshot) bool {
					for name, r := range s.Health.Resources {
						if r.State != kube.Live && name != c.resource {
							return false
						}
					}
					return s.Health.State == kube.Live && s.Health.Resources[c.resource].State == state
				})
				require.NotEmpty(t, got.Health.Resources[c.resource].Message)
				require.Len(t, got.Rollouts, 1)
				require.Len(t, got.Pods, 1)
				require.Equal(t, c.backends, got.Backends != nil)
				require.Equal(t, c.backends, got.Rollouts[0].Backends != nil)
				require.Equal(t, c.nodes, got.GPUNodes != nil)
				require.Equal(t, c.nodes, got.Nodes != nil, "all nodes are handed on, for room")
				if c.backends {
					require.Equal(t, c.known, !got.Backends[0].Unknown)
				}
				allow()
				until(t, w, 10*time.Minute, "permitted", func(s *kube.Snapshot) bool {
					return settled(s) && len(s.Backends) == 1 && len(s.GPUNodes) == 1 && s.Backends[0].Ready == 1
				})
			})
		})
	}
}

// What is slow does not hold up the first picture, and joins when it is there.
func TestLateSurroundingsJoin(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer(served()...)
		var open atomic.Bool
		for _, name := range []string{services, endpointslices, nodes, autoscalers, budgets, deviceclasses, resourceslices} {
			s.PrependReactor("list", name, func(clienttesting.Action) (bool, k8sruntime.Object, error) {
				return !open.Load(), nil, apierrors.NewServiceUnavailable("slow")
			})
		}
		w := start(ctx, s)
		first := until(t, w, time.Second, "live without them", state(kube.Live))
		require.Len(t, first.Rollouts, 1)
		require.Nil(t, first.Backends)
		require.Nil(t, first.GPUNodes)
		require.Equal(t, kube.Syncing, first.Health.Resources[services].State)
		require.Equal(t, kube.Syncing, first.Health.Resources[nodes].State)
		open.Store(true)
		last := until(t, w, 10*time.Minute, "all there", settled)
		require.Len(t, last.Rollouts[0].Backends, 1)
		require.Len(t, last.GPUNodes, 1)
	})
}

// An endpoint that changes is a snapshot; one that is written again is none.
func TestSlicesArePublished(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer(served()...)
		w := start(ctx, s)
		first := until(t, w, time.Second, "settled", settled)
		require.Equal(t, 1, first.Backends[0].Ready)
		slices := s.DiscoveryV1().EndpointSlices("shop")

		_, err := slices.Update(ctx, newSlice("web-1-a", 30), metav1.UpdateOptions{})
		require.NoError(t, err)
		silent(t, w, time.Minute)

		unready := newSlice("web-1-a", 31)
		unready.Endpoints[0].Conditions.Ready = new(bool)
		_, err = slices.Update(ctx, unready, metav1.UpdateOptions{})
		require.NoError(t, err)
		got := until(t, w, time.Second, "not ready", func(s *kube.Snapshot) bool { return s.Backends[0].Ready == 0 })
		require.Equal(t, kube.MatchesNotReady, got.Backends[0].Notice)
		require.NotSame(t, first.Rollouts[0], got.Rollouts[0], "its backend is part of it")

		require.NoError(t, slices.Delete(ctx, "web-x", metav1.DeleteOptions{}))
		until(t, w, time.Second, "deleted", func(s *kube.Snapshot) bool { return len(s.Backends[0].Endpoints) == 0 })
		_, err = slices.Create(ctx, newSlice("web-1-a", 40), metav1.CreateOptions{})
		require.NoError(t, err)
		until(t, w, time.Second, "made again", func(s *kube.Snapshot) bool { return s.Backends[0].Ready == 1 })

		require.NoError(t, s.CoreV1().Services("shop").Delete(ctx, "web", metav1.DeleteOptions{}))
		until(t, w, time.Second, "no Service", func(s *kube.Snapshot) bool { return s.Backends != nil && len(s.Backends) == 0 })
	})
}

// Rights that are taken away: what was seen must not grow old unnoticed.
func TestSurroundingsForbiddenLater(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer(served()...)
		w := start(ctx, s)
		until(t, w, time.Second, "settled", settled)
		s.forbid("list", nodes)
		s.forbid("watch", nodes)
		s.fail(refused)
		until(t, w, 2*time.Second, "down", state(kube.Disconnected))
		require.NotNil(t, w.box.peek().GPUNodes, "as it was, and said to be old")
		s.recover()
		got := until(t, w, 10*time.Second, "forbidden", func(s *kube.Snapshot) bool {
			return s.Health.State == kube.Live && s.Health.Resources[nodes].State == kube.Forbidden && s.GPUNodes == nil
		})
		require.Len(t, got.Backends, 1)
	})
}

// An orphan is no rollout's, and is shown among the pods.
func TestOrphansAreShown(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer(web()...)
		w := start(ctx, s)
		before := until(t, w, time.Second, "settled", settled)
		_, err := s.CoreV1().Pods("shop").Create(ctx, newPod("job", "p9", "nobody", 100), metav1.CreateOptions{})
		require.NoError(t, err)
		got := until(t, w, time.Second, "shown", func(s *kube.Snapshot) bool { return len(s.Pods) == 2 })
		require.Equal(t, "job", got.Pods[0].Ref.Name, "in order")
		require.Same(t, before.Rollouts[0], got.Rollouts[0])
		deployment, _, _ := got.Owner(got.Pods[1].OwnerUID)
		require.Equal(t, "web", deployment.Name)
	})
}
