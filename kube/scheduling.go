package kube

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// unplaced are the pods of a cohort that no node takes, and why.
type unplaced struct {
	cohort cohort
	pods   []*Pod
	why    string // the scheduler's commonest sentence, condensed
	since  time.Time
}

// unplacedPods of a cohort that are held for that reason, or for any other.
func unplacedPods(c cohort, gated bool) *unplaced {
	u := &unplaced{cohort: c}
	counts := make(map[string]int)
	for _, p := range c.pods {
		if !p.Scheduling.Failed || p.Node != "" || (p.Scheduling.Reason == corev1.PodReasonSchedulingGated) != gated {
			continue
		}
		u.pods = append(u.pods, p)
		u.since = earlier(u.since, p.Scheduling.Since)
		why := condenseScheduling(p.Scheduling.Message)
		counts[why]++
		// Of equally common ones the first by the alphabet: the pods change order.
		if n := counts[why]; n > counts[u.why] || n == counts[u.why] && (u.why == "" || why < u.why) {
			u.why = why
		}
	}
	if len(u.pods) == 0 {
		return nil
	}
	return u
}

// condenseScheduling shortens "0/8 nodes are available: 8 Insufficient
// nvidia.com/gpu. preemption: …" to "0/8 nodes: 8 Insufficient nvidia.com/gpu".
func condenseScheduling(message string) string {
	head, _, _ := strings.Cut(message, ". ")
	head = strings.Replace(head, " nodes are available: ", " nodes: ", 1)
	return clip(strings.TrimSuffix(strings.TrimSpace(head), "."), messageCells)
}

// unschedulable finds pods that no node takes. What a surge deadlock explains is
// left to that.
func unschedulable(s *situation) []Cause {
	var causes []Cause
	locked := s.deadlock()
	for _, c := range s.cohorts {
		if u := unplacedPods(c, false); u != nil && (locked == nil || u.pods[0] != locked.pods[0]) {
			text := u.cohort.some(len(u.pods)) + " Pending"
			if u.why != "" {
				text += ": " + u.why
			}
			causes = append(causes, u.cause(CauseUnschedulable, Attention, text, ways(roomHint(u.why), s.wayBack())))
		}
		if u := unplacedPods(c, true); u != nil {
			text := u.cohort.some(len(u.pods)) + " Pending: held by " + gatesText(u.pods)
			causes = append(causes, u.cause(CauseUnschedulable, Attention, text, ""))
		}
	}
	return causes
}

// surgeDeadlock finds the rollout that waits for room which only its own old pods
// could make, and may not take one of them away first.
func surgeDeadlock(s *situation) []Cause {
	u := s.deadlock()
	if u == nil {
		return nil
	}
	text := fmt.Sprintf("surge deadlock: %s Pending (%s), and maxUnavailable %s lets no old pod go before a new one is available",
		u.cohort.some(len(u.pods)), u.why, s.Deployment.Strategy.unavailableText())
	return []Cause{u.cause(CauseSurgeDeadlock, Broken, text, ways("set maxSurge 0 / maxUnavailable 1", roomHint(u.why)))}
}

// deadlock is the new pods that hold everything up, nil where something can still
// move: an old pod may go, is going (its place may do), or another new pod is on
// its way to be available.
func (s *situation) deadlock() *unplaced {
	d := s.Deployment
	if d.Paused || !d.IsObserved() || d.wasComplete() || len(s.cohorts) < 2 || s.fresh == nil ||
		d.Strategy.Unavailable > 0 || d.Strategy.Surge == 0 || d.Replicas.Available > d.Strategy.AtLeast {
		return nil
	}
	for _, rev := range s.Revisions {
		if rev.Terminating() > 0 {
			return nil
		}
	}
	if !s.Revisions[0].New || len(s.fresh.live()) == 0 {
		return nil
	}
	u := unplacedPods(s.cohorts[0], false)
	if u == nil {
		return nil
	}
	for _, p := range s.cohorts[0].pods {
		if !p.IsReady && !p.Scheduling.Failed {
			return nil
		}
	}
	return u
}

// unavailableText is maxUnavailable as written, with what it comes to where that
// is not plain: "25% (=0)".
func (s Strategy) unavailableText() string {
	if resolved := fmt.Sprint(s.Unavailable); s.MaxUnavailable != resolved {
		return fmt.Sprintf("%s (=%s)", s.MaxUnavailable, resolved)
	}
	return s.MaxUnavailable
}

func (u *unplaced) cause(kind CauseKind, severity Severity, text, hint string) Cause {
	return Cause{Kind: kind, Severity: severity, Text: text, Hint: hint, About: u.pods[0].Ref, Since: u.since}
}

// roomHint is what would make room, as the scheduler's sentence tells.
func roomHint(why string) string {
	_, after, short := strings.Cut(why, "Insufficient ")
	resource, _, _ := strings.Cut(after, ",")
	switch resource = strings.TrimSpace(resource); {
	case short && IsGPU(resource):
		return "free a GPU"
	case short:
		return "free " + resource + " on a node"
	case strings.Contains(why, "affinity"), strings.Contains(why, "selector"), strings.Contains(why, "topology"):
		return "loosen the affinity or add a matching node"
	case strings.Contains(why, "taint"):
		return "tolerate the taint or add a node"
	case strings.Contains(why, "unschedulable"):
		return "uncordon a node"
	}
	return "make room on a node"
}
