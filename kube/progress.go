package kube

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// deadline finds the rollout that the controller has given up on.
func deadline(s *situation) []Cause {
	if s.verdict != VerdictFailed {
		return nil
	}
	d, r := s.Deployment, s.Deployment.Replicas
	limit := ""
	if d.ProgressDeadline != nil {
		limit = " of " + short(*d.ProgressDeadline)
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

// paused finds the rollout that was stopped on purpose. Also where it has nothing
// left to do: the next change will not roll out, which nobody expects.
func paused(s *situation) []Cause {
	d, r := s.Deployment, s.Deployment.Replicas
	if !d.Paused {
		return nil
	}
	c := Cause{Kind: CausePaused, Severity: Attention, About: d.Ref, Hint: "resume it"}
	if s.verdict == VerdictSuccess {
		c.Text = "paused while complete: no change of the template will roll out until it is resumed"
	} else {
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
	if d.IsObserved() {
		return nil
	}
	return []Cause{{
		Kind: CauseNotObserved,
		Text: fmt.Sprintf("the Deployment controller has not observed generation %d yet, only %d", d.Generation, d.Observed),
		Hint: "if this stays, look whether kube-controller-manager runs",

		About: d.Ref,
	}}
}

// terminating finds old pods that something waits for, and pods on their way out
// that still hold GPUs, which a complete rollout can have as well.
func terminating(s *situation) []Cause {
	var going []*Pod
	for _, rev := range s.Revisions {
		for _, p := range rev.Pods {
			if !p.Finished && !p.Terminating.IsZero() {
				going = append(going, p)
			}
		}
	}
	d, n := s.Deployment, len(going)
	left := d.Replicas.Current - d.Replicas.Updated
	c := Cause{Kind: CauseTerminating, About: d.Ref}
	if n > 0 {
		c.About, c.Since = going[0].Ref, firstTerminating(going)
	}
	switch held := heldGPUs(going); {
	case held != "":
		c.Text = fmt.Sprintf("%d terminating %s still %s %s", n, plural(n, "pod"), verb(n, "holds", "hold"), held)
	case s.verdict == VerdictWaiting && n > 0 && d.Strategy.Type == "Recreate":
		c.Text = are(n, "old pod") + " terminating, and Recreate waits for that"
	case s.verdict == VerdictWaiting && d.IsObserved() && d.Replicas.Updated >= d.Replicas.Desired && left > 0:
		c.Text = fmt.Sprintf("%d old %s yet to go", left, plural(int(left), "pod")+verb(int(left), " has", " have"))
	default:
		return nil
	}
	return []Cause{c}
}

func firstTerminating(pods []*Pod) time.Time {
	var first time.Time
	for _, p := range pods {
		first = earlier(first, p.Terminating)
	}
	return first
}

// heldGPUs by pods: "4 nvidia.com/gpu", "" for none.
func heldGPUs(pods []*Pod) string {
	total := make(map[string]int64)
	for _, p := range pods {
		for name, n := range p.GPUs {
			total[name] += n
		}
	}
	parts := make([]string, 0, len(total))
	for _, name := range slices.Sorted(maps.Keys(total)) {
		parts = append(parts, fmt.Sprintf("%d %s", total[name], name))
	}
	return strings.Join(parts, " and ")
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
	case s.fresh == nil && len(s.Revisions) > 0:
		c.Text += ": no ReplicaSet has the template yet"
	case s.fresh != nil && d.MinReady > 0 && s.fresh.Ready() > done:
		c.Text += fmt.Sprintf(", %d ready and waiting for minReadySeconds (%s)", s.fresh.Ready()-done, short(d.MinReady))
	}
	return []Cause{c}
}

// short is a duration without the parts that are nought: "10m", "1h30m".
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
