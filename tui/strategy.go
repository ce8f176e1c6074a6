package tui

import (
	"fmt"
	"strings"

	"fader/kube"
	"fader/kube/rollout"
	"fader/views/fields"

	tea "charm.land/bubbletea/v2"
)

// askStrategy opens the form of maxSurge and maxUnavailable. Where the rollout
// waits for room that will not come, it proposes the way out.
func (m *Model) askStrategy() tea.Cmd {
	r := m.onRollout()
	if r == nil {
		return nil
	}
	s, target := r.Deployment.Strategy, r.Ref()
	if s.Type != "RollingUpdate" {
		m.say(warn, fmt.Sprintf("%s has the strategy %s, which has neither maxSurge nor maxUnavailable", target, s.Type))
		return nil
	}
	surge, unavailable := s.MaxSurge, s.MaxUnavailable
	hint := "a number of pods, or a percentage of them"
	if deadlocked(r) {
		surge, unavailable = "0", "1"
		hint = "0 and 1: an old pod goes first and leaves its place to the new one"
	}
	now := func(value string) []fields.Choice {
		choices := []fields.Choice{{Value: value, Note: "now"}}
		for _, other := range []string{"0", "1", "25%", "100%"} {
			if other != value {
				choices = append(choices, fields.Choice{Value: other})
			}
		}
		return choices
	}
	view := fields.New(
		"Set the strategy of "+target.String(), m.formFoot(),
		fields.Field{Name: "maxSurge", Value: surge, Choices: now(s.MaxSurge), Hint: "pods above the desired number while pods are replaced: " + hint},
		fields.Field{Name: "maxUnavailable", Value: unavailable, Choices: now(s.MaxUnavailable), Hint: "pods that may be missing meanwhile: " + hint},
	)
	return m.fill(view, func(values []string) tea.Cmd {
		return m.planCmd(rollout.Intent{
			Verb: rollout.SetStrategy, Target: target, MaxSurge: strings.TrimSpace(values[0]), MaxUnavailable: strings.TrimSpace(values[1]),
		}, "")
	})
}

// deadlocked reports whether the rollout waits for a surge pod that has no room or no
// volume.
func deadlocked(r *kube.Rollout) bool {
	for _, c := range r.Causes {
		if c.Kind == kube.CauseSurgeDeadlock || c.Kind == kube.CauseVolumeDeadlock {
			return true
		}
	}
	return false
}
