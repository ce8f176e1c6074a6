package e2e

import (
	"net/http"
	"testing"

	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Deleted and made again under the same name between plan and confirm.
func recreated(t *testing.T, s *site) {
	desk := s.gateway(s.kubeconfig())
	for name, intent := range moves() {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			make := func() *appsv1.Deployment {
				s.create(deployment("again-"+name, 0))
				return s.edit("again-"+name, image("v2"))
			}
			d := make()
			plan := s.plan(desk, intent(d))
			require.NoError(t, s.client.AppsV1().Deployments(faults).Delete(t.Context(), d.Name, metav1.DeleteOptions{}))
			s.until("its ReplicaSets are gone", func() bool { return len(s.sets(d.Name)) == 0 })
			again := make()
			require.NotEqual(t, d.UID, again.UID)

			receipt := desk.Execute(soon(t), plan, rollout.Confirmation{})
			require.Equal(t, rollout.Conflict, receipt.Result, receipt.Message)
			require.Contains(t, receipt.Message, "was deleted and created again since")
			require.Zero(t, s.patches(d.Name))
			s.unchanged(again)

			_, err := desk.Plan(t.Context(), plan.Intent)
			require.ErrorContains(t, err, "was deleted and created again")
		})
	}
}

// Edited by somebody else between plan and confirm.
func edited(t *testing.T, s *site) {
	desk := s.gateway(s.kubeconfig())
	for name, intent := range moves() {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			s.create(deployment("edited-"+name, 0))
			d := s.edit("edited-"+name, image("v2"))
			plan := s.plan(desk, intent(d))
			d = s.editAs("pipeline", d.Name, image("v4"))

			receipt := desk.Execute(soon(t), plan, rollout.Confirmation{})
			require.Equal(t, rollout.Conflict, receipt.Result, receipt.Message)
			require.Contains(t, receipt.Message, "was edited since")
			require.Contains(t, receipt.Message, "by pipeline (spec.template.spec.containers[main].image)")
			require.Zero(t, s.patches(d.Name))
			s.unchanged(d)
		})
	}
}

// Only the status moves on, as it does all through a rollout: that is no reason to refuse.
func movingOn(t *testing.T, s *site) {
	desk := s.gateway(s.kubeconfig())
	d := s.create(deployment("moving-on", 3))
	plan := s.plan(desk, rollout.Intent{Verb: rollout.Pause, Target: at(d)})
	s.kubectl("-n", faults, "delete", "pods", "-l", "app="+d.Name, "--wait=false")
	s.until("the status moves on", func() bool { return s.get(d.Name).ResourceVersion != plan.ResourceVersion })
	receipt := desk.Execute(soon(t), plan, rollout.Confirmation{})
	require.Equal(t, rollout.Applied, receipt.Result, receipt.Message)
	require.Equal(t, 1, s.patches(d.Name, http.StatusOK), "some may have been turned away by the guard, one not")
	require.True(t, s.get(d.Name).Spec.Paused)
}
