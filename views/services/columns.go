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
			Title: "BACKED BY", Rank: 2, Min: 16, Max: 100, Flex: true, Draw: v.drawBackers, Width: v.backersWidth,
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
	case unserved(b):
		return g.No, "none ready", v.Ink(t.Broken)
	case b.Notice == kube.IsExternalName:
		return g.Dot, "alias", v.Quiet(true)
	case !v.knows(b):
		return g.Unknown, "unknown", v.Ink(t.Waiting)
	case elsewhere(b) && len(b.Endpoints) == 0:
		return g.Dot, "none", v.Quiet(true)
	case b.Notice == kube.HasDeadPort:
		return g.Paused, "port down", v.Ink(t.Waiting)
	case b.Ready == 0 && elsewhere(b):
		return g.Dot, "none ready", v.Quiet(true)
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
	case elsewhere(b):
	default:
		cell.Style = v.Ink(v.Theme().Waiting)
	}
	return cell
}

// drawBackers draws what stands behind a Service, each revision in its hue, or in
// words why nothing does. What finds no room is told by its number.
func (v *View) drawBackers(pen *box.Pen, b *kube.Backend) {
	parts := v.backers(b)
	if len(parts) == 0 {
		_, _, style := v.state(b)
		pen.Write(style, notice(b))
		return
	}
	shown, rest := fitting(parts, pen.Left())
	for i, p := range parts[:shown] {
		if i > 0 {
			pen.Write(v.Theme().Faint, p.dot)
		}
		pen.Write(v.plain(b, "x").Style, p.name)
		pen.Write(p.hue, p.revision)
		pen.Write(v.plain(b, "x").Style, p.times)
	}
	switch more := parts[0].dot + others(rest); {
	case rest == 0:
	case box.Width(more) <= pen.Left():
		pen.Write(v.Theme().Faint, parts[0].dot)
		pen.Write(v.plain(b, "x").Style, others(rest))
	default:
		pen.Write(v.plain(b, "x").Style, " +"+strconv.Itoa(rest))
	}
}

// backerPart is one owner of endpoints in a line: "web ", "rev 3", " x2".
type backerPart struct {
	dot                   string
	name, revision, times string
	hue                   theme.Style
	total                 int
}

func (p backerPart) width() int { return box.Width(p.dot + p.name + p.revision + p.times) }

// backers are all owners of a Service's endpoints, Deployments first.
func (v *View) backers(b *kube.Backend) []backerPart {
	dot := " " + v.Theme().Glyphs.Dot + " "
	parts := make([]backerPart, 0, len(b.Backers)+len(b.Others))
	for i, backer := range b.Backers {
		p := backerPart{
			dot: dot, revision: "rev " + revision(backer.Revision), times: times(backer.Ready, backer.Total),
			hue: v.Ink(v.Theme().Hue(backer.Revision)), total: backer.Total,
		}
		if i == 0 || backer.Deployment != b.Backers[i-1].Deployment {
			p.name = backer.Deployment.Name + " "
		}
		parts = append(parts, p)
	}
	for _, o := range b.Others {
		parts = append(parts, backerPart{dot: dot, name: o.Text(), times: times(o.Ready, o.Total), total: o.Total})
	}
	return parts
}

// fitting says how many of the parts fit into w cells, and how many endpoints the
// others have, which are told by their number. The first is always shown.
func fitting(parts []backerPart, w int) (shown, rest int) {
	for _, p := range parts {
		rest += p.total
	}
	used := -box.Width(parts[0].dot)
	for i, p := range parts {
		used += p.width()
		rest -= p.total
		if left := used + box.Width(p.dot+others(rest)); i > 0 && (used > w || rest > 0 && left > w) {
			return shown, rest + p.total
		}
		shown++
	}
	return shown, 0
}

func others(n int) string {
	if n == 1 {
		return "1 other"
	}
	return strconv.Itoa(n) + " others"
}

func revision(n int64) string {
	if n == 0 {
		return age.Unknown
	}
	return strconv.FormatInt(n, 10)
}

// times is " x3", or " x1 of 3" where not all are ready.
func times(ready, total int) string {
	text := " x" + strconv.Itoa(ready)
	if ready < total {
		text += " of " + strconv.Itoa(total)
	}
	return text
}

func (v *View) backersWidth(b *kube.Backend) int {
	parts := v.backers(b)
	if len(parts) == 0 {
		return box.Width(notice(b))
	}
	w := -box.Width(parts[0].dot)
	for _, p := range parts {
		w += p.width()
	}
	return w
}
