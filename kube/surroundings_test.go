package kube

import (
	"fmt"
	"strings"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// newService of shop that selects app=web.
func newService(name string, change ...func(*corev1.Service)) *corev1.Service {
	s := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "shop", UID: types.UID("svc-" + name)},
		Spec: corev1.ServiceSpec{
			Type: corev1.ServiceTypeClusterIP, ClusterIP: "10.96.0.1", Selector: map[string]string{"app": "web"},
			Ports: []corev1.ServicePort{{Port: 80, Protocol: corev1.ProtocolTCP}},
		},
	}
	for _, c := range change {
		c(s)
	}
	return s
}

// newSlice of a Service with endpoints.
func newSlice(service, name string, version int, endpoints ...discoveryv1.Endpoint) *discoveryv1.EndpointSlice {
	return &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: "shop", UID: types.UID("slice-" + name), ResourceVersion: fmt.Sprint(version),
			Labels: map[string]string{discoveryv1.LabelServiceName: service, discoveryv1.LabelManagedBy: ownManager},
		},
		AddressType: discoveryv1.AddressTypeIPv4,
		Ports:       []discoveryv1.EndpointPort{{Port: new(int32(8080))}},
		Endpoints:   endpoints,
	}
}

// endpoint of a pod, ready.
func endpoint(pod, address string, conditions ...discoveryv1.EndpointConditions) discoveryv1.Endpoint {
	e := discoveryv1.Endpoint{
		Addresses:  []string{address},
		Conditions: discoveryv1.EndpointConditions{Ready: new(true), Serving: new(true), Terminating: new(false)},
	}
	if pod != "" {
		e.TargetRef = &corev1.ObjectReference{Kind: "Pod", Namespace: "shop", Name: pod, UID: types.UID(pod)}
	}
	for _, c := range conditions {
		e.Conditions = c
	}
	return e
}

func notServing() discoveryv1.EndpointConditions {
	return discoveryv1.EndpointConditions{Ready: new(false), Serving: new(false)}
}

func goingAway() discoveryv1.EndpointConditions {
	return discoveryv1.EndpointConditions{Ready: new(false), Serving: new(true), Terminating: new(true)}
}

// gpuNode is ready, in a zone, and has so many nvidia.com/gpu.
func gpuNode(name, zone, gpus string, change ...func(*corev1.Node)) *corev1.Node {
	n := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, UID: types.UID("node-" + name), Labels: map[string]string{corev1.LabelTopologyZone: zone, corev1.LabelHostname: name}},
		Status:     corev1.NodeStatus{Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}}},
	}
	if gpus != "" {
		n.Status.Capacity = corev1.ResourceList{"nvidia.com/gpu": resource.MustParse(gpus)}
		n.Status.Allocatable = corev1.ResourceList{"nvidia.com/gpu": resource.MustParse(gpus)}
	}
	for _, c := range change {
		c(n)
	}
	return n
}

func cordoned(n *corev1.Node) { n.Spec.Unschedulable = true }

func broken(n *corev1.Node) { n.Status.Conditions[0].Status = corev1.ConditionUnknown }

// tainted by "key=value:Effect".
func tainted(taint string) func(*corev1.Node) {
	key, rest, _ := strings.Cut(taint, "=")
	value, effect, _ := strings.Cut(rest, ":")
	return func(n *corev1.Node) {
		n.Spec.Taints = append(n.Spec.Taints, corev1.Taint{Key: key, Value: value, Effect: corev1.TaintEffect(effect)})
	}
}

func labelled(key, value string) func(*corev1.Node) {
	return func(n *corev1.Node) { n.Labels[key] = value }
}

// newHPA of Deployment web, cpu at 183% of 60%.
func newHPA(conditions ...autoscalingv2.HorizontalPodAutoscalerCondition) *autoscalingv2.HorizontalPodAutoscaler {
	return &autoscalingv2.HorizontalPodAutoscaler{
		ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "shop", UID: "hpa"},
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{Kind: "Deployment", Name: "web", APIVersion: "apps/v1"},
			MinReplicas:    new(int32(2)), MaxReplicas: 10,
			Metrics: []autoscalingv2.MetricSpec{{Type: autoscalingv2.ResourceMetricSourceType, Resource: &autoscalingv2.ResourceMetricSource{
				Name: corev1.ResourceCPU, Target: autoscalingv2.MetricTarget{AverageUtilization: new(int32(60))},
			}}},
		},
		Status: autoscalingv2.HorizontalPodAutoscalerStatus{
			CurrentReplicas: 10, DesiredReplicas: 10, Conditions: conditions,
			CurrentMetrics: []autoscalingv2.MetricStatus{{Type: autoscalingv2.ResourceMetricSourceType, Resource: &autoscalingv2.ResourceMetricStatus{
				Name: corev1.ResourceCPU, Current: autoscalingv2.MetricValueStatus{AverageUtilization: new(int32(183)), AverageValue: resource.NewMilliQuantity(915, resource.DecimalSI)},
			}}},
		},
	}
}

func hpaCondition(kind autoscalingv2.HorizontalPodAutoscalerConditionType, status corev1.ConditionStatus, reason string) autoscalingv2.HorizontalPodAutoscalerCondition {
	return autoscalingv2.HorizontalPodAutoscalerCondition{Type: kind, Status: status, Reason: reason, LastTransitionTime: at(14)}
}

func newBudget(selector *metav1.LabelSelector) *policyv1.PodDisruptionBudget {
	return &policyv1.PodDisruptionBudget{
		ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "shop", UID: "pdb"},
		Spec:       policyv1.PodDisruptionBudgetSpec{Selector: selector},
	}
}

// serves puts a Service and its slices before the scene; no slices at all are none
// that exist.
func (s *scene) serves(service *corev1.Service, all ...*discoveryv1.EndpointSlice) *scene {
	s.around.Services = append(s.around.Services, NewService(service))
	if s.around.Slices == nil {
		s.around.Slices = []*EndpointSlice{}
	}
	for _, slice := range all {
		s.around.Slices = append(s.around.Slices, NewEndpointSlice(slice))
	}
	return s
}

// runs on these nodes.
func (s *scene) runs(nodes ...*corev1.Node) *scene {
	for _, n := range nodes {
		s.around.Nodes = append(s.around.Nodes, NewNode(n))
	}
	return s
}

func (s *scene) scaled(all ...*autoscalingv2.HorizontalPodAutoscaler) *scene {
	for _, h := range all {
		s.around.Autoscalers = append(s.around.Autoscalers, NewAutoscaler(h))
	}
	return s
}

// label every pod of the scene as its template does.
func (s *scene) label() *scene {
	for _, p := range s.pods {
		p.Labels = map[string]string{"app": "web"}
	}
	return s
}

func (s *scene) snapshot() *Snapshot { return Build(s.objects(), nil) }
