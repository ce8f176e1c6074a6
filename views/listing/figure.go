package listing

import (
	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/age"
	"fader/views/figure"
	"fader/views/table"
	"fader/views/theme"
)

// Error ratios from which a row asks for a hand, and from which it is broken.
const (
	someErrors = 0.01
	manyErrors = 0.05
)

// Title of a column of figures; none is wider than the widest figure.
func Title(f gauge.Figure) string {
	return [...]string{"p99", "p95", "p50", "ERR", "REQ/S", "TTFT"}[f]
}

// Window is the title of a column of sparklines: how much time they show.
func (p *Page[K, T]) Window() string {
	if p.gauge == nil || p.gauge.Picture == nil || p.gauge.Picture.Window <= 0 {
		return "LAST"
	}
	return "LAST " + age.Short(p.gauge.Picture.Window)
}

// Beside the figure that stands first stand errors and requests; where one of
// them is the first, the p99 takes its place.
func (p *Page[K, T]) Beside(f gauge.Figure) gauge.Figure {
	if f == p.figure {
		return gauge.P99
	}
	return f
}

// FigureCell is a figure as it stands in a column: plain where all is well. What
// was never asked for yet is blank, and what is not known is a dash.
func (p *Page[K, T]) FigureCell(r gauge.Reading, alarm bool, plain theme.Style) table.Cell {
	cell := table.Cell{Text: figure.Text(p.theme, r), Style: p.FigureStyle(r, alarm, plain)}
	switch {
	case !p.gauge.Known() && !p.Unmeasurable():
		cell.Text = ""
	case cell.Text == figure.NoTraffic && r.Figure != p.figure:
		cell.Text = age.Unknown // it is said once
	}
	return cell
}

// FigureStyle is plain, or loud where a figure asks for a hand; what is old is dim.
func (p *Page[K, T]) FigureStyle(r gauge.Reading, alarm bool, plain theme.Style) theme.Style {
	loud, v := plain, r.Now
	switch {
	case !v.Known:
		return p.theme.Faint
	case r.Figure == gauge.Errors && v.V >= manyErrors:
		loud = p.theme.Broken
	case r.Figure == gauge.Errors && v.V >= someErrors, alarm:
		loud = p.theme.Waiting
	}
	if loud == plain && p.Outdated() {
		return p.theme.Faint
	}
	return p.FigureInk(loud)
}

// FigureInk is the style of what figures say, dimmed while they are old.
func (p *Page[K, T]) FigureInk(s theme.Style) theme.Style {
	if p.Outdated() {
		return p.theme.Dim
	}
	return s
}

// Outdated says that figures are shown which Prometheus does not stand for now.
func (p *Page[K, T]) Outdated() bool {
	return p.gauge != nil && p.gauge.Picture != nil && p.gauge.Picture.State == metrics.Stale
}

// Unmeasurable says that there was an answer, and it has no figures.
func (p *Page[K, T]) Unmeasurable() bool {
	return p.gauge != nil && p.gauge.Picture != nil && !p.gauge.Known() &&
		(p.gauge.Picture.State == metrics.Nothing || p.gauge.Picture.State == metrics.Stale)
}
