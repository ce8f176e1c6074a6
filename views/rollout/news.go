package rollout

import (
	"slices"
	"strconv"
	"time"

	"fader/kube"
	"fader/views/age"
	"fader/views/box"
	"fader/views/table"
	"fader/views/theme"
)

// newsRow is a condition or an event: what the cluster says happened, and when.
type newsRow struct {
	key       string
	condition bool
	warning   bool
	what      string // "Progressing=False", or the object an event is about
	reason    string
	message   string
	count     int32
	at        time.Time
}

// newsRows are conditions and events, the newest first.
func newsRows(r *kube.Rollout) []newsRow {
	var rows []newsRow
	for _, c := range r.Deployment.Conditions {
		at := c.Updated
		if at.IsZero() {
			at = c.Transitioned
		}
		rows = append(rows, newsRow{
			key: "condition " + c.Type, condition: true, warning: bad(c),
			what: c.Type + "=" + c.Status, reason: c.Reason, message: c.Message, at: at,
		})
	}
	rows = append(rows, eventRows(r)...)
	slices.SortStableFunc(rows, func(a, b newsRow) int { return b.at.Compare(a.at) })
	return rows
}

// bad is a condition in the state it should not be in: for a failure that is True.
// Unknown is said of what somebody paused, which is no fault.
func bad(c kube.Condition) bool {
	if c.Type == "ReplicaFailure" {
		return c.Status == "True"
	}
	return c.Status == "False"
}

// about names an event's object, the Deployment itself by its kind.
func about(r *kube.Rollout, ref kube.Ref) string {
	if ref.Kind == kube.KindDeployment && ref.Name == r.Deployment.Ref.Name {
		return string(ref.Kind)
	}
	return ref.Name
}

func (v *View) newsColumns() []table.Column[newsRow] {
	return []table.Column[newsRow]{
		{Min: 1, Max: 1, Cell: v.newsSign},
		{
			Rank: 1, Min: 8, Max: 24, Whole: true, Width: func(n newsRow) int { return box.Width(n.reason) },
			Cell: func(n newsRow) table.Cell {
				return table.Cell{Text: n.reason, Style: v.newsLook(n)}
			},
		},
		{
			Rank: 3, Min: 17, Max: 40, Width: func(n newsRow) int { return box.Width(n.what) },
			Draw: func(pen *box.Pen, n newsRow) { pen.WriteEnd(v.ink(v.theme.Dim), n.what) },
		},
		{
			Min: 22, Max: 400, Flex: true, Draw: v.drawMessage,
			Width: func(n newsRow) int { return box.Width(n.message) + 4 },
		},
		{Rank: 2, Right: true, Min: 4, Cell: func(n newsRow) table.Cell {
			return table.Cell{Text: age.Since(v.clock(), n.at), Style: v.ink(v.theme.Dim)}
		}},
	}
}

func (v *View) newsSign(n newsRow) table.Cell {
	g := v.theme.Glyphs
	sign := g.Dot
	switch {
	case n.warning:
		sign = g.No
	case n.condition:
		sign = g.Yes
	}
	return table.Cell{Text: sign, Style: v.newsLook(n)}
}

func (v *View) newsLook(n newsRow) theme.Style {
	switch {
	case n.warning && n.condition:
		return v.ink(v.theme.Broken)
	case n.warning:
		return v.ink(v.theme.Waiting)
	}
	return v.ink(v.theme.Dim)
}

func (v *View) drawMessage(pen *box.Pen, n newsRow) {
	style := v.ink(v.theme.Dim)
	if n.warning {
		style = v.ink(v.theme.Text)
	}
	if n.count > 1 {
		pen.Write(v.ink(v.theme.Text), strconv.Itoa(int(n.count))+"x ")
	}
	pen.Write(style, n.message)
}
