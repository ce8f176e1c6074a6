package kube

import (
	"fmt"
	"time"
)

// messageCells bounds what a container or an event says inside a cause line.
const messageCells = 160

// crashLoop finds containers that end again and again.
func crashLoop(s *situation) []Cause {
	return s.crashes(CauseCrashLoop, func(y *symptom) string {
		return fmt.Sprintf("%s %s: container %q %s", y.subject(), y.crashVerb(), y.trouble.Container, y.ending(s))
	})
}

// crashVerb says what the container did as far as it is proven: one that ran for
// long before it ended once has restarted, not crashed in a loop.
func (y *symptom) crashVerb() string {
	n, t := len(y.pods), &y.trouble
	switch {
	case t.exitedWell():
		return verb(n, "ends", "end")
	case t.Running && t.LastRun >= backOffReset:
		return "restarted and " + verb(n, "is", "are") + " not ready yet"
	}
	return verb(n, "crashes", "crash")
}

// exitedWell reports whether the container ended by itself and without an error.
func (t *Trouble) exitedWell() bool { return t.ExitCode != nil && *t.ExitCode == 0 && !t.Init }

// initFailing finds init containers that do.
func initFailing(s *situation) []Cause {
	return s.crashes(CauseInit, func(y *symptom) string {
		return fmt.Sprintf("%s cannot initialise: init container %q %s", y.subject(), y.trouble.Container, y.ending(s))
	})
}

func (s *situation) crashes(kind CauseKind, text func(*symptom) string) []Cause {
	var causes []Cause
	for _, y := range s.symptoms(kind, exitKey) {
		causes = append(causes, y.cause(kind, text(&y), ways(y.crashHint(s), s.wayBackOf(y.cohort.rev))))
	}
	return causes
}

func (y *symptom) crashHint(s *situation) string {
	if y.hookFailed(s) {
		return ways(y.hookHint(), "read the previous logs of "+y.pods[0].Ref.Name)
	}
	if y.trouble.exitedWell() {
		return "container " + y.trouble.Container + " has to keep running: look at its command"
	}
	return "read the previous logs of " + y.pods[0].Ref.Name
}

// oomKilled finds containers that the kernel kills for their memory.
func oomKilled(s *situation) []Cause {
	var causes []Cause
	for _, y := range s.symptoms(CauseOOMKilled, exitKey) {
		n := len(y.pods)
		says := verb(n, "runs", "run") + " out of memory"
		if y.trouble.Running && y.trouble.LastRun >= backOffReset {
			says = "ran out of memory and " + verb(n, "is", "are") + " not ready yet"
		}
		text := fmt.Sprintf("%s %s: %s", y.subject(), says, y.oomText())
		causes = append(causes, y.cause(CauseOOMKilled, text+y.restarted()+y.sinceThen(s), ways(y.oomHint(), s.wayBackOf(y.cohort.rev))))
	}
	return causes
}

func (y *symptom) oomText() string {
	text := fmt.Sprintf("container %q is OOMKilled", y.trouble.Container)
	if y.trouble.MemoryLimit != "" {
		text += " at its limit of " + y.trouble.MemoryLimit
	}
	return text
}

func (y *symptom) oomHint() string {
	if y.trouble.MemoryLimit != "" {
		return "raise the memory limit of container " + y.trouble.Container
	}
	return "give container " + y.trouble.Container + " more memory"
}

// exitKey holds those together that end alike. One that ran for long before is told
// apart from one that ends soon.
func exitKey(_ *Pod, t *Trouble) string {
	key := t.Container
	if t.ExitCode != nil {
		key = fmt.Sprintf("%s %d", t.Container, *t.ExitCode)
	}
	if t.Running && t.LastRun >= backOffReset {
		key += " once"
	}
	return key
}

// ending is how a container ends, and how often it has.
func (y *symptom) ending(s *situation) string {
	t, hook := y.trouble, y.hookFailed(s)
	text := "ends"
	switch {
	case t.exitedWell() && !hook:
		text = "ends by itself with exit code 0"
	case t.ExitCode != nil:
		text = fmt.Sprintf("exits with code %d%s", *t.ExitCode, exitMeaning(*t.ExitCode))
	}
	if t.Reason != "" {
		text += " (" + t.Reason + ")"
	}
	text += y.restarted()
	if t.Message != "" {
		text += ": " + bothEnds(t.Message, messageCells)
	}
	if hook && t.Reason != reasonHook {
		text += "; its postStart hook failed"
	}
	return text + y.livenessBeside(s) + y.sinceThen(s)
}

// livenessBeside is what the liveness probe said during the run that ended last,
// where the kubelet did not say that it killed the container for it.
func (y *symptom) livenessBeside(s *situation) string {
	t := &y.trouble
	if t.Since.IsZero() || t.Init {
		return ""
	}
	if said := s.probeSaid(y.pods[0], t, livenessProbe, t.runBegan()); said != "" {
		return "; its liveness probe failed: " + bothEnds(said, messageCells)
	}
	return ""
}

// sinceThen is what a readiness or startup probe says of the present run.
func (y *symptom) sinceThen(s *situation) string {
	t := &y.trouble
	if !t.Running || t.RunningSince.IsZero() {
		return ""
	}
	e := s.newest(y.pods[0], func(e *Event) bool { return isProbeFailure(e) && e.isOf(t) && !e.Last.Before(t.RunningSince) })
	if e == nil {
		return ""
	}
	return "; since then: " + bothEnds(e.Message, messageCells)
}

// keepsRestarting finds containers that end again and again and are ready in
// between: nothing else shows that. It is over when they have run for as long as
// the kubelet remembers.
func keepsRestarting(s *situation) []Cause {
	var causes []Cause
	key := func(p *Pod, t *Trouble) string {
		if s.nodeTrouble(p) != "" || s.passed(t.RunningSince.Add(backOffReset)) {
			return ""
		}
		return string(s.causeOf(p, t)) + " " + exitKey(p, t)
	}
	for _, y := range s.group(func(p *Pod) []Trouble { return p.Restarted }, key) {
		kind := s.causeOf(y.pods[0], &y.trouble)
		// A start that failed once is no loop; running out of memory in several pods is.
		if y.trouble.Restarts < 2 && (kind != CauseOOMKilled || y.restarts < 2) {
			continue
		}
		c := y.cause(kind, y.restartingText(s, kind), ways(y.restartingHint(s, kind), s.wayBackOf(y.cohort.rev)))
		c.Severity, c.Since = Attention, y.trouble.runBegan()
		causes = append(causes, c)
	}
	return causes
}

func (y *symptom) restartingText(s *situation, kind CauseKind) string {
	n, t := len(y.pods), &y.trouble
	says := fmt.Sprintf("container %q ", t.Container)
	switch {
	case kind == CauseOOMKilled:
		says = y.oomText()
	case kind == CauseProbeKill:
		says += "is killed by its " + s.killedByProbe(y.pods[0], t) + " probe"
		if said := s.probeSaid(y.pods[0], t, s.killedByProbe(y.pods[0], t), t.runBegan()); said != "" {
			says += ": " + bothEnds(said, messageCells)
		}
	case s.killedByHook(y.pods[0], t):
		says += "is killed because its postStart hook fails"
	case t.exitedWell() && !y.hookFailed(s):
		says += "ends by itself with exit code 0"
	case t.ExitCode != nil:
		says += fmt.Sprintf("exits with code %d%s (%s)", *t.ExitCode, exitMeaning(*t.ExitCode), t.Reason)
	default:
		says += "ends"
	}
	text := fmt.Sprintf("%s %s restarting: %s, last run %s", y.subject(), verb(n, "keeps", "keep"), says, Brief(t.LastRun.Round(time.Second)))
	return text + y.restarted()
}

func (y *symptom) restartingHint(s *situation, kind CauseKind) string {
	switch kind {
	case CauseOOMKilled:
		return y.oomHint()
	case CauseProbeKill:
		return y.probeHint(s)
	}
	if s.killedByHook(y.pods[0], &y.trouble) {
		return y.hookHint()
	}
	return y.crashHint(s)
}

// restarted is how often the containers of the pods were started again, all together.
func (y *symptom) restarted() string {
	switch {
	case y.restarts == 0:
		return ""
	case len(y.pods) == 1:
		return fmt.Sprintf(", %d %s", y.restarts, plural(y.restarts, "restart"))
	}
	return fmt.Sprintf(", %d %s in all", y.restarts, plural(y.restarts, "restart"))
}

// exitMeaning of the codes that a shell or a signal leaves behind.
func exitMeaning(code int32) string {
	for _, known := range [...]struct {
		code    int32
		meaning string
	}{
		{126, "cannot be executed"},
		{127, "command not found"},
		{134, "SIGABRT"},
		{137, "SIGKILL"},
		{139, "SIGSEGV"},
		{143, "SIGTERM"},
	} {
		if known.code == code {
			return ", " + known.meaning
		}
	}
	return ""
}
