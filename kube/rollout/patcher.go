package rollout

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
)

// answer is what a write, or its dry run, leaves behind.
type answer struct {
	resourceVersion string
	// object as the server has it; nil after a write to a subresource.
	object object
	// replicas wanted, known after a write to a Deployment or its scale.
	replicas int32
}

// patcher sends the patch of a plan, once.
type patcher interface {
	patch(ctx context.Context, p Plan, dryRun bool) (answer, error)
}

// errNoDryRun says that the other side cannot rehearse.
var errNoDryRun = errors.New("this client has no server to rehearse on")

// patcherFor chooses: a client-go clientset has a REST client, a fake one has none.
func patcherFor(client kubernetes.Interface) patcher {
	if rc, ok := client.AppsV1().RESTClient().(*rest.RESTClient); ok && rc != nil {
		return restPatcher{client}
	}
	return typedPatcher{client}
}

// restPatcher writes the request itself, because the typed clients send a patch
// again, up to ten times and after any wait that a Retry-After asks for: by then
// the operator has given up, and it must not land.
type restPatcher struct{ client kubernetes.Interface }

func (r restPatcher) patch(ctx context.Context, p Plan, dryRun bool) (answer, error) {
	options := metav1.PatchOptions{FieldManager: fieldManager}
	if dryRun {
		options.DryRun = []string{metav1.DryRunAll}
	}
	of, err := servedAs(p.Target().Kind)
	if err != nil {
		return answer{}, err
	}
	request := of.rest(r.client).Patch(p.PatchType).
		Namespace(p.Target().Namespace).Resource(of.plural).Name(p.Target().Name).
		VersionedParams(&options, scheme.ParameterCodec).
		Body(p.Patch).
		MaxRetries(0)
	if p.Subresource != "" {
		request = request.SubResource(p.Subresource)
		var scale autoscalingv1.Scale
		err := request.Do(ctx).Into(&scale)
		return answer{resourceVersion: scale.ResourceVersion, replicas: scale.Spec.Replicas}, err
	}
	o := of.blank()
	if err := request.Do(ctx).Into(o); err != nil {
		return answer{}, err
	}
	return answerOf(o), nil
}

func answerOf(o object) answer {
	a := answer{resourceVersion: o.GetResourceVersion(), object: o}
	if d, ok := o.(*appsv1.Deployment); ok {
		a.replicas = desired(d)
	}
	return a
}

// typedPatcher serves clientsets without a REST client: fakes, which apply the
// patch to a map and neither rehearse nor fail halfway.
type typedPatcher struct{ client kubernetes.Interface }

func (t typedPatcher) patch(ctx context.Context, p Plan, dryRun bool) (answer, error) {
	if dryRun {
		return answer{}, errNoDryRun
	}
	if err := ctx.Err(); err != nil {
		return answer{}, err
	}
	// A fake knows one object under a name, whatever the subresource; a merge
	// patch of a scale's replicas is the same patch of the Deployment.
	of, err := servedAs(p.Target().Kind)
	if err != nil {
		return answer{}, err
	}
	o, err := of.patch(ctx, t.client, p.Target(), p.PatchType, p.Patch)
	if err != nil {
		return answer{}, err
	}
	return answerOf(o), nil
}

// explain is the sentence in an error: the API server's own without its preamble,
// or what went wrong on the way to it without the URL, which nobody reads and
// which leaves no room for what matters.
func explain(err error) string {
	var status interface{ Status() metav1.Status }
	if errors.As(err, &status) && status.Status().Message != "" {
		return status.Status().Message
	}
	var request *url.Error
	if errors.As(err, &request) {
		err = request.Err
	}
	switch {
	case errors.Is(err, context.Canceled):
		return "cancelled"
	case errors.Is(err, context.DeadlineExceeded):
		return "it took too long"
	}
	return fmt.Sprint(err)
}
