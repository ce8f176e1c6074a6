package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	admissionv1 "k8s.io/api/admission/v1"
)

// What webhooks say is shown and does nothing else to the screen.
func paintingWebhook(t *testing.T, s *site) {
	s.register(hook{name: "paints", answer: func(*admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse {
		return deny(http.StatusForbidden)
	}})
	s.register(hook{name: "mutters", answer: func(*admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse {
		return &admissionv1.AdmissionResponse{Allowed: true, Warnings: []string{"not \u202eon a\u200b Friday"}}
	}})
	s.create(deployment("denied", 1, labelled("webhook", "paints")))
	d := s.create(deployment("muttered", 1, labelled("webhook", "mutters")))
	desk := s.screen("denied", s.kubeconfig())
	head, _, _ := strings.Cut(desk.text(), "https://")
	desk.press("r")
	screen := desk.see(`Refused +server dry run: admission webhook "paints.faults.example" denied the request: not on a Friday`)
	require.True(t, strings.HasPrefix(screen, head), "the screen was cleared")
	harmless(t, &desk.heard)
	desk.press("y", "esc")
	desk.miss(`Refused`)
	require.Zero(t, s.patches("denied"))
	desk.press("q")
	require.Zero(t, desk.ended())

	desk = s.screen(d.Name, s.kubeconfig())
	desk.press("r")
	desk.see(`the API server warns: not on a Friday`)
	harmless(t, &desk.heard)
	desk.see(`\[ Restart \] y`)
	desk.press("y")
	desk.miss(`\[ Cancel \]`)
	s.until("restarted", func() bool { return s.get(d.Name).Generation > d.Generation })
}

// harmless requires that nothing hostile was written to the terminal, which does not
// show all that it is told.
func harmless(t *testing.T, heard *transcript) {
	t.Helper()
	for _, hostile := range []string{"owned", "\u202e", "\u2066", "\u200b"} {
		require.False(t, strings.Contains(heard.text(), hostile), "%q reached the terminal", hostile)
	}
}

// One that does not answer is a no; one that is not asked in a dry run is none, and
// the preview says that there was no rehearsal.
func absentWebhooks(t *testing.T, s *site) {
	s.register(hook{name: "slow", answer: func(*admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse { return nil }})
	s.register(hook{name: "stern", acts: true, answer: func(*admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse { return allow() }})
	d := s.create(deployment("slow-seen", 1, labelled("webhook", "slow")))
	desk := s.screen(d.Name, s.kubeconfig())
	desk.press("r")
	desk.see(`Refused +server dry run: .*failed calling webhook "slow.faults.example"`)
	desk.press("y", "esc")
	desk.miss(`Refused`)
	require.Zero(t, s.patches(d.Name))
	s.unchanged(d)

	d = s.create(deployment("stern-seen", 1, labelled("webhook", "stern")))
	desk = s.screen(d.Name, s.kubeconfig())
	desk.press("r")
	desk.see(`Checked +permitted \S +server dry run: skipped: admission webhook "stern.faults.example" does not`)
	desk.see(`\[ Restart \] y`)
	desk.press("y")
	desk.see(`restarted faults/stern-seen|rolled out in \d`) // the receipt, or already what came of it
	require.Equal(t, 1, s.patches(d.Name, http.StatusOK))
	require.Equal(t, d.Generation+1, s.get(d.Name).Generation)
}
