package rollout

import (
	"fader/kube"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
)

// scene is what a plan is worked out from, read live a moment before.
type scene struct {
	// target is the object itself; deployment is the same where it is one.
	target      object
	deployment  *appsv1.Deployment
	replicaSets []*appsv1.ReplicaSet                    // controlled by the Deployment
	autoscalers []autoscalingv2.HorizontalPodAutoscaler // those that scale the Deployment
	// blind says why the autoscalers are not known; "" where they are.
	blind string
	// pods of the Deployment, or of the namespace for moves on Services and pods;
	// nil where they could not be read.
	pods []*corev1.Pod
	// neighbours of a Service or a pod.
	services    []*corev1.Service
	deployments []*appsv1.Deployment
	// earlier moves on the target that were applied, the last one last; read only
	// where fader owns fields of it.
	earlier []Receipt
	// around are the pods of a Deployment's namespace, read with services where the
	// Deployment is to lose all of its own. unseen says why they are not known, ""
	// where they are.
	around []*corev1.Pod
	unseen string
	// now is the snapshot that is on the screen, nil for none.
	now *kube.Snapshot
}

// of a Deployment.
func of(d *appsv1.Deployment) *scene { return &scene{target: d, deployment: d} }

// desired pods: 1 where the field is unset, as the server has it.
func desired(d *appsv1.Deployment) int32 {
	if d.Spec.Replicas == nil {
		return 1
	}
	return *d.Spec.Replicas
}

// domain is the Deployment as the rest of fader knows it: resolved strategy, manager.
func (s *scene) domain() *kube.Deployment { return kube.NewDeployment(s.deployment) }

// controls says whether the autoscaler scales that Deployment.
func controls(hpa *autoscalingv2.HorizontalPodAutoscaler, d *appsv1.Deployment) bool {
	ref := hpa.Spec.ScaleTargetRef
	return hpa.Namespace == d.Namespace && ref.Kind == string(kube.KindDeployment) && ref.Name == d.Name
}
