package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func TestNewBudget(t *testing.T) {
	b := newBudget(&metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}})
	b.Spec.MinAvailable = new(intstr.FromString("50%"))
	b.Spec.MaxUnavailable = new(intstr.FromInt32(1))
	b.Status = policyv1.PodDisruptionBudgetStatus{CurrentHealthy: 3, DesiredHealthy: 2, DisruptionsAllowed: 1}
	got := NewBudget(b)
	require.Equal(t, Ref{KindBudget, "shop", "web", "pdb"}, got.Ref)
	require.Equal(t, []string{"app=web", "50%", "1"}, []string{got.Selector, got.MinAvailable, got.MaxUnavailable})
	require.Equal(t, []int32{3, 2, 1}, []int32{got.Healthy, got.DesiredHealthy, got.Allowed})
}

func TestBudgetSelects(t *testing.T) {
	pod := map[string]string{"app": "web"}
	for _, c := range []struct {
		name     string
		selector *metav1.LabelSelector
		want     bool
	}{
		{"none selects nothing", nil, false},
		{"an empty one selects all", &metav1.LabelSelector{}, true},
		{"by label", &metav1.LabelSelector{MatchLabels: pod}, true},
		{"by another", &metav1.LabelSelector{MatchLabels: map[string]string{"app": "db"}}, false},
		{"one that cannot be read", &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "app", Operator: "Like"}}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := NewBudget(newBudget(c.selector))
			require.Equal(t, c.want, b.Selects(pod))
			s := twoRevisions()
			s.around.Budgets = []*Budget{b}
			require.Equal(t, c.want, len(s.rollout().Budgets) == 1)
		})
	}
	require.False(t, NewBudget(&policyv1.PodDisruptionBudget{}).Selects(pod))
}
