package scenario

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
)

const (
	causeAnnotation = "kubernetes.io/change-cause"
	// minDeadline keeps a fast cluster's progress deadlines above what a rollout needs.
	minDeadline = 10
)

// apply makes the namespaces of a file's objects and applies the objects, all at once.
func (r *Runner) apply(ctx context.Context, s Scenario, step Step) error {
	objects, err := manifests(s.Name, step.Apply)
	if err != nil {
		return err
	}
	made := map[string]bool{}
	for _, object := range objects {
		if namespace := object.GetNamespace(); namespace != "" && !made[namespace] {
			made[namespace] = true
			if err := r.makeNamespace(ctx, namespace); err != nil {
				return err
			}
		}
	}
	errs := make([]error, len(objects))
	var wait sync.WaitGroup
	for i, object := range objects {
		wait.Go(func() { errs[i] = r.applyOne(ctx, object, step) })
	}
	wait.Wait()
	return errors.Join(errs...)
}

// applyOne applies one object, a Deployment with its history before it.
func (r *Runner) applyOne(ctx context.Context, object *unstructured.Unstructured, step Step) error {
	if object.GetKind() == "Deployment" {
		r.scaleDeadline(object)
		id := object.GetNamespace() + "/" + object.GetName()
		for _, revision := range step.History {
			if revision.Deployment != id {
				continue
			}
			earlier, err := earlierRevision(object, revision)
			if err != nil {
				return err
			}
			if err := r.send(ctx, earlier, step.Manager); err != nil {
				return err
			}
			// The controller only sees what is there when it looks: let it see each revision.
			if err := r.until(ctx, id, quickPoll, func(d *appsv1.Deployment) bool {
				return d.Status.ObservedGeneration >= d.Generation && progressing(d) != ""
			}); err != nil {
				return err
			}
		}
	}
	if err := r.send(ctx, object, step.Manager); err != nil {
		return err
	}
	if object.GetKind() == "ResourceQuota" {
		return r.untilCounted(ctx, object)
	}
	return nil
}

// untilCounted waits until the controller has counted what a quota is about. Before that,
// the API server refuses every pod for another reason.
func (r *Runner) untilCounted(ctx context.Context, quota *unstructured.Unstructured) error {
	for {
		var counted bool
		err := retry(ctx, func() error {
			q, err := r.typed.CoreV1().ResourceQuotas(quota.GetNamespace()).Get(ctx, quota.GetName(), metav1.GetOptions{})
			counted = err == nil && len(q.Status.Used) > 0
			return err
		})
		if err == nil && !counted {
			err = sleep(ctx, quickPoll)
		}
		if err != nil || counted {
			return err
		}
	}
}

// earlierRevision returns the Deployment as it was before: with revision's image, cause
// and annotations, and no replicas.
func earlierRevision(object *unstructured.Unstructured, revision Revision) (*unstructured.Unstructured, error) {
	earlier := object.DeepCopy()
	if err := unstructured.SetNestedField(earlier.Object, int64(0), "spec", "replicas"); err != nil {
		return nil, fmt.Errorf("set replicas: %w", err)
	}
	containers, _, err := unstructured.NestedSlice(earlier.Object, "spec", "template", "spec", "containers")
	if err != nil {
		return nil, fmt.Errorf("read containers: %w", err)
	}
	for _, container := range containers {
		if c, ok := container.(map[string]any); ok && c["name"] == revision.Container {
			c["image"] = revision.Image
		}
	}
	if err := unstructured.SetNestedSlice(earlier.Object, containers, "spec", "template", "spec", "containers"); err != nil {
		return nil, fmt.Errorf("set containers: %w", err)
	}
	annotations := earlier.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[causeAnnotation] = revision.Cause
	earlier.SetAnnotations(annotations)
	return earlier, nil
}

// scaleDeadline divides a progress deadline that the manifest states by the speed.
func (r *Runner) scaleDeadline(object *unstructured.Unstructured) {
	field := []string{"spec", "progressDeadlineSeconds"}
	if seconds, ok, err := unstructured.NestedInt64(object.Object, field...); ok && err == nil && r.speed > 1 {
		_ = unstructured.SetNestedField(object.Object, max(minDeadline, int64(float64(seconds)/r.speed)), field...)
	}
}

// send applies one object on the server's side. A status that the manifest has goes to the
// status of the object.
func (r *Runner) send(ctx context.Context, object *unstructured.Unstructured, manager string) error {
	resource, err := resourceOf(object)
	if err != nil {
		return err
	}
	data, err := json.Marshal(object)
	if err != nil {
		return fmt.Errorf("encode %s: %w", object.GetName(), err)
	}
	if manager == "" {
		manager = fieldManager
	}
	subresources := [][]string{nil}
	if _, has := object.Object["status"]; has {
		subresources = append(subresources, []string{"status"})
	}
	force := true
	for _, subresource := range subresources {
		err = retry(ctx, func() error {
			_, err := r.dynamic.Resource(resource).Namespace(object.GetNamespace()).Patch(ctx, object.GetName(),
				types.ApplyPatchType, data, metav1.PatchOptions{FieldManager: manager, Force: &force}, subresource...)
			return err
		})
		if err != nil {
			return fmt.Errorf("apply %s %s/%s: %w", object.GetKind(), object.GetNamespace(), object.GetName(), err)
		}
	}
	return nil
}

// makeNamespace makes a namespace and waits until pods can be made in it.
func (r *Runner) makeNamespace(ctx context.Context, name string) error {
	err := retry(ctx, func() error {
		_, err := r.typed.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
		if apierrors.IsAlreadyExists(err) {
			return nil
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("make namespace %s: %w", name, err)
	}
	for {
		_, err := r.typed.CoreV1().ServiceAccounts(name).Get(ctx, "default", metav1.GetOptions{})
		if err == nil {
			return nil
		}
		if err := sleep(ctx, quickPoll); err != nil {
			return fmt.Errorf("wait for the service account of namespace %s: %w", name, err)
		}
	}
}
