package kube

import "time"

// Rollout is a Deployment with everything that belongs to it. Immutable.
type Rollout struct {
	Deployment *Deployment
	Phase      Phase
	// Status is the sentence of `kubectl rollout status`, without its newline.
	Status string
	// Causes say why it is not complete, worst first; empty when all is well.
	Causes []Cause
	// Revisions, the new one first, then the old by falling number.
	Revisions []*Revision
	// Events of the Deployment, its ReplicaSets and pods, newest first, at most 50.
	Events []*Event
	// Backends are the Services whose endpoints are this rollout's pods, or whose
	// selector matches its template; nil where Services may not be seen.
	Backends []*Backend
	// Autoscaler that scales it, nil for none or where unknown.
	Autoscaler *Autoscaler
	// Budgets whose selector matches its pods.
	Budgets  []*Budget
	Topology *Topology // nil before there are pods
	// Remarks are what is worth knowing while nothing is wrong: a missing
	// readiness probe, a readiness delay shorter than pods took before.
	Remarks []string
	// Deadline is when the progress deadline expires or expired; zero where none is counted.
	Deadline time.Time
	// Since is when the present phase began as far as the conditions tell; zero where unknown.
	Since time.Time

	// recheck is the next moment at which time alone changes what the causes say;
	// zero for never.
	recheck time.Time

	// anew says that the new revision was scaled up from nothing after the controller
	// last called the Deployment complete; scaling is the scale-up under way, nil for
	// none. All the events tell, of which Events may be a part.
	anew    bool
	scaling *scaleUp

	// seen is what earlier snapshots showed of it.
	seen seen
	// memo is what Build made it from; no part of what a rollout is.
	memo *memo
}

// Ref of the Deployment.
func (r *Rollout) Ref() Ref { return r.Deployment.Ref }

// NewRevision is the revision that has the Deployment's template, nil before
// the controller has made it.
func (r *Rollout) NewRevision() *Revision {
	for _, rev := range r.Revisions {
		if rev.New {
			return rev
		}
	}
	return nil
}

// Progress of the rollout: done pods are of the new template and available, out of
// total desired. Done never exceeds total.
func (r *Rollout) Progress() (done, total int32) {
	total = max(0, r.Deployment.Replicas.Desired)
	switch rev := r.NewRevision(); {
	case rev != nil:
		done = rev.ReplicaSet.Available
	case len(r.Revisions) == 0:
		// The ReplicaSets are not known: of the updated pods no more can be
		// available than are available at all.
		done = min(r.Deployment.Replicas.Updated, r.Deployment.Replicas.Available)
	}
	return min(done, total), total
}
