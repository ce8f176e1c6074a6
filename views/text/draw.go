package text

import (
	"strings"

	"fader/views/box"
	"fader/views/theme"
	"fader/views/wrap"
)

// gutter is the column at the left that says which line has the current match.
const gutter = 1

// Render returns exactly h lines of w cells, border included. The slice is the
// view's own until the next call; do not change it.
func (v *View) Render(w, h int) []string {
	w, h = max(w, 0), max(h, 0)
	if v.frame == nil || v.fw != w || len(v.frame) != h {
		v.fw, v.frame = w, v.whole(w, h)
	}
	return v.frame
}

// whole draws the frame.
func (v *View) whole(w, h int) []string {
	v.resize(w-2-gutter, h-2)
	var body []string
	switch {
	case v.note != "":
		body = box.Wrap(v.note, v.w)
		for i := range body {
			body[i] = " " + v.theme.Waiting.Paint(body[i])
		}
	case w > 2+gutter && h > 2:
		body = v.draw()
	}
	title, word := v.heading(w - 2)
	return box.Frame(v.theme, v.theme.Strong.Paint(title), v.theme.Dim.Paint(word), body, w, h, true)
}

// heading is title and place in w cells: the title is cut before the place is
// left out, because it says nothing new.
func (v *View) heading(w int) (title, word string) {
	const spaces, least = 4, 12 // around both; of a title
	word, short := v.where()
	if box.Width(word)+box.Width(v.title)+spaces > w {
		word = short
	}
	if box.Width(word)+least+spaces > w {
		word = ""
	}
	return box.Cut(v.title, max(w-spaces-box.Width(word), 0), v.theme.Glyphs.Ellipsis), word
}

// resize keeps the line at the top when the width changes.
func (v *View) resize(w, h int) {
	w, h = max(w, 0), max(h, 0)
	if w == v.w && h == v.page {
		return
	}
	line, again := v.line(v.top()), w != v.w && v.wrapped
	v.w, v.page = w, h
	if !again {
		v.window.Cut(v.rows, h)
		return
	}
	v.layout()
	v.window.Wheel(v.row(line, 0) - v.top())
}

// draw paints the rows in sight.
func (v *View) draw() []string {
	top := v.top()
	out := make([]string, 0, v.page)
	var b strings.Builder
	for i, text := range v.window.Cut(v.rows, v.page) {
		line, from := v.line(top+i), 0
		if v.whose != nil {
			for row := top + i - 1; row >= 0 && v.whose[row] == line; row-- {
				from += len(v.rows[row])
			}
		}
		b.Reset()
		v.paint(&b, line, from, from+len(text))
		out = append(out, b.String())
	}
	return out
}

// paint draws bytes from…to of a line, as far as they are in sight.
func (v *View) paint(b *strings.Builder, line, from, to int) {
	text := v.lines[line]
	pen := box.NewPen(b, v.theme, theme.Style{}, v.w+gutter)
	sign := " "
	if m, ok := v.find.at(); ok && m.line == line && m.from < max(to, 1) && m.to > from {
		sign = v.theme.Glyphs.Cursor
	}
	pen.Write(v.theme.Accent, sign)
	if v.left > 0 {
		from += skip(text[from:to], v.left)
	}
	at := from
	for _, s := range v.marked(line) {
		end := min(s.to, to)
		if end <= at {
			continue
		}
		pen.Write(s.style, text[at:end])
		at = end
	}
	pen.Fill()
}

// skip is how many bytes are in the first cells of a text.
func skip(text string, cells int) int {
	if box.Width(text) <= cells {
		return len(text)
	}
	return wrap.Prefix(text, cells)
}

// marked are the spans of a line with the matches laid over them.
func (v *View) marked(line int) []span {
	spans := []span{{len(v.lines[line]), v.ink.plain}}
	if v.kind == YAML && !v.block[line] {
		spans = v.ink.colours(v.lines[line])
	}
	matches := v.find.of(line)
	if len(matches) == 0 {
		return spans
	}
	current, _ := v.find.at()
	var out []span
	for _, s := range spans {
		for len(matches) > 0 && matches[0].from < s.to {
			m := matches[0]
			out = append(out, span{m.from, s.style})
			style := v.ink.match
			if m == current {
				style = v.ink.current
			}
			out = append(out, span{m.to, style})
			matches = matches[1:]
		}
		out = append(out, s)
	}
	return out
}
