package scenario

import (
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
)

// remove deletes the objects of every file of the scenario and waits until they and
// their pods are gone. Namespaces and Nodes stay: others live on them.
func (r *Runner) remove(ctx context.Context, s Scenario) error {
	for _, step := range s.Steps {
		if step.Apply == "" {
			continue
		}
		objects, err := manifests(s.Name, step.Apply)
		if err != nil {
			return err
		}
		objects = slices.DeleteFunc(objects, func(o *unstructured.Unstructured) bool { return o.GetKind() == "Node" })
		for _, object := range objects {
			if err := r.delete(ctx, object); err != nil {
				return err
			}
		}
		for _, object := range objects {
			if err := r.untilGone(ctx, object); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Runner) delete(ctx context.Context, object *unstructured.Unstructured) error {
	resource, err := resourceOf(object)
	if err != nil {
		return err
	}
	// Foreground: the object goes last, so that waiting for it waits for its pods.
	policy := metav1.DeletePropagationForeground
	err = retry(ctx, func() error {
		return r.dynamic.Resource(resource).Namespace(object.GetNamespace()).Delete(ctx, object.GetName(),
			metav1.DeleteOptions{PropagationPolicy: &policy})
	})
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("delete %s %s/%s: %w", object.GetKind(), object.GetNamespace(), object.GetName(), err)
	}
	return nil
}

func (r *Runner) untilGone(ctx context.Context, object *unstructured.Unstructured) error {
	resource, err := resourceOf(object)
	if err != nil {
		return err
	}
	for {
		err := retry(ctx, func() error {
			_, err := r.dynamic.Resource(resource).Namespace(object.GetNamespace()).Get(ctx, object.GetName(), metav1.GetOptions{})
			return err
		})
		if apierrors.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("wait until %s/%s is gone: %w", object.GetNamespace(), object.GetName(), err)
		}
		if object.GetKind() == "Deployment" {
			if err := r.endPods(ctx, object); err != nil {
				return err
			}
		}
		if err := sleep(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}

// endPods ends at once the pods of a Deployment that are being deleted: some have a grace
// of half an hour, or a finalizer that nobody else removes.
func (r *Runner) endPods(ctx context.Context, deployment *unstructured.Unstructured) error {
	match, _, err := unstructured.NestedStringMap(deployment.Object, "spec", "selector", "matchLabels")
	if err != nil {
		return fmt.Errorf("read the selector of %s: %w", deployment.GetName(), err)
	}
	pods := r.typed.CoreV1().Pods(deployment.GetNamespace())
	return retry(ctx, func() error {
		list, err := pods.List(ctx, metav1.ListOptions{LabelSelector: labels.SelectorFromSet(match).String()})
		if err != nil {
			return err
		}
		for i := range list.Items {
			if list.Items[i].DeletionTimestamp == nil {
				continue
			}
			if err := endPod(ctx, pods, &list.Items[i]); err != nil && !apierrors.IsNotFound(err) {
				return err
			}
		}
		return nil
	})
}

func endPod(ctx context.Context, pods typedcorev1.PodInterface, pod *corev1.Pod) error {
	if len(pod.Finalizers) > 0 {
		patch := []byte(`{"metadata":{"finalizers":null}}`)
		if _, err := pods.Patch(ctx, pod.Name, types.MergePatchType, patch, metav1.PatchOptions{FieldManager: fieldManager}); err != nil {
			return err
		}
	}
	return pods.Delete(ctx, pod.Name, *metav1.NewDeleteOptions(0))
}
