package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// TestARestartIsNoWayBack, and whatever else is in a template's annotations may be one.
func TestARestartIsNoWayBack(t *testing.T) {
	for key, restart := range map[string]bool{
		"kubectl.kubernetes.io/restartedAt":                  true, // also k9s, Lens, Headlamp, the dashboard, Argo CD
		"openshift.openshift.io/restartedAt":                 true,
		"kubesphere.io/restartedAt":                          true,
		"cattle.io/timestamp":                                true,
		"keel.sh/update-time":                                true,
		"reloader.stakater.com/last-reloaded-from":           true,
		"checksum/config":                                    true,
		"rollme":                                             true,
		"sidecar.istio.io/inject":                            false,
		"k8s.v1.cni.cncf.io/networks":                        false,
		"vault.hashicorp.com/agent-inject":                   false,
		"container.apparmor.security.beta.kubernetes.io/app": false,
		"kubectl.kubernetes.io/default-container":            false,
		"cluster-autoscaler.kubernetes.io/safe-to-evict":     false,
		"prometheus.io/scrape":                               false,
		"example.com/checksum":                               false,
	} {
		t.Run(key, func(t *testing.T) {
			s := rolling(9, 1, 8, []*corev1.Pod{crashedPod("Error", 1, 5)}, times(8, ready)).revision(3, "web:older", 0)
			s.sets[1].Spec.Template = template("web:1") // as the present one
			s.sets[1].Spec.Template.Annotations = map[string]string{"prometheus.io/port": "80"}
			for _, annotations := range []*map[string]string{&s.deployment.Spec.Template.Annotations, &s.sets[0].Spec.Template.Annotations} {
				*annotations = map[string]string{key: "2026-03-01T12:00:00Z", "prometheus.io/port": "80"}
			}
			r := s.rollout()
			targets := r.UndoTargets()
			if restart {
				require.Len(t, targets, 1)
				require.Equal(t, "read the previous logs of web-5-00", r.Worst().Hint)
				return
			}
			require.Len(t, targets, 2)
			require.Equal(t, "read the previous logs of web-5-00, or undo to revision 4", r.Worst().Hint)
		})
	}
}

// A template whose only annotation is the mark is the one without annotations.
func TestRestartMarksAreLeftOut(t *testing.T) {
	marked, plain := template("web:1"), template("web:1")
	marked.Annotations = map[string]string{"kubectl.kubernetes.io/restartedAt": "now"}
	digest, bare := templateDigests(&marked)
	require.NotEqual(t, digest, bare)
	require.Equal(t, TemplateDigest(plain), bare)
	require.Len(t, marked.Annotations, 1, "the template is left alone")
}
