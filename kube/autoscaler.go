package kube

import (
	"fmt"
	"strings"
	"time"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// Autoscaler is what fader shows of an autoscaling/v2 HorizontalPodAutoscaler. Immutable.
type Autoscaler struct {
	Ref              Ref
	TargetKind       string
	TargetName       string
	Min, Max         int32
	Current, Desired int32
	// Metrics as "cpu 83% of 60%"; the current side is "?" where unknown.
	Metrics []string
	// AtMax: it wants more than Max (condition ScalingLimited, reason TooManyReplicas).
	AtMax bool
	// LimitedSince is when it began to want more; zero where it does not.
	LimitedSince time.Time
	// Blind says why it cannot scale ("FailedGetResourceMetric"), "" where it can.
	Blind     string
	LastScale time.Time
	// NoMetrics: it has computed no number of replicas, for want of metrics. It only
	// keeps the target between Min and Max.
	NoMetrics bool
}

// Computed says that Desired is a number that it came to: before it has metrics
// Desired is 0, which is none.
func (a *Autoscaler) Computed() bool { return a.Desired > 0 || !a.NoMetrics }

// reasonTooMany is why an autoscaler is limited that wants more than its maximum.
const reasonTooMany = "TooManyReplicas"

// NewAutoscaler reads a HorizontalPodAutoscaler; nothing of the object is kept.
func NewAutoscaler(h *autoscalingv2.HorizontalPodAutoscaler) *Autoscaler {
	a := &Autoscaler{
		Ref:        refOf(KindAutoscaler, &h.ObjectMeta),
		TargetKind: Clean(h.Spec.ScaleTargetRef.Kind),
		TargetName: Clean(h.Spec.ScaleTargetRef.Name),
		Min:        valueOr(h.Spec.MinReplicas, 1),
		Max:        h.Spec.MaxReplicas,
		Current:    h.Status.CurrentReplicas,
		Desired:    h.Status.DesiredReplicas,
	}
	if h.Status.LastScaleTime != nil {
		a.LastScale = h.Status.LastScaleTime.Time
	}
	for i := range h.Spec.Metrics {
		a.Metrics = append(a.Metrics, metricText(&h.Spec.Metrics[i], h.Status.CurrentMetrics))
	}
	for i := range h.Status.Conditions {
		a.read(&h.Status.Conditions[i])
	}
	return a
}

func (a *Autoscaler) read(c *autoscalingv2.HorizontalPodAutoscalerCondition) {
	switch c.Type {
	case autoscalingv2.ScalingLimited:
		if a.AtMax = c.Status == corev1.ConditionTrue && c.Reason == reasonTooMany; a.AtMax {
			a.LimitedSince = c.LastTransitionTime.Time
		}
	case autoscalingv2.AbleToScale, autoscalingv2.ScalingActive:
		// ScalingDisabled is somebody's wish: the target is at 0 replicas.
		if c.Status == corev1.ConditionFalse && c.Reason != "ScalingDisabled" && a.Blind == "" {
			a.Blind = Clean(c.Reason)
			a.NoMetrics = c.Type == autoscalingv2.ScalingActive && strings.HasPrefix(c.Reason, "Failed")
			if a.Blind == "" {
				a.Blind = string(c.Type) + " is False"
			}
		}
	}
}

// metric is a metric of a spec or status, whatever its source.
type metric struct {
	kind, name, selector string
	value                *resource.Quantity
	average              *resource.Quantity
	utilization          *int32
}

// metricText is a metric's present value and what it should be: "cpu 83% of 60%".
func metricText(spec *autoscalingv2.MetricSpec, status []autoscalingv2.MetricStatus) string {
	target := metricOfSpec(spec)
	current := "?"
	for i := range status {
		if now := metricOfStatus(&status[i]); now.kind == target.kind && now.name == target.name && now.selector == target.selector {
			current = now.like(target)
			break
		}
	}
	return Clean(fmt.Sprintf("%s %s of %s", target.name, current, target.like(target)))
}

// like is the value in the terms that the target is given in.
func (m metric) like(target metric) string {
	switch {
	case target.utilization != nil && m.utilization != nil:
		return fmt.Sprintf("%d%%", *m.utilization)
	case target.average != nil && m.average != nil:
		return m.average.String()
	case target.value != nil && m.value != nil:
		return m.value.String()
	}
	return "?"
}

func metricOfSpec(s *autoscalingv2.MetricSpec) metric {
	of := func(name, selector string, t autoscalingv2.MetricTarget) metric {
		return metric{string(s.Type), name, selector, t.Value, t.AverageValue, t.AverageUtilization}
	}
	switch {
	case s.Resource != nil:
		return of(string(s.Resource.Name), "", s.Resource.Target)
	case s.ContainerResource != nil:
		c := s.ContainerResource
		return of(c.Container+"/"+string(c.Name), "", c.Target)
	case s.Pods != nil:
		return of(s.Pods.Metric.Name, selectorText(s.Pods.Metric.Selector), s.Pods.Target)
	case s.Object != nil:
		o := s.Object
		return of(o.DescribedObject.Name+"/"+o.Metric.Name, selectorText(o.Metric.Selector), o.Target)
	case s.External != nil:
		return of(s.External.Metric.Name, selectorText(s.External.Metric.Selector), s.External.Target)
	}
	return metric{kind: string(s.Type), name: string(s.Type)}
}

func metricOfStatus(s *autoscalingv2.MetricStatus) metric {
	of := func(name, selector string, v autoscalingv2.MetricValueStatus) metric {
		return metric{string(s.Type), name, selector, v.Value, v.AverageValue, v.AverageUtilization}
	}
	switch {
	case s.Resource != nil:
		return of(string(s.Resource.Name), "", s.Resource.Current)
	case s.ContainerResource != nil:
		c := s.ContainerResource
		return of(c.Container+"/"+string(c.Name), "", c.Current)
	case s.Pods != nil:
		return of(s.Pods.Metric.Name, selectorText(s.Pods.Metric.Selector), s.Pods.Current)
	case s.Object != nil:
		o := s.Object
		return of(o.DescribedObject.Name+"/"+o.Metric.Name, selectorText(o.Metric.Selector), o.Current)
	case s.External != nil:
		return of(s.External.Metric.Name, selectorText(s.External.Metric.Selector), s.External.Current)
	}
	return metric{}
}
