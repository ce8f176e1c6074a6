package outcome

import (
	"strings"
	"time"

	"fader/kube"
	"fader/kube/rollout"
)

// label looks at a pod that was given a label or lost one: it is settled when the
// pod is in every Service that selects it now and out of those that do not.
func (w *Watch) label(s *kube.Snapshot, now time.Time) rollout.Outcome {
	if o, cannot := blind(s, "pods", "services", "endpointslices"); cannot {
		return o
	}
	pod := podOf(s, w.Target())
	if pod == nil {
		return w.gone(now, false)
	}
	key, _, _ := parseLabel(w.receipt.Plan.Intent.Label)
	switch written := reads(pod.Labels, w.receipt.Plan.Intent.Label); {
	case !written && (w.begun || w.endpointsLate(now)):
		return w.superseded(now, "label "+key+" was changed", "")
	case !written:
		return pending("the label has not been seen in the cluster yet")
	}
	w.begun = true
	return w.placed(concerned(s, pod, key), pod, now)
}

func podOf(s *kube.Snapshot, ref kube.Ref) *kube.Pod {
	for _, p := range s.Pods {
		if p.Ref == ref {
			return p
		}
	}
	return nil
}

// parseLabel takes "status=enabled", or "status-" for none.
func parseLabel(text string) (key, value string, set bool) {
	if key, value, set = strings.Cut(text, "="); set {
		return key, value, true
	}
	return strings.TrimSuffix(text, "-"), "", false
}

// concerned are the Services that the label alone lets in or keeps out.
func concerned(s *kube.Snapshot, pod *kube.Pod, key string) []*kube.Backend {
	var found []*kube.Backend
	for _, b := range s.Backends {
		wanted, selects := b.Service.Selector[key]
		if !selects || b.Service.Ref.Namespace != pod.Ref.Namespace {
			continue
		}
		with := map[string]string{}
		for k, v := range pod.Labels {
			with[k] = v
		}
		with[key] = wanted
		if b.Service.Selects(with) {
			found = append(found, b)
		}
	}
	return found
}

// placed says whether the pod is where its labels want it.
func (w *Watch) placed(backends []*kube.Backend, pod *kube.Pod, now time.Time) rollout.Outcome {
	var done []string
	for _, b := range backends {
		wanted := b.Service.Selects(pod.Labels)
		if wanted != holds(b, pod) {
			return w.misplaced(b, wanted, now)
		}
		done = append(done, map[bool]string{true: "in ", false: "out of "}[wanted]+b.Service.Ref.Name+withoutReach(b, pod))
	}
	if len(done) == 0 {
		return outcome(rollout.Complete, "labelled in %s: no Service in sight selects it by that", w.elapsed(now))
	}
	return outcome(rollout.Complete, "%s after %s", strings.Join(done, ", "), w.elapsed(now))
}

// withoutReach says that the Service sends nothing to a pod among its endpoints.
func withoutReach(b *kube.Backend, pod *kube.Pod) string {
	for _, e := range b.Endpoints {
		if e.Pod.UID == pod.Ref.UID && e.NoPort {
			return " (gets nothing: it does not have port " + strings.Join(e.Missing, ", ") + ")"
		}
	}
	return ""
}

func (w *Watch) misplaced(b *kube.Backend, wanted bool, now time.Time) rollout.Outcome {
	state := rollout.Pending
	if w.endpointsLate(now) {
		state = rollout.Stalled
	}
	if wanted {
		return outcome(state, "after %s the pod is not among the endpoints of %s yet", w.elapsed(now), b.Service.Ref)
	}
	return outcome(state, "after %s the pod is still among the endpoints of %s", w.elapsed(now), b.Service.Ref)
}

// holds says that the pod is one of the endpoints.
func holds(b *kube.Backend, pod *kube.Pod) bool {
	for _, e := range b.Endpoints {
		if e.Pod.UID == pod.Ref.UID {
			return true
		}
	}
	return false
}
