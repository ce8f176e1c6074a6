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
			u.why, u.sample = why, p
		}
	}
	if len(u.pods) == 0 {
		return nil
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
			causes = append(causes, s.unplacedCause(u))
		}
		if u := unplacedPods(c, true); u != nil {
			text := u.cohort.some(len(u.pods)) + " Pending: held by " + gatesText(u.pods)
			causes = append(causes, u.cause(CauseUnschedulable, Attention, text, ""))
		}
	}
	return causes
}

// unplacedCause of pods that no node takes: while a node is on its way to them it is
// a matter of time.
func (s *situation) unplacedCause(u *unplaced) Cause {
	what := u.cohort.some(len(u.pods))
	if s.scaling != nil && u.pods[0].OwnerUID == s.fresh.ReplicaSet.Ref.UID {
		what = s.scaling.prefix() + what
	}
	if coming := s.roomFor(u).coming; coming != "" {
		return u.cause(CauseUnschedulable, Info, fmt.Sprintf("%s %s for a node: %s", what, verb(len(u.pods), "waits", "wait"), coming), "")
	}
	say := func(string) string { return what + " Pending" }
	if u.why != "" {
		say = func(why string) string { return what + " Pending: " + why }
	}
	why := s.nameTaints(u)
	c := u.cause(CauseUnschedulable, Attention, say(clip(why, messageCells)), ways(s.placeHint(u), s.wayBack()))
	c.Whole = say(why)
	return c
}

// claimsNotMade finds pods whose claims for devices cannot be made: no scheduler
// looks at them before.
func claimsNotMade(s *situation) []Cause {
	said := slices.IndexFunc(s.Events, func(e *Event) bool { return e.Reason == eventClaimFailed })
	if said < 0 {
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
		causes = append(causes, u.cause(CauseUnschedulable, Attention, text, ways(hint, s.wayBack())))
	}
	return causes
}

// eventClaimFailed is the reason of the ResourceClaim controller's event on a pod.
const eventClaimFailed = "FailedResourceClaimCreation"

// surgeDeadlock finds the rollout that waits for room which only its own old pods
// could make, and may not take one of them away first. It is one for certain where
// nobody adds a node: the autoscaler said so, or the deadline has passed. Where
// nothing tells of an autoscaler it is one until a node comes.
func surgeDeadlock(s *situation) []Cause {
	u := s.deadlock()
	if u == nil {
		return nil
	}
	room, late := s.roomFor(u), s.verdict == VerdictFailed
	keeps := fmt.Sprintf("maxUnavailable %s lets no old pod go before a new one is available", s.Deployment.Strategy.unavailableText())
	if room.coming != "" && !late {
		text := fmt.Sprintf("%s %s for a node: %s", u.cohort.some(len(u.pods)), verb(len(u.pods), "waits", "wait"), room.coming)
		return []Cause{u.cause(CauseUnschedulable, Info, text, "")}
	}
	kind, severity, head, tail := CauseSurgeDeadlock, Attention, "surge deadlock", ""
	hint := ways("set maxSurge 0 / maxUnavailable 1", s.placeHint(u))
	switch {
	case room.refused == "" && !late && s.ground.mayGrow():
		kind, head, hint = CauseUnschedulable, "no node has room", ways(s.placeHint(u), s.wayBack())
	case room.refused != "":
		severity, tail = Broken, "; "+room.refused
	case late:
		severity = Broken
	}
	say := func(why string) string {
		return fmt.Sprintf("%s: %s Pending (%s), and %s%s", head, u.cohort.some(len(u.pods)), why, keeps, tail)
	}
	c := u.cause(kind, severity, say(clip(u.why, messageCells)), hint)
	c.Whole = say(u.why)
	return []Cause{c}
}

// deadlock is the new pods that hold everything up, nil where something can still
// move: an old pod may go, is going (its place may do), or another new pod is on
// its way to be available; and where an old pod's place would be of no use.
func (s *situation) deadlock() *unplaced {
	d := s.Deployment
	if d.Paused || !d.IsObserved() || !d.Deleting.IsZero() || s.wasComplete() || len(s.cohorts) < 2 || s.fresh == nil ||
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
	if u == nil || !isAboutRoom(u.sample.Scheduling.Message) {
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
