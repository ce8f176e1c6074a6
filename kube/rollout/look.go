package rollout

import (
	"context"

	"fader/kube"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// look reads what a plan is worked out from.
func (d *Desk) look(ctx context.Context, intent Intent) (*scene, error) {
	v, err := verbOf(intent.Verb)
	if err != nil {
		return nil, err
	}
	target := intent.Target
	if v.on != "" {
		target.Kind = v.on
	}
	o, err := d.get(ctx, target)
	if err != nil {
		return nil, err
	}
	s := &scene{target: o, earlier: d.earlierMoves(o, target)}
	if d.Snapshot != nil {
		s.now = d.Snapshot()
	}
	if deployment, ok := o.(*appsv1.Deployment); ok {
		s.deployment = deployment
		if intent.Verb == Scale && intent.Replicas == 0 {
			d.lookAtServed(ctx, s)
		}
		return s, d.lookAtDeployment(ctx, s)
	}
	return s, d.lookAround(ctx, s)
}

// lookAtDeployment reads what belongs to a Deployment and what scales it.
func (d *Desk) lookAtDeployment(ctx context.Context, s *scene) (err error) {
	if s.replicaSets, err = d.replicaSets(ctx, s.deployment); err != nil {
		return err
	}
	// How long pods take to become ready is worth knowing, not worth failing for.
	if selector, err := metav1.LabelSelectorAsSelector(s.deployment.Spec.Selector); err == nil {
		s.pods, _ = d.podsOf(ctx, s.deployment.Namespace, selector.String())
	}
	hpas, err := d.client.AutoscalingV2().HorizontalPodAutoscalers(s.deployment.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		s.blind = explain(err)
		return nil
	}
	for _, hpa := range hpas.Items {
		if controls(&hpa, s.deployment) {
			s.autoscalers = append(s.autoscalers, hpa)
		}
	}
	return nil
}

// lookAtServed reads the Services of the namespace, and all pods that may stand
// behind them. Not knowing them is no reason to fail.
func (d *Desk) lookAtServed(ctx context.Context, s *scene) {
	services, err := d.client.CoreV1().Services(s.deployment.Namespace).List(ctx, metav1.ListOptions{})
	if err == nil {
		s.around, err = d.podsOf(ctx, s.deployment.Namespace, "")
	}
	if err != nil {
		s.unseen = explain(err)
		return
	}
	for i := range services.Items {
		s.services = append(s.services, &services.Items[i])
	}
}

// lookAround reads the pods, Services and Deployments of the target's namespace.
func (d *Desk) lookAround(ctx context.Context, s *scene) error {
	namespace := s.target.GetNamespace()
	var err error
	if s.pods, err = d.podsOf(ctx, namespace, ""); err != nil {
		return sentence{err}.in("cannot read the pods of " + kube.Clean(namespace))
	}
	services, err := d.client.CoreV1().Services(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return sentence{err}.in("cannot read the Services of " + kube.Clean(namespace))
	}
	for i := range services.Items {
		s.services = append(s.services, &services.Items[i])
	}
	deployments, err := d.client.AppsV1().Deployments(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return sentence{err}.in("cannot read the Deployments of " + kube.Clean(namespace))
	}
	for i := range deployments.Items {
		s.deployments = append(s.deployments, &deployments.Items[i])
	}
	return d.lookAtOwner(ctx, s)
}

// lookAtOwner reads the ReplicaSet of a pod: its selector says which labels keep the pod in it.
func (d *Desk) lookAtOwner(ctx context.Context, s *scene) error {
	pod, ok := s.target.(*corev1.Pod)
	if !ok {
		return nil
	}
	owner := metav1.GetControllerOf(pod)
	if owner == nil || owner.Kind != string(kube.KindReplicaSet) {
		return nil
	}
	set, err := d.client.AppsV1().ReplicaSets(pod.Namespace).Get(ctx, owner.Name, metav1.GetOptions{})
	if err != nil {
		return sentence{err}.in("cannot read ReplicaSet " + kube.Clean(owner.Name))
	}
	s.replicaSets = []*appsv1.ReplicaSet{set}
	return nil
}

func (d *Desk) podsOf(ctx context.Context, namespace, selector string) ([]*corev1.Pod, error) {
	list, err := d.client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{LabelSelector: selector})
	if err != nil {
		return nil, err
	}
	pods := make([]*corev1.Pod, len(list.Items))
	for i := range list.Items {
		pods[i] = &list.Items[i]
	}
	return pods, nil
}
