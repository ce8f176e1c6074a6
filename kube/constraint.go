package kube

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// apart is a hard anti-affinity of a pod to pods like itself: no two of them in
// one domain of the key.
type apart struct {
	key string // "kubernetes.io/hostname"
	// perRevision: it holds among pods of one template only.
	perRevision bool
}

// spread is a hard topology spread constraint that counts pods like itself.
type spread struct {
	key         string
	skew, least int32 // maxSkew; minDomains, 0 where unset
	// honorTaints and ignoreAffinity: which nodes are counted as domains.
	honorTaints, ignoreAffinity bool
}

// apartOf the template's terms those that are about the template's own pods: how
// far others are in the way cannot be told from here.
func apartOf(d *appsv1.Deployment) []apart {
	affinity, own := d.Spec.Template.Spec.Affinity, d.Spec.Template.Labels
	if affinity == nil || affinity.PodAntiAffinity == nil {
		return nil
	}
	var all []apart
	for i := range affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution {
		t := &affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution[i]
		here := len(t.Namespaces) == 0 && t.NamespaceSelector == nil || slices.Contains(t.Namespaces, d.Namespace)
		if here && selects(t.LabelSelector, own) && len(t.MismatchLabelKeys) == 0 {
			all = append(all, apart{key: Clean(t.TopologyKey), perRevision: perRevision(t.MatchLabelKeys)})
		}
	}
	return all
}

// spreadsOf the template's constraints those that count the Deployment's pods and
// no others: not those that tell revisions apart, and none whose selector is wider
// than the Deployment's.
func spreadsOf(d *appsv1.Deployment) []spread {
	var all []spread
	for i := range d.Spec.Template.Spec.TopologySpreadConstraints {
		c := &d.Spec.Template.Spec.TopologySpreadConstraints[i]
		if c.WhenUnsatisfiable != corev1.DoNotSchedule || len(c.MatchLabelKeys) > 0 ||
			!selects(c.LabelSelector, d.Spec.Template.Labels) || !narrows(c.LabelSelector, d.Spec.Selector) {
			continue
		}
		all = append(all, spread{
			key:            Clean(c.TopologyKey),
			skew:           c.MaxSkew,
			least:          valueOr(c.MinDomains, 0),
			honorTaints:    valueOr(c.NodeTaintsPolicy, corev1.NodeInclusionPolicyIgnore) == corev1.NodeInclusionPolicyHonor,
			ignoreAffinity: valueOr(c.NodeAffinityPolicy, corev1.NodeInclusionPolicyHonor) == corev1.NodeInclusionPolicyIgnore,
		})
	}
	return all
}

// narrows says that what the selector selects, the Deployment's selects as well,
// as far as labels alone tell.
func narrows(selector, deployment *metav1.LabelSelector) bool {
	if selector == nil || deployment == nil || len(deployment.MatchExpressions) > 0 || len(deployment.MatchLabels) == 0 {
		return false
	}
	for key, value := range deployment.MatchLabels {
		if has, found := selector.MatchLabels[key]; !found || has != value {
			return false
		}
	}
	return true
}

func perRevision(keys []string) bool {
	return slices.Contains(keys, appsv1.DefaultDeploymentUniqueLabelKey)
}

func selects(selector *metav1.LabelSelector, own map[string]string) bool {
	parsed, err := metav1.LabelSelectorAsSelector(selector)
	return err == nil && parsed.Matches(labels.Set(own))
}
