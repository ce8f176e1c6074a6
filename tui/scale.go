package tui

import (
	"fmt"
	"math"
	"strconv"

	"fader/keymap"
	"fader/kube"
	"fader/kube/rollout"
	"fader/views/box"
	"fader/views/theme"

	tea "charm.land/bubbletea/v2"
)

// scaleDialog asks for a number of replicas of the Deployment captured when it opened.
type scaleDialog struct {
	targets []kube.Ref
	now     int32
	numberLine
}

func newScaleDialog(d *kube.Deployment, targets []kube.Ref) *scaleDialog {
	return &scaleDialog{targets, d.Replicas.Desired, newNumberLine(d.Replicas.Desired)}
}

func (d *scaleDialog) handle(m *Model, a keymap.Action) tea.Cmd {
	return d.press(m, a, numberKeys{
		read:  parseReplicas,
		clamp: func(n int64) int32 { return int32(min(max(n, 0), math.MaxInt32)) },
		done: func(n int32) tea.Cmd {
			return m.planAll(onEach(rollout.Intent{Verb: rollout.Scale, Replicas: n}, d.targets), "")
		},
	})
}

func (d *scaleDialog) render(t theme.Theme, w, h int) []string {
	w = min(w, 66)
	body := []string{
		"",
		" " + t.Text.Paint("replicas ") + t.Accent.Paint("> ") + d.line.Render(t, 22) + t.Dim.Paint(fmt.Sprintf("  %d now", d.now)),
		"",
	}
	for _, line := range box.Wrap(d.err, w-4) {
		body = append(body, " "+t.Broken.Paint(line))
	}
	body = append(body, " "+t.Dim.Paint("enter shows what it would do; up and down step by one"))
	title := "Scale " + d.targets[0].String()
	if len(d.targets) > 1 {
		title = fmt.Sprintf("Scale %d Deployments", len(d.targets))
	}
	return box.Frame(t, t.Strong.Paint(title), "", body, w, min(len(body)+2, h), true)
}

// parseReplicas takes what kubectl scale takes, and says what else was given.
func parseReplicas(text string) (int32, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case text == "":
		return 0, fmt.Errorf("replicas is empty: give a whole number from 0 to %d", math.MaxInt32)
	case err != nil || text[0] == '+':
		return 0, fmt.Errorf("replicas %q is not a whole number: give one from 0 to %d, like 3", kube.Clean(text), math.MaxInt32)
	case n < 0:
		return 0, fmt.Errorf("replicas %d is below zero: give a whole number from 0", n)
	case n > math.MaxInt32:
		return 0, fmt.Errorf("replicas %s is more than Kubernetes can count (%d)", text, math.MaxInt32)
	}
	return int32(n), nil
}
