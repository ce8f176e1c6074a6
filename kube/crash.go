package kube

import "fmt"

// messageCells bounds what a container or an event says inside a cause line.
const messageCells = 160

// crashLoop finds containers that end again and again.
func crashLoop(s *situation) []Cause {
	return s.crashes(CauseCrashLoop, func(y symptom) string {
		return fmt.Sprintf("%s %s: container %q %s", y.subject(), verb(len(y.pods), "crashes", "crash"), y.trouble.Container, y.ending())
	})
}

// initFailing finds init containers that do.
func initFailing(s *situation) []Cause {
	return s.crashes(CauseInit, func(y symptom) string {
		return fmt.Sprintf("%s cannot initialise: init container %q %s", y.subject(), y.trouble.Container, y.ending())
	})
}

func (s *situation) crashes(kind CauseKind, text func(symptom) string) []Cause {
	var causes []Cause
	for _, y := range s.symptoms(kind, exitKey) {
		hint := ways("read the previous logs of "+y.pods[0].Ref.Name, s.wayBack())
		causes = append(causes, y.cause(kind, text(y), hint))
	}
	return causes
}

// oomKilled finds containers that the kernel kills for their memory.
func oomKilled(s *situation) []Cause {
	var causes []Cause
	for _, y := range s.symptoms(CauseOOMKilled, exitKey) {
		t := y.trouble
		text := fmt.Sprintf("%s %s out of memory: container %q is OOMKilled", y.subject(), verb(len(y.pods), "runs", "run"), t.Container)
		hint := "give container " + t.Container + " more memory"
		if t.MemoryLimit != "" {
			text += " at its limit of " + t.MemoryLimit
			hint = "raise the memory limit of container " + t.Container
		}
		causes = append(causes, y.cause(CauseOOMKilled, text+restarted(t.Restarts), ways(hint, s.wayBack())))
	}
	return causes
}

func exitKey(t *Trouble) string {
	if t.ExitCode == nil {
		return t.Container
	}
	return fmt.Sprintf("%s %d", t.Container, *t.ExitCode)
}

// ending is how a container ends, and how often it has.
func (y *symptom) ending() string {
	t := y.trouble
	text := "ends"
	if t.ExitCode != nil {
		text = fmt.Sprintf("exits with code %d%s", *t.ExitCode, exitMeaning(*t.ExitCode))
	}
	if t.Reason != "" {
		text += " (" + t.Reason + ")"
	}
	text += restarted(t.Restarts)
	if t.Message != "" {
		text += ": " + clip(t.Message, messageCells)
	}
	return text
}

func restarted(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d %s", n, plural(n, "restart"))
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
