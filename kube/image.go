package kube

import (
	"fmt"
	"strings"
)

// imagePull finds pods whose image does not come.
func imagePull(s *situation) []Cause {
	var causes []Cause
	for _, y := range s.symptoms(CauseImagePull, func(t *Trouble) string { return t.Image }) {
		text := fmt.Sprintf("%s cannot pull %q (%s)", y.subject(), y.trouble.Image, pullReason(y.trouble.Reason))
		hint := ways(pullHint(y.trouble), s.wayBack())
		causes = append(causes, y.cause(CauseImagePull, text, hint))
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

// pullHint reads what the registry said, as far as the kubelet passed it on.
func pullHint(t Trouble) string {
	said := strings.ToLower(t.Message)
	for _, known := range [...]struct{ sign, hint string }{
		{"unauthorized", "the registry refuses the credentials: check imagePullSecrets"},
		{"authorization failed", "the registry refuses the credentials: check imagePullSecrets"},
		{"forbidden", "the registry refuses the credentials: check imagePullSecrets"},
		{"toomanyrequests", "the registry limits pulls: wait or log in to it"},
		{"too many requests", "the registry limits pulls: wait or log in to it"},
		{"not found", "the registry does not have it: set another image"},
		{"manifest unknown", "the registry does not have it: set another image"},
		{"no such host", "the registry's name does not resolve on the node"},
		{"x509", "the node does not trust the registry's certificate"},
		{"connection refused", "the node cannot reach the registry"},
		{"i/o timeout", "the node cannot reach the registry"},
	} {
		if strings.Contains(said, known.sign) {
			return known.hint
		}
	}
	return "set another image"
}
