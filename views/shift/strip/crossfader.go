package strip

import (
	"fmt"
	"strings"

	"fader/views/box"
	"fader/views/theme"
)

// cell of a line that is drawn piece by piece.
type cell struct {
	sign  string
	style theme.Style
}

func paint(cells []cell) string {
	var b strings.Builder
	for _, c := range cells {
		c.style.Write(&b, c.sign)
	}
	return b.String()
}

// Crossfader is the slot with its knob and, below it, the scale: the further to
// the right the knob, the more of the total is the canary's. Where it was, or
// goes, is marked.
func (d Desk) Crossfader(t theme.Theme, w int) []string {
	left, right := "stable ", " canary"
	room := w - 2*margin - len(left) - len(right)
	if room < 10 {
		left, right, room = "", "", max(w-2*margin, 1)
	}
	slot := room
	if total := int(d.Total()); d.marked(room) {
		slot = (room-1)/total*total + 1 // a replica is the same way everywhere
	}
	pad := strings.Repeat(" ", margin+(room-slot)/2)
	return []string{
		box.Fit(pad+t.Dim.Paint(left)+paint(d.slot(t, slot))+t.Dim.Paint(right), w),
		box.Fit(pad+strings.Repeat(" ", len(left))+d.scale(t, slot), w),
	}
}

// marked says that there is room for a mark for every replica.
func (d Desk) marked(slot int) bool { return d.Total() > 0 && int(d.Total())*3 < slot }

// place of n replicas of the canary in a slot.
func (d Desk) place(n int32, slot int) int {
	if d.Total() <= 0 {
		return 0
	}
	n = min(max(n, 0), d.Total())
	return int((2*int64(n)*int64(slot-1) + int64(d.Total())) / (2 * int64(d.Total())))
}

func (d Desk) slot(t theme.Theme, w int) []cell {
	cells := make([]cell, w)
	for i := range cells {
		cells[i] = cell{t.Glyphs.Border[0], t.Faint}
	}
	if d.marked(w) {
		for n := range d.Total() + 1 {
			cells[d.place(n, w)] = cell{t.Glyphs.Dot, t.Dim}
		}
	}
	from, to := d.place(d.Canary.Now, w), d.place(d.Canary.After, w)
	if d.Blind {
		cells[to] = cell{t.Glyphs.Rising, t.Dim}
		return cells
	}
	if d.Live {
		from, to = to, from
	}
	for i := min(from, to); i <= max(from, to); i++ {
		cells[i] = cell{t.Glyphs.Old, t.Accent}
	}
	if from != to {
		cells[from] = cell{t.Glyphs.Rising, t.Dim}
	}
	cells[to] = cell{t.Glyphs.Full, t.Strong}
	return cells
}

// scale are the percentages below the slot, those that have room.
func (d Desk) scale(t theme.Theme, w int) string {
	var b strings.Builder
	at := 0
	for _, percent := range []int{0, 10, 25, 50, 100} {
		text := fmt.Sprint(percent)
		if percent == 100 {
			text += " %"
		}
		x := min(max((w-1)*percent/100-len(text)/2, 0), w-len(text))
		if x < at || x < 0 || at > 0 && x == at {
			continue
		}
		b.WriteString(strings.Repeat(" ", x-at))
		b.WriteString(text)
		at = x + len(text)
	}
	return t.Dim.Paint(b.String())
}
