package outcome

import (
	"strings"
	"time"

	"fader/kube"
	"fader/kube/rollout"
)

// flip looks at a Service that was given another selector: what counts is not the
// selector but the endpoints, which are where the traffic goes.
func (w *Watch) flip(s *kube.Snapshot, now time.Time) rollout.Outcome {
	if o, cannot := blind(s, "services", "endpointslices", "pods"); cannot {
		return o
	}
	b := backendOf(s, w.Target())
	if b == nil {
		return w.gone(now, false)
	}
	switch has := reads(b.Service.Selector, w.receipt.Plan.Intent.Selector); {
	case !has && (w.begun || w.endpointsLate(now)):
		return w.superseded(now, "the selector was changed", "")
	case !has:
		return pending("the new selector has not been seen in the cluster yet")
	}
	w.begun = true
	return w.switched(b, count(s, b), now)
}

// reads says that labels are as a change made them: "version=green,release-".
func reads(labels map[string]string, change string) bool {
	for part := range strings.SplitSeq(change, ",") {
		key, value, set := parseLabel(strings.TrimSpace(part))
		if has, found := labels[key]; found != set || has != value {
			return false
		}
	}
	return true
}

func backendOf(s *kube.Snapshot, ref kube.Ref) *kube.Backend {
	for _, b := range s.Backends {
		if b.Service.Ref == ref {
			return b
		}
	}
	return nil
}

// tally of a Service after its selector was changed.
type tally struct {
	strangers int // endpoints of pods that the selector does not select
	promised  int // pods that it selects, that are ready and have the Service's port
	portless  int // pods that it selects and that are ready without it
}

func count(s *kube.Snapshot, b *kube.Backend) tally {
	selected, portless := map[string]bool{}, map[string]bool{}
	var t tally
	for _, e := range b.Endpoints {
		if e.NoPort {
			portless[e.Pod.UID] = true
		}
	}
	for _, p := range s.Pods {
		if p.Ref.Namespace != b.Service.Ref.Namespace || !b.Service.Selects(p.Labels) {
			continue
		}
		selected[p.Ref.UID] = true
		switch {
		case !p.IsReady || !p.Counts():
		case portless[p.Ref.UID]:
			t.portless++
		default:
			t.promised++
		}
	}
	seen := map[string]bool{}
	for _, e := range b.Endpoints {
		if e.ManagedBy == "" && !selected[e.Pod.UID] && !seen[e.Pod.UID] {
			seen[e.Pod.UID] = true
			t.strangers++
		}
	}
	return t
}

// switched says whether the endpoints are those of the new selector.
func (w *Watch) switched(b *kube.Backend, t tally, now time.Time) rollout.Outcome {
	selector := w.receipt.Plan.Intent.Selector
	if t.strangers == 0 && b.Ready >= t.promised && b.Ready > 0 {
		return outcome(rollout.Complete, "switched in %s: %s of %s, and none of another%s", w.elapsed(now), readyEndpoints(b.Ready), selector, withoutPort(b))
	}
	state, again := rollout.Pending, ""
	if w.endpointsLate(now) {
		state, again = rollout.Stalled, " · flip it back"
	}
	switch {
	case t.strangers > 0:
		return outcome(state, "not switched after %s: %s still there that %s does not select%s", w.elapsed(now), endpoints(t.strangers), selector, again)
	case t.promised == 0 && t.portless > 0:
		return outcome(state, "switched, and nothing serves: %s%s", b.MissingPorts(), again)
	case t.promised == 0:
		return outcome(state, "switched, and no pod of %s is ready: nothing serves%s", selector, again)
	}
	return outcome(state, "not switched after %s: %d of %d ready pods of %s have an endpoint%s", w.elapsed(now), b.Ready, t.promised, selector, again)
}

// withoutPort says which pods the Service selects and does not reach.
func withoutPort(b *kube.Backend) string {
	if text := b.MissingPorts(); text != "" {
		return "; " + text
	}
	return ""
}
