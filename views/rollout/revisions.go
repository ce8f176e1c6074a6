package rollout

import (
	"strconv"

	"fader/kube"
	"fader/views/age"
	"fader/views/box"
	"fader/views/fader"
	"fader/views/imagetag"
	"fader/views/table"
)

// revisionColumns are a fader for each revision, and beside it its figures, where
// there are any: then what tells revisions apart is shorter, and the rest is there
// only where it takes nothing away from them.
func (v *View) revisionColumns() []table.Column[*kube.Revision] {
	columns := []table.Column[*kube.Revision]{
		{Right: true, Whole: true, Min: 3, Max: 19, Width: func(r *kube.Revision) int {
			return box.Width(number(r.ReplicaSet.Revision))
		}, Cell: func(r *kube.Revision) table.Cell {
			return table.Cell{Text: number(r.ReplicaSet.Revision), Style: v.hue(r.ReplicaSet.Revision).Bold()}
		}},
		{Rank: 2, Min: 5, Cell: v.mark},
		{Rank: 1, Min: 8, Max: 60, Flex: true, Draw: v.drawFader},
		{Right: true, Min: 5, Whole: true, Width: func(r *kube.Revision) int {
			return box.Width(v.level(r))
		}, Cell: v.ready},
		{Rank: 2, Right: true, Min: len("endpoints 100%"), Max: 40, Width: func(r *kube.Revision) int {
			return box.Width(v.share(r).Text)
		}, Cell: v.share},
		{Rank: 3, Min: 12, Max: 60, Width: func(r *kube.Revision) int {
			return box.Width(imagetag.List(r.ReplicaSet.Images()))
		}, Draw: func(pen *box.Pen, r *kube.Revision) {
			pen.WriteEnd(v.ink(v.theme.Text), imagetag.List(r.ReplicaSet.Images()))
		}},
		{Rank: 5, Min: 10, Max: 80, Width: func(r *kube.Revision) int {
			return box.Width(r.ReplicaSet.ChangeCause) + 2
		}, Cell: v.changeCause},
		{Rank: 4, Right: true, Min: 4, Cell: func(r *kube.Revision) table.Cell {
			return table.Cell{Text: age.Since(v.clock(), r.ReplicaSet.Created), Style: v.ink(v.theme.Dim)}
		}},
	}
	if !v.figured() {
		return columns
	}
	for i := range columns {
		columns[i].Spare = columns[i].Rank > 2
	}
	return append(columns, v.figureColumn())
}

func (v *View) mark(r *kube.Revision) table.Cell {
	if !r.New {
		return table.Cell{}
	}
	return table.Cell{Text: v.theme.Glyphs.New + "new", Style: v.ink(v.theme.Accent)}
}

// drawFader draws the level on the scale that all revisions share, so that they
// can be compared.
func (v *View) drawFader(pen *box.Pen, r *kube.Revision) {
	rs := r.ReplicaSet
	full := int(v.rollout.Deployment.Replicas.Desired)
	for _, other := range v.rollout.Revisions {
		full = max(full, int(max(other.ReplicaSet.Current, other.ReplicaSet.Desired)))
	}
	fader.Level(pen, v.theme, v.hue(rs.Revision), int(rs.Ready), int(rs.Current-rs.Ready), full, pen.Left())
}

// level is "ready/desired" of the ReplicaSet, "0" where it wants and has nothing.
func (v *View) level(r *kube.Revision) string {
	rs := r.ReplicaSet
	if rs.Desired == 0 && rs.Current == 0 {
		return "0"
	}
	return strconv.Itoa(int(rs.Ready)) + "/" + strconv.Itoa(int(rs.Desired))
}

func (v *View) ready(r *kube.Revision) table.Cell {
	rs, style := r.ReplicaSet, v.theme.Text
	switch {
	case rs.Desired == 0 && rs.Current == 0:
		style = v.theme.Faint
	case rs.Ready < rs.Desired:
		style = v.theme.Waiting
		if v.rollout.Phase == kube.Stalled || v.rollout.Phase == kube.Degraded {
			style = v.theme.Broken
		}
	}
	return table.Cell{Text: v.level(r), Style: v.ink(style)}
}

func (v *View) changeCause(r *kube.Revision) table.Cell {
	if r.ReplicaSet.ChangeCause == "" {
		return table.Cell{}
	}
	return table.Cell{Text: `"` + r.ReplicaSet.ChangeCause + `"`, Style: v.ink(v.theme.Dim)}
}

func number(n int64) string {
	if n == 0 {
		return age.Unknown // the annotation is missing: there is no revision 0
	}
	return strconv.FormatInt(n, 10)
}
