package tui

import (
	"fmt"
	"strconv"
	"strings"

	"fader/keymap"
	"fader/kube"
	"fader/kube/fade"
	"fader/views/box"
	"fader/views/form"
	"fader/views/theme"

	tea "charm.land/bubbletea/v2"
)

// holdDialog asks at how many updated pods the rollout of the Deployment captured
// when it opened is to be paused.
type holdDialog struct {
	target *kube.Rollout
	line   *form.Line
	err    string
}

// askHold opens it with one more than there are now.
func (m *Model) askHold() tea.Cmd {
	r := m.targetRollout()
	switch {
	case r == nil:
		m.say(warn, noDeployment)
	case !m.refuse():
		m.abandon()
		d := &holdDialog{target: r, line: form.NewLine(20)}
		done, total := r.Progress()
		d.line.SetValue(strconv.Itoa(int(max(min(done+1, total), 1))))
		m.dialog = d
	}
	return nil
}

func (d *holdDialog) scope() keymap.Scope { return keymap.PromptInput }

func (d *holdDialog) handle(m *Model, a keymap.Action) tea.Cmd {
	switch a {
	case keymap.Cancel:
		m.abandon()
	case keymap.Up:
		d.step(1)
	case keymap.Down:
		d.step(-1)
	case keymap.Enter:
		n, err := parsePods(d.line.Value(), d.total())
		if err != nil {
			d.err = err.Error()
			return nil
		}
		return m.planCourse(passage{course: fade.NewHold(d.target, n)})
	}
	return nil
}

func (d *holdDialog) total() int32 { return d.target.Deployment.Replicas.Desired }

func (d *holdDialog) step(by int32) {
	if n, err := parsePods(d.line.Value(), d.total()); err == nil {
		d.line.SetValue(strconv.Itoa(int(min(max(n+by, 1), max(d.total(), 1)))))
		d.err = ""
	}
}

func (d *holdDialog) typed(_ *Model, msg tea.Msg) {
	d.line.Type(msg)
	d.err = ""
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
