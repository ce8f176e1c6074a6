package phase

import (
	"fader/kube"
	"fader/views/theme"
)

// Look is the sign of a rollout's phase and the style of sign and word. A
// rollout of which it is already plain that it will not get there waits on
// someone, although its deadline has not passed.
func Look(t theme.Theme, r *kube.Rollout) (string, theme.Style) {
	sign, style := look(t, r.Phase)
	if worst := r.Worst(); r.Phase == kube.Progressing && worst != nil && worst.Severity == kube.Broken {
		return sign, t.Waiting
	}
	return sign, style
}

func look(t theme.Theme, p kube.Phase) (string, theme.Style) {
	g := t.Glyphs
	for _, l := range [...]struct {
		phase kube.Phase
		sign  string
		style theme.Style
	}{
		{kube.Stalled, g.Stalled, t.Broken},
		{kube.Degraded, g.Degraded, t.Broken},
		{kube.Terminating, g.Progressing, t.Waiting},
		{kube.Progressing, g.Progressing, t.Text},
		{kube.Paused, g.Paused, t.Waiting},
		{kube.Complete, g.Complete, t.Dim},
		{kube.ScaledDown, g.ScaledDown, t.Dim},
	} {
		if l.phase == p {
			return l.sign, l.style
		}
	}
	return g.Unknown, t.Waiting
}

// Severe is the style of a cause.
func Severe(t theme.Theme, s kube.Severity) theme.Style {
	switch s {
	case kube.Broken:
		return t.Broken
	case kube.Attention:
		return t.Waiting
	}
	return t.Dim
}

// Quiet says that nothing asks for a hand: the rollout is drawn dim.
func Quiet(r *kube.Rollout) bool {
	return (r.Phase == kube.Complete || r.Phase == kube.ScaledDown) && !r.Deployment.Paused
}
