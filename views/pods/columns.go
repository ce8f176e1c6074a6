package pods

import (
	"strconv"

	"fader/kube"
	"fader/views/age"
	"fader/views/box"
	"fader/views/table"
	"fader/views/theme"
)

const (
	titleStatus   = "STATUS"
	titleRestarts = "RESTARTS"
)

// columns are the page's, in the order they stand; Rank is the order they stay,
// with room for figures.
func (v *View) columns(namespaces bool) []table.Column[row] {
	all := []table.Column[row]{
		{
			Title: titleStatus, Rank: 1, Essential: true, Enough: 20, Min: 11, Max: 34, Whole: true, Draw: v.drawStatus, Compare: problemsFirst,
			Width: func(r row) int { return 2 + box.Width(r.pod.Status) },
		},
		{
			Title: "NAMESPACE", Whole: true, Middle: true, Enough: 16, Min: 9, Max: 63, Cell: v.namespace, Compare: byNamespace,
			Width: func(r row) int { return box.Width(r.pod.Ref.Namespace) },
		},
		{
			Title: "POD", Whole: true, Middle: true, Enough: 36, Min: 13, Max: 253, Cell: v.name, Compare: byName,
			Width: func(r row) int { return box.Width(r.pod.Ref.Name) },
		},
		{
			Title: "REV", Right: true, Rank: 3, Cell: v.revision, Compare: byRevision,
			Width: func(r row) int { return box.Width(revision(r.owner.Revision)) },
		},
		{Title: "READY", Right: true, Rank: 2, Cell: v.ready, Compare: byReady, Width: func(r row) int {
			return digits(r.pod.Ready) + 1 + digits(r.pod.Total)
		}},
		{Title: titleRestarts, Right: true, Rank: 6, Whole: true, Max: 18, Cell: v.restarts, Compare: byRestarts, Width: func(r row) int {
			if r.pod.Restarts == 0 {
				return 1
			}
			return len(v.restarted(r.pod))
		}},
		{Title: "AGE", Right: true, Rank: 4, Min: 4, Compare: byAge, Cell: func(r row) table.Cell {
			return v.plain(r, age.Since(v.Clock(), r.pod.Created))
		}},
		{
			Title: "NODE", Rank: 7, Whole: true, Min: 6, Max: 63, Compare: byNode,
			Width: func(r row) int { return box.Width(r.pod.Node) }, Cell: func(r row) table.Cell { return v.known(r, r.pod.Node) },
		},
		{
			Title: "GPU", Right: true, Rank: 9, Min: 3, Compare: byGPU, Cell: v.gpu,
		},
		{
			Title: "IP", Rank: 12, Whole: true, Min: 9, Max: 45, Compare: byIP,
			Width: func(r row) int { return box.Width(r.pod.IP) }, Cell: func(r row) table.Cell { return v.known(r, r.pod.IP) },
		},
		{Title: "NOTE", Rank: 11, Min: 18, Max: 120, Flex: true, Draw: v.drawNote, Width: v.noteWidth},
	}
	all = append(all, table.Column[row]{
		Title: "QOS", Rank: 14, Spare: true, Min: 10, Max: 10, Compare: byQoS,
		Width: func(r row) int { return box.Width(r.pod.QoS) }, Cell: func(r row) table.Cell { return v.known(r, r.pod.QoS) },
	})
	if !namespaces {
		all = append(all[:1], all[2:]...)
	}
	if v.scope == (Scope{}) {
		all = append(all, table.Column[row]{
			Title: "DEPLOYMENT", Rank: 13, Spare: true, Min: 10, Max: 40, Compare: byDeployment,
			Width: func(r row) int { return box.Width(r.owner.Deployment.Name) },
			Cell:  func(r row) table.Cell { return v.known(r, r.owner.Deployment.Name) },
		})
	}
	return v.withFigures(all)
}

// look is a pod's sign, and the style of sign and status.
func (v *View) look(p *kube.Pod) (string, theme.Style) {
	t, g := v.Theme(), v.Theme().Glyphs
	switch weight(p) {
	case 0:
		return g.No, v.Ink(t.Broken)
	case 1:
		return g.Waiting, v.Ink(t.Text)
	case 2:
		return g.ScaledDown, v.Ink(t.Dim)
	case 3:
		return g.Yes, v.Ink(t.Dim)
	}
	return g.ScaledDown, v.Ink(t.Faint)
}

func (v *View) drawStatus(pen *box.Pen, r row) {
	sign, style := v.look(r.pod)
	pen.Write(style, sign)
	pen.Blank(1)
	pen.Write(style, r.pod.Status)
}

func (v *View) name(r row) table.Cell {
	style := v.Quiet(weight(r.pod) > 1)
	if weight(r.pod) == 0 {
		style = v.Ink(v.Theme().Strong)
	}
	return table.Cell{Text: r.pod.Ref.Name, Style: style}
}

func (v *View) namespace(r row) table.Cell {
	return table.Cell{Text: r.pod.Ref.Namespace, Style: v.Quiet(true)}
}

func (v *View) plain(r row, text string) table.Cell {
	return table.Cell{Text: text, Style: v.Quiet(weight(r.pod) > 1)}
}

// known is a cell of text that may be missing.
func (v *View) known(r row, text string) table.Cell {
	if text == "" {
		return table.Cell{Text: age.Unknown, Style: v.Theme().Faint}
	}
	return v.plain(r, text)
}

func (v *View) revision(r row) table.Cell {
	if r.owner.Revision == 0 {
		return table.Cell{Text: age.Unknown, Style: v.Theme().Faint}
	}
	return table.Cell{Text: revision(r.owner.Revision), Style: v.Ink(v.Theme().Hue(r.owner.Revision))}
}

func revision(n int64) string {
	if n == 0 {
		return age.Unknown
	}
	return strconv.FormatInt(n, 10)
}

func (v *View) ready(r row) table.Cell {
	cell := v.plain(r, r.pod.ReadyColumn())
	if missing(r.pod) > 0 && weight(r.pod) < 2 {
		cell.Style = v.Ink(v.Theme().Waiting)
	}
	return cell
}

func (v *View) restarts(r row) table.Cell {
	cell := v.plain(r, v.restarted(r.pod))
	if r.pod.Restarts > 0 && weight(r.pod) < 2 {
		cell.Style = v.Ink(v.Theme().Waiting)
	}
	return cell
}

// restarted is kubectl's RESTARTS.
func (v *View) restarted(p *kube.Pod) string { return p.RestartsColumn(v.Clock()) }

func (v *View) gpu(r row) table.Cell {
	n := gpus(r.pod)
	if n == 0 {
		return table.Cell{}
	}
	return v.plain(r, strconv.FormatInt(n, 10))
}

// digits of a number that is not below zero; it is counted for every pod.
func digits(n int) int {
	count := 1
	for n /= 10; n > 0; n /= 10 {
		count++
	}
	return count
}
