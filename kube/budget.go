package kube

import (
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Budget is what fader shows of a policy/v1 PodDisruptionBudget. Immutable.
type Budget struct {
	Ref                              Ref
	Selector                         string
	MinAvailable, MaxUnavailable     string // as written, "" where unset
	Healthy, DesiredHealthy, Allowed int32

	matches labels.Selector
}

// NewBudget reads a PodDisruptionBudget; nothing of the object is kept.
func NewBudget(b *policyv1.PodDisruptionBudget) *Budget {
	matches, err := metav1.LabelSelectorAsSelector(b.Spec.Selector)
	if err != nil {
		matches = labels.Nothing()
	}
	return &Budget{
		Ref:            refOf(KindBudget, &b.ObjectMeta),
		Selector:       selectorText(b.Spec.Selector),
		MinAvailable:   written(b.Spec.MinAvailable),
		MaxUnavailable: written(b.Spec.MaxUnavailable),
		Healthy:        b.Status.CurrentHealthy,
		DesiredHealthy: b.Status.DesiredHealthy,
		Allowed:        b.Status.DisruptionsAllowed,
		matches:        matches,
	}
}

// Selects says that pods with these labels are under the budget: all of them for
// an empty selector, none for an absent one.
func (b *Budget) Selects(pod map[string]string) bool {
	return b.matches != nil && b.matches.Matches(labels.Set(pod))
}

func written(n *intstr.IntOrString) string {
	if n == nil {
		return ""
	}
	return Clean(n.String())
}
