package nodes

import (
	"strconv"
	"strings"

	"fader/kube"
	"fader/views/age"
	"fader/views/box"
	"fader/views/table"
	"fader/views/theme"
)

const titleStatus = "STATUS"

// columns are the page's, in the order they stand; Rank is the order they stay,
// with room for figures.
func (v *View) columns() []table.Column[row] {
	text := func(title string, rank, least, most int, of func(row) string, compare func(a, b row) int) table.Column[row] {
		return table.Column[row]{
			Title: title, Rank: rank, Min: least, Max: most, Compare: compare,
			Width: func(r row) int { return box.Width(of(r)) },
			Cell:  func(r row) table.Cell { return v.plain(r, of(r)) },
		}
	}
	name := text("NODE", 0, 8, 253, func(r row) string { return r.node.Node.Ref.Name }, byName)
	name.Whole = true
	resource := text("RESOURCE", 4, 14, 60, func(r row) string { return r.use.Resource }, byResource)
	resource.Whole = true
	zone := text(titleZone, 11, 6, 40, func(r row) string { return r.node.Node.Zone }, byZone)
	zone.Spare = true
	return v.withFigures([]table.Column[row]{
		{
			Title: titleStatus, Min: 10, Max: 30, Draw: v.drawStatus, Compare: problemsFirst,
			Width: func(r row) int { return 2 + box.Width(r.node.Node.Status) },
		},
		name,
		text("PRODUCT", 10, 10, 40, func(r row) string { return r.node.Node.Product }, byProduct),
		resource,
		v.number("CAP", 7, func(r row) int64 { return r.use.Capacity }, byCapacity),
		v.number("ALLOC", 7, func(r row) int64 { return r.use.Allocatable }, byAllocatable),
		{Title: "REQ", Right: true, Rank: 5, Min: 5, Cell: v.requested, Compare: byRequested},
		{Title: "FREE", Right: true, Rank: 1, Min: 5, Cell: v.free, Compare: byFree},
		zone,
		{
			Title: "HELD BY", Rank: 8, Min: 14, Max: 120, Flex: true, Draw: v.drawHolders,
			Width: func(r row) int { return box.Width(held(r)) },
		},
	})
}

func (v *View) number(title string, rank int, of func(row) int64, compare func(a, b row) int) table.Column[row] {
	return table.Column[row]{
		Title: title, Right: true, Rank: rank, Min: 3, Compare: compare,
		Width: func(r row) int { return len(strconv.FormatInt(of(r), 10)) },
		Cell: func(r row) table.Cell {
			if !r.use.Counted() {
				return v.plain(r, "")
			}
			return v.plain(r, strconv.FormatInt(of(r), 10))
		},
	}
}

func (v *View) drawStatus(pen *box.Pen, r row) {
	t, g, n := v.Theme(), v.Theme().Glyphs, r.node.Node
	sign, style := g.Yes, v.Quiet(true)
	switch {
	case !n.Ready:
		sign, style = g.No, v.Ink(t.Broken)
	case n.Cordoned:
		sign, style = g.Warning, v.Ink(t.Waiting)
	}
	pen.Write(style, sign)
	pen.Blank(1)
	status := n.Status
	if box.Width(status) > pen.Left() {
		status = strings.Replace(status, ",SchedulingDisabled", ",cordoned", 1)
	}
	pen.Write(style, status)
}

func (v *View) look(r row) theme.Style { return v.Quiet(weight(r) == 2 && r.use.Free == 0) }

func (v *View) plain(r row, text string) table.Cell {
	if text == "" {
		return table.Cell{Text: age.Unknown, Style: v.Theme().Faint}
	}
	return table.Cell{Text: text, Style: v.look(r)}
}

func (v *View) requested(r row) table.Cell {
	if !v.counted || r.use.Source == kube.Dynamic {
		return v.plain(r, "")
	}
	return v.plain(r, v.bound(">=")+strconv.FormatInt(r.use.Requested, 10))
}

// free below zero is what cannot be and is: something broke. Free ones that help
// nobody are no good news.
func (v *View) free(r row) table.Cell {
	if !v.counted || !r.use.Counted() {
		return v.plain(r, "")
	}
	cell := v.plain(r, v.bound("<=")+strconv.FormatInt(r.use.Free, 10))
	switch {
	case r.use.Free < 0:
		cell.Style = v.Ink(v.Theme().Broken)
	case r.use.Free > 0 && r.use.Unusable != "":
		cell.Style = v.Ink(v.Theme().Waiting)
	case r.use.Free > 0:
		cell.Style = v.Ink(v.Theme().Good)
	}
	return cell
}

// bound is the sign of a number that is only a bound.
func (v *View) bound(sign string) string {
	if v.partial {
		return sign
	}
	return ""
}

func (v *View) drawHolders(pen *box.Pen, r row) {
	dot := " " + v.Theme().Glyphs.Dot + " "
	if n := v.idle(r); n > 0 {
		pen.Write(v.FigureInk(v.Theme().Waiting), strconv.Itoa(n)+" idle: not ready")
		pen.Write(v.Theme().Faint, dot)
	}
	pen.Write(v.look(r), held(r))
	var more []string
	if !r.use.Counted() {
		more = append(more, "not counted")
	}
	if r.use.Unusable != "" && (r.use.Free > 0 || !r.use.Counted()) && v.counted {
		more = append(more, "unusable: "+r.use.Unusable)
	}
	for i, text := range more {
		if i > 0 || len(r.holders) > 0 {
			pen.Write(v.Theme().Faint, dot)
		}
		pen.Write(v.Ink(v.Theme().Waiting), text)
	}
}

// held is who holds how many: "ml/fraud-model x4, ml/ranker x4". What is held by
// resource claims has their names: "ml/tts (claim gpu)".
func held(r row) string {
	if len(r.holders) == 0 {
		return ""
	}
	var b strings.Builder
	for i, s := range r.holders {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(s.name)
		if s.gpus > 0 {
			b.WriteString(" x")
			b.WriteString(strconv.FormatInt(s.gpus, 10))
		}
		if len(s.claims) > 0 {
			b.WriteString(" (claim ")
			b.WriteString(strings.Join(s.claims, ", "))
			b.WriteString(")")
		}
	}
	return b.String()
}
