package fade

import (
	"slices"
	"strconv"

	"fader/kube"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// snapshot of the world as the watch shows it.
func (w *world) snapshot() *kube.Snapshot {
	o := kube.Objects{
		Deployments: []*kube.Deployment{}, ReplicaSets: []*kube.ReplicaSet{}, Pods: []*kube.Pod{},
		Services: []*kube.Service{kube.NewService(&corev1.Service{
			ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web", UID: "service"},
			Spec:       corev1.ServiceSpec{Selector: map[string]string{"app": "web"}},
		})},
		Slices: []*kube.EndpointSlice{},
	}
	slice := &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web-1", Labels: map[string]string{discoveryv1.LabelServiceName: "web"}},
	}
	for _, m := range w.members {
		o.Deployments = append(o.Deployments, kube.NewDeployment(m.deployment()))
		for _, image := range m.images() {
			o.ReplicaSets = append(o.ReplicaSets, kube.NewReplicaSet(m.replicaSet(image)))
		}
		for _, p := range m.pods {
			o.Pods = append(o.Pods, kube.NewPod(m.pod(p)))
		}
		for _, name := range w.sliced[m.name] {
			slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{
				Addresses: []string{"10.0.0.1"}, TargetRef: &corev1.ObjectReference{Kind: "Pod", Namespace: "shop", Name: name, UID: types.UID(name)},
			})
		}
	}
	o.Slices = append(o.Slices, kube.NewEndpointSlice(slice))
	s := kube.Build(o, nil)
	s.Health = kube.Health{State: kube.Live}
	return s
}

func (m *member) images() []string {
	images := []string{m.image}
	for _, p := range m.pods {
		if !slices.Contains(images, p.image) {
			images = append(images, p.image)
		}
	}
	return images
}

func (m *member) template(image string) corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: m.labels},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "web", Image: image}}},
	}
}

func (m *member) deployment() *appsv1.Deployment {
	replicas, surge := m.replicas, intstr.FromInt32(1)
	none := intstr.FromInt32(0)
	d := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "shop", Name: m.name, UID: types.UID(m.name), Generation: m.generation, ResourceVersion: strconv.Itoa(m.version),
		},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas, Paused: m.paused, Template: m.template(m.image),
			Strategy: appsv1.DeploymentStrategy{RollingUpdate: &appsv1.RollingUpdateDeployment{MaxSurge: &surge, MaxUnavailable: &none}},
		},
	}
	s := &d.Status
	s.ObservedGeneration, s.Replicas = m.observed, int32(len(m.pods))
	for _, p := range m.pods {
		s.UpdatedReplicas += one(p.image == m.image)
		s.ReadyReplicas += one(p.isReady())
		s.AvailableReplicas += one(m.available(p))
	}
	return d
}

func (m *member) replicaSet(image string) *appsv1.ReplicaSet {
	rs := &appsv1.ReplicaSet{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "shop", Name: m.name + "-" + image, UID: types.UID(m.name + image),
			OwnerReferences: []metav1.OwnerReference{{Kind: "Deployment", Name: m.name, UID: types.UID(m.name), Controller: new(true)}},
		},
		Spec: appsv1.ReplicaSetSpec{Template: m.template(image)},
	}
	for _, p := range m.pods {
		if p.image == image {
			rs.Status.Replicas++
			rs.Status.ReadyReplicas += one(p.isReady())
			rs.Status.AvailableReplicas += one(m.available(p))
		}
	}
	rs.Spec.Replicas = &rs.Status.Replicas
	return rs
}

func (m *member) pod(p *simulated) *corev1.Pod {
	status := corev1.ConditionFalse
	if p.isReady() {
		status = corev1.ConditionTrue
	}
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "shop", Name: p.name, UID: types.UID(p.name), Labels: m.labels,
			OwnerReferences: []metav1.OwnerReference{{Kind: "ReplicaSet", Name: m.name + "-" + p.image, UID: types.UID(m.name + p.image), Controller: new(true)}},
		},
		Status: corev1.PodStatus{Phase: corev1.PodRunning, Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: status}}},
	}
}

func one(yes bool) int32 {
	if yes {
		return 1
	}
	return 0
}
