package listing

import (
	"strings"

	"fader/keymap"
	"fader/kube/gauge"
	"fader/metrics"
)

// SetGauge shows the figures of a picture; nil where no Prometheus is configured,
// and then columns of figures are not there at all: a page asks for them with
// Gauge() != nil. A page without figures takes none.
func (p *Page[K, T]) SetGauge(g *gauge.Gauge) {
	if g == p.gauge || p.kind.Measured == 0 {
		return
	}
	p.gauge, p.serving = g, nil
	p.edition++
	p.Recolumn()
}

// Gauge that figures are read from; nil where none are shown, and while New asks a
// page that is not there yet for its columns.
func (p *Page[K, T]) Gauge() *gauge.Gauge {
	if p == nil {
		return nil
	}
	return p.gauge
}

// Figure that stands first.
func (p *Page[K, T]) Figure() gauge.Figure { return p.figure }

// SetFigure puts a figure first, and the usual one where no row has that. While no
// figures are shown there is nothing to choose from, and it stays as it is.
func (p *Page[K, T]) SetFigure(f gauge.Figure) {
	switch {
	case p.kind.Has == nil:
		p.figure = f // nobody sees it
		return
	case p.gauge == nil:
		return
	case !p.kind.Has(f):
		f = gauge.P99
	}
	if f != p.figure {
		p.figure = f
		p.Recolumn()
	}
}

// nextFigure goes to the next figure; one that no row has is left out. False where
// no figures are shown.
func (p *Page[K, T]) nextFigure() bool {
	if p.gauge == nil {
		return false
	}
	for p.figure = p.figure.Next(); p.figure != gauge.P99 && !p.kind.Has(p.figure); {
		p.figure = p.figure.Next()
	}
	p.Recolumn()
	return true
}

// Recolumn takes the columns anew, because there are other figures. As long as
// there are as many as before, only titles have changed: widths, sorting and marks
// stay.
func (p *Page[K, T]) Recolumn() {
	fresh := p.kind.Columns(p.namespaces)
	if len(fresh) != len(p.columns) {
		p.rebuilt()
		return
	}
	copy(p.columns, fresh)
	p.Rearrange()
}

// Rearrange sorts anew: what rows are sorted by has changed, and they have not.
func (p *Page[K, T]) Rearrange() {
	p.table.SetFilter(p.matchers())
	p.first()
	p.Invalidate()
}

// rebuilt is the same page with another number of columns: rows, cursor and marks
// are as they were.
func (p *Page[K, T]) rebuilt() {
	rows, moved, marked := p.rows, p.moved, p.table.Marked()
	here, known := p.table.Cursor()
	p.Rebuild(p.namespaces)
	p.rows, p.moved = rows, moved
	p.table.SetRows(rows)
	for _, row := range marked {
		p.table.SetCursor(p.kind.Key(row))
		p.table.Handle(keymap.Mark)
	}
	if known {
		p.table.SetCursor(p.kind.Key(here))
	}
	p.first()
}

// unmeasured says why figures are old or missing; "" where they are as they
// should be, and while they are read for the first time.
func (p *Page[K, T]) unmeasured() string {
	if p.gauge == nil || p.gauge.Picture == nil || p.gauge.Picture.State != metrics.Stale {
		return ""
	}
	picture, says := p.gauge.Picture, p.theme.Glyphs.Waiting+" no figures yet"
	if !picture.At.IsZero() {
		says = p.theme.Glyphs.Waiting + " figures are from " + picture.At.In(p.now.Location()).Format("15:04:05")
	}
	if picture.Err != nil {
		says += ": " + picture.Err.Error()
	}
	return p.Spelled(says)
}

// Spelled is a sentence that was made elsewhere, in signs that the theme has.
func (p *Page[K, T]) Spelled(text string) string {
	g := p.theme.Glyphs
	if g.Dot == "·" {
		return text
	}
	return strings.NewReplacer("·", g.Dot, "…", "..", "≥", ">=", "≤", "<=", "−", "-").Replace(text)
}
