package kube

import (
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// noon is when everything in these tests begins.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func at(minutes int) metav1.Time {
	return metav1.NewTime(noon.Add(time.Duration(minutes) * time.Minute))
}

// scene is a Deployment with its objects, as the API has them.
type scene struct {
	deployment *appsv1.Deployment
	sets       []*appsv1.ReplicaSet
	pods       []*corev1.Pod
	events     []*corev1.Event
	around     Objects // Services, nodes and so on; what is nil there is not known
}

// newScene is a complete rollout of web at revision 1, without pods.
func newScene(replicas int32) *scene {
	surge, unavailable := intstr.FromString("25%"), intstr.FromString("25%")
	d := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{
			Name: "web", Namespace: "shop", UID: "d", ResourceVersion: "7", Generation: 1, CreationTimestamp: at(0),
			Annotations: map[string]string{revisionAnnotation: "1"},
		},
		Spec: appsv1.DeploymentSpec{
			Replicas:                &replicas,
			ProgressDeadlineSeconds: new(int32(600)),
			Selector:                &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}},
			Template:                template("web:1"),
			Strategy: appsv1.DeploymentStrategy{
				Type:          appsv1.RollingUpdateDeploymentStrategyType,
				RollingUpdate: &appsv1.RollingUpdateDeployment{MaxSurge: &surge, MaxUnavailable: &unavailable},
			},
		},
	}
	s := &scene{deployment: d}
	s.status(replicas, replicas, replicas)
	return s.progressing(reasonAvailable, 10)
}

func template(image string) corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": "web"}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "app", Image: image}}},
	}
}

// status sets the Deployment's numbers; what is available is ready.
func (s *scene) status(current, updated, available int32) *scene {
	s.deployment.Status.ObservedGeneration = s.deployment.Generation
	s.deployment.Status.Replicas = current
	s.deployment.Status.UpdatedReplicas = updated
	s.deployment.Status.ReadyReplicas = available
	s.deployment.Status.AvailableReplicas = available
	return s
}

// progressing sets the Progressing condition, last updated at that minute.
func (s *scene) progressing(reason string, minute int) *scene {
	s.deployment.Status.Conditions = []appsv1.DeploymentCondition{{
		Type: appsv1.DeploymentProgressing, Status: corev1.ConditionTrue, Reason: reason,
		LastUpdateTime: at(minute), LastTransitionTime: at(0),
	}}
	return s
}

// revision adds the ReplicaSet of a revision with that image; the Deployment's is web:1.
func (s *scene) revision(number int, image string, desired int32, pods ...*corev1.Pod) *scene {
	uid := fmt.Sprintf("rs%d", number)
	rs := &appsv1.ReplicaSet{
		ObjectMeta: metav1.ObjectMeta{
			Name: fmt.Sprintf("web-%d", number), Namespace: "shop", CreationTimestamp: at(number),
			Annotations: map[string]string{revisionAnnotation: fmt.Sprint(number)},
		},
		Spec: appsv1.ReplicaSetSpec{Replicas: &desired, Template: template(image)},
	}
	rs.UID = types.UID(uid)
	rs.OwnerReferences = []metav1.OwnerReference{{UID: "d", Kind: "Deployment", Name: "web", Controller: new(true)}}
	rs.Spec.Template.Labels[appsv1.DefaultDeploymentUniqueLabelKey] = fmt.Sprint("hash", number)
	for i, p := range pods {
		p.Name = fmt.Sprintf("web-%d-%02d", number, i)
		p.Namespace = "shop"
		p.UID = types.UID(p.Name)
		p.OwnerReferences = []metav1.OwnerReference{{UID: rs.UID, Kind: "ReplicaSet", Name: rs.Name, Controller: new(true)}}
		if p.DeletionTimestamp == nil && !isFinished(p.Status.Phase) {
			rs.Status.Replicas++
			if hasCondition(p, corev1.PodReady) {
				rs.Status.ReadyReplicas++
				rs.Status.AvailableReplicas++
			}
		}
	}
	s.sets = append(s.sets, rs)
	s.pods = append(s.pods, pods...)
	return s
}

// event about a pod, "web-2-00".
func (s *scene) event(pod, reason, message string, minute int) *scene {
	s.events = append(s.events, &corev1.Event{
		ObjectMeta:     metav1.ObjectMeta{UID: types.UID(fmt.Sprint("e", len(s.events)))},
		InvolvedObject: corev1.ObjectReference{Kind: "Pod", Namespace: "shop", Name: pod, UID: types.UID(pod)},
		Type:           corev1.EventTypeWarning, Reason: reason, Message: message, LastTimestamp: at(minute),
	})
	return s
}

func (s *scene) objects() Objects {
	o := s.around
	o.Deployments, o.ReplicaSets, o.Pods, o.Events = []*Deployment{NewDeployment(s.deployment)}, []*ReplicaSet{}, []*Pod{}, []*Event{}
	for _, rs := range s.sets {
		o.ReplicaSets = append(o.ReplicaSets, NewReplicaSet(rs))
	}
	for _, p := range s.pods {
		o.Pods = append(o.Pods, NewPod(p))
	}
	for _, e := range s.events {
		o.Events = append(o.Events, NewEvent(e))
	}
	return o
}

func (s *scene) rollout() *Rollout { return Build(s.objects(), nil).Rollouts[0] }

// newPod is on a node, started at that minute, and not ready.
func newPod(minute int) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{CreationTimestamp: at(minute)},
		Spec:       corev1.PodSpec{NodeName: "n1", Containers: []corev1.Container{{Name: "app", Image: "web:1"}}},
		Status: corev1.PodStatus{
			Phase:             corev1.PodRunning,
			Conditions:        []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionFalse, LastTransitionTime: at(minute)}},
			ContainerStatuses: []corev1.ContainerStatus{{Name: "app", State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}},
		},
	}
}

func readyPod(minute int) *corev1.Pod {
	p := newPod(minute)
	p.Status.Conditions[0].Status = corev1.ConditionTrue
	p.Status.ContainerStatuses[0].Ready = true
	return p
}

// waitingPod has a container that waits for that reason.
func waitingPod(minute int, reason, message string) *corev1.Pod {
	p := newPod(minute)
	p.Status.ContainerStatuses[0].State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}}
	return p
}

// crashedPod waits to be started again after an exit.
func crashedPod(reason string, code, restarts int32) *corev1.Pod {
	p := waitingPod(11, reasonCrashLoop, "back-off 5m0s restarting failed container")
	p.Status.ContainerStatuses[0].RestartCount = restarts
	p.Status.ContainerStatuses[0].LastTerminationState.Terminated = &corev1.ContainerStateTerminated{Reason: reason, ExitCode: code, FinishedAt: at(20)}
	return p
}

// pendingPod fits on no node.
func pendingPod(message string) *corev1.Pod {
	p := newPod(11)
	p.Spec.NodeName = ""
	p.Status.Phase = corev1.PodPending
	p.Status.ContainerStatuses = nil
	p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "Unschedulable", Message: message, LastTransitionTime: at(12)}}
	return p
}

// initPod is at its init container.
func initPod(state corev1.ContainerState) *corev1.Pod {
	p := newPod(11)
	p.Status.Phase = corev1.PodPending
	p.Spec.InitContainers = []corev1.Container{{Name: "load", Image: "load:1"}}
	p.Status.InitContainerStatuses = []corev1.ContainerStatus{{Name: "load", State: state}}
	p.Status.ContainerStatuses[0].State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: podInitializing}}
	return p
}

func leaving(p *corev1.Pod) *corev1.Pod {
	p.DeletionTimestamp = new(at(21))
	p.DeletionGracePeriodSeconds = new(int64(60))
	return p
}

func times(n int, make func() *corev1.Pod) []*corev1.Pod {
	var pods []*corev1.Pod
	for range n {
		pods = append(pods, make())
	}
	return pods
}
