package kube

import (
	"fmt"
	"strings"
)

// sidecarStarting tells of pods whose other containers wait until a sidecar has started:
// it runs, and its startup probe or its postStart hook is not through.
func sidecarStarting(s *situation, c cohort, pods []*Pod) Cause {
	n, name := len(pods), pods[0].InitContainer
	cause := Cause{
		Kind:  CauseInit,
		Text:  fmt.Sprintf("%s %s for sidecar %q%s, which has not started", c.some(n), verb(n, "waits", "wait"), name, initStep(pods[0])),
		About: pods[0].Ref,
		Since: initSince(pods),
	}
	said := newestOf(s, pods, func(p *Pod, e *Event) bool {
		return isProbeFailure(e) && strings.HasPrefix(e.Message, "Startup probe ") && (e.Container == "" || e.Container == name) &&
			!p.InitSince.IsZero() && e.Last.Sub(p.InitSince) > -clockSlack
	})
	if said != nil {
		cause.Text += ": " + bothEnds(said.Message, messageCells)
	}
	if s.verdict == VerdictFailed && !pods[0].InitSince.IsZero() {
		cause.Hint = ways("read the logs of container "+name+" of "+pods[0].Ref.Name, s.wayBackOf(c.rev))
	}
	return cause
}

// newestOf the pods' events that match, nil for none.
func newestOf(s *situation, pods []*Pod, match func(*Pod, *Event) bool) *Event {
	var newest *Event
	for _, p := range pods {
		e := s.newest(p, func(e *Event) bool { return match(p, e) })
		if e != nil && (newest == nil || e.Last.After(newest.Last)) {
			newest = e
		}
	}
	return newest
}
