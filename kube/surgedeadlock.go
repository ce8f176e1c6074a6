package kube

import "fmt"

// deadlock is a rollout whose new pods wait for room that only its own old pods could
// make, and which may not take one of them away first.
type deadlock struct {
	*unplaced
	freed freed
}

// isProven says that the place of every old pod would do: whichever goes first.
func (l *deadlock) isProven() bool { return l.freed.useful == l.freed.all }

// surgeDeadlock is one for certain where nobody adds a node: the autoscaler said so,
// or the deadline has passed. Where nothing tells of an autoscaler it is one until a
// node comes.
func surgeDeadlock(s *situation) []Cause {
	l := s.deadlock()
	if l == nil {
		return nil
	}
	refused, late := s.refusedAll(l.pods), s.verdict == VerdictFailed
	kind, severity, head, tail := CauseUnschedulable, Attention, "possible surge deadlock", ""
	hint := ways(s.placeHint(l.unplaced), s.wayBack())
	switch {
	case refused == "" && !late && s.ground.mayGrow():
		head = "no node has room"
	case l.isProven():
		kind, head = CauseSurgeDeadlock, "surge deadlock"
		hint = ways(s.strategyHint(), s.placeHint(l.unplaced))
	case l.freed.useful > 0:
		head, tail = "surge deadlock", fmt.Sprintf("; only %d of %d old pods would make room", l.freed.useful, l.freed.all)
	}
	if late || refused != "" && kind == CauseSurgeDeadlock {
		severity = Broken
	}
	if refused != "" {
		tail += "; " + refused
	}
	keeps := fmt.Sprintf("maxUnavailable %s lets no old pod go before a new one is available", s.Deployment.Strategy.unavailableText())
	say := func(why string) string {
		return fmt.Sprintf("%s: %s Pending (%s), and %s%s", head, l.cohort.some(len(l.pods)), why, keeps, tail)
	}
	c := l.cause(kind, severity, say(clip(l.why, messageCells)), hint)
	c.Whole = say(l.why)
	return []Cause{c}
}

// strategyHint lets an old pod go first. The only one leaves nobody to serve.
func (s *situation) strategyHint() string {
	const hint = "set maxSurge 0 / maxUnavailable 1"
	if s.Deployment.Replicas.Desired == 1 {
		return hint + " (nothing serves until the new pod is ready)"
	}
	return hint
}

// deadlock of the rollout, looked for once.
func (s *situation) deadlock() *deadlock {
	if s.locked == nil {
		s.locked = []*deadlock{s.findDeadlock()}
	}
	return s.locked[0]
}

// findDeadlock is nil where something can still move: an old pod may go, is going (its
// place may do), another new pod is on its way to be available, or a node is on its
// way to one; and where no old pod's place would be of use.
func (s *situation) findDeadlock() *deadlock {
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
	for _, p := range s.cohorts[0].pods {
		if !p.IsReady && !p.Scheduling.Failed {
			return nil
		}
	}
	u := unplacedPods(s.cohorts[0], false)
	if u == nil || s.anyComing(u.pods) {
		return nil
	}
	l := &deadlock{unplaced: u, freed: s.freedFor(u.sample)}
	if l.freed.useful == 0 && l.freed.doubtful == 0 || s.hasRoom(u.sample) {
		return nil
	}
	return l
}

// unavailableText is maxUnavailable as written, with what it comes to where that
// is not plain: "25% (=0)".
func (s Strategy) unavailableText() string {
	if resolved := fmt.Sprint(s.Unavailable); s.MaxUnavailable != resolved {
		return fmt.Sprintf("%s (=%s)", s.MaxUnavailable, resolved)
	}
	return s.MaxUnavailable
}
