package kube

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Cause is one reason why a rollout is not complete.
type Cause struct {
	Kind     CauseKind
	Severity Severity
	// Text is one sentence naming object, reason and number; no age in it.
	Text string
	// Whole is Text with a server's words in full, "" where Text leaves nothing out.
	Whole string
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
func (c Cause) Sentence(since, dot string) string { return c.sentence(c.Text, since, dot) }

// WholeSentence is Sentence with nothing left out, for output that no line bounds.
func (c Cause) WholeSentence(since, dot string) string {
	if c.Whole == "" {
		return c.Sentence(since, dot)
	}
	return c.sentence(c.Whole, since, dot)
}

func (c Cause) sentence(text, since, dot string) string {
	switch {
	case since == "":
	case strings.Contains(text, ": "): // it may end in somebody else's words, which were not said for that long
		text += " " + dot + " for " + since
	default:
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
	CauseLimitRange    CauseKind = "LimitRange"
	CausePodSecurity   CauseKind = "PodSecurity"
	CausePolicy        CauseKind = "AdmissionPolicy" // a ValidatingAdmissionPolicy says no
	CauseWebhookDenied CauseKind = "WebhookDenied"
	CauseWebhookFailed CauseKind = "WebhookFailed" // one that has to answer does not
	CauseForbidden     CauseKind = "Forbidden"     // the controller has not the right
	CauseInvalid       CauseKind = "Invalid"       // the API server does not take the object
	CauseMissing       CauseKind = "Missing"       // a ServiceAccount, a PriorityClass that is not there
	CauseNotCreated    CauseKind = "FailedCreate"  // for any other reason, or none
	CauseNotDeleted    CauseKind = "FailedDelete"
	CauseDeadline      CauseKind = "Deadline"
	CausePaused        CauseKind = "Paused"
	CauseNotObserved   CauseKind = "NotObserved"
	CauseDeleting      CauseKind = "Deleting"    // the Deployment itself, or its namespace
	CauseTerminating   CauseKind = "Terminating" // old pods that have yet to go
	CauseRecreateGap   CauseKind = "RecreateGap" // no pods, on purpose
	CauseNoEndpoint    CauseKind = "NoEndpoint"  // a Service that leads to no ready pod
	CauseNoPort        CauseKind = "NoPort"      // pods without the port that a Service sends to
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
	CauseBinding        CauseKind = "Binding" // the scheduler has chosen a node, and the pod is not on it
)

// ofPods are the causes that lie in pods (or the lack of them), and not in how
// the rollout is conducted.
func (k CauseKind) ofPods() bool {
	for _, kind := range [...]CauseKind{
		CauseImagePull, CauseCrashLoop, CauseOOMKilled, CauseInit, CauseCannotStart,
		CauseUnschedulable, CauseSurgeDeadlock, CauseNotReady,
		CauseProbeKill, CauseRejected, CausePulling, CauseStarting, CauseVolumeDeadlock, CauseNoScheduler, CauseBinding,
		CauseQuota, CauseLimitRange, CausePodSecurity, CausePolicy, CauseWebhookDenied, CauseWebhookFailed,
		CauseForbidden, CauseInvalid, CauseMissing, CauseNotCreated, CauseNotDeleted,
	} {
		if k == kind {
			return true
		}
	}
	return false
}

// ofTemplate are the causes that lie in what the template asks for: its image, its
// program, what it needs to start.
func (k CauseKind) ofTemplate() bool {
	for _, kind := range [...]CauseKind{CauseImagePull, CauseCrashLoop, CauseOOMKilled, CauseInit, CauseCannotStart} {
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
		beingDeleted, setRefused, surgeDeadlock, imagePull, oomKilled, probeKill, crashLoop, initFailing, cannotStart, refused, rejected,
		keepsRestarting, unschedulable, claimsNotMade, noScheduler, nodeChosen, notMounted, recreateGap, notReady, imagePulling, notStarted, notCreated, deadline, noEndpoint, paused,
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
		c := &causes[i]
		switch {
		case late && c.Kind.ofPods() && !s.isOfOld(c.About):
			c.Severity = Broken
		case late && c.Kind == CauseTerminating:
			c.Severity = max(c.Severity, Attention)
		}
		c.Text = Clean(c.Text)
		if c.Whole = clip(c.Whole, wholeCells+lineCells); c.Whole == c.Text {
			c.Whole = ""
		}
	}
	// What explains a deadline comes before it.
	slices.SortStableFunc(causes, func(a, b Cause) int {
		switch {
		case a.Severity != b.Severity:
			return cmp.Compare(b.Severity, a.Severity)
		case a.Kind == CauseDeadline && b.Kind != CauseDeadline:
			return 1
		case b.Kind == CauseDeadline && a.Kind != CauseDeadline:
			return -1
		}
		return 0
	})
	if len(causes) > 0 && causes[0].Severity >= Attention && s.verdict != VerdictSuccess {
		causes[0].Meanwhile = Clean(s.serving)
	}
	return causes
}
