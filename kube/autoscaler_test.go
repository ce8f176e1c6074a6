package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

func TestNewAutoscaler(t *testing.T) {
	h := newHPA(hpaCondition(autoscalingv2.ScalingLimited, corev1.ConditionTrue, reasonTooMany))
	h.Status.LastScaleTime = new(at(3))
	require.Equal(t, &Autoscaler{
		Ref: Ref{KindAutoscaler, "shop", "web", "hpa"}, TargetKind: "Deployment", TargetName: "web",
		Min: 2, Max: 10, Current: 10, Desired: 10, Metrics: []string{"cpu 183% of 60%"},
		AtMax: true, LimitedSince: at(14).Time, LastScale: at(3).Time,
	}, NewAutoscaler(h))
	require.Equal(t, &Autoscaler{Ref: Ref{Kind: KindAutoscaler}, Min: 1}, NewAutoscaler(&autoscalingv2.HorizontalPodAutoscaler{}))
}

func TestAutoscalerConditions(t *testing.T) {
	const limited, active, able = autoscalingv2.ScalingLimited, autoscalingv2.ScalingActive, autoscalingv2.AbleToScale
	for _, c := range []struct {
		name      string
		condition autoscalingv2.HorizontalPodAutoscalerCondition
		atMax     bool
		blind     string
	}{
		{"at its maximum", hpaCondition(limited, corev1.ConditionTrue, reasonTooMany), true, ""},
		{"at its minimum", hpaCondition(limited, corev1.ConditionTrue, "TooFewReplicas"), false, ""},
		{"not limited", hpaCondition(limited, corev1.ConditionFalse, reasonTooMany), false, ""},
		{"sees nothing", hpaCondition(active, corev1.ConditionFalse, "FailedGetResourceMetric"), false, "FailedGetResourceMetric"},
		{"switched off by 0 replicas", hpaCondition(active, corev1.ConditionFalse, "ScalingDisabled"), false, ""},
		{"has no target", hpaCondition(able, corev1.ConditionFalse, "FailedGetScale"), false, "FailedGetScale"},
		{"no reason given", hpaCondition(able, corev1.ConditionFalse, ""), false, "AbleToScale is False"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := NewAutoscaler(newHPA(c.condition))
			require.Equal(t, c.atMax, a.AtMax)
			require.Equal(t, c.atMax, !a.LimitedSince.IsZero())
			require.Equal(t, c.blind, a.Blind)
			require.Equal(t, c.blind == "FailedGetResourceMetric", a.NoMetrics)
		})
	}
}

func TestMetrics(t *testing.T) {
	quantity := func(s string) *resource.Quantity { return new(resource.MustParse(s)) }
	average := autoscalingv2.MetricTarget{AverageValue: quantity("100")}
	value := autoscalingv2.MetricTarget{Value: quantity("2k")}
	id := autoscalingv2.MetricIdentifier{Name: "queue"}
	for _, c := range []struct {
		name   string
		spec   autoscalingv2.MetricSpec
		status []autoscalingv2.MetricStatus
		want   string
	}{
		{"not known yet", autoscalingv2.MetricSpec{Type: "Pods", Pods: &autoscalingv2.PodsMetricSource{Metric: id, Target: average}}, nil, "queue ? of 100"},
		{
			"per pod",
			autoscalingv2.MetricSpec{Type: "Pods", Pods: &autoscalingv2.PodsMetricSource{Metric: id, Target: average}},
			[]autoscalingv2.MetricStatus{{Type: "Pods", Pods: &autoscalingv2.PodsMetricStatus{Metric: id, Current: autoscalingv2.MetricValueStatus{AverageValue: quantity("250m")}}}},
			"queue 250m of 100",
		},
		{
			"external",
			autoscalingv2.MetricSpec{Type: "External", External: &autoscalingv2.ExternalMetricSource{Metric: id, Target: value}},
			[]autoscalingv2.MetricStatus{
				{Type: "Pods", Pods: &autoscalingv2.PodsMetricStatus{Metric: id}},
				{Type: "External", External: &autoscalingv2.ExternalMetricStatus{Metric: id, Current: autoscalingv2.MetricValueStatus{Value: quantity("5k")}}},
			},
			"queue 5k of 2k",
		},
		{
			"of an object",
			autoscalingv2.MetricSpec{Type: "Object", Object: &autoscalingv2.ObjectMetricSource{
				DescribedObject: autoscalingv2.CrossVersionObjectReference{Name: "ingress"}, Metric: id, Target: value,
			}},
			[]autoscalingv2.MetricStatus{{Type: "Object", Object: &autoscalingv2.ObjectMetricStatus{
				DescribedObject: autoscalingv2.CrossVersionObjectReference{Name: "ingress"}, Metric: id, Current: autoscalingv2.MetricValueStatus{Value: quantity("1")},
			}}},
			"ingress/queue 1 of 2k",
		},
		{
			"of a container",
			autoscalingv2.MetricSpec{Type: "ContainerResource", ContainerResource: &autoscalingv2.ContainerResourceMetricSource{
				Name: "memory", Container: "app", Target: autoscalingv2.MetricTarget{AverageUtilization: new(int32(80))},
			}},
			[]autoscalingv2.MetricStatus{{Type: "ContainerResource", ContainerResource: &autoscalingv2.ContainerResourceMetricStatus{
				Name: "memory", Container: "app", Current: autoscalingv2.MetricValueStatus{AverageUtilization: new(int32(7))},
			}}},
			"app/memory 7% of 80%",
		},
		{"a kind of the future", autoscalingv2.MetricSpec{Type: "Moon\x1b[1mphase"}, nil, "Moonphase ? of ?"},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, metricText(&c.spec, c.status)) })
	}
}

func TestAutoscalerOfARollout(t *testing.T) {
	s := rolling(10, 2, 8, times(2, ready), times(8, ready))
	require.Nil(t, s.rollout().Autoscaler, "nobody knows")
	other := newHPA()
	other.Spec.ScaleTargetRef.Kind, other.Name = "StatefulSet", "another"
	require.Nil(t, s.scaled(other).rollout().Autoscaler, "of the same name, but another kind")
	s.scaled(newHPA(hpaCondition(autoscalingv2.ScalingLimited, corev1.ConditionTrue, reasonTooMany)))
	r := s.rollout()
	require.Equal(t, "hpa", r.Autoscaler.Ref.UID)
	c := causeOf(t, r, CauseAtMaximum)
	require.Equal(t, "HPA web wants more than its maximum of 10 (min 2, now 10): cpu 183% of 60%", c.Text)
	require.Equal(t, Attention, c.Severity)
	require.Equal(t, at(14).Time, c.Since)
	require.Equal(t, KindAutoscaler, c.About.Kind)
	require.Equal(t, "raise maxReplicas of HPA web", c.Hint)

	complete := newScene(2).revision(5, "web:1", 2, ready(), ready()).scaled(newHPA(hpaCondition(autoscalingv2.ScalingLimited, corev1.ConditionTrue, reasonTooMany))).rollout()
	require.Equal(t, Complete, complete.Phase, "it is no matter of the rollout")
	require.Equal(t, CauseAtMaximum, complete.Worst().Kind)

	rival := newHPA()
	rival.Name, rival.UID = "zz", "zz"
	require.Equal(t, []string{"2 autoscalers scale it against each other: web, zz"}, remarksAbout(s.scaled(rival).rollout(), "autoscalers"))
}

// causeOf that kind, which has to be there once.
func causeOf(t *testing.T, r *Rollout, kind CauseKind) Cause {
	t.Helper()
	var found []Cause
	for _, c := range r.Causes {
		if c.Kind == kind {
			found = append(found, c)
		}
	}
	require.Len(t, found, 1, "%s among %+v", kind, r.Causes)
	return found[0]
}

func hasCause(r *Rollout, kind CauseKind) bool {
	for _, c := range r.Causes {
		if c.Kind == kind {
			return true
		}
	}
	return false
}
