package metrics

import (
	"slices"
	"strings"

	"github.com/prometheus/common/model"
)

// PodKey names a pod.
type PodKey struct{ Namespace, Name string }

// Kind of what series belong to.
type Kind uint8

// The kinds.
const (
	Pod Kind = iota
	Workload
	Service
	gpuDevice // Namespace is the node, Name the GPU's number, instance and UUID
)

// Subject is what series belong to.
type Subject struct {
	Kind            Kind
	Namespace, Name string
}

// clusterLabels are the names that central stores of several clusters use.
func clusterLabels() []string {
	return []string{"cluster", "cluster_name", "k8s_cluster_name", "kubernetes_cluster"}
}

// clusters are the labels that may name the cluster of a series.
func (l Labels) clusters() []string {
	if l.Cluster != "" {
		return []string{l.Cluster}
	}
	return clusterLabels()
}

// identifying are all labels that say whose a series is, and in which cluster.
func (l Labels) identifying() []string {
	labels := l.all()
	for _, label := range l.clusters() {
		if !slices.Contains(labels, label) {
			labels = append(labels, label)
		}
	}
	return labels
}

// clusterOf a series; "" where it names none.
func (l Labels) clusterOf(m model.Metric) string {
	for _, label := range l.clusters() {
		if name := m[model.LabelName(label)]; name != "" {
			return printable(string(name), maxName)
		}
	}
	return ""
}

// subjectOf a series by a preset's labels; false where it is nobody's.
func (l Labels) subjectOf(m model.Metric) (Subject, bool) {
	namespace := string(m[model.LabelName(l.Namespace)])
	if !isName(namespace) {
		return Subject{}, false
	}
	for kind, label := range []string{l.Pod, l.Workload, l.Service} {
		if name := string(m[model.LabelName(label)]); label != "" && isName(name) {
			return Subject{Kind(kind), namespace, name}, true
		}
	}
	return Subject{}, false
}

// owner is a ReplicaSet, as the names of its pods tell it.
type owner struct{ namespace, name string }

const (
	podSuffix = 5  // characters that a ReplicaSet's pods have behind the last hyphen
	podBase   = 58 // characters that are left of a longer name in front of them
)

// ownerOf a pod: Kubernetes names it after its ReplicaSet.
func ownerOf(pod Subject) owner {
	cut := strings.LastIndexByte(pod.Name, '-')
	if len(pod.Name) == podBase+podSuffix && (cut < 0 || len(pod.Name)-cut-1 != podSuffix) {
		cut = podBase // the hyphen was cut off with the rest of the name
	}
	return owner{pod.Namespace, pod.Name[:max(0, cut)]}
}

// ownerNamed is the owner whose pods belong to the ReplicaSet of that name.
func ownerNamed(namespace, replicaSet string) owner {
	if len(replicaSet)+1 > podBase {
		replicaSet = (replicaSet + "-")[:podBase]
	}
	return owner{namespace, strings.TrimSuffix(replicaSet, "-")}
}
