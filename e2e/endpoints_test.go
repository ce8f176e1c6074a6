package e2e

import (
	"context"
	"sync"

	"github.com/stretchr/testify/require"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// endpointWatch follows the slices of one Service by a watch of its own, from the
// moment it had so many ready endpoints, and keeps the lowest number it has seen.
type endpointWatch struct {
	mu     sync.Mutex
	slices map[string]*discoveryv1.EndpointSlice
	low    int
	seen   []int // every number there was, in turn
}

func newEndpointWatch(p *practice, namespace, service string, from int) *endpointWatch {
	p.t.Helper()
	p.eventually("the endpoints that are to be watched", func() bool { return len(p.behind(namespace, service)) == from })
	config, err := clientcmd.BuildConfigFromFlags("", p.kubeconfig())
	require.NoError(p.t, err)
	client, err := kubernetes.NewForConfig(config)
	require.NoError(p.t, err)
	ctx, cancel := context.WithCancel(context.Background())
	p.t.Cleanup(cancel)
	of := metav1.ListOptions{LabelSelector: discoveryv1.LabelServiceName + "=" + service}
	list, err := client.DiscoveryV1().EndpointSlices(namespace).List(ctx, of)
	require.NoError(p.t, err)
	w := &endpointWatch{slices: map[string]*discoveryv1.EndpointSlice{}}
	for i := range list.Items {
		w.slices[list.Items[i].Name] = &list.Items[i]
	}
	w.low = w.ready()
	of.ResourceVersion = list.ResourceVersion
	events, err := client.DiscoveryV1().EndpointSlices(namespace).Watch(ctx, of)
	require.NoError(p.t, err)
	go func() {
		for event := range events.ResultChan() {
			if slice, ok := event.Object.(*discoveryv1.EndpointSlice); ok {
				w.take(slice, event.Type == "DELETED")
			}
		}
	}()
	return w
}

func (w *endpointWatch) take(slice *discoveryv1.EndpointSlice, gone bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.slices[slice.Name] = slice
	if gone {
		delete(w.slices, slice.Name)
	}
	w.low = min(w.low, w.ready())
	w.seen = append(w.seen, w.ready())
}

// ready endpoints, each pod once.
func (w *endpointWatch) ready() int {
	pods := map[string]bool{}
	for _, slice := range w.slices {
		for _, e := range slice.Endpoints {
			if e.TargetRef != nil && (e.Conditions.Ready == nil || *e.Conditions.Ready) {
				pods[string(e.TargetRef.UID)] = true
			}
		}
	}
	return len(pods)
}

func (w *endpointWatch) lowest() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.low
}
