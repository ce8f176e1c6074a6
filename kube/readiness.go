package kube

import (
	"fmt"
	"strings"
	"time"
)

// notReady finds pods that run and are not ready, and says what their probe said.
func notReady(s *situation) []Cause {
	var causes []Cause
	for _, c := range s.cohorts {
		found := make(map[string]*unready)
		var order []string
		for _, p := range c.pods {
			if !isUnready(p) {
				continue
			}
			key, down := "gate "+p.Gate, ""
			if s.ground.lost(p.Node) {
				key, down = "node "+p.Node, p.Node
			}
			if found[key] == nil {
				found[key] = &unready{gate: p.Gate, down: down}
				order = append(order, key)
			}
			found[key].add(s, p)
		}
		for _, key := range order {
			causes = append(causes, found[key].cause(s, c))
		}
	}
	if u := unknownPods(s); u != nil {
		causes = append(causes, *u)
	}
	return causes
}

// isUnready is a pod that is where it should be, with nothing wrong but that.
func isUnready(p *Pod) bool {
	return !p.IsReady && p.Node != "" && len(p.Troubles) == 0 && p.InitContainer == "" &&
		p.Status != containerCreating && p.Status != podPending
}

// unready pods for one reason.
type unready struct {
	gate string
	down string // the node, where that is not ready
	pods []*Pod
	says *Event // the newest complaint of a probe
	lost bool   // one of them was ready before, or should long be
}

func (u *unready) add(s *situation, p *Pod) {
	u.pods = append(u.pods, p)
	e := s.newest(p, isProbeFailure)
	if e != nil && (u.says == nil || e.Last.After(u.says.Last)) {
		u.says = e
	}
	u.lost = u.lost || s.wasReady(p) || s.isLate(p, e)
}

// isProbeFailure leaves liveness probes out: they restart, which is another trouble.
func isProbeFailure(e *Event) bool {
	return e.Warning && e.Reason == "Unhealthy" && !strings.HasPrefix(e.Message, "Liveness")
}

// wasReady is told by the rollout: when it was complete, every pod it had was
// available, so one from before that moment has lost its readiness since.
func (s *situation) wasReady(p *Pod) bool {
	c := s.Deployment.Condition(conditionProgressing)
	return everReady(p) || c != nil && s.wasComplete() && c.Reason == reasonAvailable && p.Created.Before(c.Updated)
}

// isLate is a pod whose probe still fails when the progress deadline, which is
// not counted any more after a rollout was complete, would be over for it.
func (s *situation) isLate(p *Pod, e *Event) bool {
	limit := s.Deployment.ProgressDeadline
	return e != nil && limit != nil && !p.Created.IsZero() && e.Last.Sub(p.Created) > *limit
}

func (u *unready) cause(s *situation, c cohort) Cause {
	n := len(u.pods)
	cause := Cause{
		Kind:     CauseNotReady,
		Severity: Info,
		About:    u.pods[0].Ref,
		Since:    troubledSince(u.pods),
	}
	switch {
	case u.down != "":
		cause.Text = fmt.Sprintf("%s %s not ready: node %s is NotReady", c.some(n), verb(n, "is", "are"), u.down)
		u.lost = true
	case u.gate != "":
		cause.Text = fmt.Sprintf("%s %s for readiness gate %q", c.some(n), verb(n, "waits", "wait"), u.gate)
	case u.says != nil:
		cause.Text = fmt.Sprintf("%s %s not ready: %s", c.some(n), verb(n, "is", "are"), clip(u.says.Message, messageCells))
	default:
		cause.Text = fmt.Sprintf("%s %s running but not ready", c.some(n), verb(n, "is", "are"))
	}
	if u.lost || s.verdict == VerdictFailed {
		cause.Severity = Attention
		cause.Hint = s.wayBack()
	}
	if u.down != "" {
		cause.Hint = "bring node " + u.down + " back"
	}
	return cause
}

// unknownPods speaks where the rollout was complete, is not any more, and no pod
// may be seen: whether they fail or start nobody can tell, so a hand is called.
func unknownPods(s *situation) *Cause {
	d, r := s.Deployment, s.Deployment.Replicas
	if s.fresh == nil || !s.fresh.podsUnknown() || !s.wasComplete() || r.Available >= r.Desired {
		return nil
	}
	return &Cause{
		Kind:     CauseNotReady,
		Severity: Attention,
		Text:     fmt.Sprintf("%d of %d pods available, and the pods themselves are not known", r.Available, r.Desired),
		About:    d.Ref,
		Since:    transitioned(d.Condition("Available"), "False"),
	}
}

// transitioned is when the condition took that status, zero where it has another.
func transitioned(c *Condition, status string) time.Time {
	if c == nil || c.Status != status {
		return time.Time{}
	}
	return c.Transitioned
}
