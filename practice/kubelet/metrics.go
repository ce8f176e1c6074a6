package kubelet

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/metrics/pkg/apis/metrics/v1beta1"
)

const (
	// MetricsGroup and MetricsVersion are the API that autoscalers read.
	MetricsGroup, MetricsVersion = "metrics.k8s.io", "v1beta1"

	metricsPath = "/apis/" + MetricsGroup + "/" + MetricsVersion

	// cpuLoad is the annotation with what all pods of a kind burn together.
	cpuLoad = "practice.fader/cpu-load"
	// window is what a metrics server measures over.
	window = 15 * time.Second
	// Usage is calm: so near to the usual target of 70 % that no autoscaler acts on it.
	leastCalm, mostCalm = 65, 68
)

// metricsResources answers what there is in the API.
func (s *Server) metricsResources(w http.ResponseWriter, _ *http.Request) {
	look := metav1.Verbs{"get", "list"}
	answer(w, http.StatusOK, metav1.APIResourceList{
		TypeMeta: metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"}, GroupVersion: MetricsGroup + "/" + MetricsVersion,
		APIResources: []metav1.APIResource{
			{Name: "nodes", Kind: "NodeMetrics", Verbs: look},
			{Name: "pods", Kind: "PodMetrics", Namespaced: true, Verbs: look},
		},
	})
}

// podMetrics answers for one pod, a namespace's or all of them.
func (s *Server) podMetrics(w http.ResponseWriter, r *http.Request) {
	list, err := s.client.CoreV1().Pods(r.PathValue("namespace")).List(r.Context(), selected(r))
	if err != nil {
		refuse(w, err)
		return
	}
	// All are measured, also for one: they share their load.
	all := s.measure(list.Items)
	name := r.PathValue("pod")
	if name == "" {
		answer(w, http.StatusOK, v1beta1.PodMetricsList{TypeMeta: typeMeta("PodMetricsList"), Items: all})
		return
	}
	for _, one := range all {
		if one.Name == name {
			one.TypeMeta = typeMeta("PodMetrics")
			answer(w, http.StatusOK, one)
			return
		}
	}
	refuse(w, apierrors.NewNotFound(v1beta1.Resource("pods"), name))
}

// nodeMetrics answers for one node or all.
func (s *Server) nodeMetrics(w http.ResponseWriter, r *http.Request) {
	nodes, err := s.client.CoreV1().Nodes().List(r.Context(), selected(r))
	if err != nil {
		refuse(w, err)
		return
	}
	pods, err := s.client.CoreV1().Pods("").List(r.Context(), metav1.ListOptions{})
	if err != nil {
		refuse(w, err)
		return
	}
	usage, name := s.perNode(pods.Items), r.PathValue("node")
	list := v1beta1.NodeMetricsList{TypeMeta: typeMeta("NodeMetricsList"), Items: []v1beta1.NodeMetrics{}}
	for i := range nodes.Items {
		node := &nodes.Items[i]
		one := v1beta1.NodeMetrics{
			ObjectMeta: metav1.ObjectMeta{Name: node.Name, Labels: node.Labels},
			Timestamp:  metav1.NewTime(s.now()), Window: metav1.Duration{Duration: window}, Usage: sum(nil, usage[node.Name]),
		}
		if node.Name == name {
			one.TypeMeta = typeMeta("NodeMetrics")
			answer(w, http.StatusOK, one)
			return
		}
		list.Items = append(list.Items, one)
	}
	if name != "" {
		refuse(w, apierrors.NewNotFound(v1beta1.Resource("nodes"), name))
		return
	}
	answer(w, http.StatusOK, list)
}

func selected(r *http.Request) metav1.ListOptions {
	return metav1.ListOptions{LabelSelector: r.URL.Query().Get("labelSelector")}
}

// perNode sums what the pods on each node use.
func (s *Server) perNode(pods []corev1.Pod) map[string]corev1.ResourceList {
	usage, node := map[string]corev1.ResourceList{}, map[types.NamespacedName]string{}
	for i := range pods {
		node[types.NamespacedName{Namespace: pods[i].Namespace, Name: pods[i].Name}] = pods[i].Spec.NodeName
	}
	for _, pod := range s.measure(pods) {
		name := node[types.NamespacedName{Namespace: pod.Namespace, Name: pod.Name}]
		for _, container := range pod.Containers {
			usage[name] = sum(usage[name], container.Usage)
		}
	}
	return usage
}

// measure says what the pods that run use now.
func (s *Server) measure(pods []corev1.Pod) []v1beta1.PodMetrics {
	kind := func(pod *corev1.Pod) string {
		return fmt.Sprint(pod.Namespace, "/", pod.Labels["app"], "/", pod.Annotations[cpuLoad])
	}
	sharing := map[string]int64{}
	for i := range pods {
		if runs(&pods[i]) {
			sharing[kind(&pods[i])]++
		}
	}
	all := []v1beta1.PodMetrics{} // in JSON a list, also when it is empty
	for i := range pods {
		pod := &pods[i]
		if !runs(pod) {
			continue
		}
		metrics := v1beta1.PodMetrics{
			ObjectMeta: metav1.ObjectMeta{Name: pod.Name, Namespace: pod.Namespace, Labels: pod.Labels, CreationTimestamp: pod.CreationTimestamp},
			Timestamp:  metav1.NewTime(s.now()), Window: metav1.Duration{Duration: window},
		}
		load, err := resource.ParseQuantity(pod.Annotations[cpuLoad])
		for j := range pod.Spec.Containers {
			container := &pod.Spec.Containers[j]
			usage := s.calm(pod, container)
			if err == nil && j == 0 {
				usage[corev1.ResourceCPU] = *resource.NewMilliQuantity(load.MilliValue()/sharing[kind(pod)], resource.DecimalSI)
			}
			metrics.Containers = append(metrics.Containers, v1beta1.ContainerMetrics{Name: container.Name, Usage: usage})
		}
		all = append(all, metrics)
	}
	return all
}

func runs(pod *corev1.Pod) bool {
	return pod.Status.Phase == corev1.PodRunning && pod.DeletionTimestamp == nil
}

// calm is what a container uses that nothing is wrong with: a share of what it asks for
// that changes a little from minute to minute.
func (s *Server) calm(pod *corev1.Pod, container *corev1.Container) corev1.ResourceList {
	hash := fnv.New64a()
	fmt.Fprint(hash, pod.UID, container.Name, s.now().Unix()/60)
	share := leastCalm + int64(hash.Sum64()%(mostCalm-leastCalm+1))
	cpu, memory := container.Resources.Requests.Cpu().MilliValue(), container.Resources.Requests.Memory().Value()
	return corev1.ResourceList{
		corev1.ResourceCPU:    *resource.NewMilliQuantity(cpu*share/100, resource.DecimalSI),
		corev1.ResourceMemory: *resource.NewQuantity(memory/100*share, resource.BinarySI),
	}
}

func sum(a, b corev1.ResourceList) corev1.ResourceList {
	total := corev1.ResourceList{}
	for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
		quantity := a[name]
		quantity.Add(b[name])
		total[name] = quantity
	}
	return total
}

func typeMeta(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{Kind: kind, APIVersion: MetricsGroup + "/" + MetricsVersion}
}

func refuse(w http.ResponseWriter, err error) {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		status = apierrors.NewInternalError(err)
	}
	body := status.Status()
	body.TypeMeta = metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}
	answer(w, int(body.Code), body)
}

func answer(w http.ResponseWriter, code int, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(data) // an error means that nobody reads it
}
