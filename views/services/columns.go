package services

import (
	"strconv"

	"fader/kube"
	"fader/views/age"
	"fader/views/box"
	"fader/views/table"
	"fader/views/theme"
)

const titleState = "STATE"

// columns are the page's, in the order they stand; Rank is the order they stay.
func (v *View) columns(namespaces bool) []table.Column[*kube.Backend] {
	all := []table.Column[*kube.Backend]{
		{Title: titleState, Rank: 1, Essential: true, Min: 2 + len("none ready"), Draw: v.drawState, Compare: v.problemsFirst},
		{
			Title: "NAMESPACE", Whole: true, Middle: true, Enough: 16, Min: 9, Max: 63, Compare: byNamespace,
			Width: func(b *kube.Backend) int { return box.Width(b.Service.Ref.Namespace) },
			Cell: func(b *kube.Backend) table.Cell {
				return table.Cell{Text: b.Service.Ref.Namespace, Style: v.Quiet(true)}
			},
		},
		{
			Title: "SERVICE", Whole: true, Middle: true, Enough: 24, Min: 11, Max: 253, Cell: v.name, Compare: byName,
			Width: func(b *kube.Backend) int { return box.Width(b.Service.Ref.Name) },
		},
		{Title: "TYPE", Rank: 6, Min: 12, Compare: byType, Width: func(b *kube.Backend) int {
			return len(kind(b.Service))
		}, Cell: func(b *kube.Backend) table.Cell { return v.plain(b, kind(b.Service)) }},
		{Title: "READY", Right: true, Rank: 1, Cell: v.ready, Compare: byReady},
		{Title: "SERVING", Right: true, Rank: 4, Compare: byServing, Cell: func(b *kube.Backend) table.Cell { return v.count(b, b.Serving) }},
		{Title: "TERMINATING", Right: true, Rank: 5, Compare: byTerminating, Cell: func(b *kube.Backend) table.Cell {
			return v.count(b, b.Terminating)
		}},
		{
			Title: "BACKED BY", Rank: 2, Min: 16, Max: 80, Flex: true, Draw: v.drawBackers, Width: backersWidth,
		},
		{
			Title: "SELECTOR", Rank: 7, Spare: true, Min: 12, Max: 60, Compare: bySelector,
			Width: func(b *kube.Backend) int { return box.Width(selector(b.Service)) },
			Cell:  func(b *kube.Backend) table.Cell { return v.plain(b, selector(b.Service)) },
		},
		{Title: "AGE", Right: true, Rank: 8, Spare: true, Min: 4, Compare: byAge, Cell: func(b *kube.Backend) table.Cell {
			return v.plain(b, age.Since(v.Clock(), b.Service.Created))
		}},
	}
	if !namespaces {
		all = append(all[:1], all[2:]...)
	}
	return all
}

// kind is the type, a headless one by that name.
func kind(s *kube.Service) string {
	if s.Headless() {
		return "headless"
	}
	return s.Type
}

// state is a Service's sign, word and style.
func (v *View) state(b *kube.Backend) (sign, word string, style theme.Style) {
	t, g := v.Theme(), v.Theme().Glyphs
	switch {
	case b.Notice == kube.MatchesNoPod:
		return g.No, "no pod", v.Ink(t.Broken)
	case b.Notice == kube.MatchesNotReady:
		return g.No, "none ready", v.Ink(t.Broken)
	case b.Notice == kube.IsExternalName:
		return g.Dot, "alias", v.Quiet(true)
	case !v.knows(b):
		return g.Unknown, "unknown", v.Ink(t.Waiting)
	case b.Ready == 0:
		return g.Warning, "none ready", v.Ink(t.Waiting)
	case b.Notice == kube.PublishesAll:
		return g.Warning, "all pods", v.Ink(t.Waiting)
	}
	return g.Yes, "ready", v.Quiet(true)
}

func (v *View) drawState(pen *box.Pen, b *kube.Backend) {
	sign, word, style := v.state(b)
	pen.Write(style, sign)
	pen.Blank(1)
	pen.Write(style, word)
}

func (v *View) plain(b *kube.Backend, text string) table.Cell {
	if text == "" {
		return table.Cell{Text: age.Unknown, Style: v.Theme().Faint}
	}
	return table.Cell{Text: text, Style: v.Quiet(v.weight(b) > 1)}
}

func (v *View) name(b *kube.Backend) table.Cell {
	cell := v.plain(b, b.Service.Ref.Name)
	if v.weight(b) == 0 {
		cell.Style = v.Ink(v.Theme().Strong)
	}
	return cell
}

// count is a number of endpoints; what is not known is no zero.
func (v *View) count(b *kube.Backend, n int) table.Cell {
	if !v.knows(b) || b.Notice == kube.IsExternalName {
		return v.plain(b, "")
	}
	return v.plain(b, strconv.Itoa(n))
}

func (v *View) ready(b *kube.Backend) table.Cell {
	cell := v.count(b, b.Ready)
	switch {
	case cell.Text == age.Unknown || b.Ready > 0:
	case v.weight(b) == 0:
		cell.Style = v.Ink(v.Theme().Broken)
	default:
		cell.Style = v.Ink(v.Theme().Waiting)
	}
	return cell
}

// drawBackers draws what stands behind a Service, each revision in its hue, or in
// words why nothing does.
func (v *View) drawBackers(pen *box.Pen, b *kube.Backend) {
	if len(b.Backers) == 0 {
		_, _, style := v.state(b)
		pen.Write(style, notice(b))
		return
	}
	for i, backer := range b.Backers {
		if i > 0 {
			pen.Write(v.Theme().Faint, " "+v.Theme().Glyphs.Dot+" ")
		}
		if i == 0 || backer.Deployment != b.Backers[i-1].Deployment {
			pen.Write(v.plain(b, backer.Deployment.Name).Style, backer.Deployment.Name+" ")
		}
		pen.Write(v.Ink(v.Theme().Hue(backer.Revision)), "rev "+revision(backer.Revision))
		pen.Write(v.plain(b, "x").Style, times(backer))
	}
}

func revision(n int64) string {
	if n == 0 {
		return age.Unknown
	}
	return strconv.FormatInt(n, 10)
}

// times is " ×3", or " ×1 of 3" where not all are ready.
func times(b kube.Backer) string {
	text := " x" + strconv.Itoa(b.Ready)
	if b.Ready < b.Total {
		text += " of " + strconv.Itoa(b.Total)
	}
	return text
}

func backersWidth(b *kube.Backend) int {
	if len(b.Backers) == 0 {
		return box.Width(notice(b))
	}
	w := 0
	for i, backer := range b.Backers {
		if i > 0 {
			w += 3
		}
		if i == 0 || backer.Deployment != b.Backers[i-1].Deployment {
			w += box.Width(backer.Deployment.Name) + 1
		}
		w += len("rev ") + len(revision(backer.Revision)) + len(times(backer))
	}
	return w
}
