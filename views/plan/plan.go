package plan

import (
	"slices"
	"strings"

	"fader/keymap"
	"fader/kube/rollout"
	"fader/views/box"
	"fader/views/form"
	"fader/views/scroll"
	"fader/views/theme"
)

// Choice is what a key made of the dialog.
type Choice int

const (
	None Choice = iota
	Confirmed
	Cancelled
	// Overruled: the word was typed over a gate that may be overruled.
	Overruled
)

// View is the dialog.
type View struct {
	plan   rollout.Plan
	notice string // why this plan replaces an earlier one
	armed  bool
	marked bool       // the confirming button is marked, not Cancel
	line   *form.Line // where the word is typed; nil where none is asked for
	scroll scroll.Window
}

// New shows a plan. notice, if not empty, says why it is shown again.
func New(p rollout.Plan, notice string) *View {
	v := &View{plan: p, notice: notice}
	if p.Overrule || p.Protected && p.Blocked() == nil {
		v.line = form.NewLine(200)
	}
	return v
}

// Plan that is shown.
func (v *View) Plan() rollout.Plan { return v.plan }

// Arm lets keys confirm: before, only cancelling works.
func (v *View) Arm() { v.armed = true }

// Armed says whether keys confirm.
func (v *View) Armed() bool { return v.armed }

// Asks says that the plan is confirmed, or its gate overruled, by typing its Word.
func (v *View) Asks() bool { return v.line != nil }

// Typed is what was typed so far.
func (v *View) Typed() string {
	if v.line == nil {
		return ""
	}
	return v.line.Value()
}

// Type takes Bubble Tea's message of a key press into the line. Before the preview is armed it takes
// none: what was typed ahead was not meant for it.
func (v *View) Type(key any) {
	if v.line != nil && v.armed {
		v.line.Type(key)
	}
}

// Handle acts on a key of keymap.PlanDialog, or of keymap.TypedPlan where the
// plan Asks.
func (v *View) Handle(a keymap.Action) Choice {
	if v.line != nil && a == keymap.Enter {
		return v.enter()
	}
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

// enter is pressed after typing.
func (v *View) enter() Choice {
	switch {
	case !v.armed || v.Typed() != v.plan.Word():
		return None
	case v.plan.Overrule:
		return Overruled
	}
	return v.confirm()
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
	shown := slices.Clone(v.scroll.Cut(v.body(t, w-5), h-4))
	more := ""
	if v.scroll.Below() > 0 {
		more = t.Waiting.Paint("more below " + t.Glyphs.Down)
	}
	shown = append(shown, box.Fit("", w-2), box.Spread(" "+more, v.buttons(t, w-6-box.Width(more))+" ", w-2))
	title := t.Strong.Paint(v.plan.Title)
	where := t.Dim.Paint(v.plan.Cluster.Context + " " + t.Glyphs.Dot + " " + v.plan.Cluster.Server)
	return box.Frame(t, title, where, shown, w, min(len(shown)+2, h), true)
}

// prompt asks for the word, and says of what was typed whether it is right.
func (v *View) prompt(t theme.Theme, w int) string {
	what := v.plan.Action
	if v.plan.Overrule {
		what = "overrule"
	}
	ask := "to " + strings.ToLower(what) + ", type "
	style := t.Dim
	if v.Typed() == v.plan.Word() {
		style = t.Good
	}
	head := style.Paint(ask) + t.Strong.Paint(v.plan.Word()) + style.Paint(" > ")
	if !v.armed {
		return t.Faint.Paint(ask + v.plan.Word() + " " + t.Glyphs.Ellipsis)
	}
	return head + v.line.Render(t, max(4, min(box.Width(v.plan.Word())+2, w-box.Width(head))))
}

func (v *View) buttons(t theme.Theme, w int) string {
	plain, marked := t.Dim, t.Marked
	if v.line != nil {
		return v.prompt(t, w)
	}
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
