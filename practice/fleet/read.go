package fleet

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"fader/practice/stage"
	"fader/practice/traffic"
)

const (
	readyAfter  = traffic.Prefix + "ready-after"
	usualLoad   = 1500 * time.Millisecond // how long a container loads that says nothing: as the Stages have it
	hashLabel   = "pod-template-hash"
	gpuResource = "nvidia.com/gpu"
	migPrefix   = "nvidia.com/mig-"
	product     = "nvidia.com/gpu.product"
)

// service reads what a Service says about its traffic; false if nothing.
func (r *reader) service(s *corev1.Service) (traffic.Service, bool) {
	text, ok := s.Annotations[traffic.AnnotationLoad]
	if !ok {
		return traffic.Service{}, false
	}
	load, err := traffic.ParseLoad(text)
	if err != nil {
		r.complain("Service", s, err)
		return traffic.Service{}, false
	}
	load.Over = time.Duration(float64(load.Over) / r.options.Speed)
	history, err := time.ParseDuration(s.Annotations[traffic.AnnotationHistory])
	if err != nil && s.Annotations[traffic.AnnotationHistory] != "" {
		r.complain("Service", s, err)
	}
	return traffic.Service{Namespace: s.Namespace, Name: s.Name, Load: load, History: history}, true
}

// complain says once what is wrong with an object's annotations.
func (r *reader) complain(kind string, object metav1.Object, err error) {
	line := fmt.Sprintf("%s %s/%s: %v", kind, object.GetNamespace(), object.GetName(), err)
	if !r.told[line] {
		r.told[line] = true
		r.options.Say(line)
	}
}

// pod reads a pod that has changed since it was read last.
func (r *reader) pod(pod *corev1.Pod) readPod {
	if before, ok := r.read[pod.UID]; ok && before.version == pod.ResourceVersion {
		return before
	}
	behaviour, err := traffic.ReadBehaviour(pod.Annotations)
	if err != nil {
		r.complain("Pod", pod, err)
	}
	behaviour.Warmup.Over = time.Duration(float64(behaviour.Warmup.Over) / r.options.Speed)
	p := traffic.Pod{
		ID: string(pod.UID), Namespace: pod.Namespace, Name: pod.Name, Behaviour: behaviour,
		Version: pod.Labels[hashLabel], Workload: workload(pod), Serves: traffic.Declares(pod.Annotations), Node: pod.Spec.NodeName,
	}
	if len(pod.Spec.Containers) > 0 {
		p.Container = pod.Spec.Containers[0].Name
	}
	if pod.Status.Phase == corev1.PodPending || pod.Status.Phase == corev1.PodRunning {
		p.Devices = devices(pod)
	}
	r.run(&p, pod)
	return readPod{version: pod.ResourceVersion, pod: p}
}

// run reads whether the pod's first container runs, since when, and for which time.
func (r *reader) run(p *traffic.Pod, pod *corev1.Pod) {
	for _, status := range pod.Status.ContainerStatuses {
		if status.Name != p.Container {
			continue
		}
		if status.RestartCount > 0 {
			p.ID += "/" + strconv.Itoa(int(status.RestartCount))
		}
		if running := status.State.Running; running != nil && pod.Status.Phase == corev1.PodRunning {
			p.Running = true
			p.Loaded = running.StartedAt.Add(stage.Span(pod.Annotations, readyAfter, usualLoad, r.options.Speed))
		}
	}
}

// workload returns the name of the Deployment that a pod belongs to, or that of its owner.
func workload(pod *corev1.Pod) string {
	for _, owner := range pod.OwnerReferences {
		if owner.Controller != nil && *owner.Controller {
			return strings.TrimSuffix(owner.Name, "-"+pod.Labels[hashLabel])
		}
	}
	return pod.Name
}

// devices counts the NVIDIA devices that a pod asks for, by resource name.
func devices(pod *corev1.Pod) map[string]int {
	var all map[string]int
	for i := range pod.Spec.Containers {
		for name, quantity := range pod.Spec.Containers[i].Resources.Limits {
			if name := string(name); name == gpuResource || strings.HasPrefix(name, migPrefix) {
				if all == nil {
					all = map[string]int{}
				}
				all[name] += int(quantity.Value())
			}
		}
	}
	return all
}

// gpuNodes returns the nodes with NVIDIA devices, in the order of their names.
func (r *reader) gpuNodes() []traffic.Node {
	var all []traffic.Node
	list, _ := r.nodes.List(labels.Everything())
	for _, node := range list {
		n := traffic.Node{Name: node.Name, Product: node.Labels[product], Devices: map[string]int{}}
		for name, quantity := range node.Status.Capacity {
			if name := string(name); name == gpuResource || strings.HasPrefix(name, migPrefix) {
				n.Devices[name] = int(quantity.Value())
			}
		}
		n.XID, _ = strconv.ParseFloat(node.Annotations[traffic.AnnotationXID], 64) // 0: none
		if len(n.Devices) > 0 {
			all = append(all, n)
		}
	}
	slices.SortFunc(all, func(a, b traffic.Node) int { return cmp.Compare(a.Name, b.Name) })
	return all
}
