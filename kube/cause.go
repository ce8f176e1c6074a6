package kube

import "time"

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
	CauseCannotStart   CauseKind = "CannotStart" // a missing ConfigMap, a volume that does not mount
	CauseUnschedulable CauseKind = "Unschedulable"
	CauseSurgeDeadlock CauseKind = "SurgeDeadlock"
	CauseNotReady      CauseKind = "NotReady"
	CauseQuota         CauseKind = "Quota"
	CauseDeadline      CauseKind = "Deadline"
	CausePaused        CauseKind = "Paused"
	CauseNotObserved   CauseKind = "NotObserved"
	CauseTerminating   CauseKind = "Terminating" // old pods that have yet to go
	CauseWaiting       CauseKind = "Waiting"
)

// ofPods are the causes that lie in pods (or the lack of them), and not in how
// the rollout is conducted.
func (k CauseKind) ofPods() bool {
	for _, kind := range [...]CauseKind{
		CauseImagePull, CauseCrashLoop, CauseOOMKilled, CauseInit, CauseCannotStart,
		CauseUnschedulable, CauseSurgeDeadlock, CauseNotReady, CauseQuota,
	} {
		if k == kind {
			return true
		}
	}
	return false
}

// Severity orders causes: what is broken before what waits on someone before what only takes time.
type Severity int

const (
	Info Severity = iota
	Attention
	Broken
)

// Worst is the cause to show where there is room for one, nil when all is well.
func (r *Rollout) Worst() *Cause {
	if len(r.Causes) == 0 {
		return nil
	}
	return &r.Causes[0]
}

func causesOf(*Rollout) []Cause { return nil }
