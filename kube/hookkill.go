package kube

import (
	"fmt"
	"strings"
)

// reasonHook is what a container waits for whose postStart hook failed (kubelet,
// ErrPostStartHook).
const reasonHook = "PostStartHookError"

// hookFailure reports whether the container's postStart hook failed in the run that
// ended last, and what the kubelet tells of it.
func (s *situation) hookFailure(p *Pod, t *Trouble) (said string, failed bool) {
	if t.Reason == reasonHook {
		return t.Message, true
	}
	if t.Since.IsZero() {
		return "", false
	}
	e := s.newest(p, func(e *Event) bool {
		return e.isOf(t) && !e.Last.Before(t.runBegan()) &&
			(e.Reason == "FailedPostStartHook" || e.Reason == "Killing" && e.Message == "FailedPostStartHook")
	})
	if e != nil && strings.Contains(e.Message, " lifecycle hook ") { // of an older kubelet
		said = e.Message
	}
	return said, e != nil
}

// killedByHook reports whether the kubelet ended the container because its postStart
// hook failed. A hook fails as well where the program ends under it: where it ended
// with a code of its own nobody knows which came first.
func (s *situation) killedByHook(p *Pod, t *Trouble) bool {
	_, failed := s.hookFailure(p, t)
	return failed && (t.ExitCode == nil || *t.ExitCode == 137 || *t.ExitCode == 143)
}

// hookKill finds containers that the kubelet ends because their postStart hook fails.
func hookKill(s *situation) []Cause {
	var causes []Cause
	killed := func(p *Pod, t *Trouble) string {
		if s.killedByHook(p, t) {
			return t.Container
		}
		return ""
	}
	for _, y := range s.symptoms(CauseCannotStart, killed) {
		text := fmt.Sprintf("%s cannot start: container %q is killed because its postStart hook fails", y.subject(), y.trouble.Container)
		text += y.restarted()
		if said, _ := y.hookFailure(s); said != "" {
			text += ": " + bothEnds(said, messageCells)
		}
		causes = append(causes, y.cause(CauseCannotStart, text, ways(y.hookHint(), s.wayBackOf(y.cohort.rev))))
	}
	return causes
}

// hookFailure of any of the pods.
func (y *symptom) hookFailure(s *situation) (said string, failed bool) {
	said, failed = s.hookFailure(y.pods[0], &y.trouble)
	for _, p := range y.pods {
		for i := range p.Troubles {
			t := &p.Troubles[i]
			if t.Container != y.trouble.Container || said != "" {
				continue
			}
			words, also := s.hookFailure(p, t)
			said, failed = words, failed || also
		}
	}
	return said, failed
}

func (y *symptom) hookFailed(s *situation) bool {
	_, failed := y.hookFailure(s)
	return failed
}

func (y *symptom) hookHint() string {
	return "look at lifecycle.postStart of container " + y.trouble.Container
}
