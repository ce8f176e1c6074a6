package watch

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"

	"fader/kube"
)

// The watched resources, by the names used in kube.Health.
const (
	deployments = "deployments"
	replicasets = "replicasets"
	pods        = "pods"
	events      = "events"
)

// resource says how one kind is read and what is kept of it.
type resource struct {
	name string
	// essential: without it no rollout can be told truly.
	essential bool
	// selected: the scope's label selector applies.
	selected bool
	// limit is how many objects are kept at most, the youngest; 0 for all.
	limit   int
	example runtime.Object
	client  func(c kubernetes.Interface, namespace string) listWatcher
	// value is the domain value of an API object, nil for one that does not concern us.
	value func(object any) any
}

// listWatcher is one resource of one namespace at the API server.
type listWatcher struct {
	list  func(context.Context, metav1.ListOptions) (runtime.Object, error)
	watch func(context.Context, metav1.ListOptions) (watch.Interface, error)
}

func resources(eventLimit int) []resource {
	return []resource{
		{
			name: deployments, essential: true, selected: true, example: &appsv1.Deployment{},
			client: func(c kubernetes.Interface, namespace string) listWatcher {
				return listWatcherOf(c.AppsV1().Deployments(namespace))
			},
			value: func(o any) any { return kube.NewDeployment(o.(*appsv1.Deployment)) },
		},
		{
			name: replicasets, essential: true, example: &appsv1.ReplicaSet{},
			client: func(c kubernetes.Interface, namespace string) listWatcher {
				return listWatcherOf(c.AppsV1().ReplicaSets(namespace))
			},
			value: func(o any) any { return kube.NewReplicaSet(o.(*appsv1.ReplicaSet)) },
		},
		{
			name: pods, essential: true, example: &corev1.Pod{},
			client: func(c kubernetes.Interface, namespace string) listWatcher {
				return listWatcherOf(c.CoreV1().Pods(namespace))
			},
			value: func(o any) any { return kube.NewPod(o.(*corev1.Pod)) },
		},
		{
			name: events, limit: eventLimit, example: &corev1.Event{},
			client: func(c kubernetes.Interface, namespace string) listWatcher {
				return listWatcherOf(c.CoreV1().Events(namespace))
			},
			value: func(o any) any { return eventValue(o.(*corev1.Event)) },
		},
	}
}

// eventValue drops the events of everything that is no part of a rollout: nodes,
// jobs, claims.
func eventValue(e *corev1.Event) any {
	switch kube.Kind(e.InvolvedObject.Kind) {
	case kube.KindDeployment, kube.KindReplicaSet, kube.KindPod:
		return kube.NewEvent(e)
	}
	return nil
}

// typed is a typed client of one resource; L is its list.
type typed[L runtime.Object] interface {
	List(context.Context, metav1.ListOptions) (L, error)
	Watch(context.Context, metav1.ListOptions) (watch.Interface, error)
}

func listWatcherOf[L runtime.Object](client typed[L]) listWatcher {
	return listWatcher{
		list: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
			return client.List(ctx, o)
		},
		watch: client.Watch,
	}
}
