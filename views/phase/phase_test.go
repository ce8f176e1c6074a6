package phase_test

import (
	"testing"

	"fader/kube"
	"fader/views/phase"
	"fader/views/theme"

	"github.com/stretchr/testify/require"
)

func TestLook(t *testing.T) {
	th := theme.Dark(false)
	for _, c := range []struct {
		phase kube.Phase
		worst kube.Severity
		sign  string
		style theme.Style
	}{
		{kube.Stalled, kube.Broken, "✖", th.Broken},
		{kube.Progressing, kube.Info, "◌", th.Text},
		{kube.Progressing, kube.Broken, "◌", th.Waiting},
		{kube.Paused, kube.Attention, "‖", th.Waiting},
		{kube.Complete, kube.Info, "✔", th.Dim},
		{"Odd", kube.Info, "?", th.Waiting},
	} {
		r := &kube.Rollout{Phase: c.phase, Causes: []kube.Cause{{Severity: c.worst}}}
		sign, style := phase.Look(th, r)
		require.Equal(t, c.sign, sign, c.phase)
		require.Equal(t, c.style.Paint("x"), style.Paint("x"), c.phase)
	}
}

func TestQuietIsOnlyWhatAsksForNothing(t *testing.T) {
	for p, want := range map[kube.Phase]bool{kube.Complete: true, kube.ScaledDown: true, kube.Stalled: false, kube.Unknown: false} {
		require.Equal(t, want, phase.Quiet(&kube.Rollout{Phase: p, Deployment: &kube.Deployment{}}))
	}
	require.False(t, phase.Quiet(&kube.Rollout{Phase: kube.Complete, Deployment: &kube.Deployment{Paused: true}}))
}
