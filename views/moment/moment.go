package moment

import (
	"slices"
	"strconv"
	"time"

	"fader/kube"
	"fader/views/box"
	"fader/views/theme"
)

// Moment is when something happened.
type Moment struct {
	At    time.Time
	Label string // "set image", "first ready of 9"
	// Revision whose first pod was ready; 0 for a move.
	Revision int64
}

// FirstReady are the moments at which each revision first had a ready pod, as far
// as its pods tell. A pod that was restarted has forgotten when it first was.
func FirstReady(r *kube.Rollout) []Moment {
	var all []Moment
	for _, rev := range r.Revisions {
		var first time.Time
		for _, p := range rev.Pods {
			if p.IsReady && p.Restarts == 0 && !p.ReadySince.IsZero() && (first.IsZero() || p.ReadySince.Before(first)) {
				first = p.ReadySince
			}
		}
		if number := rev.ReplicaSet.Revision; !first.IsZero() && number != 0 {
			all = append(all, Moment{At: first, Label: "first ready of " + strconv.FormatInt(number, 10), Revision: number})
		}
	}
	return all
}

// Axis says at which of Cells a time stands. The zero Axis has no room.
type Axis struct {
	Cells int
	// Cell of a time; outside of 0…Cells-1 for one that is not on the axis.
	Cell func(time.Time) int
}

// On are the moments on an axis, the oldest first.
func On(a Axis, all []Moment) []Moment {
	var kept []Moment
	if a.Cells <= 0 {
		return nil
	}
	for _, m := range all {
		if x := a.Cell(m.At); x >= 0 && x < a.Cells {
			kept = append(kept, m)
		}
	}
	slices.SortStableFunc(kept, func(a, b Moment) int { return a.At.Compare(b.At) })
	return kept
}

// Draw the signs of moments over the axis' cells of pen.
func Draw(pen *box.Pen, t theme.Theme, a Axis, all []Moment) {
	marks := make([]*Moment, max(a.Cells, 0))
	for _, m := range On(a, all) {
		marks[a.Cell(m.At)] = &m
	}
	for _, m := range marks {
		if m == nil {
			pen.Blank(1)
			continue
		}
		style, sign := m.Look(t)
		pen.Write(style, sign)
	}
}

// Look is a moment's sign, of one cell, and its style.
func (m Moment) Look(t theme.Theme) (style theme.Style, sign string) {
	if m.Revision != 0 {
		return t.Hue(m.Revision), t.Glyphs.Live
	}
	return t.Accent, t.Glyphs.Up
}

// Explain says what the signs of moments mean, in at most w cells: the newest,
// where not all can be said.
func Explain(t theme.Theme, a Axis, all []Moment, zone *time.Location, w int) string {
	between := " " + t.Glyphs.Dot + " "
	told, used := "", 0
	for _, m := range slices.Backward(On(a, all)) {
		style, sign := m.Look(t)
		text := " " + m.At.In(zone).Format("15:04") + " " + m.Label
		need := box.Width(sign) + box.Width(text)
		if used > 0 {
			need += box.Width(between)
		}
		if used+need > w {
			break
		}
		part := style.Paint(sign) + t.Dim.Paint(text)
		if used > 0 {
			part += t.Faint.Paint(between)
		}
		told, used = part+told, used+need
	}
	return told
}
