package rollout

import (
	"slices"

	"fader/kube"
	"fader/metrics"
	"fader/views/age"
	"fader/views/box"
	"fader/views/figure"
	"fader/views/table"
	"fader/views/theme"
)

// podRow is a pod and the revision it is of.
type podRow struct {
	pod      *kube.Pod
	revision int64
}

// podRows are a rollout's pods by revision, the new one first; within a revision
// those that are not ready come first, then by name.
func podRows(r *kube.Rollout) []podRow {
	var rows []podRow
	for _, rev := range r.Revisions {
		of := len(rows)
		for _, p := range rev.Pods {
			rows = append(rows, podRow{p, rev.ReplicaSet.Revision})
		}
		slices.SortStableFunc(rows[of:], func(a, b podRow) int { return order(a.pod) - order(b.pod) })
	}
	return rows
}

// order puts what is wanted and not there before what is there, and what is
// going away last.
func order(p *kube.Pod) int {
	switch {
	case !p.Terminating.IsZero():
		return 2
	case p.IsReady:
		return 1
	}
	return 0
}

func (v *View) podColumns() []table.Column[podRow] {
	columns := []table.Column[podRow]{
		{
			Title: "REV", Right: true, Rank: 1, Width: func(p podRow) int { return box.Width(number(p.revision)) },
			Cell: func(p podRow) table.Cell { return table.Cell{Text: number(p.revision), Style: v.hue(p.revision)} },
		},
		{Title: "POD", Min: 13, Max: 63, Width: func(p podRow) int { return box.Width(p.pod.Ref.Name) + 2 }, Draw: v.drawPod},
		{
			Title: "STATUS", Rank: 0, Min: 9, Max: 40, Whole: true, Width: func(p podRow) int { return box.Width(p.pod.Status) },
			Cell: func(p podRow) table.Cell {
				_, style := v.podLook(p.pod)
				return table.Cell{Text: p.pod.Status, Style: style}
			},
		},
		{Title: "READY", Right: true, Rank: 2, Cell: func(p podRow) table.Cell {
			return table.Cell{Text: p.pod.ReadyColumn(), Style: v.plain(p.pod)}
		}},
		{
			Title: "RESTARTS", Right: true, Rank: 4, Max: 16, Whole: true, Width: func(p podRow) int { return box.Width(p.pod.RestartsColumn(v.clock())) },
			Cell: func(p podRow) table.Cell {
				style := v.plain(p.pod)
				if p.pod.Restarts > 0 {
					style = v.ink(v.theme.Waiting)
				}
				return table.Cell{Text: p.pod.RestartsColumn(v.clock()), Style: style}
			},
		},
		{
			Title: "NODE", Rank: 5, Max: 40, Whole: true, Width: func(p podRow) int { return box.Width(p.pod.Node) },
			Cell: func(p podRow) table.Cell {
				if p.pod.Node == "" {
					return table.Cell{Text: age.Unknown, Style: v.ink(v.theme.Faint)}
				}
				return table.Cell{Text: p.pod.Node, Style: v.plain(p.pod)}
			},
		},
		{Title: "AGE", Right: true, Rank: 3, Min: 4, Cell: func(p podRow) table.Cell {
			return table.Cell{Text: age.Since(v.clock(), p.pod.Created), Style: v.plain(p.pod)}
		}},
	}
	if v.figured() {
		columns = append(columns, table.Column[podRow]{Title: "p95", Right: true, Rank: 2, Min: figure.Width + 1, Cell: v.podFigure})
	}
	return columns
}

// podFigure is a pod's p95, with a sign where it is slower than the others.
func (v *View) podFigure(p podRow) table.Cell {
	r := v.podReading(p.pod)
	cell := table.Cell{Text: figure.Text(v.theme, r), Style: v.figureInk(v.theme.Faint)}
	switch key := (metrics.PodKey{Namespace: p.pod.Ref.Namespace, Name: p.pod.Ref.Name}); {
	case v.measure().slow[key]:
		cell.Text, cell.Style = v.theme.Glyphs.Up+cell.Text, v.figureInk(v.theme.Waiting)
	case r.Now.Known:
		cell.Style = v.figureInk(v.theme.Dim)
	}
	return cell
}

// drawPod draws the pod's sign and name; the end of the name tells pods apart.
func (v *View) drawPod(pen *box.Pen, p podRow) {
	sign, style := v.podLook(p.pod)
	pen.Write(style, sign)
	pen.Blank(1)
	pen.WriteEnd(v.plain(p.pod), p.pod.Ref.Name)
}

// plain is the style of a pod's text: quiet when it is ready.
func (v *View) plain(p *kube.Pod) theme.Style {
	if order(p) > 0 {
		return v.ink(v.theme.Dim)
	}
	return v.ink(v.theme.Text)
}

func (v *View) podLook(p *kube.Pod) (string, theme.Style) {
	t, g := v.theme, v.theme.Glyphs
	switch {
	case !p.Terminating.IsZero():
		return g.ScaledDown, v.ink(t.Dim)
	case p.IsReady:
		return g.Yes, v.ink(t.Dim)
	case len(p.Troubles) > 0 || p.Scheduling.Failed:
		return g.No, v.ink(t.Broken)
	}
	return g.Waiting, v.ink(t.Text)
}
