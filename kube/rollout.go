package kube

import "time"

// Phase says in a word how a rollout is.
type Phase string

const (
	// Complete, Progressing and Stalled agree with `kubectl rollout status`
	// (success, waiting, failed). Paused is a rollout stopped on purpose;
	// Degraded was complete and has lost pods since; ScaledDown wants none.
	Complete    Phase = "Complete"
	Progressing Phase = "Progressing"
	Paused      Phase = "Paused"
	Stalled     Phase = "Stalled"
	Degraded    Phase = "Degraded"
	ScaledDown  Phase = "ScaledDown"
	Unknown     Phase = "Unknown"
)

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
	// Deadline is when the progress deadline expires or expired; zero where none is counted.
	Deadline time.Time
	// Since is when the present phase began as far as the conditions tell; zero where unknown.
	Since time.Time
}

// Revision is one ReplicaSet of a Deployment with its pods. Immutable.
type Revision struct {
	ReplicaSet *ReplicaSet
	New        bool   // its template is the Deployment's
	Pods       []*Pod // by name; terminating ones included
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

// Cause is one reason why a rollout is not complete.
type Cause struct {
	Kind     CauseKind
	Severity Severity
	// Text is one sentence naming object, reason and number; no age in it.
	Text string
	// Hint is a way out, "" where there is none to offer.
	Hint string
	// About is the object that a hand should be laid on.
	About Ref
	// Since when; zero where unknown. Views show it as an age.
	Since time.Time
}

// CauseKind names what a cause is, stable for tests and scripts.
type CauseKind string

const (
	CauseImagePull     CauseKind = "ImagePull"
	CauseCrashLoop     CauseKind = "CrashLoop"
	CauseOOMKilled     CauseKind = "OOMKilled"
	CauseInit          CauseKind = "Init"
	CauseUnschedulable CauseKind = "Unschedulable"
	CauseSurgeDeadlock CauseKind = "SurgeDeadlock"
	CauseNotReady      CauseKind = "NotReady"
	CauseQuota         CauseKind = "Quota"
	CauseDeadline      CauseKind = "Deadline"
	CausePaused        CauseKind = "Paused"
	CauseNotObserved   CauseKind = "NotObserved"
	CauseWaiting       CauseKind = "Waiting"
)

// Severity orders causes: what is broken before what waits on someone before what only takes time.
type Severity int

const (
	Info Severity = iota
	Attention
	Broken
)
