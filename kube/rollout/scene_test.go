package rollout

import (
	"fmt"
	"time"

	"fader/kube"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// The world of these tests is the Deployment ml/fraud of three pods. Revision n
// runs image fraud:v<n>; a ReplicaSet is named fraud-<n>.

const testUID = "d-1"

func noon() time.Time { return time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC) }

func practice() Identity {
	return Identity{Context: "prod-eu", Server: "https://127.0.0.1:6443"}
}

func target() kube.Ref {
	return kube.Ref{Kind: kube.KindDeployment, Namespace: "ml", Name: "fraud", UID: testUID}
}

func template(n int) corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": "fraud"}},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{
			Name: "model", Image: fmt.Sprintf("fraud:v%d", n),
			Env: []corev1.EnvVar{{Name: "TOKEN", Value: fmt.Sprintf("secret-%d", n)}},
		}}},
	}
}

func cause(n int) string { return fmt.Sprintf("model v%d", n) }

// deploymentAt runs revision n.
func deploymentAt(n int, adjust ...func(*appsv1.Deployment)) *appsv1.Deployment {
	three, surge, unavailable := int32(3), intstr.FromInt32(1), intstr.FromInt32(0)
	d := &appsv1.Deployment{
		TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "ml", Name: "fraud", UID: testUID, ResourceVersion: "100", Generation: 7,
			CreationTimestamp: metav1.NewTime(noon().Add(-time.Hour)),
			Annotations:       map[string]string{revisionAnnotation: fmt.Sprint(n), changeCauseAnnotation: cause(n)},
		},
		Spec: appsv1.DeploymentSpec{
			Replicas: &three, Template: template(n),
			Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "fraud"}},
			Strategy: appsv1.DeploymentStrategy{
				Type:          appsv1.RollingUpdateDeploymentStrategyType,
				RollingUpdate: &appsv1.RollingUpdateDeployment{MaxSurge: &surge, MaxUnavailable: &unavailable},
			},
		},
		Status: appsv1.DeploymentStatus{Replicas: 3, UpdatedReplicas: 3, ReadyReplicas: 3, AvailableReplicas: 3},
	}
	for _, f := range adjust {
		f(d)
	}
	return d
}

func paused(d *appsv1.Deployment) { d.Spec.Paused = true }

func replicas(n int32) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) { d.Spec.Replicas = &n }
}

func historyLimit(n int32) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) { d.Spec.RevisionHistoryLimit = &n }
}

func available(n int32) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) { d.Status.AvailableReplicas = n }
}

func recreate(d *appsv1.Deployment) {
	d.Spec.Strategy = appsv1.DeploymentStrategy{Type: appsv1.RecreateDeploymentStrategyType}
}

func annotated(key, value string) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) { d.Annotations[key] = value }
}

func intOf(n int32) intstr.IntOrString { return intstr.FromInt32(n) }

func labelled(key, value string) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) { d.Labels = map[string]string{key: value} }
}

// set is the ReplicaSet of revision n, with that many pods.
func set(n int, pods int32, adjust ...func(*appsv1.ReplicaSet)) *appsv1.ReplicaSet {
	yes := true
	rs := &appsv1.ReplicaSet{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "ml", Name: fmt.Sprintf("fraud-%d", n), UID: types.UID(fmt.Sprintf("rs-%d", n)),
			CreationTimestamp: metav1.NewTime(noon().Add(time.Duration(n-100) * time.Minute)),
			Labels:            map[string]string{"app": "fraud", appsv1.DefaultDeploymentUniqueLabelKey: fmt.Sprint(n)},
			Annotations:       map[string]string{revisionAnnotation: fmt.Sprint(n), changeCauseAnnotation: cause(n)},
			OwnerReferences: []metav1.OwnerReference{{
				APIVersion: "apps/v1", Kind: "Deployment", Name: "fraud", UID: testUID, Controller: &yes,
			}},
		},
		Spec:   appsv1.ReplicaSetSpec{Replicas: &pods, Template: template(n)},
		Status: appsv1.ReplicaSetStatus{Replicas: pods, ReadyReplicas: pods},
	}
	rs.Spec.Template.Labels = map[string]string{"app": "fraud", appsv1.DefaultDeploymentUniqueLabelKey: fmt.Sprint(n)}
	for _, f := range adjust {
		f(rs)
	}
	return rs
}

// numberedAs sets the revision annotation; "" removes it.
func numberedAs(text string) func(*appsv1.ReplicaSet) {
	return func(rs *appsv1.ReplicaSet) {
		rs.Annotations[revisionAnnotation] = text
		if text == "" {
			delete(rs.Annotations, revisionAnnotation)
		}
	}
}

func withoutCause(rs *appsv1.ReplicaSet) { delete(rs.Annotations, changeCauseAnnotation) }

func withTemplateOf(n int) func(*appsv1.ReplicaSet) {
	return func(rs *appsv1.ReplicaSet) { rs.Spec.Template = template(n) }
}

func autoscaler(low, high int32) autoscalingv2.HorizontalPodAutoscaler {
	return autoscalingv2.HorizontalPodAutoscaler{
		ObjectMeta: metav1.ObjectMeta{Namespace: "ml", Name: "fraud-hpa"},
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Name: "fraud"},
			MinReplicas:    &low, MaxReplicas: high,
		},
	}
}

func sceneOf(d *appsv1.Deployment, sets ...*appsv1.ReplicaSet) *scene {
	s := of(d)
	s.replicaSets = sets
	return s
}
