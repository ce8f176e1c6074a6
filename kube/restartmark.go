package kube

import (
	"maps"
	"strings"
)

// isRestartMark says that an annotation of a pod template is only there to have the pods
// made anew: nothing that runs reads it. Any other may change what runs, as those do
// that inject a sidecar or attach a network.
func isRestartMark(key string) bool {
	switch key {
	case "cattle.io/timestamp", // Rancher
		"keel.sh/update-time",
		"reloader.stakater.com/last-reloaded-from",
		"rollme": // Helm's documentation
		return true
	}
	// kubectl.kubernetes.io, openshift.openshift.io, kubesphere.io: whoever restarts.
	// Helm charts write the checksum of what they mount under checksum/.
	return strings.HasSuffix(key, "/restartedAt") || strings.HasPrefix(key, "checksum/")
}

// withoutRestartMarks is the annotations without those; the map itself where it has none.
func withoutRestartMarks(annotations map[string]string) map[string]string {
	for key := range annotations {
		if isRestartMark(key) {
			kept := maps.Clone(annotations)
			maps.DeleteFunc(kept, func(key, _ string) bool { return isRestartMark(key) })
			return kept
		}
	}
	return annotations
}
