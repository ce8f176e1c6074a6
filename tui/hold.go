package tui

import (
	"fmt"
	"strconv"
	"strings"

	"fader/keymap"
	"fader/kube"
	"fader/kube/fade"
	"fader/views/box"
	"fader/views/theme"

	tea "charm.land/bubbletea/v2"
)

// holdDialog asks at how many updated pods the rollout of the Deployment captured
// when it opened is to be paused.
type holdDialog struct {
	target *kube.Rollout
	numberLine
}

// askHold opens it with one more than there are now.
func (m *Model) askHold() tea.Cmd {
	r := m.targetRollout()
	switch {
	case r == nil:
		m.say(warn, noDeployment)
	case !m.refuse():
		m.abandon()
		done, total := r.Progress()
		m.dialog = &holdDialog{r, newNumberLine(max(min(done+1, total), 1))}
	}
	return nil
}

func (d *holdDialog) handle(m *Model, a keymap.Action) tea.Cmd {
	total := d.target.Deployment.Replicas.Desired
	return d.press(m, a, numberKeys{
		read:  func(text string) (int32, error) { return parsePods(text, total) },
		clamp: func(n int64) int32 { return int32(min(max(n, 1), int64(max(total, 1)))) },
		done:  func(n int32) tea.Cmd { return m.planCourse(passage{course: fade.NewHold(d.target, n)}) },
	})
}

// refresh keeps the counts true while the dialog is open.
func (d *holdDialog) refresh(m *Model) {
	if r := m.snapshot.Rollout(d.target.Ref()); r != nil {
		d.target = r
	}
}

func (d *holdDialog) render(t theme.Theme, w, h int) []string {
	w = min(w, 66)
	done, total := d.target.Progress()
	body := []string{
		"",
		" " + t.Text.Paint("updated pods ") + t.Accent.Paint("> ") + d.line.Render(t, 12) + t.Dim.Paint(fmt.Sprintf("  %d of %d available now", done, total)),
		"",
	}
	add := func(style theme.Style, text string) {
		for _, line := range box.Wrap(text, w-4) {
			body = append(body, " "+style.Paint(line))
		}
	}
	if d.err != "" {
		add(t.Broken, d.err)
	}
	add(t.Text, "lets the rollout go on until so many are available, then pauses it; works only while fader runs")
	body = append(body, "")
	add(t.Dim, "a number, or a percentage of the replicas like 25%")
	return box.Frame(t, t.Strong.Paint("Hold "+d.target.Ref().String()), "", body, w, min(len(body)+2, h), true)
}

// parsePods takes a number of pods, or a percentage of the replicas.
func parsePods(text string, total int32) (int32, error) {
	number, percentage := strings.CutSuffix(strings.TrimSpace(text), "%")
	n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 32)
	switch {
	case strings.TrimSpace(text) == "":
		return 0, fmt.Errorf("it is empty: give a number from 1 to %d, or a percentage", total)
	case err != nil || number[0] == '+':
		return 0, fmt.Errorf("%q is neither a whole number nor a percentage: give one like 2 or 25%%", kube.Clean(text))
	case percentage && (n < 1 || n > 100):
		return 0, fmt.Errorf("%d %% is not between 1 and 100", n)
	case percentage:
		return fade.Percent(total, int(n)), nil
	case n < 1 || n > int64(total):
		return 0, fmt.Errorf("%d is not between 1 and the %d replicas there are", n, total)
	}
	return int32(n), nil
}
