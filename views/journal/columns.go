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
func (v *View) columns(bool) []table.Column[Entry] {
	text := func(title string, rank, least, most int, of func(Entry) string, compare func(a, b Entry) int) table.Column[Entry] {
		return table.Column[Entry]{
			Title: title, Rank: rank, Min: least, Max: most, Compare: compare,
			Width: func(e Entry) int { return box.Width(of(e)) },
			Cell:  func(e Entry) table.Cell { return v.plain(e, of(e)) },
		}
	}
	object := text("OBJECT", 0, 10, 253, func(e Entry) string { return e.target().String() }, byObject)
	object.Whole, object.Middle, object.Enough = true, true, 40
	return []table.Column[Entry]{
		{Title: titleTime, Rank: 1, Min: len("01-02 15:04:05"), Compare: newestFirst, Cell: func(e Entry) table.Cell {
			return v.plain(e, v.at(e.started()))
		}},
		{Title: "RESULT", Min: 2 + len(rollout.Conflict), Draw: v.drawResult, Compare: byResult},
		object,
		text("MOVE", 2, 12, 80, Entry.move, byTitle),
		{Title: "CHANGE", Rank: 5, Min: 16, Max: 80, Flex: true, Draw: v.drawChange, Width: func(e Entry) int {
			return box.Width(v.change(e))
		}},
		{Title: "OUTCOME", Rank: 3, Min: 2 + len(rollout.Superseded), Draw: v.drawOutcome, Compare: byOutcome},
		{Title: "TOOK", Right: true, Rank: 4, Min: 6, Compare: byDuration, Cell: func(e Entry) table.Cell {
			return v.plain(e, duration(e.took()))
		}},
		text("WHO", 6, 6, 40, Entry.who, byWho),
		text("CLUSTER", 7, 7, 40, func(e Entry) string { return e.cluster().Context }, byCluster),
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
func (v *View) look(e Entry) (string, theme.Style) {
	t, g := v.Theme(), v.Theme().Glyphs
	switch {
	case e.Course != nil && e.Course.over():
		return g.Yes, t.Good
	case e.Course != nil:
		return g.Waiting, t.Waiting
	case e.Receipt.Result == rollout.Applied:
		return g.Yes, t.Good
	case failed(e):
		return g.No, t.Waiting
	}
	return g.Unknown, t.Broken
}

// failed moves changed nothing.
func failed(e Entry) bool {
	return e.Receipt.Result == rollout.Refused || e.Receipt.Result == rollout.Conflict
}

func (v *View) drawResult(pen *box.Pen, e Entry) {
	sign, style := v.look(e)
	pen.Write(style, sign)
	pen.Blank(1)
	pen.Write(style, e.result())
}

// drawOutcome: an applied move of which no end is known is not one that went well.
func (v *View) drawOutcome(pen *box.Pen, e Entry) {
	t, g := v.Theme(), v.Theme().Glyphs
	sign, style := g.Unknown, t.Waiting
	switch e.state() {
	case "":
		pen.Write(t.Faint, age.Unknown)
		return
	case rollout.Complete:
		sign, style = g.Yes, t.Good
	case rollout.Stalled:
		sign, style = g.Stalled, t.Broken
	case rollout.Held:
		sign = g.Paused
	case rollout.Gone, rollout.Superseded:
		sign = g.No
	}
	pen.Write(style, sign)
	pen.Blank(1)
	pen.Write(style, string(e.state()))
}

func (v *View) plain(e Entry, text string) table.Cell {
	if text == "" {
		return table.Cell{Text: age.Unknown, Style: v.Theme().Faint}
	}
	return table.Cell{Text: text, Style: v.Quiet(failed(e))}
}

// change is the first field that was to change, and how many more there are; of a
// course it is where it is.
func (v *View) change(e Entry) string {
	if e.Course != nil {
		return e.Course.last().Text
	}
	changes := e.Receipt.Plan.Changes
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

func (v *View) drawChange(pen *box.Pen, e Entry) { pen.Write(v.Quiet(true), v.change(e)) }

// about says what became of the entry under the cursor and all that it changed.
func (v *View) about(e Entry, w, h int) []string {
	name := e.target().String()
	if e.target() == (kube.Ref{}) {
		name = ""
	}
	lines := v.Paragraph(name, said(e), v.Theme().Text, w)
	for _, c := range e.Receipt.Plan.Changes {
		lines = append(lines, v.Facts([]string{v.told(c)}))
	}
	line := e.Receipt.Plan.Kubectl
	if h > 1 && len(lines) >= h && line != "" {
		lines = box.Shorten(lines, h-1, v.Theme().Glyphs.Ellipsis)
	}
	if line != "" {
		lines = append(lines, v.Hint(line))
	}
	return lines
}

// said is what was answered, and what came of it.
func said(e Entry) string {
	if e.Course != nil {
		return e.Course.Title + ": " + e.Course.last().Text
	}
	text := e.Receipt.Message
	if text == "" {
		text = e.Receipt.Plan.Title + ": " + string(e.Receipt.Result)
	}
	if e.Receipt.Why != "" {
		text += " (" + e.Receipt.Why + ")"
	}
	if o := e.Receipt.Outcome; o != nil {
		text += "; " + o.Text
	}
	return text
}
