package chart

import (
	"strconv"
	"time"

	"fader/keymap"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/box"
	"fader/views/moment"
	"fader/views/theme"
	"fader/views/verdict"
)

func (v *View) draw(w, h int) []string {
	lines := []string{v.title(w)}
	if alarm := v.alarm(); alarm != "" {
		for _, text := range box.Shorten(box.Wrap(alarm, w-4), 2, v.theme.Glyphs.Ellipsis) {
			lines = append(lines, " "+v.theme.Waiting.Paint(text))
		}
	}
	if why := v.nothing(); why != "" {
		for _, text := range append([]string{""}, box.Wrap(why, max(w-4, 1))...) {
			lines = append(lines, "  "+v.theme.Dim.Paint(text))
		}
		return box.Fill(lines, w, h)
	}
	f := v.frameOf(w)
	rooms := share(h-len(lines), len(f.lines), len(v.verdict(w)), len(moment.On(f.axis(), f.marks)) > 0)
	for i := range f.lines[:rooms.legend] {
		lines = append(lines, v.entry(f, i, w))
	}
	for i, p := range v.panels()[:len(rooms.panels)] {
		lines = append(lines, f.panel(p.title, p.figure, rooms.panels[i])...)
	}
	if rooms.clock {
		lines = append(lines, f.clock(v.zone()))
	}
	if rooms.marks {
		lines = append(lines, " "+moment.Explain(v.theme, f.axis(), f.marks, v.zone(), w-2))
	}
	return box.Fill(append(lines, v.verdict(w)[:rooms.verdict]...), w, h)
}

func (v *View) zone() *time.Location { return v.now.Location() }

func (v *View) frameOf(w int) frame {
	f := newFrame(w-1, v.lines())
	f.theme, f.ascii, f.old = v.theme, v.ascii, v.dim()
	f.marks = append(append(f.marks, v.drawn.moments...), v.moves...)
	return f
}

// dim says that what is drawn is not of now.
func (v *View) dim() bool { return v.state() == metrics.Stale || v.gone || v.fresh.Old() }

type panel struct {
	title  string
	figure gauge.Figure
}

func (v *View) panels() []panel {
	latency := v.figure.String() + " latency"
	if v.figure == gauge.FirstToken {
		latency = "time to first token, p99"
	}
	for _, l := range v.lines() {
		if l.latency.Mean {
			latency = "mean latency: there is no histogram"
		}
	}
	return []panel{{latency, v.figure}, {"errors", gauge.Errors}, {"requests", gauge.Requests}}
}

// rooms are how many lines each part of the page gets.
type rooms struct {
	legend, verdict int
	panels          []int // with their titles
	clock, marks    bool
}

// share h lines. The latency has most, and is what the smallest screen shows.
func share(h, lines, verdicts int, marks bool) rooms {
	var r rooms
	take := func(n, keep int) int {
		n = max(min(n, h-keep), 0)
		h -= n
		return n
	}
	r.clock = take(1, 4) > 0
	r.verdict = take(min(verdicts, 1), 4)
	r.legend = take(min(lines, 2), 5)
	r.marks = marks && take(1, 12) == 1
	if r.verdict < verdicts {
		r.verdict += take(verdicts-r.verdict, 14)
	}
	r.legend += take(lines-r.legend, 18)
	switch {
	case h >= 12:
		third := max(h/4, 4)
		r.panels = []int{h - 2*third, third, third}
	case h >= 8:
		r.panels = []int{h - 4, 4}
	case h >= 1:
		r.panels = []int{h}
	}
	return r
}

// title says of what, how far back, how fine, and on the right how it stands with it.
func (v *View) title(w int) string {
	t := v.theme
	dot := t.Faint.Paint(" " + t.Glyphs.Dot + " ")
	text := " " + t.Strong.Paint(v.ref.String()) + dot + t.Text.Paint("last "+span(v.drawnSpan()))
	if g := v.shown(); g.Known() {
		text += dot + t.Dim.Paint("a point every "+span(g.Picture.Step)+", each over "+span(g.Picture.Rate))
	}
	word := ""
	switch {
	case v.reading():
		word = t.Accent.Paint("reading " + span(v.span()) + " " + t.Glyphs.Ellipsis)
	case v.fault == "" && v.state() == metrics.Slow:
		word = t.Waiting.Paint("Prometheus is slow")
	default:
		word = v.hints(w - box.Width(text))
	}
	if word != "" {
		word += " "
	}
	return box.Spread(box.Cut(text, max(w-box.Width(word), 0), t.Glyphs.Ellipsis), word, w)
}

// hints are the page's own keys, where there is room for them.
func (v *View) hints(room int) string {
	text, used := "", 1
	for _, h := range [...]struct {
		scope  keymap.Scope
		action keymap.Action
		word   string
	}{
		{keymap.ChartPage, keymap.ZoomIn, "shorter"}, {keymap.ChartPage, keymap.ZoomOut, "longer"}, {keymap.Global, keymap.Figure, "figure"},
	} {
		key := v.keys.Key(h.scope, h.action)
		used += box.Width(key) + len(h.word) + 3
		if key == "" || used > room {
			break
		}
		text += "  " + v.theme.Accent.Paint(key) + " " + v.theme.Dim.Paint(h.word)
	}
	return text
}

// drawnSpan is the window of what is drawn, which is not always what is asked for.
func (v *View) drawnSpan() time.Duration {
	if g := v.shown(); g != nil && g.Picture != nil && g.Picture.Window > 0 {
		return g.Picture.Window
	}
	return v.span()
}

// alarm is a sentence on why what is drawn is not the truth of now.
func (v *View) alarm() string {
	at := func(since time.Time) string { return " since " + since.In(v.zone()).Format("15:04:05") + ": " }
	switch {
	case v.gone:
		return v.theme.Glyphs.No + " " + v.ref.String() + " is gone: what you see is what there was"
	case v.Window() != 0 && v.fault != "":
		return v.theme.Glyphs.No + " " + span(v.span()) + " cannot be read" + at(v.since) + v.fault
	case v.state() == metrics.Stale:
		return v.theme.Glyphs.No + " stale" + at(v.shown().Picture.Since) + reason(v.shown().Picture)
	}
	return ""
}

// reason of a stale picture.
func reason(p *metrics.Picture) string {
	if p.Err == nil {
		return "there are no new figures"
	}
	return p.Err.Error()
}

// nothing says why there is no chart.
func (v *View) nothing() string {
	g := v.shown()
	switch {
	case v.live == nil && v.detail == nil:
		return "no figures: no Prometheus is configured; fader takes --prometheus URL"
	case v.rollout == nil && v.gone:
		return v.ref.String() + " is not there"
	case v.rollout == nil:
		return "reading " + v.ref.String() + " " + v.theme.Glyphs.Ellipsis
	case g.Picture.State == metrics.Nothing:
		return "Prometheus answers, and has no figures that fader knows: presets for others can be written into the configuration"
	case !g.Known() && g.Picture.State == metrics.Stale:
		return "no figures yet"
	case !g.Known():
		return "reading figures " + v.theme.Glyphs.Ellipsis
	case !anyKnown(v.lines()):
		return "Prometheus has no figures of the pods of " + v.ref.String() + " in this time"
	}
	return ""
}

func (v *View) ink(s theme.Style) theme.Style {
	if v.dim() {
		return v.theme.Dim
	}
	return s
}

// span of time in one unit: "20s", "30m", "6h".
func span(d time.Duration) string {
	switch {
	case d >= time.Hour && d%time.Hour == 0:
		return strconv.Itoa(int(d/time.Hour)) + "h"
	case d >= time.Minute && d%time.Minute == 0:
		return strconv.Itoa(int(d/time.Minute)) + "m"
	}
	return strconv.Itoa(int(d/time.Second)) + "s"
}

func (v *View) verdict(w int) []string {
	a, two := v.judge()
	if !two {
		return nil
	}
	lines := verdict.Lines(v.theme, a, v.dim(), w-2)
	for i := range lines {
		lines[i] = " " + lines[i]
	}
	return lines
}
