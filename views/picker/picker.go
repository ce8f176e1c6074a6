package picker

import (
	"fader/keymap"
	"fader/views/box"
	"fader/views/form"
	"fader/views/theme"

	"github.com/sahilm/fuzzy"
)

// View is the dialog.
type View struct {
	title  string
	names  []string
	shown  []string
	line   *form.Line
	cursor int
	notice string
}

// New shows names under a title, with the cursor on the one that is current.
func New(title string, names []string, current string) *View {
	v := &View{title: title, names: names, line: form.NewLine(100)}
	v.Narrow()
	for i, name := range v.shown {
		if name == current {
			v.cursor = i
		}
	}
	return v
}

// SetNames replaces the names, as when a longer list has arrived.
func (v *View) SetNames(names []string, notice string) {
	kept, _ := v.Chosen()
	v.names, v.notice = names, notice
	v.Narrow()
	for i, name := range v.shown {
		if name == kept {
			v.cursor = i
		}
	}
}

// Line is where the part of the name is typed.
func (v *View) Line() *form.Line { return v.line }

// Narrow shows the names that match what is typed, best first.
func (v *View) Narrow() {
	v.cursor = 0
	if v.line.Value() == "" {
		v.shown = v.names
		return
	}
	v.shown = nil
	for _, match := range fuzzy.Find(v.line.Value(), v.names) {
		v.shown = append(v.shown, match.Str)
	}
}

// Chosen is the name under the cursor.
func (v *View) Chosen() (string, bool) {
	if v.cursor >= len(v.shown) {
		return "", false
	}
	return v.shown[v.cursor], true
}

// Handle moves the cursor.
func (v *View) Handle(a keymap.Action) {
	switch a {
	case keymap.Up:
		v.cursor = max(v.cursor-1, 0)
	case keymap.Down:
		v.cursor = max(min(v.cursor+1, len(v.shown)-1), 0)
	}
}

// Render is the dialog in at most w×h cells.
func (v *View) Render(t theme.Theme, w, h int) []string {
	w = min(w, 60)
	room := max(h-4, 1)
	top := max(v.cursor-room+1, 0)
	lines := []string{" " + t.Accent.Paint("> ") + v.line.Render(t, w-6), ""}
	for i := top; i < len(v.shown) && i < top+room; i++ {
		if i == v.cursor {
			lines = append(lines, t.Strong.On(t.Cursor).Paint(box.Fit(" "+t.Glyphs.Cursor+" "+v.shown[i], w-2)))
			continue
		}
		lines = append(lines, "   "+t.Text.Paint(v.shown[i]))
	}
	if len(v.shown) == 0 {
		lines = append(lines, "   "+t.Dim.Paint("no name matches"))
	}
	if v.notice != "" {
		for _, line := range box.Wrap(v.notice, w-5) {
			lines = append(lines, "   "+t.Waiting.Paint(line))
		}
	}
	return box.Frame(t, t.Strong.Paint(v.title), "", lines, w, min(len(lines)+2, h), true)
}
