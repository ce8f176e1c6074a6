package fade

import (
	"fader/kube"
)

// Pair is a stable Deployment and its canary behind one Service.
type Pair struct {
	Service        kube.Ref
	Stable, Canary *kube.Rollout
}

// Total of desired replicas: what a course keeps.
func (p Pair) Total() int32 {
	return p.Stable.Deployment.Replicas.Desired + p.Canary.Deployment.Replicas.Desired
}

// Pairs are the pairs that may be meant by a Deployment or a Service, the most
// likely first; none where no Service leads to two Deployments.
func Pairs(s *kube.Snapshot, of kube.Ref) []Pair { return nil }

func ordered(total, from, to int32, percents []int) []int32 { return nil }
func between(n, at, to int32) bool                           { return false }
