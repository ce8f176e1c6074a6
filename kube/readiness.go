package kube

import (
	"fmt"
	"slices"
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
			if !s.isUnready(p) {
				continue
			}
			key, down := "gate "+p.Gate, s.nodeTrouble(p)
			if down != "" {
				key = "node " + p.Node
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

// isUnready is a pod that is where it should be, with nothing wrong but that. Of one
// whose node does not report nothing else can be told.
func (s *situation) isUnready(p *Pod) bool {
	if p.IsReady || p.Node == "" {
		return false
	}
	return s.nodeTrouble(p) != "" || !s.isTroubled(p) && !p.isStarting()
}

// isStarting reports whether the pod is on a node and its containers do not run yet,
// with nothing said to be wrong.
func (p *Pod) isStarting() bool {
	return p.InitContainer != "" || p.Status == containerCreating || p.Status == podInitializing || p.Status == podPending
}

// unready pods for one reason.
type unready struct {
	gate string
	down string // what is the matter with the node; "" for nothing
	pods []*Pod
	says *Event // the newest complaint of a probe
	lost bool   // one of them was ready before, or should long be
}

func (u *unready) add(s *situation, p *Pod) {
	u.pods = append(u.pods, p)
	e := s.newest(p, func(e *Event) bool { return isProbeFailure(e) && p.mayExplain(e) && p.isPresent(e) })
	if e != nil && (u.says == nil || e.Last.After(u.says.Last)) {
		u.says = e
	}
	u.lost = u.lost || p.LostReadiness || s.wasReady(p) || s.isLate(p, e)
}

// complaintPause is how long the kubelet may keep quiet about a probe that goes on to
// fail: after a burst it sends one event in five minutes (client-go, tools/record).
const complaintPause = 5 * time.Minute

// isPresent reports whether the event may explain why the pod is not ready now: it
// is not from before the pod became unready, nor from before its containers run.
func (p *Pod) isPresent(e *Event) bool {
	return e.Last.Sub(p.ReadySince) > -complaintPause && e.Last.Sub(p.Started) > -clockSlack
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
	limit := defaultProgressDeadline
	if set := s.Deployment.ProgressDeadline; set != nil {
		limit = *set
	}
	return e != nil && !p.Created.IsZero() && e.Last.Sub(p.Created) > limit
}

// defaultProgressDeadline is that of a Deployment which sets none (apps/v1).
const defaultProgressDeadline = 10 * time.Minute

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
		cause.Text = fmt.Sprintf("%s %s not ready: node %s %s", c.some(n), verb(n, "is", "are"), u.pods[0].Node, u.down)
		u.lost = true
	case u.gate != "":
		cause.Text = fmt.Sprintf("%s %s for readiness gate %q", c.some(n), verb(n, "waits", "wait"), u.gate)
	case u.says != nil:
		not := "not ready"
		if s.Deployment.MinReady > 0 && s.verdict != VerdictSuccess && !slices.ContainsFunc(u.pods, func(p *Pod) bool { return !p.WasReady }) {
			not = "not ready any more" // and with minReadySeconds it is not enough to have been
		}
		cause.Text = fmt.Sprintf("%s %s %s: %s%s", c.some(n), verb(n, "is", "are"), not, u.speaker(), bothEnds(u.says.Message, messageCells))
	default:
		cause.Text = fmt.Sprintf("%s %s running%s", c.some(n), verb(n, "is", "are"), u.butNotReady())
	}
	if u.lost || s.verdict == VerdictFailed {
		cause.Severity = Attention
		cause.Hint = s.wayBackOf(c.rev)
	}
	if u.down != "" {
		cause.Hint = nodeHint(u.pods[0].Node, u.down)
	}
	return cause
}

// speaker names the container whose probe complains, where the pods have several.
func (u *unready) speaker() string {
	if u.says.Container == "" || u.pods[0].Total < 2 {
		return ""
	}
	return fmt.Sprintf("container %q: ", u.says.Container)
}

// butNotReady says since when, or for want of which containers.
func (u *unready) butNotReady() string {
	since, missing := u.restarts(), unreadyText(u.pods)
	if since == "" && missing != "" {
		return ", but " + verb(len(u.pods), "its", "their") + " " + missing + " not ready"
	}
	return " but not ready" + since
}

// restarts says that the pods have not been ready since a container of theirs was
// started again, "" where that is not known of all of them. How it ended is told
// only where the kubelet knows.
func (u *unready) restarts() string {
	for _, p := range u.pods {
		if len(p.Troubles) == 0 || p.Troubles[0].RunningSince.IsZero() {
			return ""
		}
	}
	t := u.pods[0].Troubles[0]
	text := fmt.Sprintf(" since container %q restarted", t.Container)
	if t.ExitCode != nil {
		text += fmt.Sprintf(" (exit code %d, %s)", *t.ExitCode, t.LastReason)
	}
	return text
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
