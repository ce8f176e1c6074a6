package scenario

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"fader/practice/traffic"
)

// fieldManager is who the steps' patches are from: a person at a shell.
const fieldManager = "kubectl"

const (
	retryEvery = 500 * time.Millisecond
	pollEvery  = time.Second
	quickPoll  = 50 * time.Millisecond
)

// do does one step. It returns an error only when trying again is pointless.
func (r *Runner) do(ctx context.Context, s Scenario, step Step) error {
	switch {
	case step.Apply != "":
		return r.apply(ctx, s, step)
	case step.Set != nil:
		return r.set(ctx, *step.Set)
	case step.Scale != nil:
		return r.patch(ctx, step.Scale.Deployment, map[string]any{"spec": map[string]any{"replicas": step.Scale.Replicas}})
	case step.Traffic != nil:
		return r.turnTraffic(ctx, *step.Traffic)
	case step.Pause != "":
		return r.patch(ctx, step.Pause, map[string]any{"spec": map[string]any{"paused": true}})
	case step.Resume != "":
		return r.patch(ctx, step.Resume, map[string]any{"spec": map[string]any{"paused": false}})
	case step.Wait != nil:
		return r.wait(ctx, *step.Wait)
	default:
		return sleep(ctx, time.Duration(float64(step.Sleep)/r.speed))
	}
}

// set changes the template and the change-cause in one patch: done after each other,
// the controller would write the new cause on the old ReplicaSet.
func (r *Runner) set(ctx context.Context, change Revision) error {
	return r.patch(ctx, change.Deployment, change.patch(r.speed))
}

// patch returns the strategic merge patch that makes the revision.
func (change Revision) patch(speed float64) map[string]any {
	container := map[string]any{"name": change.Container, "image": change.Image}
	if change.Unprobed {
		container["readinessProbe"] = nil
	}
	template := map[string]any{"spec": map[string]any{"containers": []any{container}}}
	if len(change.Annotations) > 0 {
		template["metadata"] = map[string]any{"annotations": change.Annotations}
	}
	spec := map[string]any{"template": template}
	if change.MinReady > 0 {
		spec["minReadySeconds"] = int64(math.Ceil(time.Duration(change.MinReady).Seconds() / speed))
	}
	patch := map[string]any{"spec": spec}
	if change.Cause != "" {
		patch["metadata"] = map[string]any{"annotations": map[string]any{causeAnnotation: change.Cause}}
	}
	return patch
}

// patch merges patch into a Deployment (namespace/name).
func (r *Runner) patch(ctx context.Context, deployment string, patch map[string]any) error {
	data, err := json.Marshal(patch)
	if err != nil {
		return fmt.Errorf("encode a patch: %w", err)
	}
	namespace, name, _ := strings.Cut(deployment, "/")
	err = retry(ctx, func() error {
		_, err := r.typed.AppsV1().Deployments(namespace).Patch(ctx, name, types.StrategicMergePatchType, data,
			metav1.PatchOptions{FieldManager: fieldManager})
		return err
	})
	if err != nil {
		return fmt.Errorf("patch deployment %s: %w", deployment, err)
	}
	return nil
}

// turnTraffic writes on a Service how many requests it shall get. Package traffic reads it.
func (r *Runner) turnTraffic(ctx context.Context, t Traffic) error {
	data, err := json.Marshal(map[string]any{"metadata": map[string]any{"annotations": map[string]any{traffic.AnnotationLoad: t.annotation()}}})
	if err != nil {
		return fmt.Errorf("encode a patch: %w", err)
	}
	namespace, name, _ := strings.Cut(t.Service, "/")
	err = retry(ctx, func() error {
		_, err := r.typed.CoreV1().Services(namespace).Patch(ctx, name, types.MergePatchType, data, metav1.PatchOptions{FieldManager: fieldManager})
		return err
	})
	if err != nil {
		return fmt.Errorf("patch service %s: %w", t.Service, err)
	}
	return nil
}

func (t Traffic) annotation() string {
	return fmt.Sprintf("%v over %v", t.Rate, time.Duration(t.Over))
}

// retry calls f until it succeeds, ctx ends, or the API server says no.
func retry(ctx context.Context, f func() error) error {
	for {
		err := f()
		if err == nil || final(err) {
			return err
		}
		if ctx.Err() != nil || sleep(ctx, retryEvery) != nil {
			return ctx.Err()
		}
	}
}

// final tells an answer of the API server from its absence and from its hiccups.
func final(err error) bool {
	switch code := apierrors.ReasonForError(err); code {
	case metav1.StatusReasonUnknown, metav1.StatusReasonConflict, metav1.StatusReasonServerTimeout, metav1.StatusReasonTimeout,
		metav1.StatusReasonTooManyRequests, metav1.StatusReasonInternalError, metav1.StatusReasonServiceUnavailable,
		// A server that has just started may not know its own policy yet.
		metav1.StatusReasonForbidden, metav1.StatusReasonUnauthorized:
		return false
	default:
		return true
	}
}
