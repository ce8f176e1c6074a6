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
		key := t.Reason + " " + said
		f, told := known[key]
		if !told {
			f = pullFailureOf(t.Reason, said)
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
		causes = append(causes, y.cause(CauseImagePull, text, ways(y.pullHint(s, failure(&y.trouble, said)), s.wayBack())))
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

// pullFailure is a kind of failed pull: its signs in what was said, or the
// kubelet's reason, and the advice that fits it.
type pullFailure struct {
	kind    string
	reasons []string
	signs   []string // in lower case; one is enough
	hint    string   // with the node's name for %s
}

// pullFailures in the order in which they are tried. What names itself plainly goes
// before what many messages end in, such as "not found".
func pullFailures() []pullFailure {
	return []pullFailure{
		{kind: "name", reasons: []string{"InvalidImageName"}, hint: "the image's name is not valid: set another image"},
		{kind: "never", reasons: []string{"ErrImageNeverPull"}, hint: "imagePullPolicy is Never: load the image onto %s, or let it be pulled"},
		{kind: "inspect", reasons: []string{"ImageInspectError"}, hint: "look at the container runtime of %s"},
		{
			kind: "signature", reasons: []string{"SignatureValidationFailed"},
			signs: []string{"signature validation", "signature was required", "signatures", "source image rejected", "policy.json"},
			hint:  "the signature policy of %s refuses the image: sign it, or set one that is signed",
		},
		{
			kind: "platform",
			signs: []string{
				"no match for platform", "no matching manifest", "no image found in manifest list", "no image found in image index",
				"no child with platform", "does not match the specified platform", "does not match the expected platform", "image operating system",
			},
			hint: "the image is not built for the platform of %s: build it for that one, or keep the pods off such nodes",
		},
		{kind: "disk", signs: []string{"no space left on device", "disk quota exceeded"}, hint: "the disk of %s is full: free some space there"},
		{kind: "kubelet limit", signs: []string{"pull qps exceeded"}, hint: "the kubelet of %s limits its pulls: it tries again by itself"},
		{kind: "rate", signs: []string{"toomanyrequests", "too many requests", "rate limit", "ratelimit"}, hint: "the registry limits pulls: wait or log in to it"},
		{
			kind:  "resolve",
			signs: []string{"no such host", "dial tcp: lookup ", "server misbehaving", "name resolution", "name or service not known", ":53: "},
			hint:  "the registry's name does not resolve on %s: look at its DNS",
		},
		{kind: "protocol", signs: []string{"server gave http response to https client", "first record does not look like a tls handshake"}, hint: "the registry speaks http, and %s asks with https"},
		{kind: "expired certificate", signs: []string{"certificate has expired"}, hint: "the registry's certificate has expired, or the clock of %s is wrong"},
		{kind: "certificate name", signs: []string{"certificate is valid for", "certificate is not valid for", "doesn't contain any ip sans"}, hint: "the registry's certificate is for another name"},
		{kind: "certificate", signs: []string{"x509", "unknown authority", "bad certificate", "certificate required"}, hint: "%s does not trust the registry's certificate"},
		{kind: "refused", signs: []string{"connection refused", "no route to host", "network is unreachable", "host is unreachable", "proxyconnect"}, hint: "%s cannot reach the registry"},
		{
			kind: "server",
			signs: []string{
				"status: 50", "status code 50", "500 internal", "502 bad", "503 service", "504 gateway", "bad gateway", "gateway timeout", "gateway time-out",
				"service unavailable", "internal server error", "registry is unavailable",
			},
			reasons: []string{"RegistryUnavailable"},
			hint:    "the registry itself has trouble: the kubelet tries again, look at the registry",
		},
		{
			kind:  "slow",
			signs: []string{"timeout", "timed out", "deadline exceeded", "connection reset", "unexpected eof", ": eof", "request canceled", "context canceled"},
			hint:  "the registry does not answer %s in time: the kubelet tries again, look at the network and the registry",
		},
		{
			kind:  "refused or missing",
			signs: []string{"repository does not exist or may require", "does not exist or no pull access"},
			hint:  "the registry refuses the credentials or has no such repository: check imagePullSecrets and the image's name",
		},
		{
			kind: "credentials",
			signs: []string{
				"unauthorized", "status: 401", "status code 401", "status: 403", "status code 403", "authorization failed", "authentication required", "no basic auth credentials", "insufficient_scope",
				"forbidden", "denied", "credential", "invalid username", "incorrect username", "authorization token has expired",
			},
			hint: "the registry refuses the credentials: check imagePullSecrets",
		},
		{
			kind:  "missing",
			signs: []string{"manifest unknown", "manifest_unknown", "name unknown", "name_unknown", "not found", "repository name not known", "no such image", "was deleted or has expired"},
			hint:  "the registry does not have it: set another image",
		},
	}
}

// pullFailureOf the kubelet's reason and what was said; nil for one that nothing
// is known of.
func pullFailureOf(reason, said string) *pullFailure {
	said = strings.ToLower(withoutNames(said))
	all := pullFailures()
	for i := range all {
		if slices.Contains(all[i].reasons, reason) || slices.ContainsFunc(all[i].signs, func(sign string) bool { return strings.Contains(said, sign) }) {
			return &all[i]
		}
	}
	return nil
}

// withoutNames takes out what somebody chose the words of: quoted names and URLs.
func withoutNames(text string) string {
	words := slices.DeleteFunc(strings.Fields(text), func(word string) bool {
		return strings.Contains(word, "://") || strings.HasPrefix(word, `"`) && strings.Count(word, `"`) == 2
	})
	return strings.Join(words, " ")
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
