package scenario

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

func TestReached(t *testing.T) {
	three := int32(3)
	deployment := func(observed int64, updated, replicas, available int32, reason string) *appsv1.Deployment {
		d := &appsv1.Deployment{Spec: appsv1.DeploymentSpec{Replicas: &three}}
		d.Generation = 2
		d.Status = appsv1.DeploymentStatus{
			ObservedGeneration: observed, UpdatedReplicas: updated, Replicas: replicas, AvailableReplicas: available,
			Conditions: []appsv1.DeploymentCondition{{Type: appsv1.DeploymentProgressing, Status: corev1.ConditionFalse, Reason: reason}},
		}
		return d
	}
	failing := func(d *appsv1.Deployment) *appsv1.Deployment {
		d.Status.Conditions = append(d.Status.Conditions, appsv1.DeploymentCondition{
			Type: appsv1.DeploymentReplicaFailure, Status: corev1.ConditionTrue, Reason: "FailedCreate",
		})
		return d
	}
	available := func(d *appsv1.Deployment) *appsv1.Deployment {
		d.Status.Conditions = append(d.Status.Conditions, appsv1.DeploymentCondition{Type: appsv1.DeploymentAvailable, Status: corev1.ConditionTrue})
		return d
	}
	for _, test := range []struct {
		name string
		wait Wait
		d    *appsv1.Deployment
		want bool
	}{
		{"complete", Wait{Until: UntilComplete}, deployment(2, 3, 3, 3, ""), true},
		{"status of an older generation", Wait{Until: UntilComplete}, deployment(1, 3, 3, 3, ""), false},
		{"an old pod left", Wait{Until: UntilComplete}, deployment(2, 3, 4, 3, ""), false},
		{"not yet available", Wait{Until: UntilComplete}, deployment(2, 3, 3, 2, ""), false},
		{"stalled", Wait{Until: UntilStalled}, deployment(2, 1, 4, 3, "ProgressDeadlineExceeded"), true},
		{"not stalled", Wait{Until: UntilStalled}, deployment(2, 1, 4, 3, "ReplicaSetUpdated"), false},
		{"one updated", Wait{Until: UntilUpdated, Pods: 1}, deployment(2, 1, 4, 3, ""), true},
		{"refused", Wait{Until: UntilRefused}, failing(deployment(2, 0, 3, 3, "")), true},
		{"not refused", Wait{Until: UntilRefused}, available(deployment(2, 1, 3, 3, "")), false},
		{"too few updated", Wait{Until: UntilUpdated, Pods: 2}, deployment(2, 1, 4, 3, ""), false},
	} {
		if got := reached(test.wait, test.d); got != test.want {
			t.Errorf("%s: reached = %v, want %v", test.name, got, test.want)
		}
	}
}
