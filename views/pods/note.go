package pods

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"fader/kube"
	"fader/views/age"
	"fader/views/box"
	"fader/views/figure"
	"fader/views/theme"
)

// drawNote says in a few words what STATUS leaves open.
func (v *View) drawNote(pen *box.Pen, r row) {
	text, style := v.note(r.pod)
	if f := v.fellow(r.pod); text == "" && f.slow {
		text, style = "slow: p95 "+figure.Latency(f.p95)+", the others "+figure.Latency(f.others), v.FigureInk(v.Theme().Waiting)
	}
	pen.Write(style, text)
}

// noteWidth is what a note would like; those of healthy pods, which have none, cost nothing.
func (v *View) noteWidth(r row) int {
	const most = 60
	if weight(r.pod) > 2 {
		return 0
	}
	text, _ := v.note(r.pod)
	return min(box.Width(text), most)
}

func (v *View) note(p *kube.Pod) (string, theme.Style) {
	t := v.Theme()
	switch {
	case p.Finished:
		return "finished: holds nothing", v.Quiet(true)
	case !p.Terminating.IsZero():
		return v.grace(p)
	case p.Scheduling.Failed:
		return p.Scheduling.Message, v.Ink(t.Broken)
	case len(p.Troubles) > 0:
		return trouble(p.Troubles[0], p.Status), v.Ink(t.Broken)
	case p.InitContainer != "":
		return "in init container " + p.InitContainer, v.Quiet(false)
	case p.Gate != "":
		return "readiness gate " + p.Gate + " is not open", v.Ink(t.Waiting)
	}
	return "", theme.Style{}
}

// grace is the countdown of a pod that is being deleted.
func (v *View) grace(p *kube.Pod) (string, theme.Style) {
	if v.Clock().IsZero() {
		return "", theme.Style{}
	}
	if left := v.left(p); left >= 0 {
		return age.Long(left) + " of grace left", v.Quiet(true)
	}
	return "grace over " + age.Long(-v.left(p)) + " ago", v.Ink(v.Theme().Waiting)
}

// trouble is one container's, in a line; said is what has been said already.
func trouble(t kube.Trouble, said string) string {
	text := "container " + t.Container
	if t.Init {
		text = "init " + text
	}
	if t.Reason != said {
		text += ": " + t.Reason
	}
	switch {
	case t.ExitCode != nil && t.LastReason != "" && t.LastReason != t.Reason:
		text += fmt.Sprintf(" (last %s, exit code %d)", t.LastReason, *t.ExitCode)
	case t.ExitCode != nil:
		text += fmt.Sprintf(" (exit code %d)", *t.ExitCode)
	}
	if t.MemoryLimit != "" {
		text += ", memory limit " + t.MemoryLimit
	}
	return text
}

// about says what there is to say of the pod under the cursor, the trouble first.
func (v *View) about(r row, w, h int) []string {
	p := r.pod
	says, style := v.says(p), v.Quiet(weight(p) > 1)
	lines := v.Paragraph(p.Ref.String(), says, style, w)
	below := append(v.figures(r, w), v.Facts(v.facts(r)))
	if n := max(h-len(below), 1); len(lines) > n {
		lines = box.Shorten(lines, n, v.Theme().Glyphs.Ellipsis)
	}
	return append(lines, below...)
}

// says is all that is the matter with a pod.
func (v *View) says(p *kube.Pod) string {
	parts := []string{}
	if note, _ := v.note(p); note != "" {
		parts = append(parts, note)
	}
	if !p.Terminating.IsZero() && v.left(p) < 0 && !p.Finished {
		parts = append(parts, "a finalizer or its node holds it")
	}
	for i, t := range p.Troubles {
		if i > 0 {
			parts = append(parts, trouble(t, ""))
		}
		if t.Message != "" {
			parts = append(parts, t.Message)
		}
	}
	if len(parts) == 0 {
		return p.Status
	}
	return p.Status + ", " + strings.Join(parts, "; ")
}

// facts are what is worth knowing whatever its state is.
func (v *View) facts(r row) []string {
	facts := []string{whose(r)}
	if p := r.pod; p.IsReady && !p.ReadySince.IsZero() && p.Counts() {
		facts = append(facts, "ready for "+age.Long(v.Clock().Sub(p.ReadySince)))
	}
	for _, resource := range slices.Sorted(maps.Keys(r.pod.GPUs)) {
		facts = append(facts, resource+" "+strconv.FormatInt(r.pod.GPUs[resource], 10))
	}
	return facts
}

func whose(r row) string {
	switch {
	case r.owner.Deployment == kube.Ref{}:
		return "of no Deployment in sight"
	case r.owner.Revision == 0:
		return "of Deployment " + r.owner.Deployment.Name
	}
	text := "revision " + revision(r.owner.Revision) + " of " + r.owner.Deployment.Name
	if r.owner.Current {
		return "new " + text
	}
	return "old " + text
}
