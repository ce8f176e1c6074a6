package kube

import (
	"fmt"
	"slices"
	"strings"
)

// imagePull finds pods whose image does not come.
func imagePull(s *situation) []Cause {
	known := make(map[string]*pullFailure) // many pods say the same
	failure := func(t *Trouble, said string) *pullFailure {
		key := t.Reason + " " + t.Image + " " + said
		f, told := known[key]
		if !told {
			f = pullFailureOf(t.Reason, t.Image, said)
			known[key] = f
		}
		return f
	}
	// Those are together that cannot pull one image for one kind of reason.
	alike := func(p *Pod, t *Trouble) string {
		if f := failure(t, s.pullSaid(t, p)); f != nil {
			return t.Image + " " + f.kind
		}
		return t.Image
	}
	var causes []Cause
	for _, y := range s.symptoms(CauseImagePull, alike) {
		text := fmt.Sprintf("%s cannot pull %q (%s)", y.subject(), y.trouble.Image, pullReason(y.trouble.Reason))
		said := s.pullSaid(&y.trouble, y.pods...)
		if said != "" {
			text += ": " + bothEnds(said, messageCells)
		}
		causes = append(causes, y.cause(CauseImagePull, text, ways(y.pullHint(s, failure(&y.trouble, said)), s.wayBackOf(y.cohort.rev))))
	}
	return causes
}

// pullReason is one word for what alternates: between two attempts of
// ErrImagePull the kubelet says ImagePullBackOff.
func pullReason(reason string) string {
	if reason == "ImagePullBackOff" {
		return "ErrImagePull"
	}
	return reason
}

// pullSaid is what the registry or the runtime said, without what the kubelet puts
// before it. During the back-off an older kubelet repeats none of it in the pod's
// status: then the event of the last attempt tells.
func (s *situation) pullSaid(t *Trouble, pods ...*Pod) string {
	if said := pullWords(t.Message, t.Image); said != "" {
		return said
	}
	for _, p := range pods {
		e := s.newest(p, func(e *Event) bool {
			return e.Reason == "Failed" && e.isOf(t) && strings.HasPrefix(e.Message, "Failed to pull image") && strings.Contains(e.Message, t.Image)
		})
		if e != nil {
			return pullWords(e.Message, t.Image)
		}
	}
	return ""
}

// pullWords is a message about a pull without the words that every such message
// begins with.
func pullWords(message, image string) string {
	quoted := fmt.Sprintf("%q", image)
	for cut := true; cut; {
		cut = false
		for _, prefix := range [...]string{
			"Back-off pulling image " + quoted, "Failed to pull image " + quoted, "Failed to apply default image tag " + quoted,
			"failed to pull and unpack image " + quoted, "failed to resolve reference " + quoted, "Failed to inspect image " + quoted,
			"image pull failed for " + image + " because ", image + ": ", "Error response from daemon",
			"ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "SignatureValidationFailed", "ImageInspectError", "rpc error",
		} {
			if after, found := strings.CutPrefix(message, prefix); found {
				message, cut = strings.TrimLeft(after, ": "), true
			}
		}
		if after, found := strings.CutPrefix(message, "code = "); found {
			if _, said, found := strings.Cut(after, "desc = "); found {
				message, cut = said, true
			}
		}
	}
	return message
}

func (y *symptom) pullHint(s *situation, failure *pullFailure) string {
	if failure == nil {
		return ""
	}
	return strings.ReplaceAll(failure.hint, "%s", y.where(s, failure.kind == "platform"))
}

// where the pods are: "node n1 (linux/arm64)", or "the node" where they are on
// several.
func (y *symptom) where(s *situation, platform bool) string {
	name := y.pods[0].Node
	if name == "" || slices.ContainsFunc(y.pods, func(p *Pod) bool { return p.Node != name }) {
		return "the node"
	}
	if n := s.ground.node(name); platform && n != nil && n.Labels["kubernetes.io/arch"] != "" {
		return fmt.Sprintf("node %s (%s/%s)", name, n.Labels["kubernetes.io/os"], n.Labels["kubernetes.io/arch"])
	}
	return "node " + name
}
