package fields

import (
	"strings"

	"fader/keymap"
	"fader/views/box"
	"fader/views/form"
	"fader/views/theme"
)

// Field is one line to fill in.
type Field struct {
	Name  string
	Value string // at the beginning
	// Hint is said of the field while it has the focus.
	Hint    string
	Choices []Choice // the likeliest first
}

// Choice is a value to take over, and what is worth knowing of it.
type Choice struct{ Value, Note string }

// longest value that can be typed, in characters.
const longest = 500

// View is the dialog.
type View struct {
	title  string
	fields []Field
	lines  []*form.Line
	focus  int
	chosen int // of the focused field's choices; -1 for what was typed
	foot   string
	err    string
	head   string
}

// New is a dialog with the focus on the first field. foot is the last line.
func New(title, foot string, fields ...Field) *View {
	v := &View{title: title, foot: foot, fields: fields, chosen: -1}
	for _, f := range fields {
		line := form.NewLine(longest)
		line.SetValue(f.Value)
		v.lines = append(v.lines, line)
	}
	v.find()
	return v
}

// Line that has the focus: keys and pastes go there.
func (v *View) Line() *form.Line { return v.lines[v.focus] }

// Typed is to be called after the line was edited.
func (v *View) Typed() {
	v.err = ""
	v.find()
}

// Values of all fields, in their order.
func (v *View) Values() []string {
	values := make([]string, len(v.lines))
	for i, line := range v.lines {
		values[i] = line.Value()
	}
	return values
}

// SetError says what is wrong with the values.
func (v *View) SetError(text string) { v.err = text }

// SetHead says above the fields how what they are about stands now; "" says nothing.
func (v *View) SetHead(text string) { v.head = text }

// Handle moves the focus and chooses.
func (v *View) Handle(a keymap.Action) {
	switch a {
	case keymap.NextPane:
		v.turn(1)
	case keymap.PrevPane:
		v.turn(-1)
	case keymap.Up:
		v.choose(-1)
	case keymap.Down:
		v.choose(1)
	}
}

func (v *View) turn(by int) {
	v.focus = (v.focus + by + len(v.fields)) % len(v.fields)
	v.find()
}

func (v *View) choose(by int) {
	choices := v.fields[v.focus].Choices
	if len(choices) == 0 {
		return
	}
	v.chosen = min(max(v.chosen+by, 0), len(choices)-1)
	v.Line().SetValue(choices[v.chosen].Value)
	v.err = ""
}

// find marks the choice that the line has.
func (v *View) find() {
	v.chosen = -1
	for i, c := range v.fields[v.focus].Choices {
		if c.Value == v.Line().Value() {
			v.chosen = i
			return
		}
	}
}

// Render is the dialog in at most w×h cells.
func (v *View) Render(t theme.Theme, w, h int) []string {
	w = min(w, 90)
	inner := w - 4
	name := v.nameWidth(inner)
	lines := []string{""}
	if v.head != "" {
		for _, line := range box.Wrap(v.head, inner) {
			lines = append(lines, " "+t.Text.Paint(line))
		}
		lines = append(lines, "")
	}
	for i := range v.fields {
		lines = append(lines, v.field(t, i, name, inner))
	}
	lines = append(lines, "")
	foot := v.footer(t, inner)
	room := max(h-2-len(lines)-len(foot), 0)
	lines = append(lines, v.choices(t, name, inner, min(room, v.mostChoices()))...)
	lines = append(lines, foot...)
	return box.Frame(t, t.Strong.Paint(v.title), "", lines, w, min(len(lines)+2, h), true)
}

func (v *View) nameWidth(inner int) int {
	widest := 0
	for _, f := range v.fields {
		widest = max(widest, box.Width(f.Name))
	}
	return min(widest, inner/3)
}

func (v *View) field(t theme.Theme, i, name, inner int) string {
	sign, style := "  ", t.Dim
	if i == v.focus {
		sign, style = t.Accent.Paint(t.Glyphs.Cursor)+" ", t.Strong
	}
	value := t.Text.Paint(box.Fit(v.lines[i].Value(), inner-name-5))
	if i == v.focus {
		value = v.lines[i].Render(t, inner-name-5)
	}
	return " " + sign + style.Paint(box.Fit(v.fields[i].Name, name)) + "  " + value
}

// mostChoices of any field: the dialog keeps its height when the focus moves.
func (v *View) mostChoices() int {
	most := 0
	for _, f := range v.fields {
		most = max(most, len(f.Choices))
	}
	return most
}

// choices of the focused field in exactly that many lines, the chosen one in sight.
func (v *View) choices(t theme.Theme, name, inner, room int) []string {
	choices := v.fields[v.focus].Choices
	top := max(0, v.chosen-room+1)
	var lines []string
	for i := range room {
		at := top + i
		if at >= len(choices) {
			lines = append(lines, "")
			continue
		}
		lines = append(lines, v.choice(t, choices[at], at == v.chosen, name, inner))
	}
	return lines
}

func (v *View) choice(t theme.Theme, c Choice, chosen bool, name, inner int) string {
	room := inner - name - 5
	value := v.valueWidth(room)
	style := t.Text
	if chosen {
		style = t.Strong
	}
	return box.Fit("", name+5) + style.Paint(box.Fit(c.Value, value)) + "  " + t.Dim.Paint(box.Fit(c.Note, max(0, room-value-2)))
}

// valueWidth leaves the notes what the values do not need, and at least two
// fifths of the room where both are long.
func (v *View) valueWidth(room int) int {
	widest, note := 0, 0
	for _, c := range v.fields[v.focus].Choices {
		widest, note = max(widest, box.Width(c.Value)), max(note, box.Width(c.Note))
	}
	return min(widest, room-2-min(note, room*2/5))
}

func (v *View) footer(t theme.Theme, inner int) []string {
	var lines []string
	for _, line := range box.Wrap(v.err, inner) {
		lines = append(lines, " "+t.Broken.Paint(line))
	}
	if v.err == "" {
		hint := box.Wrap(v.fields[v.focus].Hint, inner)
		for i := range max(len(hint), 1) { // a field without a hint has its line, so that nothing jumps
			lines = append(lines, " "+t.Dim.Paint(strings.Join(hint[min(i, len(hint)):min(i+1, len(hint))], "")))
		}
	}
	return append(lines, " "+t.Faint.Paint(box.Fit(v.foot, inner)))
}
