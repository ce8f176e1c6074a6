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
	// armed: keys answer. again: the next press of the same key leaves it.
	armed, again bool
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

// Arm lets keys answer, and names them.
func (v *Leftovers) Arm() { v.armed = true }

// Armed says whether they do.
func (v *Leftovers) Armed() bool { return v.armed }

// Ask says that the next press of Leave leaves it for good.
func (v *Leftovers) Ask(again bool) { v.again = again }

// Asked says whether it does.
func (v *Leftovers) Asked() bool { return v.again }

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
	choices := v.choices(t)
	room := h - 2 - 1 - len(choices)
	list := v.list(t, w-2, max(room, 1))
	lines := []string{"  " + t.Text.Paint(v.question())}
	if len(list)+2 <= room {
		lines, list = append(lines, ""), append(list, "")
	}
	lines = append(append(lines, list...), choices...)
	return box.Frame(t, t.Strong.Paint("Left half-way"), "", lines, w, min(len(lines)+2, h), true)
}

func (v *Leftovers) question() string {
	if len(v.all) == 1 {
		return "under way when fader ended, and not finished:"
	}
	return fmt.Sprintf("%d moves under way when fader ended, and not finished:", len(v.all))
}

// list is at most h lines of what was left, the one under the cursor with all
// that is known of it.
func (v *Leftovers) list(t theme.Theme, w, h int) []string {
	var lines []string
	from, to := 0, 0 // lines of the one under the cursor
	for i, l := range v.all {
		here := i == v.at
		sign, style := "  ", t.Text
		if here {
			sign, style, from = t.Accent.Paint(t.Glyphs.Cursor)+" ", t.Strong, len(lines)
		}
		lines = append(lines, "  "+sign+style.Paint(box.Cut(l.Course.Title(), max(w-6, 1), t.Glyphs.Ellipsis)))
		if here {
			lines = append(lines, v.detail(t, l, w)...)
			to = len(lines)
		}
	}
	top := max(min(from, len(lines)-h), to-h, 0)
	return lines[top:min(top+h, len(lines))]
}

func (v *Leftovers) detail(t theme.Theme, l fade.Leftover, w int) []string {
	var lines []string
	add := func(style theme.Style, text string) {
		for _, line := range box.Wrap(text, max(w-6, 10)) {
			lines = append(lines, "    "+style.Paint(line))
		}
	}
	add(t.Waiting, fmt.Sprintf("%s ago: %s", age.Long(v.now.Sub(l.At)), l.Text))
	if l.Elsewhere {
		add(t.Broken, "it ran on "+l.Host+": make sure that it does not run there still")
	}
	return lines
}

// choices that there are, each with its key.
func (v *Leftovers) choices(t theme.Theme) []string {
	var lines []string
	for _, choice := range []struct {
		action keymap.Action
		text   string
	}{
		{keymap.Finish, "finish it"},
		{keymap.UndoMove, "take it back to where it began"},
		{keymap.Leave, "leave it as it is and never ask again"},
		{keymap.Cancel, "later"},
	} {
		key, style, text := v.keys.Key(keymap.Unfinished, choice.action), t.Dim, choice.text
		if !v.armed {
			key = ""
		}
		if v.again && choice.action == keymap.Leave {
			style, text = t.Waiting, "again: leave it as it is, and never ask again"
		}
		lines = append(lines, "    "+t.Accent.Paint(box.Fit(key, 5))+style.Paint(text))
	}
	return lines
}
