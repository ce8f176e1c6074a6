package journal

import (
	"strconv"
	"strings"
	"time"

	"fader/kube"
	"fader/kube/rollout"
	"fader/views/age"
	"fader/views/box"
	"fader/views/table"
	"fader/views/theme"
)

const titleTime = "TIME"

// columns are the page's, in the order they stand; Rank is the order they stay.
func (v *View) columns(bool) []table.Column[rollout.Receipt] {
	text := func(title string, rank, least, most int, of func(rollout.Receipt) string, compare func(a, b rollout.Receipt) int) table.Column[rollout.Receipt] {
		return table.Column[rollout.Receipt]{
			Title: title, Rank: rank, Min: least, Max: most, Compare: compare,
			Width: func(r rollout.Receipt) int { return box.Width(of(r)) },
			Cell:  func(r rollout.Receipt) table.Cell { return v.plain(r, of(r)) },
		}
	}
	object := text("OBJECT", 0, 10, 253, object, byObject)
	object.Whole = true
	return []table.Column[rollout.Receipt]{
		{Title: titleTime, Rank: 1, Min: len("01-02 15:04:05"), Compare: newestFirst, Cell: func(r rollout.Receipt) table.Cell {
			return v.plain(r, v.at(r.Started))
		}},
		{Title: "RESULT", Min: 2 + len(rollout.Conflict), Draw: v.drawResult, Compare: byResult},
		object,
		text("MOVE", 2, 12, 80, func(r rollout.Receipt) string { return r.Plan.Title }, byTitle),
		{Title: "CHANGE", Rank: 4, Min: 16, Max: 80, Flex: true, Draw: v.drawChange, Width: func(r rollout.Receipt) int {
			return box.Width(v.change(r))
		}},
		text("WHO", 3, 6, 40, func(r rollout.Receipt) string { return r.Who }, byWho),
		text("CLUSTER", 5, 7, 40, func(r rollout.Receipt) string { return r.Plan.Cluster.Context }, byCluster),
		{Title: "TOOK", Right: true, Rank: 6, Min: 6, Compare: byDuration, Cell: func(r rollout.Receipt) table.Cell {
			return v.plain(r, duration(took(r)))
		}},
	}
}

// at is the time of day, with the date where that is another day.
func (v *View) at(t time.Time) string {
	now := v.Clock()
	if t.IsZero() {
		return age.Unknown
	}
	if !now.IsZero() {
		t = t.In(now.Location())
	}
	switch y, m, d := now.Date(); {
	case t.Year() == y && t.Month() == m && t.Day() == d:
		return t.Format("15:04:05")
	case t.Year() == y:
		return t.Format("01-02 15:04:05")
	}
	return t.Format("2006-01-02")
}

func object(r rollout.Receipt) string { return r.Plan.Target().String() }

// took is how long the move took, below zero where it has no end.
func took(r rollout.Receipt) time.Duration {
	if r.Finished.IsZero() {
		return -1
	}
	return r.Finished.Sub(r.Started)
}

func duration(d time.Duration) string {
	switch {
	case d < 0:
		return ""
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + "s"
	}
	return age.Long(d)
}

// look is a result's sign and style.
func (v *View) look(r rollout.Receipt) (string, theme.Style) {
	t, g := v.Theme(), v.Theme().Glyphs
	switch r.Result {
	case rollout.Applied:
		return g.Yes, t.Good
	case rollout.Refused, rollout.Conflict:
		return g.No, t.Waiting
	}
	return g.Unknown, t.Broken
}

func (v *View) drawResult(pen *box.Pen, r rollout.Receipt) {
	sign, style := v.look(r)
	pen.Write(style, sign)
	pen.Blank(1)
	pen.Write(style, string(r.Result))
}

func (v *View) plain(r rollout.Receipt, text string) table.Cell {
	if text == "" {
		return table.Cell{Text: age.Unknown, Style: v.Theme().Faint}
	}
	return table.Cell{Text: text, Style: v.Quiet(r.Result == rollout.Refused || r.Result == rollout.Conflict)}
}

// change is the first field that was to change, and how many more there are.
func (v *View) change(r rollout.Receipt) string {
	changes := r.Plan.Changes
	if len(changes) == 0 {
		return ""
	}
	first := changes[0]
	for _, prefix := range [...]string{"spec.template.spec.", "spec.template.", "spec.", "metadata."} {
		if path, found := strings.CutPrefix(first.Path, prefix); found {
			first.Path = path // the line below has it in full
			break
		}
	}
	text := v.told(first)
	if len(changes) > 1 {
		text += " +" + strconv.Itoa(len(changes)-1)
	}
	return text
}

// told is one field, before and after.
func (v *View) told(c rollout.Change) string {
	return c.Path + " " + present(c.Before) + " " + v.Theme().Glyphs.Arrow + " " + present(c.After)
}

func present(value string) string {
	if value == "" {
		return age.Unknown
	}
	return value
}

func (v *View) drawChange(pen *box.Pen, r rollout.Receipt) { pen.Write(v.Quiet(true), v.change(r)) }

// about says what became of the move under the cursor and all that it changed.
func (v *View) about(r rollout.Receipt, w, h int) []string {
	target := r.Plan.Target()
	name := target.String()
	if target == (kube.Ref{}) {
		name = ""
	}
	text := r.Message
	if text == "" {
		text = r.Plan.Title + ": " + string(r.Result)
	}
	lines := v.Paragraph(name, text, v.Theme().Text, w)
	for _, c := range r.Plan.Changes {
		lines = append(lines, v.Facts([]string{v.told(c)}))
	}
	if h > 1 && len(lines) >= h && r.Plan.Kubectl != "" {
		lines = box.Shorten(lines, h-1, v.Theme().Glyphs.Ellipsis)
	}
	if r.Plan.Kubectl != "" {
		lines = append(lines, v.Hint(r.Plan.Kubectl))
	}
	return lines
}
