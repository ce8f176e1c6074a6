package scenario

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// wait waits, without a limit, until the Deployment is in the wanted state: a user may
// have paused it, and then the scenario waits with them.
func (r *Runner) wait(ctx context.Context, w Wait) error {
	every := pollEvery
	if w.Until == UntilUpdated {
		every = quickPoll // what follows it, such as a pause, must come before the next pod does
	}
	return r.until(ctx, w.Deployment, every, func(d *appsv1.Deployment) bool { return reached(w, d) })
}

// until polls a Deployment (namespace/name) until check is true.
func (r *Runner) until(ctx context.Context, deployment string, every time.Duration, check func(*appsv1.Deployment) bool) error {
	namespace, name, _ := strings.Cut(deployment, "/")
	for {
		var d *appsv1.Deployment
		err := retry(ctx, func() (err error) {
			d, err = r.typed.AppsV1().Deployments(namespace).Get(ctx, name, metav1.GetOptions{})
			return err
		})
		if err != nil {
			return fmt.Errorf("wait for deployment %s: %w", deployment, err)
		}
		if check(d) {
			return nil
		}
		if err := sleep(ctx, every); err != nil {
			return err
		}
	}
}

// reached judges as `kubectl rollout status` does.
func reached(w Wait, d *appsv1.Deployment) bool {
	if d.Generation > d.Status.ObservedGeneration {
		return false
	}
	switch w.Until {
	case UntilStalled:
		return progressing(d) == "ProgressDeadlineExceeded"
	case UntilUpdated:
		return d.Status.UpdatedReplicas >= w.Pods
	case UntilRefused:
		return slices.ContainsFunc(d.Status.Conditions, func(c appsv1.DeploymentCondition) bool {
			return c.Type == appsv1.DeploymentReplicaFailure && c.Status == corev1.ConditionTrue
		})
	default:
		return d.Spec.Replicas != nil && d.Status.UpdatedReplicas == *d.Spec.Replicas &&
			d.Status.Replicas == d.Status.UpdatedReplicas && d.Status.AvailableReplicas == d.Status.UpdatedReplicas
	}
}

// progressing returns the reason of the condition Progressing.
func progressing(d *appsv1.Deployment) string {
	for _, condition := range d.Status.Conditions {
		if condition.Type == appsv1.DeploymentProgressing && condition.Status != corev1.ConditionUnknown {
			return condition.Reason
		}
	}
	return ""
}
