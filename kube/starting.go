package kube

import (
	"fmt"
	"time"
)

// cannotStart finds containers that never get to run: a missing ConfigMap or
// Secret, a program that is not in the image.
func cannotStart(s *situation) []Cause {
	causes := hookKill(s)
	alike := func(p *Pod, t *Trouble) string {
		if s.killedByHook(p, t) {
			return ""
		}
		return t.Container + " " + startReason(t)
	}
	for _, y := range s.symptoms(CauseCannotStart, alike) {
		t := y.trouble
		kind := "container"
		if t.Init {
			kind = "init container"
		}
		text := fmt.Sprintf("%s cannot start %s %q (%s)", y.subject(), kind, t.Container, startReason(&t))
		if t.Message != "" {
			text += ": " + bothEnds(t.Message, messageCells)
		}
		hint := ways(missingObject(t.Message, y.pods[0].Ref.Namespace), s.wayBackOf(y.cohort.rev))
		causes = append(causes, y.cause(CauseCannotStart, text+y.restarted(), hint))
	}
	return causes
}

func startReason(t *Trouble) string {
	if isStartReason(t.LastReason) {
		return t.LastReason
	}
	return t.Reason
}

// initRunning finds pods that wait for an init container that does what it should.
func initRunning(s *situation) []Cause {
	var causes []Cause
	for _, c := range s.cohorts {
		found := make(map[string][]*Pod)
		var order []string
		for _, p := range c.pods {
			if p.InitContainer == "" || s.isTroubled(p) || s.nodeTrouble(p) != "" || s.pulling(p) != nil {
				continue
			}
			if found[p.InitContainer] == nil {
				order = append(order, p.InitContainer)
			}
			found[p.InitContainer] = append(found[p.InitContainer], p)
		}
		for _, name := range order {
			pods := found[name]
			if pods[0].InitGoesOn {
				causes = append(causes, sidecarStarting(s, c, pods))
				continue
			}
			causes = append(causes, Cause{
				Kind:  CauseInit,
				Text:  fmt.Sprintf("%s %s for init container %q%s", c.some(len(pods)), verb(len(pods), "waits", "wait"), name, initStep(pods[0])),
				About: pods[0].Ref,
				Since: initSince(pods),
			})
		}
	}
	return causes
}

// initStep is where in the row of init containers the pod is: " (2 of 3)".
func initStep(p *Pod) string {
	if p.InitSteps < 2 || p.InitStep == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d of %d)", p.InitStep, p.InitSteps)
}

// initSince is when the first of the init containers began to run, or, where none
// does, since when the pods wait.
func initSince(pods []*Pod) time.Time {
	var first time.Time
	for _, p := range pods {
		first = earlier(first, p.InitSince)
	}
	if first.IsZero() {
		return troubledSince(pods)
	}
	return first
}
