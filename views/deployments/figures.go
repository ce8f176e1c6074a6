package deployments

import (
	"slices"

	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/box"
	"fader/views/figure"
	"fader/views/listing"
	"fader/views/phase"
	"fader/views/spark"
	"fader/views/table"
)

// asked for a figure of a row.
type asked struct {
	row    *kube.Rollout
	figure gauge.Figure
}

// drawn is a row's figure that stands first, as a sparkline and as a number.
type drawn struct {
	reading gauge.Reading
	trend   metrics.Trend
	top     float64 // of the sparkline: every row has its own
}

// withFigures adds the columns of figures: the value stays longer than its
// sparkline.
func (v *View) withFigures(all []table.Column[*kube.Rollout]) []table.Column[*kube.Rollout] {
	if v.Gauge() == nil {
		return all
	}
	const mark = 2
	first, second, third := v.Figure(), v.Beside(gauge.Errors), v.Beside(gauge.Requests)
	at := slices.IndexFunc(all, func(c table.Column[*kube.Rollout]) bool { return c.Title == titleImage })
	return slices.Insert(all, at,
		table.Column[*kube.Rollout]{Title: v.Window(), Rank: 6, Min: 8, Max: 16, Flex: true, Draw: v.drawSpark},
		table.Column[*kube.Rollout]{
			Title: listing.Title(first), Right: true, Rank: 3, Min: mark + figure.Width, Draw: v.drawFirst, Compare: v.highest(first),
		},
		v.number(second, 4), v.number(third, 8),
	)
}

// number is a column of a figure's current value.
func (v *View) number(f gauge.Figure, rank int) table.Column[*kube.Rollout] {
	return table.Column[*kube.Rollout]{
		Title: listing.Title(f), Right: true, Rank: rank, Min: figure.Width, Compare: v.highest(f),
		Cell: func(r *kube.Rollout) table.Cell {
			return v.FigureCell(gauge.Read(metrics.Group{Now: v.Gauge().Now(r)}, f), v.judge(r).worsens(f), v.Theme().Dim)
		},
	}
}

// first figure of a row.
func (v *View) first(r *kube.Rollout) drawn {
	return v.firsts.Of(v.Edition(), asked{r, v.Figure()}, func() drawn {
		reading := v.Gauge().DeploymentFigure(r, v.Figure())
		return drawn{reading, reading.Series.Trend(), spark.Scale(reading.Series)}
	})
}

func (v *View) drawSpark(pen *box.Pen, r *kube.Rollout) {
	d := v.first(r)
	style := v.Theme().Dim
	switch {
	case v.Outdated():
		style = v.Theme().Faint
	case v.alarms(r, d):
		style = v.Theme().Waiting
	case phase.Quiet(r): // bars are many cells: a wall of them is not quiet
		style = v.Theme().Faint
	}
	spark.Draw(pen, v.Theme(), style, d.reading.Series, d.top, pen.Left())
}

// drawFirst draws the value, and before it where it goes.
func (v *View) drawFirst(pen *box.Pen, r *kube.Rollout) {
	d := v.first(r)
	cell := v.FigureCell(d.reading, v.alarms(r, d), v.look(r))
	pen.Right(cell.Style, v.sign(r, d)+cell.Text)
}

// alarms says that a latency rises, or that the new revision makes a figure worse.
func (v *View) alarms(r *kube.Rollout, d drawn) bool {
	f := d.reading.Figure
	return v.judge(r).worsens(f) || f.Latency() && d.trend == metrics.Rising
}

// sign before a value: where it goes; what is steady has none.
func (v *View) sign(r *kube.Rollout, d drawn) string {
	switch {
	case !d.reading.Now.Known || d.reading.Figure == gauge.Requests:
		return ""
	case d.trend == metrics.Rising || v.judge(r).worsens(d.reading.Figure):
		return v.Theme().Glyphs.Up + " "
	case d.trend == metrics.Falling:
		return v.Theme().Glyphs.Down + " "
	}
	return ""
}

// highest compares rows by a figure.
func (v *View) highest(f gauge.Figure) func(a, b *kube.Rollout) int {
	return func(a, b *kube.Rollout) int { return listing.Highest(v.now(a, f), v.now(b, f)) }
}

// now is the value of a figure, worked out once for a row of a picture.
func (v *View) now(r *kube.Rollout, f gauge.Figure) metrics.Value {
	return v.current.Of(v.Edition(), asked{r, f}, func() (value metrics.Value) {
		if f != gauge.FirstToken || v.MayServe(r.Ref().Namespace) {
			value = v.Gauge().NowOf(r, f)
		}
		return value
	})
}

// has says that there is a row with that figure. Only times to the first token are
// something that few have.
func (v *View) has(f gauge.Figure) bool {
	if f != gauge.FirstToken {
		return true
	}
	s := v.Snapshot()
	return s != nil && slices.ContainsFunc(s.Rollouts, func(r *kube.Rollout) bool { return v.now(r, f).Known })
}
