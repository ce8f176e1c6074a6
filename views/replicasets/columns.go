package replicasets

import (
	"fmt"
	"strconv"
	"strings"

	"fader/kube"
	"fader/views/age"
	"fader/views/box"
	"fader/views/imagetag"
	"fader/views/table"
	"fader/views/theme"
)

const (
	titleState = "STATE"
	titleAge   = "AGE"
)

// columns are the page's, in the order they stand; Rank is the order they stay,
// with room for figures.
func (v *View) columns(namespaces bool) []table.Column[row] {
	all := []table.Column[row]{
		{Title: titleState, Rank: 1, Essential: true, Min: 8, Draw: v.drawState, Compare: problemsFirst},
		{
			Title: "NAMESPACE", Whole: true, Middle: true, Enough: 16, Min: 9, Max: 63, Cell: v.namespace, Compare: byNamespace,
			Width: func(r row) int { return box.Width(r.set.Ref.Namespace) },
		},
		{
			Title: "REPLICASET", Whole: true, Middle: true, Enough: 32, Min: 13, Max: 253, Cell: v.name, Compare: byName,
			Width: func(r row) int { return box.Width(r.set.Ref.Name) },
		},
		{
			Title: "REV", Right: true, Rank: 1, Min: 3, Cell: v.revision, Compare: byRevision,
			Width: func(r row) int { return box.Width(number(r.set.Revision)) },
		},
		{Title: "DESIRED", Right: true, Rank: 4, Compare: byDesired, Cell: func(r row) table.Cell { return v.count(r, r.set.Desired) }},
		{Title: "CURRENT", Right: true, Rank: 4, Compare: byCurrent, Cell: func(r row) table.Cell { return v.count(r, r.set.Current) }},
		{Title: "READY", Right: true, Rank: 2, Compare: byReady, Cell: v.ready},
		{Title: titleAge, Right: true, Rank: 5, Min: 4, Compare: byAge, Cell: func(r row) table.Cell {
			return table.Cell{Text: age.Since(v.Clock(), r.set.Created), Style: v.plain(r)}
		}},
		{
			Title: "IMAGE", Rank: 8, Min: 12, Max: 60, Compare: byImage, Width: func(r row) int { return box.Width(images(r)) },
			Draw: func(pen *box.Pen, r row) { pen.WriteEnd(v.plain(r), images(r)) },
		},
		{
			Title: "CHANGE-CAUSE", Rank: 10, Min: 16, Max: 120, Flex: true, Cell: func(r row) table.Cell {
				return table.Cell{Text: r.set.ChangeCause, Style: v.Quiet(true)}
			}, Width: func(r row) int { return box.Width(r.set.ChangeCause) },
		},
	}
	if !namespaces {
		all = append(all[:1], all[2:]...)
	}
	if v.of == (kube.Ref{}) {
		all = append(all, table.Column[row]{
			Title: "DEPLOYMENT", Rank: 11, Spare: true, Min: 10, Max: 40, Compare: byDeployment, Cell: v.deployment,
			Width: func(r row) int { return box.Width(r.owner.Deployment.Name) },
		})
	}
	return v.withFigures(all)
}

// plain is the style of a row's text: quiet where it wants nothing of anybody.
func (v *View) plain(r row) theme.Style {
	if weight(r) == 4 && !v.Old() {
		return v.Theme().Faint
	}
	return v.Quiet(weight(r) > 1)
}

func (v *View) drawState(pen *box.Pen, r row) {
	t, g := v.Theme(), v.Theme().Glyphs
	sign, style := g.Yes, v.plain(r)
	switch weight(r) {
	case 0:
		sign, style = g.No, v.Ink(t.Broken)
	case 1:
		sign, style = g.Waiting, v.Ink(t.Waiting)
	case 2, 4:
		sign = g.ScaledDown
	}
	pen.Write(style, sign)
	pen.Blank(1)
	pen.Write(style, state(r))
}

func (v *View) namespace(r row) table.Cell {
	return table.Cell{Text: r.set.Ref.Namespace, Style: v.plain(r)}
}

func (v *View) name(r row) table.Cell {
	style := v.plain(r)
	if weight(r) == 0 {
		style = v.Ink(v.Theme().Strong)
	}
	return table.Cell{Text: r.set.Ref.Name, Style: style}
}

func (v *View) deployment(r row) table.Cell {
	if r.owner.Deployment.Name == "" {
		return table.Cell{Text: age.Unknown, Style: v.Theme().Faint}
	}
	return table.Cell{Text: r.owner.Deployment.Name, Style: v.plain(r)}
}

func (v *View) revision(r row) table.Cell {
	if r.set.Revision == 0 {
		return table.Cell{Text: age.Unknown, Style: v.Theme().Faint}
	}
	style := v.plain(r)
	if weight(r) < 4 {
		style = v.Ink(v.Theme().Hue(r.set.Revision))
	}
	return table.Cell{Text: number(r.set.Revision), Style: style}
}

func number(n int64) string {
	if n == 0 {
		return age.Unknown
	}
	return strconv.FormatInt(n, 10)
}

func (v *View) count(r row, n int32) table.Cell {
	return table.Cell{Text: strconv.Itoa(int(n)), Style: v.plain(r)}
}

func (v *View) ready(r row) table.Cell {
	cell := v.count(r, r.set.Ready)
	if r.set.Ready < r.set.Desired {
		cell.Style = v.Ink(v.Theme().Waiting)
	}
	return cell
}

func images(r row) string { return imagetag.List(r.set.Images()) }

// about says what the ReplicaSet under the cursor is, and what it fails at.
func (v *View) about(r row, w, h int) []string {
	s := r.set
	text := fmt.Sprintf("wants %d, has %d, %d ready, %d available", s.Desired, s.Current, s.Ready, s.Available)
	style := v.Quiet(weight(r) > 1)
	if c := failed(s); c != nil {
		text += "; " + c.Reason + ": " + c.Message
	}
	lines := v.Paragraph(s.Ref.String(), text, style, w)
	below := append(v.figures(r), v.Facts(facts(r)))
	if n := max(h-len(below), 1); len(lines) > n && h > 1 {
		lines = box.Shorten(lines, n, v.Theme().Glyphs.Ellipsis)
	}
	return append(lines, below...)
}

func facts(r row) []string {
	whose := "an orphan: no Deployment in sight owns it"
	if d := r.owner.Deployment; d != (kube.Ref{}) {
		whose = state(r) + " revision " + number(r.set.Revision) + " of " + d.Name
	}
	facts := []string{whose}
	if images := r.set.Images(); len(images) > 0 {
		facts = append(facts, strings.Join(images, ", "))
	}
	return facts
}
