package kube

import (
	"fmt"
	"strings"
)

// atMaximum finds the autoscaler that would like to make more pods than it may.
func atMaximum(s *situation) []Cause {
	a := s.Autoscaler
	if a == nil || !a.AtMax || s.Deployment.Replicas.Desired == 0 {
		return nil
	}
	text := fmt.Sprintf("HPA %s wants more than its maximum of %d (min %d, now %d)", a.Ref.Name, a.Max, a.Min, a.Current)
	if len(a.Metrics) > 0 {
		text += ": " + strings.Join(a.Metrics, ", ")
	}
	return []Cause{{
		Kind:     CauseAtMaximum,
		Severity: Attention,
		Text:     text,
		Hint:     "raise maxReplicas of HPA " + a.Ref.Name,
		About:    a.Ref,
		Since:    a.LimitedSince,
	}}
}
