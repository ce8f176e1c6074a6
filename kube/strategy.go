package kube

import (
	"math"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Strategy is the update strategy, with the limits resolved for the desired replicas.
type Strategy struct {
	Type           string // "RollingUpdate" or "Recreate"
	MaxSurge       string // as written: "25%", "1"; "" for Recreate
	MaxUnavailable string
	Surge          int32 // resolved: rounded up
	Unavailable    int32 // resolved: rounded down, 1 where both came out 0, never more than desired
	AtMost         int32 // pods: desired + surge
	AtLeast        int32 // available pods: desired - unavailable, never below 0
}

// serverDefault is what the API server fills in for both limits.
const serverDefault = "25%"

// ResolveStrategy works out what the strategy means for that many desired pods,
// as the Deployment controller does.
func ResolveStrategy(strategy appsv1.DeploymentStrategy, desired int32) Strategy {
	desired = max(0, desired)
	if strategy.Type == appsv1.RecreateDeploymentStrategyType {
		return Strategy{Type: string(strategy.Type), Unavailable: desired, AtMost: desired}
	}
	var surge, unavailable *intstr.IntOrString
	if strategy.RollingUpdate != nil {
		surge, unavailable = strategy.RollingUpdate.MaxSurge, strategy.RollingUpdate.MaxUnavailable
	}
	s := Strategy{
		Type:           string(appsv1.RollingUpdateDeploymentStrategyType),
		MaxSurge:       Clean(limit(surge).String()),
		MaxUnavailable: Clean(limit(unavailable).String()),
		Surge:          scaled(limit(surge), desired, true),
		Unavailable:    scaled(limit(unavailable), desired, false),
	}
	if s.Surge == 0 && s.Unavailable == 0 {
		s.Unavailable = 1
	}
	s.Unavailable = min(s.Unavailable, desired)
	s.AtMost = saturated(int64(desired) + int64(s.Surge))
	s.AtLeast = desired - s.Unavailable
	return s
}

func limit(value *intstr.IntOrString) *intstr.IntOrString {
	if value == nil {
		fallback := intstr.FromString(serverDefault)
		return &fallback
	}
	return value
}

// scaled is 0 for what is neither a number nor a percentage: the API server
// refuses it, so it can only come from a server that is none.
func scaled(value *intstr.IntOrString, total int32, up bool) int32 {
	n, err := intstr.GetScaledValueFromIntOrPercent(value, int(total), up)
	if err != nil {
		return 0
	}
	return saturated(int64(n))
}

func saturated(n int64) int32 { return int32(min(max(n, 0), math.MaxInt32)) }
