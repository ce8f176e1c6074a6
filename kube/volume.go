package kube

import (
	"fmt"
	"slices"
	"strings"
)

// setupFailure is what keeps the kubelet from creating a pod's containers: volumes,
// sandboxes, networks, devices. What the pod has got past since is none; nil for
// nothing.
func (s *situation) setupFailure(p *Pod) *Event {
	if p.Node == "" || p.IsReady || !p.isStarting() || s.isTroubled(p) || s.nodeTrouble(p) != "" {
		return nil
	}
	passed := s.newest(p, isPastSetup)
	if p.Status == podPending {
		passed = nil // no container is known to the kubelet, whatever an event says
	}
	attached := s.newest(p, func(e *Event) bool { return e.Reason == "SuccessfulAttachVolume" })
	over := func(e, by *Event) bool { return by != nil && by.Last.After(e.Last) }
	// That a volume is not attached explains that it is not mounted.
	attach := s.newest(p, func(e *Event) bool { return e.Warning && e.Reason == failedAttach })
	if attach != nil && !over(attach, attached) && !over(attach, passed) {
		return attach
	}
	e := s.newest(p, func(e *Event) bool { return isSetupFailure(e) && e.Reason != failedAttach })
	if e == nil || over(e, passed) {
		return nil
	}
	if e.isMountSummary() {
		if why := s.newest(p, (*Event).saysWhyUnmounted); why != nil && !over(why, passed) && e.restsOn(why) {
			return why
		}
	}
	return e
}

const failedAttach = "FailedAttachVolume"

// isSetupFailure are the kubelet's and the attach controller's complaints before a
// pod's first container.
func isSetupFailure(e *Event) bool {
	for _, reason := range [...]string{
		"FailedMount", failedAttach, "FailedMapVolume", "FailedMountOnFilesystemMismatch", "FailedCreatePodSandBox",
		"FailedCreatePodContainer", "NetworkNotReady", "FailedPrepareDynamicResources",
	} {
		if e.Warning && e.Reason == reason {
			return true
		}
	}
	return false
}

// isPastSetup are events that come only after a pod's volumes and its sandbox.
func isPastSetup(e *Event) bool {
	for _, reason := range [...]string{"Pulling", "Pulled", "Created", "Started"} {
		if e.Reason == reason {
			return true
		}
	}
	return false
}

// unset are pods of a cohort that one kind of complaint keeps from starting.
type unset struct {
	pods []*Pod
	says *Event // the newest
}

// notMounted finds pods on a node whose containers are not even created, and whose
// kubelet complains.
func notMounted(s *situation) []Cause {
	var causes []Cause
	for _, c := range s.cohorts {
		var all []*unset
		found := make(map[string]*unset)
		for _, p := range c.pods {
			e := s.setupFailure(p)
			if e == nil {
				continue
			}
			key := fmt.Sprint(e.Reason, " ", setupHint(e, p), " ", multiAttached(e).volume, e.isMountSummary())
			if found[key] == nil {
				found[key] = &unset{}
				all = append(all, found[key])
			}
			u := found[key]
			u.pods = append(u.pods, p)
			if u.says == nil || e.Last.After(u.says.Last) {
				u.says = e
			}
		}
		all = joinSummaries(s, all)
		slices.SortStableFunc(all, func(a, b *unset) int { return len(b.pods) - len(a.pods) })
		for _, u := range all {
			causes = append(causes, u.cause(s, c))
		}
	}
	return causes
}

func (u *unset) cause(s *situation, c cohort) Cause {
	if multiAttached(u.says).volume != "" {
		return u.attachCause(s, c)
	}
	return Cause{
		Kind:     CauseCannotStart,
		Severity: Attention,
		Text:     fmt.Sprintf("%s cannot start (%s): %s", c.some(len(u.pods)), u.says.Reason, bothEnds(u.says.Message, messageCells)),
		Hint:     setupHint(u.says, u.pods[0]),
		About:    u.pods[0].Ref,
		Since:    troubledSince(u.pods),
	}
}

// setupHint is what helps against the complaint, with the node's name; "" where that
// is not known.
func setupHint(e *Event, p *Pod) string {
	if hint := missingObject(e.Message, p.Ref.Namespace); hint != "" {
		return hint
	}
	said := strings.ToLower(e.Message)
	for _, known := range [...]struct {
		reason string // "" for any
		signs  []string
		hint   string
	}{
		{"", []string{"not found in the list of registered csi drivers"}, "the volume's CSI driver is not registered on node %s: look at its node plugin there"},
		{failedAttach, []string{"csi driver", "external-attacher"}, "look at the attacher of the volume's CSI driver"},
		{"", []string{"exceed max volume count", "attachment limit", "maximum number of attached volumes"}, "node %s has no room for another volume"},
		{"", []string{"hostpath type check failed"}, "the path does not exist on node %s, or is of another type"},
		{"FailedCreatePodSandBox", []string{"runtime for", "runtimehandler", "runtime handler"}, "the RuntimeClass asks for a handler that node %s does not have"},
		{"FailedCreatePodSandBox", []string{"sandbox image", "pause:"}, "node %s cannot get the sandbox image"},
		{"FailedCreatePodSandBox", []string{"no ip addresses available", "failed to assign an ip", "no available ip", "no free ip", "insufficient ip"}, "node %s has no pod address left"},
		{"FailedCreatePodSandBox", []string{"cni", "plugin type=", "network for sandbox", "setup network"}, "look at the network plugin of node %s"},
		{"NetworkNotReady", nil, "look at the network plugin of node %s"},
		{"FailedPrepareDynamicResources", nil, "look at the DRA driver of node %s"},
	} {
		has := func(sign string) bool { return strings.Contains(said, sign) }
		if (known.reason == "" || known.reason == e.Reason) && (known.signs == nil || slices.ContainsFunc(known.signs, has)) {
			return strings.ReplaceAll(known.hint, "%s", p.Node)
		}
	}
	return ""
}

// missingObject reads "secret "tls" not found", as kubelets say it of a ConfigMap or
// a Secret, and says what to make; "" for another message.
func missingObject(message, namespace string) string {
	for _, known := range [...]struct{ sign, kind string }{{"configmap ", "ConfigMap"}, {"secret ", "Secret"}} {
		at := strings.Index(strings.ToLower(message), known.sign+`"`)
		if at < 0 {
			continue
		}
		name, after, found := strings.Cut(message[at+len(known.sign)+1:], `"`)
		if found && strings.HasPrefix(after, " not found") {
			return fmt.Sprintf("create %s %s in namespace %s", known.kind, name, namespace)
		}
	}
	return ""
}
