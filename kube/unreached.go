package kube

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// noEndpoint finds Services of the rollout that lead nowhere. Before anything was
// ever ready, and in the gap of a Recreate, that is how it has to be.
func noEndpoint(s *situation) []Cause {
	if s.Deployment.Replicas.Desired == 0 {
		return nil
	}
	severity := Attention
	if s.verdict == VerdictWaiting && !s.wasComplete() &&
		(len(s.Revisions) < 2 || s.Deployment.Strategy.Type == string(appsv1.RecreateDeploymentStrategyType)) {
		severity = Info
	}
	var causes []Cause
	for _, b := range s.Backends {
		if b.Notice != MatchesNoPod && b.Notice != MatchesNotReady {
			continue
		}
		matches := "no pod"
		if b.Notice == MatchesNotReady {
			matches = "pods that have no address yet"
			if n := b.podCount(); n > 0 {
				matches = fmt.Sprintf("%d %s, none ready", n, plural(n, "pod"))
			}
		}
		causes = append(causes, Cause{
			Kind:     CauseNoEndpoint,
			Severity: severity,
			Text:     fmt.Sprintf("Service %s has no ready endpoint: its selector %s matches %s", b.Service.Ref.Name, labels.Set(b.Service.Selector), matches),
			About:    b.Service.Ref,
		})
	}
	return causes
}

// podCount is the number of pods behind the Service, whatever their families.
func (b *Backend) podCount() int {
	pods := make(map[Ref]bool, len(b.Endpoints))
	for _, e := range b.Endpoints {
		pods[e.Pod] = true
	}
	return len(pods)
}
