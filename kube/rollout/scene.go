package rollout

import (
	"fader/kube"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
)

// scene is what a plan is worked out from, read live a moment before.
type scene struct {
	deployment  *appsv1.Deployment
	replicaSets []*appsv1.ReplicaSet                    // controlled by the Deployment
	autoscalers []autoscalingv2.HorizontalPodAutoscaler // those that scale the Deployment
	// blind says why the autoscalers are not known; "" where they are.
	blind string
}

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
