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
	// Meanwhile says what still serves, "" where that is not the point. Only the
	// worst cause of a rollout carries it.
	Meanwhile string
	// Hint is a way out, "" where there is none to offer.
	Hint string
	// About is the object that a hand should be laid on.
	About Ref
	// Since when; zero where unknown. Views show it as an age.
	Since time.Time
	// Until when it should be over: the end of minReadySeconds or of a grace period;
	// zero where there is none. Views show what is left, or how long it is over.
	Until time.Time
}

// Sentence is the whole of it; since says how long it has been so ("12m", ""
// where unknown), dot parts it from what still serves ("·").
func (c Cause) Sentence(since, dot string) string {
	text := c.Text
	if since != "" {
		text += " for " + since
	}
	if c.Meanwhile != "" {
		text += " " + dot + " " + c.Meanwhile
	}
	return text
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
	CauseRecreateGap   CauseKind = "RecreateGap" // no pods, on purpose
	CauseNoEndpoint    CauseKind = "NoEndpoint"  // a Service that leads to no ready pod
	CauseAtMaximum     CauseKind = "AtMaximum"   // an autoscaler wants more than it may
	CauseMinReady      CauseKind = "MinReady"
	CauseWaiting       CauseKind = "Waiting"
)

// Causes that lie in pods and what the kubelet or a scheduler does with them.
const (
	CauseProbeKill      CauseKind = "ProbeKill" // the kubelet ends a container because a probe fails
	CauseRejected       CauseKind = "Rejected"  // a kubelet did not admit the pod, evicted or ended it
	CausePulling        CauseKind = "Pulling"
	CauseStarting       CauseKind = "Starting" // on a node for a while, without containers
	CauseVolumeDeadlock CauseKind = "VolumeDeadlock"
	CauseNoScheduler    CauseKind = "NoScheduler"
)

// ofPods are the causes that lie in pods (or the lack of them), and not in how
// the rollout is conducted.
func (k CauseKind) ofPods() bool {
	for _, kind := range [...]CauseKind{
		CauseImagePull, CauseCrashLoop, CauseOOMKilled, CauseInit, CauseCannotStart,
		CauseUnschedulable, CauseSurgeDeadlock, CauseNotReady, CauseQuota,
		CauseProbeKill, CauseRejected, CausePulling, CauseStarting, CauseVolumeDeadlock, CauseNoScheduler,
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
		surgeDeadlock, imagePull, oomKilled, probeKill, crashLoop, initFailing, cannotStart, quota, rejected,
		keepsRestarting, unschedulable, noScheduler, notMounted, recreateGap, notReady, imagePulling, notStarted, deadline, noEndpoint, paused,
		atMaximum, stuck, notObserved, initRunning, terminating, minReady, waiting,
	}
}

// causesOf asks every detector, and puts what is worst first. Once the deadline
// has passed, whatever a pod waits for is no matter of time any more: it explains
// the deadline and is told before it.
func causesOf(r *Rollout, in inputs, events []*Event) []Cause {
	s := newSituation(r, in.terrain)
	s.read(in, events)
	var causes []Cause
	for _, detect := range detectors() {
		causes = append(causes, detect(s)...)
	}
	late := slices.ContainsFunc(causes, func(c Cause) bool { return c.Kind == CauseDeadline })
	for i := range causes {
		if late && causes[i].Kind.ofPods() && causes[i].Severity == Attention {
			causes[i].Severity = Broken
		}
		causes[i].Text = Clean(causes[i].Text)
	}
	slices.SortStableFunc(causes, func(a, b Cause) int { return cmp.Compare(b.Severity, a.Severity) })
	if len(causes) > 0 && causes[0].Severity >= Attention && s.verdict != VerdictSuccess {
		causes[0].Meanwhile = Clean(s.serving)
	}
	return causes
}
