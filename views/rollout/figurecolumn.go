package rollout

import (
	"strconv"

	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/age"
	"fader/views/box"
	"fader/views/figure"
	"fader/views/spark"
	"fader/views/table"
	"fader/views/theme"
)

// The figures of a revision stand in one column, which divides its room by what
// matters: the value always, then what is wrong, then the sparkline, then the rest.
const (
	between    = 2 // cells before each item
	leastSpark = 8
	fineSpark  = 30
	widest     = 400 // so that the column ends where the pane does
)

// item is a figure beside the one that is drawn.
type item struct {
	word  string
	width int // of the number
	firm  bool
	text  func(*View, *reading) (string, theme.Style)
}

func (i item) cells() int { return between + box.Width(i.word) + i.width }

// items beside the figure shown, the most important first. Who runs language
// models looks at the queue before anything else.
func (v *View) items() []item {
	f := v.figures.figure
	var all []item
	if !f.Latency() {
		all = append(all, item{"p99 ", figure.Width, true, (*View).p99})
	}
	if v.measure().serves {
		if f != gauge.FirstToken {
			all = append(all, item{"TTFT ", figure.Width, true, (*View).firstToken})
		}
		all = append(all, item{"queue ", 4, true, (*View).queue}, item{"KV ", 5, true, (*View).cache})
	}
	if f != gauge.Errors {
		all = append(all, item{"err ", 5, !v.measure().serves, (*View).failures})
	}
	if f != gauge.Requests {
		all = append(all, item{"", figure.Width, false, (*View).rate})
	}
	return all
}

// figureColumn of the revisions.
func (v *View) figureColumn() table.Column[*kube.Revision] {
	const value, failures, requests = figure.Width, between + len("err ") + 5, between + figure.Width
	return table.Column[*kube.Revision]{
		Rank: 1, Min: value + failures, Max: widest, Flex: true,
		Width: func(*kube.Revision) int { return fineSpark + 2 + value + failures + requests },
		Draw:  v.drawFigures,
	}
}

// room is how a width is divided: a sparkline of so many cells, 0 for none, the
// value, and these items.
type room struct {
	width, spark int
	items        []item
}

// used by the value and the items.
func (r room) used() int {
	used := figure.Width
	for _, i := range r.items {
		used += i.cells()
	}
	return used
}

func (v *View) divide(w int) room {
	m := v.measure()
	if m.room.width == w {
		return m.room
	}
	left, rest := w-figure.Width, v.items()
	taken := 0
	for taken < len(rest) {
		keep := 0
		if !rest[taken].firm {
			keep = 2 + leastSpark
		}
		if left-rest[taken].cells() < keep {
			break
		}
		left -= rest[taken].cells()
		taken++
	}
	m.room = room{width: w, items: rest[:taken]}
	if left >= 2+leastSpark {
		m.room.spark = left - 2 // a cell on each side
	}
	return m.room
}

// drawFigures of a revision: sparkline, value, and what stands beside it.
func (v *View) drawFigures(pen *box.Pen, rev *kube.Revision) {
	w, m := pen.Left(), v.measure()
	r := m.of[rev.ReplicaSet.Ref]
	room := v.divide(w)
	hue := v.figureInk(v.hue(rev.ReplicaSet.Revision))
	if room.spark > 0 {
		pen.Blank(1)
		cells := pen.Part(room.spark)
		v.figures.spark.fromRight, v.figures.spark.cells = w-1, room.spark
		if r.anything {
			spark.Draw(&cells, v.theme, hue, r.shown.Series, m.top, room.spark)
		}
		cells.Fill()
		pen.Blank(1)
	} else {
		pen.Blank(w - room.used())
	}
	value := pen.Part(figure.Width)
	value.Right(v.valueInk(rev, r), figure.Text(v.theme, r.shown))
	value.Fill()
	for _, i := range room.items {
		part := pen.Part(i.cells())
		if r.anything {
			text, style := i.text(v, r)
			part.Blank(between)
			part.Write(v.figureInk(v.theme.Dim), i.word)
			part.Right(v.figureInk(style), text)
		}
		part.Fill()
	}
}

// figureInk is a style, dimmed while figures or all that is shown is old.
func (v *View) figureInk(s theme.Style) theme.Style {
	if v.dated() {
		return v.theme.Dim
	}
	return v.ink(s)
}

// valueInk of the figure shown: that of the side that is worse asks to be looked at.
func (v *View) valueInk(rev *kube.Revision, r *reading) theme.Style {
	switch {
	case !r.anything || !r.shown.Now.Known:
		return v.figureInk(v.theme.Faint)
	case v.worse(rev, r.shown.Figure):
		return v.figureInk(v.theme.Waiting.Bold())
	}
	return v.figureInk(v.theme.Text)
}

// worse says that a revision is the side that the verdict is about, and that it
// is worse in that figure.
func (v *View) worse(rev *kube.Revision, f gauge.Figure) bool {
	a, two := v.judge()
	if !two || !rev.New {
		return false
	}
	if f == gauge.Errors {
		return a.Verdict.Errors.Outcome == metrics.Worse
	}
	return f.Latency() && f != gauge.FirstToken && a.Verdict.Outcome == metrics.Worse
}

func (v *View) known(known bool, text string) (string, theme.Style) {
	if !known {
		return age.Unknown, v.theme.Faint
	}
	return text, v.theme.Text
}

func (v *View) p99(r *reading) (string, theme.Style) {
	return v.known(r.p99.Now.Known, figure.Text(v.theme, r.p99))
}

func (v *View) firstToken(r *reading) (string, theme.Style) {
	return v.known(r.serving.P99Now.Known, figure.Value(v.theme, gauge.FirstToken, r.serving.P99Now))
}

func (v *View) queue(r *reading) (string, theme.Style) {
	waiting := r.serving.WaitingNow
	return v.known(waiting.Known, strconv.FormatFloat(waiting.V, 'f', 0, 64))
}

func (v *View) cache(r *reading) (string, theme.Style) {
	return v.known(r.serving.CacheUseNow.Known, figure.Ratio(r.serving.CacheUseNow.V))
}

func (v *View) failures(r *reading) (string, theme.Style) {
	text, style := v.known(r.now.Errors.Known, figure.Value(v.theme, gauge.Errors, r.now.Errors))
	if v.worse(r.revision, gauge.Errors) {
		style = v.theme.Broken.Bold()
	}
	return text, style
}

func (v *View) rate(r *reading) (string, theme.Style) {
	return v.known(r.now.Requests.Known, figure.Rate(r.now.Requests.V))
}
