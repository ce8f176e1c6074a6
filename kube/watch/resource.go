package watch

import (
	"context"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	policyv1 "k8s.io/api/policy/v1"
	resourcev1 "k8s.io/api/resource/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"

	"fader/kube"
)

// The watched resources, by the names used in kube.Health.
const (
	deployments    = "deployments"
	replicasets    = "replicasets"
	pods           = "pods"
	events         = "events"
	services       = "services"
	endpointslices = "endpointslices"
	nodes          = "nodes"
	autoscalers    = "horizontalpodautoscalers"
	budgets        = "poddisruptionbudgets"
	deviceclasses  = "deviceclasses"
	resourceslices = "resourceslices"
)

// resource says how one kind is read and what is kept of it.
type resource struct {
	name string
	// essential: without it no rollout can be told truly. What is not essential
	// joins the picture when it is there, and is never waited for.
	essential bool
	// optional: most clusters do without it. Where it is refused it is asked for rarely.
	optional bool
	// selected: the scope's label selector applies.
	selected bool
	// noBookmarks: the API server has no watch cache for it and sends no bookmark.
	noBookmarks bool
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

// resources in the order of the loop's feeds.
func resources(eventLimit int, gpus []string) []resource {
	return slices.Concat(workloads(eventLimit, gpus), surroundings(gpus), dynamicAllocation())
}

// workloads are what rollouts are made of.
func workloads(eventLimit int, gpus []string) []resource {
	return []resource{
		{
			name: deployments, essential: true, selected: true, example: &appsv1.Deployment{},
			client: func(c kubernetes.Interface, namespace string) listWatcher {
				return listWatcherOf(c.AppsV1().Deployments(namespace))
			},
			value: func(o any) any { return kube.NewDeployment(o.(*appsv1.Deployment), gpus...) },
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
			value: func(o any) any { return kube.NewPod(o.(*corev1.Pod), gpus...) },
		},
		{
			name: events, noBookmarks: true, limit: eventLimit, example: &corev1.Event{},
			client: func(c kubernetes.Interface, namespace string) listWatcher {
				return listWatcherOf(c.CoreV1().Events(namespace))
			},
			value: func(o any) any { return eventValue(o.(*corev1.Event)) },
		},
	}
}

// surroundings are what stands around rollouts. Each may be forbidden or missing on
// its own. Nodes belong to no namespace: with rights in one only they always are.
func surroundings(gpus []string) []resource {
	return []resource{
		{
			name: services, example: &corev1.Service{},
			client: func(c kubernetes.Interface, namespace string) listWatcher {
				return listWatcherOf(c.CoreV1().Services(namespace))
			},
			value: func(o any) any { return kube.NewService(o.(*corev1.Service)) },
		},
		{
			name: endpointslices, example: &discoveryv1.EndpointSlice{},
			client: func(c kubernetes.Interface, namespace string) listWatcher {
				return listWatcherOf(c.DiscoveryV1().EndpointSlices(namespace))
			},
			value: func(o any) any { return kube.NewEndpointSlice(o.(*discoveryv1.EndpointSlice)) },
		},
		{
			name: nodes, example: &corev1.Node{},
			client: func(c kubernetes.Interface, _ string) listWatcher {
				return listWatcherOf(c.CoreV1().Nodes())
			},
			value: func(o any) any { return kube.NewNode(o.(*corev1.Node), gpus...) },
		},
		{
			name: autoscalers, example: &autoscalingv2.HorizontalPodAutoscaler{},
			client: func(c kubernetes.Interface, namespace string) listWatcher {
				return listWatcherOf(c.AutoscalingV2().HorizontalPodAutoscalers(namespace))
			},
			value: func(o any) any { return kube.NewAutoscaler(o.(*autoscalingv2.HorizontalPodAutoscaler)) },
		},
		{
			name: budgets, example: &policyv1.PodDisruptionBudget{},
			client: func(c kubernetes.Interface, namespace string) listWatcher {
				return listWatcherOf(c.PolicyV1().PodDisruptionBudgets(namespace))
			},
			value: func(o any) any { return kube.NewBudget(o.(*policyv1.PodDisruptionBudget)) },
		},
	}
}

// dynamicAllocation are the objects of resource.k8s.io, which old servers do not have
// and few accounts may see.
func dynamicAllocation() []resource {
	return []resource{
		{
			name: deviceclasses, optional: true, example: &resourcev1.DeviceClass{},
			client: func(c kubernetes.Interface, _ string) listWatcher {
				return listWatcherOf(c.ResourceV1().DeviceClasses())
			},
			value: func(o any) any { return kube.NewDeviceClass(o.(*resourcev1.DeviceClass)) },
		},
		{
			name: resourceslices, optional: true, example: &resourcev1.ResourceSlice{},
			client: func(c kubernetes.Interface, _ string) listWatcher {
				return listWatcherOf(c.ResourceV1().ResourceSlices())
			},
			value: func(o any) any {
				if slice := kube.NewResourceSlice(o.(*resourcev1.ResourceSlice)); slice != nil {
					return slice
				}
				return nil
			},
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
