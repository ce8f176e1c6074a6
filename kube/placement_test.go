package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

func TestRefusal(t *testing.T) {
	selector := func(key, value string) corev1.PodSpec {
		return corev1.PodSpec{NodeSelector: map[string]string{key: value}}
	}
	tolerating := func(all ...corev1.Toleration) corev1.PodSpec { return corev1.PodSpec{Tolerations: all} }
	affine := func(terms ...corev1.NodeSelectorTerm) corev1.PodSpec {
		return corev1.PodSpec{Affinity: &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: terms},
		}}}
	}
	labels := func(key string, op corev1.NodeSelectorOperator, values ...string) corev1.NodeSelectorTerm {
		return corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: key, Operator: op, Values: values}}}
	}
	name := func(op corev1.NodeSelectorOperator, value string) corev1.NodeSelectorTerm {
		return corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{{Key: "metadata.name", Operator: op, Values: []string{value}}}}
	}
	plain, taint := gpuNode("n1", "a", "8"), gpuNode("n1", "a", "8", tainted("gpu=true:NoSchedule"))
	for _, c := range []struct {
		name string
		spec corev1.PodSpec
		node *corev1.Node
		want string
	}{
		{"anywhere", corev1.PodSpec{}, plain, ""},
		{"cordoned", corev1.PodSpec{}, gpuNode("n1", "a", "8", cordoned), "cordoned"},
		{"cordoned, and that is tolerated", tolerating(corev1.Toleration{Operator: "Exists"}), gpuNode("n1", "a", "8", cordoned), ""},
		{"not ready is told before its taints", corev1.PodSpec{}, gpuNode("n1", "a", "8", broken, tainted("node.kubernetes.io/not-ready=:NoSchedule")), "NotReady"},
		{"a taint", corev1.PodSpec{}, taint, "taint gpu=true:NoSchedule"},
		{"a taint without a value", corev1.PodSpec{}, gpuNode("n1", "a", "8", tainted("gpu=:NoExecute")), "taint gpu:NoExecute"},
		{"a preference is none", corev1.PodSpec{}, gpuNode("n1", "a", "8", tainted("gpu=true:PreferNoSchedule")), ""},
		{"tolerated by value", tolerating(corev1.Toleration{Key: "gpu", Value: "true"}), taint, ""},
		{"another value", tolerating(corev1.Toleration{Key: "gpu", Value: "false", Operator: "Equal"}), taint, "taint gpu=true:NoSchedule"},
		{"another effect", tolerating(corev1.Toleration{Key: "gpu", Operator: "Exists", Effect: "NoExecute"}), taint, "taint gpu=true:NoSchedule"},
		{"another key", tolerating(corev1.Toleration{Key: "cpu", Operator: "Exists"}), taint, "taint gpu=true:NoSchedule"},
		{"an operator of the future may tolerate", tolerating(corev1.Toleration{Key: "gpu", Operator: "Gt", Value: "5"}), taint, ""},
		{"node selector", selector("pool", "a100"), plain, "node selector pool=a100"},
		{"node selector that fits", selector("pool", "a100"), gpuNode("n1", "a", "8", labelled("pool", "a100")), ""},
		{"affinity in", affine(labels(corev1.LabelTopologyZone, "In", "b", "c")), plain, "node affinity"},
		{"one of the terms is enough", affine(labels(corev1.LabelTopologyZone, "In", "b"), labels("pool", "DoesNotExist")), plain, ""},
		{"affinity by number", affine(labels("gpus", "Gt", "4")), gpuNode("n1", "a", "8", labelled("gpus", "8")), ""},
		{"a term that cannot be read", affine(labels("gpus", "Gt", "many")), gpuNode("n1", "a", "8", labelled("gpus", "8")), "node affinity"},
		{"an empty term matches nothing", affine(corev1.NodeSelectorTerm{}), plain, "node affinity"},
		{"by name", affine(name("In", "n1")), plain, ""},
		{"by another name", affine(name("In", "n2")), plain, "node affinity"},
		{"not by that name", affine(name("NotIn", "n1")), plain, "node affinity"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, placementOf(&c.spec).refusal(NewNode(c.node)))
		})
	}
	require.Nil(t, placementOf(&corev1.PodSpec{}))
}
