package kube

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/kubectl/pkg/polymorphichelpers"
	"pgregory.net/rapid"
)

// kubectl says what `kubectl rollout status` says.
func kubectl(t require.TestingT, d *appsv1.Deployment) (string, Verdict) {
	object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(d)
	require.NoError(t, err)
	text, done, err := (&polymorphichelpers.DeploymentStatusViewer{}).Status(&unstructured.Unstructured{Object: object}, 0)
	switch {
	case err != nil:
		return err.Error(), VerdictFailed
	case done:
		return strings.TrimSuffix(text, "\n"), VerdictSuccess
	}
	return strings.TrimSuffix(text, "\n"), VerdictWaiting
}

// TestVerdict is every situation that kubectl's own tests cover, and those that
// they do not.
func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		name                                 string
		generation, observed                 int64
		desired, current, updated, available int32
		reason                               string
		verdict                              Verdict
		status                               string
		phase                                Phase
	}{
		{"none updated", 0, 1, 1, 1, 0, 1, "", VerdictWaiting, `Waiting for deployment "web" rollout to finish: 0 out of 1 new replicas have been updated...`, Progressing},
		{"old ones left", 1, 1, 1, 2, 1, 2, "", VerdictWaiting, `Waiting for deployment "web" rollout to finish: 1 old replicas are pending termination...`, Progressing},
		{"not all available", 1, 1, 2, 2, 2, 1, "", VerdictWaiting, `Waiting for deployment "web" rollout to finish: 1 of 2 updated replicas are available...`, Progressing},
		{"complete", 1, 1, 2, 2, 2, 2, "", VerdictSuccess, `deployment "web" successfully rolled out`, Complete},
		{"not observed", 2, 1, 2, 2, 2, 2, "", VerdictWaiting, "Waiting for deployment spec update to be observed...", Progressing},
		{"never observed", 1, 0, 2, 0, 0, 0, "", VerdictWaiting, "Waiting for deployment spec update to be observed...", Progressing},
		{"deadline exceeded", 1, 1, 2, 3, 1, 2, reasonTimedOut, VerdictFailed, `deployment "web" exceeded its progress deadline`, Stalled},
		{"deadline exceeded though the numbers are right", 1, 1, 2, 2, 2, 2, reasonTimedOut, VerdictFailed, `deployment "web" exceeded its progress deadline`, Stalled},
		{"deadline exceeded under an older spec", 2, 1, 2, 3, 1, 2, reasonTimedOut, VerdictWaiting, "Waiting for deployment spec update to be observed...", Progressing},
		{"scaled to nothing", 1, 1, 0, 0, 0, 0, reasonAvailable, VerdictSuccess, `deployment "web" successfully rolled out`, ScaledDown},
		{"scaling to nothing", 1, 1, 0, 2, 0, 2, reasonAvailable, VerdictWaiting, `Waiting for deployment "web" rollout to finish: 2 old replicas are pending termination...`, Progressing},
		{"more updated than desired", 1, 1, 2, 3, 3, 3, reasonAvailable, VerdictSuccess, `deployment "web" successfully rolled out`, Complete},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(c.desired).status(c.current, c.updated, c.available).progressing(c.reason, 5)
			s.deployment.Generation, s.deployment.Status.ObservedGeneration = c.generation, c.observed
			r := s.rollout()
			require.Equal(t, c.verdict, r.Verdict())
			require.Equal(t, c.status, r.Status)
			require.Equal(t, c.phase, r.Phase)
			text, verdict := kubectl(t, s.deployment)
			require.Equal(t, text, r.Status)
			require.Equal(t, verdict, r.Verdict())
		})
	}
}

// TestVerdictAgreesWithKubectl over statuses of every kind, also such as no
// controller would write; and the phases keep to what they promise about it.
func TestVerdictAgreesWithKubectl(t *testing.T) {
	phases := map[Phase][]Verdict{
		Complete: {VerdictSuccess}, ScaledDown: {VerdictSuccess}, Stalled: {VerdictFailed},
		Progressing: {VerdictWaiting}, Paused: {VerdictWaiting}, Degraded: {VerdictSuccess, VerdictWaiting},
	}
	number := rapid.Int32Range(0, 4)
	rapid.Check(t, func(t *rapid.T) {
		s := newScene(number.Draw(t, "desired")).
			status(number.Draw(t, "current"), number.Draw(t, "updated"), number.Draw(t, "available")).
			progressing(rapid.SampledFrom([]string{reasonAvailable, reasonTimedOut, reasonPaused, reasonCreated, "ReplicaSetUpdated"}).Draw(t, "reason"), 5)
		s.deployment.Status.ReadyReplicas = number.Draw(t, "ready")
		s.deployment.Generation = rapid.Int64Range(0, 2).Draw(t, "generation")
		s.deployment.Status.ObservedGeneration = rapid.Int64Range(0, 2).Draw(t, "observed")
		s.deployment.Spec.Paused = rapid.Bool().Draw(t, "paused")
		if rapid.Bool().Draw(t, "no conditions") {
			s.deployment.Status.Conditions = nil
		}
		if rapid.Bool().Draw(t, "crashing") {
			s.revision(1, "web:1", 2, crashedPod("Error", 1, 3), readyPod(1))
		}
		r := s.rollout()
		text, verdict := kubectl(t, s.deployment)
		require.Equal(t, text, r.Status)
		require.Equal(t, verdict, r.Verdict())
		require.Contains(t, phases[r.Phase], verdict, r.Phase)
		require.Equal(t, verdict == VerdictFailed, r.Phase == Stalled)
		if verdict != VerdictSuccess {
			require.NotEmpty(t, r.Causes, "what is not complete has a reason")
		}
	})
}
