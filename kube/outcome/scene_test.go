package outcome

import (
	"fmt"
	"testing"
	"time"

	"fader/kube"
	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// noon is when the move is begun.
var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// scene is shop/web with its objects, as the API has them. The move is at
// resourceVersion 100 and generation 5.
type scene struct {
	deployment *appsv1.Deployment
	sets       []*appsv1.ReplicaSet
	pods       []*corev1.Pod
	service    *corev1.Service
	behind     []*corev1.Pod // pods that are endpoints
	health     kube.Health
	scope      kube.Scope
}

// newScene is a complete rollout of revision 4 with that many pods, as it was
// before the move.
func newScene(replicas int32) *scene {
	surge, unavailable := intstr.FromInt32(1), intstr.FromInt32(0)
	s := &scene{health: kube.Health{State: kube.Live, Resources: map[string]kube.ResourceHealth{}}}
	for _, name := range []string{"deployments", "replicasets", "pods", "services", "endpointslices"} {
		s.health.Resources[name] = kube.ResourceHealth{State: kube.Live}
	}
	s.deployment = &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{
			Name: "web", Namespace: "shop", UID: "d", ResourceVersion: "90", Generation: 4,
			CreationTimestamp: metav1.NewTime(noon.Add(-time.Hour)),
			Annotations:       map[string]string{"deployment.kubernetes.io/revision": "4"},
		},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas, ProgressDeadlineSeconds: new(int32(600)),
			Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}, Template: template(4),
			Strategy: appsv1.DeploymentStrategy{
				Type: appsv1.RollingUpdateDeploymentStrategyType, RollingUpdate: &appsv1.RollingUpdateDeployment{MaxSurge: &surge, MaxUnavailable: &unavailable},
			},
		},
	}
	s.service = &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: "front", Namespace: "shop", UID: "svc"},
		Spec:       corev1.ServiceSpec{Type: corev1.ServiceTypeClusterIP, Selector: map[string]string{"app": "web", "revision": "4"}},
	}
	s.status(replicas, replicas, replicas).progressing("NewReplicaSetAvailable")
	return s.revision(4, int(replicas), int(replicas))
}

func template(revision int) corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": "web", "revision": fmt.Sprint(revision)}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "app", Image: fmt.Sprintf("web:%d", revision)}}},
	}
}

// written makes the Deployment what the server has after the move: a spec that
// the controller has not observed.
func (s *scene) written() *scene {
	s.deployment.ResourceVersion, s.deployment.Generation = "100", 5
	return s
}

// newTemplate rolls out another revision, which has no pods yet.
func (s *scene) newTemplate(revision int) *scene {
	s.deployment.Spec.Template = template(revision)
	s.deployment.Annotations["deployment.kubernetes.io/revision"] = fmt.Sprint(revision)
	return s
}

// status is what the controller says of the present generation.
func (s *scene) status(current, updated, available int32) *scene {
	s.deployment.Status.ObservedGeneration = s.deployment.Generation
	s.deployment.Status.Replicas, s.deployment.Status.UpdatedReplicas = current, updated
	s.deployment.Status.ReadyReplicas, s.deployment.Status.AvailableReplicas = available, available
	return s
}

func (s *scene) progressing(reason string) *scene {
	s.deployment.Status.Conditions = []appsv1.DeploymentCondition{{
		Type: appsv1.DeploymentProgressing, Status: corev1.ConditionTrue, Reason: reason, LastUpdateTime: metav1.NewTime(noon),
	}}
	return s
}

// revision replaces the pods of a revision: some ready, the others not.
func (s *scene) revision(number, pods, ready int) *scene {
	desired := int32(pods)
	rs := &appsv1.ReplicaSet{
		ObjectMeta: metav1.ObjectMeta{
			Name: fmt.Sprintf("web-%d", number), Namespace: "shop", UID: types.UID(fmt.Sprintf("rs%d", number)),
			Annotations:     map[string]string{"deployment.kubernetes.io/revision": fmt.Sprint(number)},
			OwnerReferences: []metav1.OwnerReference{{UID: "d", Kind: "Deployment", Name: "web", Controller: new(true)}},
		},
		Spec:   appsv1.ReplicaSetSpec{Replicas: &desired, Template: template(number)},
		Status: appsv1.ReplicaSetStatus{Replicas: desired, ReadyReplicas: int32(ready), AvailableReplicas: int32(ready)},
	}
	s.sets = append(without(s.sets, func(o *appsv1.ReplicaSet) bool { return o.Name == rs.Name }), rs)
	s.pods = without(s.pods, func(p *corev1.Pod) bool { return p.OwnerReferences[0].UID == rs.UID })
	for i := range pods {
		s.pods = append(s.pods, pod(rs, number, i, i < ready))
	}
	return s
}

func without[T any](list []T, drop func(T) bool) []T {
	var kept []T
	for _, item := range list {
		if !drop(item) {
			kept = append(kept, item)
		}
	}
	return kept
}

func pod(rs *appsv1.ReplicaSet, revision, i int, ready bool) *corev1.Pod {
	condition := corev1.ConditionFalse
	if ready {
		condition = corev1.ConditionTrue
	}
	name := fmt.Sprintf("%s-%02d", rs.Name, i)
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: "shop", UID: types.UID(name), CreationTimestamp: metav1.NewTime(noon),
			Labels:          map[string]string{"app": "web", "revision": fmt.Sprint(revision)},
			OwnerReferences: []metav1.OwnerReference{{UID: rs.UID, Kind: "ReplicaSet", Name: rs.Name, Controller: new(true)}},
		},
		Spec: corev1.PodSpec{NodeName: "n1", Containers: template(revision).Spec.Containers},
		Status: corev1.PodStatus{
			Phase: corev1.PodRunning, PodIP: fmt.Sprintf("10.0.%d.%d", revision, i+1),
			Conditions:        []corev1.PodCondition{{Type: corev1.PodReady, Status: condition}},
			ContainerStatuses: []corev1.ContainerStatus{{Name: "app", Ready: ready, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}},
		},
	}
}

// cannotPull gives the pods of a revision that are not ready a bad image.
func (s *scene) cannotPull(revision int) *scene {
	for _, p := range s.pods {
		if p.OwnerReferences[0].UID == types.UID(fmt.Sprintf("rs%d", revision)) && !p.Status.ContainerStatuses[0].Ready {
			p.Status.ContainerStatuses[0].State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ErrImagePull"}}
		}
	}
	return s
}

// serves makes the pods of a revision endpoints of the Service, and no others.
func (s *scene) serves(revision int) *scene {
	s.behind = without(s.pods, func(p *corev1.Pod) bool { return p.Labels["revision"] != fmt.Sprint(revision) })
	return s
}

func (s *scene) selects(revision int) *scene {
	s.service.Spec.Selector = map[string]string{"app": "web", "revision": fmt.Sprint(revision)}
	return s
}

func (s *scene) snapshot() *kube.Snapshot {
	built := kube.Build(s.objects(), nil)
	built.Health = s.health
	return built
}

func (s *scene) objects() kube.Objects {
	o := kube.Objects{Scope: s.scope, ReplicaSets: []*kube.ReplicaSet{}, Pods: []*kube.Pod{}, Services: []*kube.Service{kube.NewService(s.service)}}
	if s.deployment != nil {
		o.Deployments = []*kube.Deployment{kube.NewDeployment(s.deployment)}
	}
	for _, rs := range s.sets {
		o.ReplicaSets = append(o.ReplicaSets, kube.NewReplicaSet(rs))
	}
	slice := &discoveryv1.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Name: "front-1", Namespace: "shop", Labels: map[string]string{"kubernetes.io/service-name": "front"}},
		AddressType: discoveryv1.AddressTypeIPv4,
	}
	for _, p := range s.pods {
		o.Pods = append(o.Pods, kube.NewPod(p))
	}
	for _, p := range s.behind {
		slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{
			Addresses: []string{p.Status.PodIP}, Conditions: discoveryv1.EndpointConditions{Ready: &p.Status.ContainerStatuses[0].Ready},
			TargetRef: &corev1.ObjectReference{Kind: "Pod", Namespace: "shop", Name: p.Name, UID: p.UID},
		})
	}
	o.Slices = []*kube.EndpointSlice{kube.NewEndpointSlice(slice)}
	return o
}

// moved is the receipt of an applied move on shop/web.
func moved(intent rollout.Intent) rollout.Receipt {
	if intent.Target == (kube.Ref{}) {
		intent.Target = kube.Ref{Kind: kube.KindDeployment, Namespace: "shop", Name: "web", UID: "d"}
	}
	return rollout.Receipt{
		Plan: rollout.Plan{Intent: intent, Title: "Do " + string(intent.Verb)}, Result: rollout.Applied,
		Started: noon, Finished: noon.Add(100 * time.Millisecond), ResourceVersion: "100",
	}
}

// at shows the scene so many seconds after the move.
func (s *scene) at(w *Watch, seconds float64) rollout.Outcome {
	return w.Observe(s.snapshot(), noon.Add(time.Duration(seconds*float64(time.Second))))
}

func is(t *testing.T, o rollout.Outcome, state rollout.State, text string) {
	t.Helper()
	require.Equal(t, state, o.State, o.Text)
	require.Contains(t, o.Text, text)
}
