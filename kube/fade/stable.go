package fade

import (
	"strconv"

	"fader/kube"
)

const (
	// Of Knative, and so of KServe's canaries: every revision of a Configuration is
	// a Deployment of its own, which carries its number. Traffic is split between
	// them by a route, not by replicas: they are compared, and not shifted.
	knativeConfiguration = "serving.knative.dev/configuration"
	knativeGeneration    = "serving.knative.dev/configurationGeneration"
)

// Stable is the Deployment of which another is the canary, nil where it is none's:
// the other side of a pair behind one Service, or of a Knative revision (KServe's
// canaries are such) the revision before it that has pods.
func Stable(s *kube.Snapshot, canary kube.Ref) *kube.Rollout {
	if pairs := Pairs(s, canary); len(pairs) > 0 {
		if pairs[0].Canary.Ref() == canary {
			return pairs[0].Stable
		}
		return nil
	}
	r := s.Rollout(canary)
	if r == nil {
		return nil
	}
	return knativeBefore(s, r)
}

// knativeBefore is the newest revision before a rollout's that has pods; nil
// where Knative made neither.
func knativeBefore(s *kube.Snapshot, r *kube.Rollout) *kube.Rollout {
	configuration, mine := knative(r)
	var before *kube.Rollout
	newest := 0
	for _, other := range s.Rollouts {
		of, n := knative(other)
		if configuration == "" || of != configuration || other.Ref().Namespace != r.Ref().Namespace {
			continue
		}
		if n < mine && n > newest && other.Deployment.Replicas.Current > 0 {
			before, newest = other, n
		}
	}
	return before
}

// knative is the Configuration that a Deployment is a revision of, and its number;
// "" where it is none's.
func knative(r *kube.Rollout) (configuration string, generation int) {
	labels := r.Deployment.Labels
	n, err := strconv.Atoi(labels[knativeGeneration])
	if err != nil || n < 1 {
		return "", 0
	}
	return labels[knativeConfiguration], n
}
