package kube

import (
	"cmp"
	"time"

	appsv1 "k8s.io/api/apps/v1"
)

// Rank says how much harm a rollout does now: the board and `fader status` show the
// lowest first.
type Rank uint8

const (
	RankOutage   Rank = iota // wants pods and nothing serves
	RankReduced              // fewer serve than wanted
	RankImpaired             // it serves in full, with errors or slowly
	RankStalled              // it serves in full, and cannot get where it should
	RankWaiting              // waits for a person
	RankMoving               // under way, as planned
	RankQuiet                // nothing to do
)

// String returns the rank's word, stable for scripts.
func (k Rank) String() string {
	return [...]string{"outage", "reduced", "impaired", "stalled", "waiting", "moving", "quiet"}[min(k, RankQuiet)]
}

// Standing is what a rollout is ranked by.
type Standing struct {
	Rank Rank
	// Serving counts the pods that serve, at most Wanted. Ready pods serve, and
	// where a Service selects them, only those that are its ready endpoints.
	Serving, Wanted int32
	// Service names the Service without an endpoint that serves, "" for none.
	Service string
	// Since is when an outage began; zero where the objects do not tell.
	Since time.Time
	// Until is when the rank changes by time alone; zero for never.
	Until time.Time
	// Requests per second; 0 where unknown.
	Requests float64
}

// Load is what metrics say of a rollout. The zero Load is that of unknown metrics.
type Load struct {
	Impaired bool    // requests fail or are slow
	Requests float64 // per second
}

// StandingOf ranks a rollout as it is at a moment.
func StandingOf(r *Rollout, load Load, now time.Time) Standing {
	s := serving(r)
	s.Requests = load.Requests
	s.Rank = s.rank(r, load.Impaired, now)
	if s.Rank == RankOutage {
		s.Since = outageSince(r)
	}
	return s
}

// Missing is how many wanted pods do not serve.
func (s Standing) Missing() int32 { return s.Wanted - s.Serving }

// Compare orders standings by rank, then by the share of the wanted pods that is
// missing, then by their number, then by requests.
func (s Standing) Compare(other Standing) int {
	return cmp.Or(s.CompareHarm(other), cmp.Compare(other.Requests, s.Requests))
}

// CompareHarm is Compare without the requests, which change all the time.
func (s Standing) CompareHarm(other Standing) int {
	return cmp.Or(
		cmp.Compare(s.Rank, other.Rank),
		cmp.Compare(int64(other.Missing())*int64(s.Wanted), int64(s.Missing())*int64(other.Wanted)),
		cmp.Compare(other.Missing(), s.Missing()),
	)
}

// rank is the first of the rules that applies.
func (s *Standing) rank(r *Rollout, impaired bool, now time.Time) Rank {
	severity := Info
	if worst := r.Worst(); worst != nil {
		severity = worst.Severity
	}
	short, planned := s.Missing() > 0, s.planned(r, now)
	switch {
	case short && s.down(r) && !planned && !neverServed(r):
		return RankOutage
	case short && !planned:
		return RankReduced
	case impaired:
		return RankImpaired
	case r.Phase == Stalled, r.Phase == Degraded, severity == Broken:
		return RankStalled
	case r.Phase == Paused, r.Deployment.Paused, severity == Attention && !planned:
		return RankWaiting
	case r.Phase == Complete, r.Phase == ScaledDown:
		return RankQuiet
	}
	return RankMoving
}

// serving counts the pods that serve, by the Service that has the fewest of them.
func serving(r *Rollout) Standing {
	d := r.Deployment
	s := Standing{Wanted: max(0, d.Replicas.Desired), Serving: readyPods(r)}
	for _, b := range r.Backends {
		if !counts(b, d) {
			continue
		}
		own := int32(b.Ready) // endpoints without a known owner may be its own
		for _, backer := range b.Backers {
			if backer.Deployment != d.Ref {
				own -= int32(backer.Ready)
			}
		}
		for _, other := range b.Others {
			if other.Controller != (Controller{}) {
				own -= int32(other.Ready)
			}
		}
		s.Serving = min(s.Serving, max(0, own))
		if b.Ready == 0 && b.Serving == 0 && s.Service == "" && s.Wanted > 0 {
			s.Service = b.Service.Ref.Name
		}
	}
	s.Serving = min(s.Serving, s.Wanted)
	return s
}

// counts reports whether the endpoints of a Service tell how many of the
// Deployment's pods serve: they are known, depend on readiness, and every pod of
// the template should be one.
func counts(b *Backend, d *Deployment) bool {
	return !b.Unknown && !b.Service.PublishNotReady && b.Service.Selects(d.TemplateLabels)
}

// readyPods are counted from the pods, and from the Deployment's status where not all of
// its pods are in sight: they are still read, or may not be seen.
func readyPods(r *Rollout) int32 {
	status := r.Deployment.Replicas
	if len(r.Revisions) == 0 {
		return status.Ready
	}
	var n int32
	var pods int
	for _, rev := range r.Revisions {
		n += rev.Ready()
		for _, p := range rev.Pods {
			if p.Counts() {
				pods++
			}
		}
	}
	if pods < int(status.Current) {
		return max(n, status.Ready)
	}
	return n
}

// down reports that nothing answers: one of its Services has no endpoint, or, where
// no Service tells, no pod is ready. Where another Deployment serves the same
// Services, its clients are answered.
func (s *Standing) down(r *Rollout) bool {
	if s.Service != "" {
		return true
	}
	for _, b := range r.Backends {
		if counts(b, r.Deployment) {
			return false
		}
	}
	return s.Serving == 0
}

// longestGap is how long old pods may take to go while nothing serves, before that is
// an outage: the default grace period and as much again.
const longestGap = time.Minute

// planned reports that the pods that are missing are missing on purpose: the
// rollout moves, nothing is wrong with it, and its strategy allows that few; or it is
// a first rollout whose pods are still starting.
func (s *Standing) planned(r *Rollout, now time.Time) bool {
	if r.Phase != Progressing && r.Phase != Unknown {
		return false
	}
	for i := range r.Causes {
		// That nothing serves is what the strategy allows.
		if r.Causes[i].Severity >= Attention && r.Causes[i].Kind != CauseNoEndpoint {
			return false
		}
	}
	if neverServed(r) {
		return true
	}
	if !changing(r) || s.Serving < r.Deployment.Strategy.AtLeast {
		return false
	}
	if began := emptied(r); s.Serving == 0 && !began.IsZero() {
		s.Until = began.Add(longestGap)
		return now.Before(s.Until)
	}
	return true
}

// emptied is when the first of the old pods was told to go, while they still are
// there and no new one is; zero otherwise.
func emptied(r *Rollout) time.Time {
	var began time.Time
	for _, rev := range r.Revisions {
		for _, p := range rev.Pods {
			switch {
			case p.Finished:
			case p.Terminating.IsZero():
				return time.Time{}
			default:
				began = earlier(began, p.Terminating)
			}
		}
	}
	return began
}

// changing reports that the pods of the present template do not all exist yet, or
// older ones still do.
func changing(r *Rollout) bool {
	d := r.Deployment
	if !r.wasComplete() || r.NewRevision() == nil {
		return true
	}
	return d.Replicas.Updated < d.Replicas.Desired || d.Replicas.Current > d.Replicas.Updated
}

// availableSlack is how long the controller may take to write the first Available
// condition of a new Deployment.
const availableSlack = time.Minute

// neverServed reports that nothing says that the Deployment ever served in full: it
// has one revision, which was never complete, and it has not lost its availability.
func neverServed(r *Rollout) bool {
	d := r.Deployment
	if r.wasComplete() || len(r.Revisions) > 1 || len(r.Revisions) == 0 && d.Revision > 1 {
		return false
	}
	lost := transitioned(d.Condition("Available"), "False")
	return lost.IsZero() || d.Created.IsZero() || lost.Sub(d.Created) < availableSlack
}

// outageSince is when the Deployment became unavailable, where that is when its
// last pod stopped serving: the controller calls it unavailable once fewer are
// available than desired minus maxUnavailable, and Recreate stops all at once.
func outageSince(r *Rollout) time.Time {
	d := r.Deployment
	least := d.Strategy.AtLeast
	if d.Strategy.Type == string(appsv1.RecreateDeploymentStrategyType) {
		least = d.Replicas.Desired
		if changing(r) {
			least = 1
		}
	}
	if least != 1 {
		return time.Time{}
	}
	return transitioned(d.Condition("Available"), "False")
}
