package kube

import (
	"fmt"
	"slices"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
)

// deadline finds the rollout that the controller has given up on.
func deadline(s *situation) []Cause {
	if s.verdict != VerdictFailed {
		return nil
	}
	d, r := s.Deployment, s.Deployment.Replicas
	limit := ""
	if d.ProgressDeadline != nil {
		limit = " of " + Brief(*d.ProgressDeadline)
	}
	return []Cause{{
		Kind:     CauseDeadline,
		Severity: Broken,
		Text: fmt.Sprintf("no progress within the deadline%s (%s): %d of %d pods updated, %d available",
			limit, reasonTimedOut, r.Updated, r.Desired, r.Available),
		Hint:  s.wayBack(),
		About: d.Ref,
		Since: d.Condition(conditionProgressing).Updated,
	}}
}

// notCreated finds pods that the ReplicaSet controller has not made by the deadline,
// and no condition says why.
func notCreated(s *situation) []Cause {
	if s.verdict != VerdictFailed || s.fresh == nil || s.Deployment.Paused || s.failure(s.fresh) != nil {
		return nil
	}
	rs := s.fresh.ReplicaSet
	missing := rs.Desired - rs.Current
	if missing <= 0 {
		return nil
	}
	return []Cause{{
		Kind:     CauseNotCreated,
		Severity: Attention,
		Text:     fmt.Sprintf("%d of %d pods of %s are not created, and its ReplicaSet does not say why", missing, rs.Desired, s.fresh.label()),
		Hint:     "look whether kube-controller-manager runs",
		About:    rs.Ref,
	}}
}

// paused finds the rollout that was stopped on purpose. Also where it has nothing
// left to do: the next change will not roll out, which nobody expects.
func paused(s *situation) []Cause {
	d, r := s.Deployment, s.Deployment.Replicas
	if !d.Paused {
		return nil
	}
	c := Cause{Kind: CausePaused, Severity: Attention, About: d.Ref, Hint: "resume it"}
	switch {
	case s.verdict == VerdictSuccess:
		c.Text = "paused while complete: no change of the template will roll out until it is resumed"
	case !d.IsObserved():
		c.Text = fmt.Sprintf("paused, and the Deployment controller has not observed generation %d yet", d.Generation)
	default:
		c.Text = fmt.Sprintf("paused with %d of %d pods updated", r.Updated, r.Desired)
		c.Hint = ways(c.Hint, s.wayBack())
	}
	if progressing := d.Condition(conditionProgressing); progressing != nil && progressing.Reason == reasonPaused {
		c.Since = progressing.Updated
	}
	return []Cause{c}
}

// notObserved finds the spec that the controller has not seen.
func notObserved(s *situation) []Cause {
	d := s.Deployment
	if d.IsObserved() || s.setRefusal() != nil {
		return nil
	}
	return []Cause{{
		Kind: CauseNotObserved,
		Text: fmt.Sprintf("the Deployment controller has not observed generation %d yet, only %d", d.Generation, d.Observed),
		Hint: "if this stays, look whether kube-controller-manager runs",

		About: d.Ref,
	}}
}

// waiting is plain progress: nothing is wrong, it takes its time.
func waiting(s *situation) []Cause {
	d := s.Deployment
	done, total := s.Progress()
	if s.verdict != VerdictWaiting || d.Paused || !d.IsObserved() {
		return nil
	}
	c := Cause{Kind: CauseWaiting, About: d.Ref, Text: fmt.Sprintf("%d of %d updated pods available", done, total)}
	switch {
	case total == 0:
		n := int(max(d.Replicas.Current, d.Replicas.Updated))
		c.Text = are(n, "pod") + " left, and none wanted"
	case d.Replicas.Updated == 0:
		c.Text = fmt.Sprintf("0 of %d pods updated", total)
	}
	switch {
	case total == 0:
	case s.fresh == nil && len(s.Revisions) > 0:
		c.Text += ": no ReplicaSet has the template yet"
	}
	return []Cause{c}
}

// minReady finds pods that are ready and not yet available: they have to stay ready
// for a while.
func minReady(s *situation) []Cause {
	d := s.Deployment
	if s.verdict == VerdictSuccess || !d.IsObserved() || d.MinReady == 0 || s.fresh == nil || s.fresh.podsUnknown() {
		return nil
	}
	var ready []*Pod
	for _, p := range s.fresh.live() {
		if p.IsReady {
			ready = append(ready, p)
		}
	}
	n := len(ready) - int(s.fresh.ReplicaSet.Available)
	if n <= 0 {
		return nil
	}
	// Those that were ready first are the available ones.
	slices.SortStableFunc(ready, func(a, b *Pod) int { return b.ReadySince.Compare(a.ReadySince) })
	last, first := ready[0], ready[n-1]
	c := Cause{
		Kind:  CauseMinReady,
		Text:  fmt.Sprintf("%s ready, waiting for minReadySeconds (%s)", s.cohorts[0].some(n), Brief(d.MinReady)),
		About: last.Ref,
		Since: first.ReadySince,
	}
	if !last.ReadySince.IsZero() {
		c.Until = last.ReadySince.Add(d.MinReady)
	}
	if failed, comesAndGoes := s.unsteady(ready[:n]); comesAndGoes || failed != nil && s.verdict == VerdictFailed {
		c.Text = fmt.Sprintf("%s %s been ready for less than minReadySeconds (%s)", s.cohorts[0].some(n), verb(n, "has", "have"), Brief(d.MinReady))
		if comesAndGoes {
			c.Text += ": readiness comes and goes"
		}
		if failed != nil {
			c.Text += "; last failure: " + bothEnds(failed.Message, messageCells)
		}
		c.Severity, c.Hint = Attention, s.wayBack()
		if s.verdict == VerdictFailed {
			c.Severity = Broken
		}
	}
	return []Cause{c}
}

// unsteady returns the newest failure of readiness, nil for none, of pods that are
// ready now, and whether one of them was seen to be ready before and to lose it.
func (s *situation) unsteady(pods []*Pod) (failed *Event, comesAndGoes bool) {
	for _, p := range pods {
		e := s.newest(p, func(e *Event) bool { return isProbeFailure(e) && p.isPresent(e) })
		if e != nil && (failed == nil || e.Last.After(failed.Last)) {
			failed = e
		}
		comesAndGoes = comesAndGoes || slices.Contains(s.seen.unsteady, p.Ref.UID)
	}
	return failed, comesAndGoes
}

// recreateGap finds the time without pods that Recreate is made of.
func recreateGap(s *situation) []Cause {
	d := s.Deployment
	if d.Strategy.Type != string(appsv1.RecreateDeploymentStrategyType) || s.verdict == VerdictSuccess || !d.IsObserved() ||
		s.wasComplete() || d.Replicas.Desired == 0 || d.Replicas.Available > 0 || len(s.Revisions) < 2 {
		return nil
	}
	for _, rev := range s.Revisions {
		if rev.Ready() > 0 || rev.Terminating() > 0 {
			return nil
		}
	}
	made := 0
	if s.fresh != nil {
		made = len(s.fresh.live())
	}
	return []Cause{{
		Kind: CauseRecreateGap,
		Text: fmt.Sprintf("no pod serves, on purpose: Recreate took the old ones away first, and 0 of %d new %s ready, %d created",
			d.Replicas.Desired, plural(int(d.Replicas.Desired), "pod")+verb(int(d.Replicas.Desired), " is", " are"), made),
		About: d.Ref,
	}}
}

// Brief is a duration without the parts that are nought: "10m", "1h30m".
func Brief(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
