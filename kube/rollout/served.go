package rollout

import (
	"context"
	"fmt"

	"fader/kube"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// object is what a plan is about: a Deployment, a Service or a Pod.
type object interface {
	metav1.Object
	runtime.Object
}

// served is how the API serves the objects of one kind.
type served struct {
	group, plural string
	blank         func() object
	get           func(ctx context.Context, c kubernetes.Interface, of kube.Ref) (object, error)
	// patch sends it through the typed client: for clientsets without a REST client.
	patch func(ctx context.Context, c kubernetes.Interface, of kube.Ref, kind types.PatchType, body []byte) (object, error)
	rest  func(c kubernetes.Interface) rest.Interface
	// reached says that live has what want was to have.
	reached func(want, live object) bool
}

// servedAs a kind that fader writes to.
func servedAs(kind kube.Kind) (served, error) {
	switch kind {
	case kube.KindDeployment, "":
		return servedDeployments(), nil
	case kube.KindService:
		return servedServices(), nil
	case kube.KindPod:
		return servedPods(), nil
	}
	return served{}, fmt.Errorf("fader makes no moves on a %s", kube.Clean(string(kind)))
}

// typed is what client-go's clients have in common, whatever they are of.
type typed[T object] interface {
	Get(ctx context.Context, name string, o metav1.GetOptions) (T, error)
	Patch(ctx context.Context, name string, kind types.PatchType, body []byte, o metav1.PatchOptions, subresources ...string) (T, error)
}

// through serves objects through a typed client.
func through[T object](in func(c kubernetes.Interface, namespace string) typed[T], s served) served {
	s.get = func(ctx context.Context, c kubernetes.Interface, of kube.Ref) (object, error) {
		return in(c, of.Namespace).Get(ctx, of.Name, metav1.GetOptions{})
	}
	s.patch = func(ctx context.Context, c kubernetes.Interface, of kube.Ref, kind types.PatchType, body []byte) (object, error) {
		return in(c, of.Namespace).Patch(ctx, of.Name, kind, body, metav1.PatchOptions{FieldManager: fieldManager})
	}
	return s
}

func servedDeployments() served {
	in := func(c kubernetes.Interface, namespace string) typed[*appsv1.Deployment] {
		return c.AppsV1().Deployments(namespace)
	}
	return through(in, served{
		group: "apps", plural: "deployments",
		blank: func() object { return &appsv1.Deployment{} },
		rest:  func(c kubernetes.Interface) rest.Interface { return c.AppsV1().RESTClient() },
		reached: func(want, live object) bool {
			w, l := want.(*appsv1.Deployment), live.(*appsv1.Deployment)
			return desired(l) == desired(w) && l.Spec.Paused == w.Spec.Paused &&
				equality.Semantic.DeepEqual(l.Spec.Strategy, w.Spec.Strategy) &&
				equality.Semantic.DeepEqual(l.Spec.Template, w.Spec.Template)
		},
	})
}

func servedServices() served {
	in := func(c kubernetes.Interface, namespace string) typed[*corev1.Service] {
		return c.CoreV1().Services(namespace)
	}
	return through(in, served{
		plural: "services",
		blank:  func() object { return &corev1.Service{} },
		rest:   func(c kubernetes.Interface) rest.Interface { return c.CoreV1().RESTClient() },
		reached: func(want, live object) bool {
			return equality.Semantic.DeepEqual(want.(*corev1.Service).Spec.Selector, live.(*corev1.Service).Spec.Selector)
		},
	})
}

func servedPods() served {
	in := func(c kubernetes.Interface, namespace string) typed[*corev1.Pod] { return c.CoreV1().Pods(namespace) }
	return through(in, served{
		plural:  "pods",
		blank:   func() object { return &corev1.Pod{} },
		rest:    func(c kubernetes.Interface) rest.Interface { return c.CoreV1().RESTClient() },
		reached: func(want, live object) bool { return equality.Semantic.DeepEqual(want.GetLabels(), live.GetLabels()) },
	})
}
