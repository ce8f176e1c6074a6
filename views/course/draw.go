package course

import (
	"fmt"
	"strings"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/fade"
	"fader/kube/rollout"
	"fader/views/age"
	"fader/views/box"
	"fader/views/fader"
	"fader/views/shift/strip"
	"fader/views/theme"
)

const (
	widest = 96
	label  = 9 // cells of the left column

	fewReceipts = 4
)

// Render is the dialog in at most w×h cells.
func (v *View) Render(t theme.Theme, w, h int) []string {
	w = min(w, widest)
	b := body{t: t, w: w - 4}
	v.state(&b)
	v.steps(&b)
	v.promise(&b)
	v.images(&b)
	faders := v.faders(t, w-2, h-2-len(b.lines)-1)
	receipts := v.receipts(t, w-4, h-2-len(faders)-len(b.lines))
	lines := append(append(faders, b.lines...), receipts...)
	// A few receipts more do not move the dialog, which is centred.
	for least := len(faders) + len(b.lines) + 2 + fewReceipts; len(lines) < min(least, h-2); {
		lines = append(lines, "")
	}
	word := ""
	if v.of > 1 {
		word = t.Dim.Paint(fmt.Sprintf("%d of %d ", v.at+1, v.of)) + t.Accent.Paint(v.key(keymap.NextPane))
	}
	return box.Frame(t, t.Strong.Paint(v.progress.Course.Title()), word, lines, w, min(len(lines)+2, h), true)
}

// body collects labelled lines.
type body struct {
	t     theme.Theme
	w     int
	lines []string
}

func (b *body) add(head string, style theme.Style, text string) {
	for i, line := range box.Wrap(text, max(b.w-label, 10)) {
		if i > 0 {
			head = ""
		}
		b.lines = append(b.lines, "  "+b.t.Dim.Paint(box.Fit(head, label))+style.Paint(line))
	}
}

// state is what is being done, and since when.
func (v *View) state(b *body) {
	p := v.progress
	sign, style := mark(b.t, p)
	text := sign + " " + p.Text
	if p.State.Over() && p.Err != "" && p.Err != p.Text {
		text += ": " + p.Err
	}
	b.add("Now", style.Bold(), text)
	if v.again {
		b.add("", b.t.Waiting, v.key(keymap.UndoMove)+" again takes it back: "+v.wayBack())
		return
	}
	b.add("", b.t.Dim, v.clock())
}

// clock says how long it has been so, and how long it will be.
func (v *View) clock() string {
	p := v.progress
	switch {
	case p.State.Over() && p.Unfinished:
		return "left half-way: it can be finished or taken back"
	case p.State.Over() || p.Since.IsZero() || p.Until.IsZero() && v.now.Sub(p.Since) < time.Second:
		return ""
	case !p.Until.IsZero():
		return age.Long(p.Until.Sub(v.now)) + " left; " + v.key(keymap.Continue) + " goes on now"
	case p.State == fade.Holding:
		return v.key(keymap.Continue) + " goes on"
	}
	return "for " + age.Long(v.now.Sub(p.Since))
}

// steps with a mark each: done, under way, to come.
func (v *View) steps(b *body) {
	c := v.progress.Course
	if c.Kind == fade.Hold || len(c.Steps) == 0 {
		return
	}
	g := b.t.Glyphs
	parts := []string{b.t.Dim.Paint(fmt.Sprintf("canary %d", c.From))}
	for i, n := range c.Steps {
		sign, style := g.ScaledDown, b.t.Dim
		switch {
		case i < c.Step:
			sign, style = g.Yes, b.t.Good
		case i == c.Step && !c.Return && !v.progress.State.Over():
			sign, style = g.Waiting, b.t.Strong
		}
		parts = append(parts, style.Paint(fmt.Sprintf("%s %d", sign, n)))
	}
	text := strings.Join(parts, b.t.Dim.Paint("  "+g.Arrow+"  ")) + b.t.Dim.Paint(fmt.Sprintf("  of %d", c.Total))
	if c.Return {
		text += b.t.Waiting.Paint(fmt.Sprintf("   on the way back to %d", c.From))
	}
	b.lines = append(b.lines, "  "+b.t.Dim.Paint(box.Fit("Steps", label))+box.Cut(text, b.w-label, g.Ellipsis))
}

// promise compares what was promised of the ready endpoints with what was seen.
func (v *View) promise(b *body) {
	p := v.progress
	if p.Course.Kind == fade.Hold {
		return
	}
	text, style := fmt.Sprintf("never below %d endpoints by fader's hand", p.Floor), b.t.Text
	switch {
	case p.Lowest == nil:
		text += "; none seen yet"
	case *p.Lowest < p.Floor:
		text, style = fmt.Sprintf("%s; fewest seen %d", text, *p.Lowest), b.t.Waiting
	default:
		text = fmt.Sprintf("%s; fewest seen %d", text, *p.Lowest)
	}
	b.add("Ready", style, text)
}

func (v *View) images(b *body) {
	if c := v.progress.Course; c.Images != "" {
		b.add("Images", b.t.Text, c.Images)
	}
}

// wayBack says where taking it back leads.
func (v *View) wayBack() string {
	c := v.progress.Course
	if c.Kind == fade.Hold {
		if c.Paused {
			return "pauses it at once"
		}
		return "leaves it running"
	}
	return fmt.Sprintf("canary to %d, stable to %d of %d", c.From, c.Total-c.From, c.Total)
}

// receipts are the last n writes, the newest at the bottom.
func (v *View) receipts(t theme.Theme, w, n int) []string {
	all := v.progress.Receipts
	if len(all) == 0 || n < 2 {
		return nil
	}
	all = all[max(0, len(all)-n+1):]
	lines := []string{""}
	for i, r := range all {
		head := ""
		if i == 0 {
			head = "Written"
		}
		sign, style := t.Glyphs.Yes, t.Text
		if r.Result != rollout.Applied {
			sign, style = t.Glyphs.No, t.Broken
		}
		text := t.Dim.Paint(r.Started.Format(time.TimeOnly)) + " " + style.Paint(sign+" "+summary(r))
		lines = append(lines, "  "+t.Dim.Paint(box.Fit(head, label))+box.Cut(text, w-label, t.Glyphs.Ellipsis))
	}
	return lines
}

func summary(r rollout.Receipt) string {
	if r.Result == rollout.Applied {
		return r.Plan.Title
	}
	return r.Plan.Title + ": " + r.Message
}

// faders are the two channels of a pair, or the level of a hold.
func (v *View) faders(t theme.Theme, w, room int) []string {
	if v.progress.Course.Kind == fade.Hold {
		return v.level(t, w)
	}
	d := v.desk(t)
	var lines []string
	// The crossfader and a blank below it; then, as far as there is room, the
	// strips, blanks around them, a few receipts, and higher meters.
	room -= 3 + d.Height(3)
	if room > 0 {
		lines = append(lines, "")
	}
	if room >= 0 {
		room -= 3 + fewReceipts
		lines = append(lines, d.Strips(t, w, 3+min(max(room, 0), 4))...)
	}
	if room > 4 {
		lines = append(lines, "")
	}
	return append(append(lines, d.Crossfader(t, w)...), "")
}

func (v *View) desk(t theme.Theme) strip.Desk {
	p, c := v.progress, v.progress.Course
	end := goal(c)
	d := strip.Desk{
		Stable: v.side(t, "stable", c.Stable, p.Stable), Canary: v.side(t, "canary", c.Canary, p.Canary), Live: true,
		Blind: p.Stable == fade.Level{} && p.Canary == fade.Level{},
	}
	d.Stable.After, d.Canary.After = c.Total-end, end
	d.Stable.Hue, d.Canary.Hue = strip.Hues(t, v.revision(c.Stable), v.revision(c.Canary))
	return d
}

func (v *View) side(t theme.Theme, role string, ref kube.Ref, l fade.Level) strip.Side {
	s := strip.Side{Role: role, Name: ref.Name, Now: l.Desired, Ready: l.Ready, Endpoints: l.Endpoints}
	if r := v.snapshot.Rollout(ref); r != nil {
		s.Image = strip.Image(t, r.Deployment)
	}
	return s
}

func (v *View) revision(ref kube.Ref) int64 {
	if r := v.snapshot.Rollout(ref); r != nil {
		return r.Deployment.Revision
	}
	return 0
}

// level of a hold: available updated pods of those that it goes on to.
func (v *View) level(t theme.Theme, w int) []string {
	p := v.progress
	var b strings.Builder
	pen := box.NewPen(&b, t, theme.Style{}, w)
	pen.Blank(2)
	want, have := int(goal(p.Course)), int(p.Stable.Updated)
	text := fmt.Sprintf("%d of %d updated pods available", have, want)
	bar := pen.Part(max(w-4-box.Width(text)-2, 1))
	fader.Level(&bar, t, t.Hue(v.revision(p.Course.Target)), min(have, want), 0, want, bar.Left())
	pen.Blank(2)
	pen.Write(t.Strong, text)
	pen.Fill()
	return []string{"", b.String(), ""}
}
