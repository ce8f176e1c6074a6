package kube

import (
	"net/http"
	"slices"
	"strings"
)

// pullFailure is a kind of failed pull: its signs in what was said, or the
// kubelet's reason, and the advice that fits it.
type pullFailure struct {
	kind    string
	reasons []string
	signs   []string // in lower case; one is enough
	unless  []string // signs of another kind
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
		{kind: "proxy", signs: []string{"proxyconnect"}, hint: "%s cannot use its proxy: look at the proxy that its container runtime is set to"},
		{kind: "proxy refuses", signs: []string{refusedByProxy}, hint: "a proxy between %s and the registry may refuse: look at that proxy"},
		{kind: "disk", signs: []string{"no space left on device", "disk quota exceeded"}, hint: "the disk of %s is full: free some space there"},
		{
			kind: "runtime",
			signs: []string{
				"extraction snapshot", "parent snapshot", "commit snapshot", "stat snapshot", " snapshotter", "content store", "content digest", "failed to extract", "failed to unpack", "failed to mount", "mount callback failed", "lease not found",
				"failed to register layer", "applylayer", "adding layer with blob", "committing the finished image", "layer not known", "dial unix",
				"input/output error", "read-only file system", "structure needs cleaning", "too many open files", "stale file handle",
				"path: permission denied", "path: operation not permitted", "path: no such file or directory", "path: invalid argument", "path: file exists",
			},
			unless: []string{"failed to do request", "unexpected status"}, // a snapshotter that asks the registry itself
			hint:   "look at the container runtime of %s",
		},
		{
			kind:  "digest",
			signs: []string{"unexpected commit digest", "unexpected commit size", "filesystem layer verification failed", "manifest verification failed", "does not match digest"},
			hint:  "%s does not get what the image's digest says: look at the registry, and at a mirror or proxy before it",
		},
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
		{kind: "refused", signs: []string{"connection refused", "no route to host", "network is unreachable", "host is unreachable"}, hint: "%s cannot reach the registry"},
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
		{kind: "expired link", signs: []string{"request has expired"}, hint: "the registry's link to a layer had expired: the kubelet tries again, look at the registry"},
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
func pullFailureOf(reason, image, said string) *pullFailure {
	if isProxyStatus(said) {
		said = refusedByProxy
	}
	said = strings.ToLower(withoutNames(said, image))
	has := func(sign string) bool { return strings.Contains(said, sign) }
	all := pullFailures()
	for i := range all {
		f := &all[i]
		if slices.Contains(f.reasons, reason) || slices.ContainsFunc(f.signs, has) && !slices.ContainsFunc(f.unless, has) {
			return f
		}
	}
	return nil
}

// refusedByProxy stands for what isProxyStatus finds.
const refusedByProxy = "refused by proxy"

// isProxyStatus reports whether the message ends in a request and nothing but the
// words of an HTTP status: `Head "https://registry.example/v2/": Forbidden`. Go says so
// where a proxy does not let it through (net/http, Transport.dialConn); of a registry's
// own answer clients tell more.
func isProxyStatus(said string) bool {
	at := strings.LastIndex(said, `": `)
	if at < 0 {
		return false
	}
	request, status := said[:at], said[at+len(`": `):]
	if url := request[strings.LastIndex(request, `"`)+1:]; !strings.HasPrefix(url, "https://") {
		return false
	}
	for code := http.StatusBadRequest; code <= http.StatusNetworkAuthenticationRequired; code++ {
		if status != "" && status == http.StatusText(code) {
			return true
		}
	}
	return false
}

// withoutNames takes out what somebody chose the words of: the image, quoted names,
// URLs and paths. "path" stands for a path.
func withoutNames(text, image string) string {
	words := slices.DeleteFunc(strings.Fields(text), func(word string) bool {
		return strings.Contains(word, "://") || strings.HasPrefix(word, `"`) && strings.Count(word, `"`) == 2 || isImage(word, image)
	})
	for i, word := range words {
		switch {
		case !strings.HasPrefix(word, "/"):
		case strings.HasSuffix(word, ":"):
			words[i] = "path:"
		default:
			words[i] = "path"
		}
	}
	return strings.Join(words, " ")
}

// isImage reports whether the word is the image, perhaps with the registry and the tag
// that it has by default.
func isImage(word, image string) bool {
	image = strings.TrimSuffix(image, ":latest")
	word = strings.TrimSuffix(strings.Trim(word, `"':,;()[]`), ":latest")
	return image != "" && (word == image || strings.HasSuffix(word, "/"+image))
}
