package fleet

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	corelisters "k8s.io/client-go/listers/core/v1"
	discoverylisters "k8s.io/client-go/listers/discovery/v1"

	"fader/practice/traffic"
)

// reader keeps what there is in the cluster and makes the World of it.
type reader struct {
	options  Options
	factory  informers.SharedInformerFactory
	pods     corelisters.PodLister
	services corelisters.ServiceLister
	nodes    corelisters.NodeLister
	slices   discoverylisters.EndpointSliceLister

	// read is what was made of each pod, so that annotations are read once.
	read map[types.UID]readPod
	told map[string]bool // what was complained about
}

type readPod struct {
	version string
	pod     traffic.Pod
}

func newReader(o Options) *reader {
	r := &reader{options: o, read: map[types.UID]readPod{}, told: map[string]bool{}}
	r.factory = informers.NewSharedInformerFactoryWithOptions(o.Client, 0, informers.WithTransform(slim))
	core := r.factory.Core().V1()
	r.pods, r.services, r.nodes = core.Pods().Lister(), core.Services().Lister(), core.Nodes().Lister()
	r.slices = r.factory.Discovery().V1().EndpointSlices().Lister()
	return r
}

// start begins to watch. The returned function waits until that has ended with ctx.
func (r *reader) start(ctx context.Context) func() {
	r.factory.Start(ctx.Done())
	return r.factory.Shutdown
}

// slim leaves out what nobody here reads: a large cluster has many pods.
func slim(object any) (any, error) {
	if o, ok := object.(metav1.ObjectMetaAccessor); ok {
		o.GetObjectMeta().SetManagedFields(nil)
	}
	if pod, ok := object.(*corev1.Pod); ok {
		pod.Status.Conditions, pod.Spec.Volumes, pod.Spec.Tolerations, pod.Spec.Affinity = nil, nil, nil, nil
		for i := range pod.Spec.Containers {
			c := &pod.Spec.Containers[i]
			c.Env, c.Command, c.Args, c.VolumeMounts = nil, nil, nil, nil
		}
		pod.Spec.InitContainers, pod.Status.InitContainerStatuses = nil, nil
	}
	return object, nil
}

// world is the World as it was seen last.
func (r *reader) world() traffic.World {
	var w traffic.World
	// The errors of listers are those of indexes that nobody made.
	services, _ := r.services.List(labels.Everything())
	endpoints := r.endpoints()
	pods, _ := r.pods.List(labels.Everything())
	ids, kept := map[types.UID]string{}, map[types.UID]readPod{}
	for _, pod := range pods {
		one := r.pod(pod)
		kept[pod.UID] = one
		ids[pod.UID] = one.pod.ID
	}
	r.read = kept
	wanted := map[types.UID]bool{}
	for _, service := range services {
		if s, ok := r.service(service); ok {
			for uid, ready := range endpoints[types.NamespacedName{Namespace: service.Namespace, Name: service.Name}] {
				wanted[uid] = true
				if id := ids[uid]; id != "" && ready {
					s.Ready = append(s.Ready, id)
				} else if id != "" {
					s.Starting = append(s.Starting, id)
				}
			}
			w.Services = append(w.Services, s)
		}
	}
	for uid, one := range kept {
		one.pod.Serves = one.pod.Serves || wanted[uid]
		if one.pod.Serves || len(one.pod.Devices) > 0 {
			w.Pods = append(w.Pods, one.pod)
		}
	}
	w.Nodes = r.gpuNodes()
	return w
}

// endpoints returns the pods behind each Service that are not being deleted, and whether
// they are ready. A pod can be in two slices for a moment.
func (r *reader) endpoints() map[types.NamespacedName]map[types.UID]bool {
	all := map[types.NamespacedName]map[types.UID]bool{}
	list, _ := r.slices.List(labels.Everything())
	for _, slice := range list {
		service := types.NamespacedName{Namespace: slice.Namespace, Name: slice.Labels[discoveryv1.LabelServiceName]}
		if all[service] == nil {
			all[service] = map[types.UID]bool{}
		}
		for _, endpoint := range slice.Endpoints {
			c := endpoint.Conditions
			if endpoint.TargetRef == nil || endpoint.TargetRef.Kind != "Pod" || (c.Terminating != nil && *c.Terminating) {
				continue
			}
			uid := endpoint.TargetRef.UID
			all[service][uid] = all[service][uid] || c.Ready == nil || *c.Ready
		}
	}
	return all
}
