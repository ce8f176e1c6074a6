package rollout

import (
	"strconv"
	"strings"
	"time"

	"fader/metrics"
	"fader/views/box"
	"fader/views/figure"
	"fader/views/moment"
	"fader/views/theme"
	"fader/views/verdict"
)

// allRevisions are the faders, and below them what the figures come to: what
// happened when, and how the sides stand. A revision that serves is worth more
// than either.
func (v *View) allRevisions(w, h int) []string {
	if !v.figured() {
		return v.revisions.Render(w, h)
	}
	n, least := len(v.rollout.Revisions), min(v.served(), 2)
	foot := v.verdict(w)
	foot = foot[:max(min(len(foot), h-least), 0)]
	marked := h-len(foot) > min(n, 3)
	rows := max(min(n, h-len(foot)), 0)
	if marked {
		rows = min(n, h-len(foot)-1)
	}
	v.figures.spark.cells = 0
	v.revisions.Invalidate() // so that it says where the sparklines are
	lines := append([]string(nil), v.revisions.Render(w, rows)...)
	if marks, some := v.marks(w); some && marked {
		lines = append(lines, marks)
	}
	return append(lines, foot...)
}

// served is how many revisions have pods.
func (v *View) served() int {
	n := 0
	for _, rev := range v.rollout.Revisions {
		if rev.ReplicaSet.Current > 0 || len(rev.Pods) > 0 {
			n++
		}
	}
	return n
}

func (v *View) verdict(w int) []string {
	a, two := v.judge()
	if !two || !v.figures.gauge.Known() {
		return nil
	}
	lines := verdict.Lines(v.theme, a, v.dated() || v.old(), w-2)
	for i := range lines {
		lines[i] = " " + lines[i]
	}
	return lines
}

// marks are a line under the sparklines: signs, and what they mean.
func (v *View) marks(w int) (string, bool) {
	s := v.figures.spark
	a, all := v.measure().axis(s.cells), append(v.measure().moments, v.figures.moves...)
	if s.cells == 0 || len(moment.On(a, all)) == 0 {
		return "", false
	}
	var b strings.Builder
	pen := box.NewPen(&b, v.theme, theme.Style{}, w)
	before, after := w-s.fromRight, s.fromRight-s.cells
	side := max(before, after) - 3
	told := moment.Explain(v.theme, a, all, v.now.Location(), side)
	if before < after {
		pen.Blank(before)
		moment.Draw(&pen, v.theme, a, all)
		return b.String() + box.Fit(box.Cut("  "+told, after, v.theme.Glyphs.Ellipsis), after), true
	}
	told = box.Cut(told, max(before-2, 0), v.theme.Glyphs.Ellipsis)
	pen.Blank(before - box.Width(told) - 2)
	b.WriteString(told + "  ")
	axis := box.NewPen(&b, v.theme, theme.Style{}, s.fromRight)
	moment.Draw(&axis, v.theme, a, all)
	axis.Fill()
	return b.String(), true
}

// figureTitle says which figure is drawn, on which scale, over which time, and
// how far it can be trusted.
func (v *View) figureTitle() string {
	g, t := v.figures.gauge, v.theme
	if g == nil || g.Picture == nil {
		return ""
	}
	p, dot := g.Picture, " "+t.Glyphs.Dot+" "
	since := " since " + p.Since.In(v.now.Location()).Format("15:04:05")
	switch {
	case p.State == metrics.Nothing:
		return t.Dim.Paint(dot + "without figures: Prometheus has none that fader knows")
	case p.State == metrics.Stale && p.At.IsZero():
		return t.Waiting.Paint(dot + "no figures" + since)
	case !g.Known():
		return t.Dim.Paint(dot + "reading figures")
	}
	m := v.measure()
	name := m.figure.String()
	if !m.known {
		if why := g.Missing(v.rollout).String(); why != "" {
			return t.Dim.Paint(dot + "no metrics: " + why)
		}
		return t.Dim.Paint(dot + "no metrics of these pods")
	}
	scale := ""
	if m.top > 0 {
		scale = " 0 to " + figure.Number(m.figure, m.top)
	}
	title := t.Dim.Paint(dot + name + scale + dot + "last " + span(p.Window))
	switch p.State {
	case metrics.Stale:
		title += t.Waiting.Paint(dot + "stale" + since)
	case metrics.Slow:
		title += t.Waiting.Paint(dot + "Prometheus is slow")
	}
	return title
}

// slowPods explains the sign of pods that are slower than the others.
func (v *View) slowPods() string {
	if !v.figured() || len(v.measure().slow) == 0 {
		return ""
	}
	return v.figureInk(v.theme.Waiting).Paint(v.theme.Glyphs.Up+" p95 over twice the median") + "  "
}

// span of time in one unit, as people say it: "30m", "90m", "6h".
func span(d time.Duration) string {
	if d%time.Hour == 0 {
		return strconv.Itoa(int(d/time.Hour)) + "h"
	}
	return strconv.Itoa(int(d/time.Minute)) + "m"
}
