package kube

import (
	"cmp"
	"slices"
	"time"
)

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

// detectors in the order in which their findings are told among those of one
// severity: what explains most comes first.
func detectors() []func(*situation) []Cause {
	return []func(*situation) []Cause{
		surgeDeadlock, imagePull, oomKilled, crashLoop, initFailing, cannotStart, quota, deadline,
		unschedulable, notMounted, notReady, paused,
		notObserved, initRunning, terminating, waiting,
	}
}

// causesOf asks every detector, and puts what is worst first. Where it matters,
// what still serves is said behind.
func causesOf(r *Rollout) []Cause {
	s := newSituation(r)
	var causes []Cause
	for _, detect := range detectors() {
		causes = append(causes, detect(s)...)
	}
	slices.SortStableFunc(causes, func(a, b Cause) int { return cmp.Compare(b.Severity, a.Severity) })
	for i := range causes {
		if causes[i].Severity >= Attention && s.verdict != VerdictSuccess && s.serving != "" {
			causes[i].Text += " · " + s.serving
		}
		causes[i].Text = Clean(causes[i].Text)
	}
	return causes
}
