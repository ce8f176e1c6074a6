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

func servedDeployments() served {
	return served{
		group: "apps", plural: "deployments",
		blank: func() object { return &appsv1.Deployment{} },
		get: func(ctx context.Context, c kubernetes.Interface, of kube.Ref) (object, error) {
			return c.AppsV1().Deployments(of.Namespace).Get(ctx, of.Name, metav1.GetOptions{})
		},
		patch: func(ctx context.Context, c kubernetes.Interface, of kube.Ref, kind types.PatchType, body []byte) (object, error) {
			return c.AppsV1().Deployments(of.Namespace).Patch(ctx, of.Name, kind, body, writtenByFader())
		},
		rest: func(c kubernetes.Interface) rest.Interface { return c.AppsV1().RESTClient() },
		reached: func(want, live object) bool {
			w, l := want.(*appsv1.Deployment), live.(*appsv1.Deployment)
			return desired(l) == desired(w) && l.Spec.Paused == w.Spec.Paused &&
				equality.Semantic.DeepEqual(l.Spec.Strategy, w.Spec.Strategy) &&
				equality.Semantic.DeepEqual(l.Spec.Template, w.Spec.Template)
		},
	}
}

func servedServices() served {
	return served{
		plural: "services",
		blank:  func() object { return &corev1.Service{} },
		get: func(ctx context.Context, c kubernetes.Interface, of kube.Ref) (object, error) {
			return c.CoreV1().Services(of.Namespace).Get(ctx, of.Name, metav1.GetOptions{})
		},
		patch: func(ctx context.Context, c kubernetes.Interface, of kube.Ref, kind types.PatchType, body []byte) (object, error) {
			return c.CoreV1().Services(of.Namespace).Patch(ctx, of.Name, kind, body, writtenByFader())
		},
		rest: func(c kubernetes.Interface) rest.Interface { return c.CoreV1().RESTClient() },
		reached: func(want, live object) bool {
			return equality.Semantic.DeepEqual(want.(*corev1.Service).Spec.Selector, live.(*corev1.Service).Spec.Selector)
		},
	}
}

func servedPods() served {
	return served{
		plural: "pods",
		blank:  func() object { return &corev1.Pod{} },
		get: func(ctx context.Context, c kubernetes.Interface, of kube.Ref) (object, error) {
			return c.CoreV1().Pods(of.Namespace).Get(ctx, of.Name, metav1.GetOptions{})
		},
		patch: func(ctx context.Context, c kubernetes.Interface, of kube.Ref, kind types.PatchType, body []byte) (object, error) {
			return c.CoreV1().Pods(of.Namespace).Patch(ctx, of.Name, kind, body, writtenByFader())
		},
		rest: func(c kubernetes.Interface) rest.Interface { return c.CoreV1().RESTClient() },
		reached: func(want, live object) bool {
			return equality.Semantic.DeepEqual(want.GetLabels(), live.GetLabels())
		},
	}
}

func writtenByFader() metav1.PatchOptions { return metav1.PatchOptions{FieldManager: fieldManager} }
