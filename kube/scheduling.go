package kube

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// unplaced are the pods of a cohort that no node takes, and why.
type unplaced struct {
	cohort cohort
	pods   []*Pod
	why    string // the scheduler's commonest sentence, condensed
	sample *Pod   // one of those that it is said of
	since  time.Time
}

// unplacedPods of a cohort that are held for that reason, or for any other.
func unplacedPods(c cohort, gated bool) *unplaced {
	var pods []*Pod
	for _, p := range c.pods {
		if p.Scheduling.Failed && p.Node == "" && (p.Scheduling.Reason == corev1.PodReasonSchedulingGated) == gated {
			pods = append(pods, p)
		}
	}
	return newUnplaced(c, pods)
}

// newUnplaced is nil for no pods.
func newUnplaced(c cohort, pods []*Pod) *unplaced {
	if len(pods) == 0 {
		return nil
	}
	u := &unplaced{cohort: c, pods: pods}
	counts := make(map[string]int)
	for _, p := range pods {
		u.since = earlier(u.since, p.Scheduling.Since)
		why := condenseScheduling(p.Scheduling.Message)
		counts[why]++
		// Of equally common ones the first by the alphabet: the pods change order.
		if n := counts[why]; n > counts[u.why] || n == counts[u.why] && (u.why == "" || why < u.why) {
			u.why, u.sample = why, p
		}
	}
	return u
}

// condenseScheduling shortens "0/8 nodes are available: 2 node(s) were unschedulable, 6
// Insufficient nvidia.com/gpu. preemption: …" to "0/8 nodes: 6 Insufficient
// nvidia.com/gpu, 2 node(s) were unschedulable": what explains most comes first.
func condenseScheduling(message string) string {
	count, _, found := strings.Cut(message, " nodes are available: ")
	if !found {
		head, _, _ := strings.Cut(message, ". ")
		return clipMiddle(strings.TrimSuffix(strings.TrimSpace(head), "."), messageCells)
	}
	reasons := schedulingReasons(message)
	slices.SortStableFunc(reasons, func(a, b schedulingReason) int { return cmp.Compare(a.generality(), b.generality()) })
	texts := make([]string, len(reasons))
	for i, r := range reasons {
		texts[i] = r.String()
	}
	return count + " nodes: " + strings.Join(texts, ", ")
}

// unschedulable finds pods that no node takes. What a surge deadlock explains is
// left to that.
func unschedulable(s *situation) []Cause {
	var causes []Cause
	locked := s.deadlock()
	for _, c := range s.cohorts {
		if u := unplacedPods(c, false); u != nil && (locked == nil || u.pods[0] != locked.pods[0]) {
			causes = append(causes, s.unplacedCauses(u)...)
		}
		if u := unplacedPods(c, true); u != nil {
			text := u.cohort.some(len(u.pods)) + " Pending: held by " + gatesText(u.pods)
			causes = append(causes, u.cause(CauseUnschedulable, Attention, text, ""))
		}
	}
	return causes
}

// unplacedCauses of pods that no node takes: for those that a node is on its way to
// it is a matter of time. Those that have one by now are told elsewhere.
func (s *situation) unplacedCauses(u *unplaced) []Cause {
	var waiting, stuck []*Pod
	var news []string
	for _, p := range u.pods {
		coming := s.roomFor(p).coming
		switch {
		case s.chosen(p):
		case coming == "":
			stuck = append(stuck, p)
		default:
			waiting = append(waiting, p)
			news = append(news, coming)
		}
	}
	var causes []Cause
	if rest := newUnplaced(u.cohort, stuck); rest != nil {
		causes = append(causes, s.stuckCause(rest))
	}
	if wait := newUnplaced(u.cohort, waiting); wait != nil {
		text := fmt.Sprintf("%s %s for a node: %s", s.prefixed(wait), verb(len(waiting), "waits", "wait"), newsText(news))
		causes = append(causes, wait.cause(CauseUnschedulable, Info, text, ""))
	}
	return causes
}

// newsText is the first by the alphabet, and how many more there are.
func newsText(news []string) string {
	slices.Sort(news)
	news = slices.Compact(news)
	if len(news) == 1 {
		return news[0]
	}
	return fmt.Sprintf("%s, and %d more", news[0], len(news)-1)
}

func (s *situation) prefixed(u *unplaced) string {
	what := u.cohort.some(len(u.pods))
	if s.scaling != nil && u.pods[0].OwnerUID == s.fresh.ReplicaSet.Ref.UID {
		return s.scaling.prefix() + what
	}
	return what
}

// stuckCause of pods that nothing is on its way to.
func (s *situation) stuckCause(u *unplaced) Cause {
	what, tail := s.prefixed(u), ""
	if refused := s.refusedAll(u.pods); refused != "" {
		tail = "; " + refused
	}
	say := func(string) string { return what + " Pending" + tail }
	if u.why != "" {
		say = func(why string) string { return what + " Pending: " + why + tail }
	}
	why := s.nameTaints(u)
	c := u.cause(CauseUnschedulable, Attention, say(clip(why, messageCells)), ways(s.placeHint(u), s.wayBackOf(u.cohort.rev)))
	c.Whole = say(why)
	return c
}

// claimsNotMade finds pods whose claims for devices cannot be made: no scheduler
// looks at them before.
func claimsNotMade(s *situation) []Cause {
	said := slices.ContainsFunc(s.events, func(e *Event) bool { return e.Reason == eventClaimFailed })
	if !said {
		return nil
	}
	var causes []Cause
	for _, c := range s.cohorts {
		u := &unplaced{cohort: c}
		for _, p := range c.pods {
			if p.Node != "" || p.Scheduling.Failed {
				continue
			}
			if e := s.newest(p, func(e *Event) bool { return e.Reason == eventClaimFailed }); e != nil {
				u.pods = append(u.pods, p)
				u.since = earlier(u.since, p.Created)
				u.why = clipMiddle(eventWords(e.Message), messageCells)
			}
		}
		if len(u.pods) == 0 {
			continue
		}
		hint := ""
		if strings.HasSuffix(u.why, "not found") {
			hint = createHint("ResourceClaimTemplate", quotedAfter(u.why, "resource claim template "))
		}
		text := fmt.Sprintf("%s Pending: %s", c.some(len(u.pods)), u.why)
		causes = append(causes, u.cause(CauseUnschedulable, Attention, text, ways(hint, s.wayBackOf(c.rev))))
	}
	return causes
}

// eventClaimFailed is the reason of the ResourceClaim controller's event on a pod.
const eventClaimFailed = "FailedResourceClaimCreation"

func (u *unplaced) cause(kind CauseKind, severity Severity, text, hint string) Cause {
	return Cause{Kind: kind, Severity: severity, Text: text, Hint: hint, About: u.pods[0].Ref, Since: u.since}
}
