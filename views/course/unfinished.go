package course

import (
	"fmt"
	"time"

	"fader/keymap"
	"fader/kube/fade"
	"fader/views/age"
	"fader/views/box"
	"fader/views/theme"
)

// Leftovers is the question about courses that a process left behind.
type Leftovers struct {
	keys keymap.Table
	all  []fade.Leftover
	at   int
	now  time.Time
}

// NewLeftovers asks about at least one.
func NewLeftovers(all []fade.Leftover, now time.Time, keys keymap.Table) *Leftovers {
	return &Leftovers{keys: keys, all: all, now: now}
}

// Chosen is the one under the cursor.
func (v *Leftovers) Chosen() fade.Leftover { return v.all[v.at] }

// Rest are all but the one under the cursor.
func (v *Leftovers) Rest() []fade.Leftover {
	return append(append([]fade.Leftover(nil), v.all[:v.at]...), v.all[v.at+1:]...)
}

// Handle moves the cursor.
func (v *Leftovers) Handle(a keymap.Action) {
	switch a {
	case keymap.Up:
		v.at = max(v.at-1, 0)
	case keymap.Down:
		v.at = min(v.at+1, len(v.all)-1)
	}
}

// Render is the dialog in at most w×h cells.
func (v *Leftovers) Render(t theme.Theme, w, h int) []string {
	w = min(w, 84)
	var lines []string
	add := func(indent string, style theme.Style, text string) {
		for _, line := range box.Wrap(text, max(w-2-len(indent)-2, 10)) {
			lines = append(lines, indent+style.Paint(line))
		}
	}
	add("  ", t.Text, v.question())
	lines = append(lines, "")
	for i, l := range v.all {
		sign, style := "  ", t.Text
		if i == v.at {
			sign, style = t.Accent.Paint(t.Glyphs.Cursor)+" ", t.Strong
		}
		lines = append(lines, "  "+sign+style.Paint(box.Cut(l.Course.Title(), w-8, t.Glyphs.Ellipsis)))
		if i == v.at || len(v.all) < 4 {
			add("    ", t.Waiting, fmt.Sprintf("%s ago: %s", age.Long(v.now.Sub(l.At)), l.Text))
		}
		if l.Elsewhere && i == v.at {
			add("    ", t.Broken, "it ran on "+l.Host+": make sure that it does not run there still")
		}
	}
	lines = append(lines, "")
	for _, choice := range []struct {
		action keymap.Action
		text   string
	}{
		{keymap.Finish, "finish it"},
		{keymap.UndoMove, "take it back to where it began"},
		{keymap.Leave, "leave it as it is and never ask again"},
		{keymap.Cancel, "later"},
	} {
		lines = append(lines, "    "+t.Accent.Paint(box.Fit(v.keys.Key(keymap.Unfinished, choice.action), 5))+t.Dim.Paint(choice.text))
	}
	return box.Frame(t, t.Strong.Paint("Left half-way"), "", lines, w, min(len(lines)+2, h), true)
}

func (v *Leftovers) question() string {
	if len(v.all) == 1 {
		return "A move was under way when fader ended, and is not finished:"
	}
	return fmt.Sprintf("%d moves were under way when fader ended, and are not finished:", len(v.all))
}
