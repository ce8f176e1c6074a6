package text

import (
	"fmt"
	"sort"
	"strings"

	"fader/keymap"
	"fader/views/box"
	"fader/views/scroll"
	"fader/views/theme"
	"fader/views/wrap"
)

// Kind says how lines are coloured.
type Kind int

const (
	Plain Kind = iota
	YAML
)

// sideways is how many cells a step to the left or right is.
const sideways = 8

// View is the viewer. Make it with New.
type View struct {
	title string
	kind  Kind
	theme theme.Theme
	ink   ink

	text  string
	note  string
	lines []string
	block []bool // YAML: the line is within a block scalar

	find find

	wrapped bool
	left    int // cells scrolled to the right, while not wrapped
	window  scroll.Window
	rows    []string // what the window moves on: lines, or their pieces
	whose   []int    // the line of each row; nil where rows are lines
	w, page int      // cells and rows of text as last drawn

	frame []string // as last drawn; nil where something has changed since
	fw    int      // its width
}

// New is a viewer without a text yet.
func New(title string, kind Kind) *View {
	v := &View{title: title, kind: kind}
	v.SetTheme(theme.Dark(false))
	return v
}

// SetTheme changes how it looks.
func (v *View) SetTheme(t theme.Theme) {
	v.theme, v.ink, v.frame = t, newInk(t), nil
}

// SetTitle changes what it says it shows.
func (v *View) SetTitle(title string) { v.title, v.frame = title, nil }

// SetText shows a text, sanitised by whoever read it, at the rows where the one
// before was read.
func (v *View) SetText(text string) {
	v.text, v.note, v.frame = text, "", nil
	v.lines = strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	v.block = nil
	if v.kind == YAML {
		v.block = blocks(v.lines)
	}
	v.find.search(v.lines)
	v.layout()
}

// SetNote shows a sentence in place of a text that is not there: being read, not
// permitted, gone.
func (v *View) SetNote(note string) {
	v.SetText("")
	v.note = note
}

// Text is what is shown, for the clipboard.
func (v *View) Text() string { return v.text }

// SetFind looks for words, upper and lower case being the same, and goes to the
// first match from the top line on; "" looks for nothing.
func (v *View) SetFind(words string) {
	v.find.words, v.frame = words, nil
	v.find.search(v.lines)
	v.find.from(v.line(v.top()))
	v.show()
}

// Find is what is looked for.
func (v *View) Find() string { return v.find.words }

// Handle does what an action asks for and says whether it was the viewer's.
func (v *View) Handle(a keymap.Action) bool {
	v.frame = nil
	switch a {
	case keymap.Left:
		v.left = max(v.left-sideways, 0)
	case keymap.Right:
		v.left = min(v.left+sideways, v.longest())
	case keymap.Wrap:
		v.toggle()
	case keymap.NextMatch:
		v.find.step(1)
		v.show()
	case keymap.PrevMatch:
		v.find.step(-1)
		v.show()
	default:
		return v.window.Handle(a)
	}
	return true
}

// Wheel moves by n rows, down for n above 0.
func (v *View) Wheel(n int) bool {
	v.frame = nil
	v.window.Wheel(n)
	return true
}

// longest is how far to the right there is text among the rows in sight; 0 while
// lines are wrapped.
func (v *View) longest() int {
	if v.wrapped {
		return 0
	}
	widest := 0
	for _, line := range v.window.Cut(v.rows, v.page) {
		widest = max(widest, box.Width(line)-1)
	}
	return max(widest, v.left)
}

// toggle wraps lines or no longer does, with the same line at the top.
func (v *View) toggle() {
	line := v.line(v.top())
	v.wrapped, v.left = !v.wrapped, 0
	v.layout()
	v.window.Wheel(v.row(line, 0) - v.top())
}

// layout breaks the text into the rows that the window moves on.
func (v *View) layout() {
	v.rows, v.whose = v.lines, nil
	if v.wrapped && v.w > 0 {
		v.rows, v.whose = nil, nil
		for i, line := range v.lines {
			for first := true; first || line != ""; first = false {
				cut := wrap.Prefix(line, v.w)
				v.rows, v.whose = append(v.rows, line[:cut]), append(v.whose, i)
				line = line[cut:]
			}
		}
	}
	v.window.Cut(v.rows, v.page)
}

// top is the first row in sight.
func (v *View) top() int {
	page := max(min(len(v.rows), v.page), 0)
	return max(len(v.rows)-page-v.window.Below(), 0)
}

// line is the one that a row is of.
func (v *View) line(row int) int {
	if v.whose == nil || row >= len(v.whose) {
		return row
	}
	return v.whose[row]
}

// row is the one that byte at of a line is in.
func (v *View) row(line, at int) int {
	if v.whose == nil {
		return line
	}
	row := sort.SearchInts(v.whose, line)
	for ; row+1 < len(v.rows) && v.whose[row+1] == line && at >= len(v.rows[row]); row++ {
		at -= len(v.rows[row])
	}
	return row
}

// show scrolls until the current match is in sight.
func (v *View) show() {
	m, ok := v.find.at()
	if !ok {
		return
	}
	row, top := v.row(m.line, m.from), v.top()
	if row < top || row >= top+v.page {
		v.window.Wheel(row - v.page/3 - top)
	}
	if v.wrapped {
		return
	}
	from, to := box.Width(v.lines[m.line][:m.from]), box.Width(v.lines[m.line][:m.to])
	switch {
	case to <= v.w:
		v.left = 0
	case from < v.left || to > v.left+v.w:
		v.left = max(from-v.w/3, 0)
	}
}

// where says how much there is and where in it one is, at length and in short.
func (v *View) where() (long, short string) {
	if v.note != "" {
		return "", ""
	}
	last := min(v.top()+v.page, len(v.rows))
	from, to := v.line(v.top())+1, v.line(max(last-1, 0))+1
	long = fmt.Sprintf("lines %d to %d of %d", from, to, len(v.lines))
	short = fmt.Sprintf("%d-%d/%d", from, to, len(v.lines))
	if v.left > 0 {
		long = fmt.Sprintf("from column %d, ", v.left+1) + long
	}
	if v.find.words != "" {
		long, short = v.find.says()+", "+long, v.find.says()
	}
	return long, short
}
