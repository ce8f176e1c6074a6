package plan

import (
	"slices"
	"strings"

	"fader/keymap"
	"fader/kube/rollout"
	"fader/views/box"
	"fader/views/scroll"
	"fader/views/theme"
)

// Choice is what a key made of the dialog.
type Choice int

const (
	None Choice = iota
	Confirmed
	Cancelled
)

// View is the dialog.
type View struct {
	plan   rollout.Plan
	notice string // why this plan replaces an earlier one
	armed  bool
	marked bool // the confirming button is marked, not Cancel
	scroll scroll.Window
}

// New shows a plan. notice, if not empty, says why it is shown again.
func New(p rollout.Plan, notice string) *View { return &View{plan: p, notice: notice} }

// Plan that is shown.
func (v *View) Plan() rollout.Plan { return v.plan }

// Arm lets keys confirm: before, only cancelling works.
func (v *View) Arm() { v.armed = true }

// Armed says whether keys confirm.
func (v *View) Armed() bool { return v.armed }

// Handle acts on a key of keymap.PlanDialog.
func (v *View) Handle(a keymap.Action) Choice {
	switch a {
	case keymap.Cancel:
		return Cancelled
	case keymap.Toggle:
		v.marked = !v.marked && v.can()
	case keymap.Confirm:
		return v.confirm()
	case keymap.Enter:
		if v.marked {
			return v.confirm()
		}
		if v.armed {
			return Cancelled
		}
	default:
		v.scroll.Handle(a)
	}
	return None
}

func (v *View) can() bool { return v.armed && v.plan.Blocked() == nil }

func (v *View) confirm() Choice {
	if v.can() {
		return Confirmed
	}
	return None
}

// Render is the dialog in at most w×h cells.
func (v *View) Render(t theme.Theme, w, h int) []string {
	w = min(w, 108)
	shown := slices.Clone(v.scroll.Cut(v.body(t, w-4), h-4))
	more := ""
	if v.scroll.Below() > 0 {
		more = t.Waiting.Paint("more below " + t.Glyphs.Down)
	}
	shown = append(shown, box.Fit("", w-2), box.Spread(" "+more, v.buttons(t)+" ", w-2))
	title := t.Strong.Paint(v.plan.Title)
	where := t.Dim.Paint(v.plan.Cluster.Context + " " + t.Glyphs.Dot + " " + v.plan.Cluster.Server)
	return box.Frame(t, title, where, shown, w, min(len(shown)+2, h), true)
}

func (v *View) buttons(t theme.Theme) string {
	plain, marked := t.Dim, t.Marked
	if b := v.plan.Blocked(); b != nil {
		return marked.Paint("[ Close ]")
	}
	action := "[ " + v.plan.Action + " ]"
	switch {
	case !v.armed:
		return marked.Paint("[ Cancel ]") + "  " + t.Faint.Paint(action)
	case v.marked:
		return plain.Paint("[ Cancel ]") + "  " + marked.Paint(action)
	}
	return marked.Paint("[ Cancel ]") + "  " + plain.Paint(action) + t.Accent.Paint(" y")
}

const label = 10 // cells of the left column

func (v *View) body(t theme.Theme, w int) []string {
	var b body
	b.t, b.w = t, w
	if v.notice != "" {
		b.section("Notice", t.Waiting, []string{v.notice})
	}
	b.changes(v.plan.Changes)
	b.section("Effect", t.Text, v.plan.Effect)
	b.section("Note", t.Dim, v.plan.Notes)
	b.section("Warning", t.Waiting, v.plan.Warnings)
	b.checks(v.plan.Checks)
	if v.plan.Kubectl != "" { // kubectl cannot name every revision
		b.section("kubectl", t.Dim, []string{v.plan.Kubectl})
	}
	return b.lines
}

// body collects the labelled lines of the dialog.
type body struct {
	t     theme.Theme
	w     int
	lines []string
}

func (b *body) section(name string, style theme.Style, texts []string) {
	for i, text := range texts {
		for j, line := range box.Wrap(text, max(b.w-label, 10)) {
			head := ""
			if i == 0 && j == 0 {
				head = name
			}
			b.add(head, style.Paint(line))
		}
	}
}

func (b *body) add(head, text string) {
	b.lines = append(b.lines, "  "+b.t.Dim.Paint(box.Fit(head, label))+text)
}

// changes puts path, before and after on one line where they fit, else the
// values below their path.
func (b *body) changes(changes []rollout.Change) {
	for i, c := range changes {
		head := ""
		if i == 0 {
			head = "Changes"
		}
		value := b.t.Gone.Paint(orAbsent(c.Before)) + b.t.Dim.Paint(" "+b.t.Glyphs.Arrow+" ") + b.t.Added.Paint(orAbsent(c.After))
		if len(c.Path)+len(c.Before)+len(c.After)+label+8 <= b.w {
			b.add(head, b.t.Text.Paint(c.Path)+"   "+value)
			continue
		}
		b.add(head, b.t.Text.Paint(c.Path))
		for _, line := range box.Wrap(value, max(b.w-label-2, 10)) {
			b.add("", "  "+line)
		}
	}
}

func orAbsent(value string) string {
	if value == "" {
		return "(none)"
	}
	return value
}

func (b *body) checks(checks []rollout.Check) {
	var passed []string
	for _, c := range checks {
		text := c.Name + " " + b.t.Glyphs.Yes
		if c.Detail != "" {
			text = c.Name + ": " + c.Detail
		}
		if c.Passed {
			passed = append(passed, text)
		}
	}
	if len(passed) > 0 {
		b.section("Checked", b.t.Good, []string{strings.Join(passed, "   ")})
	}
	for _, c := range checks {
		if !c.Passed {
			b.section("Refused", b.t.Broken, []string{strings.TrimSuffix(c.Name+": "+c.Detail, ": ")})
		}
	}
}
