package logs

import (
	"fmt"
	"strconv"
	"strings"

	"fader/views/box"
	"fader/views/theme"
	"fader/views/wrap"
)

const (
	shortTime = "15:04:05"
	longTime  = "2006-01-02 15:04:05.000"
	// wide is the width from which times are shown with their day.
	wide = 100
)

// Render returns exactly h lines of w cells, border included. The slice is the
// view's own until the next call; do not change it.
func (v *View) Render(w, h int) []string {
	w, h = max(w, 0), max(h, 0)
	if v.frame == nil || v.fw != w || v.fh != h {
		v.fw, v.fh, v.frame = w, h, v.whole(w, h)
	}
	return v.frame
}

// whole draws the frame.
func (v *View) whole(w, h int) []string {
	var body []string
	if w > 2 && h > 2 {
		v.w = w - 2
		body = v.notices(max((h-2)/3, 1))
		v.h = max(h-2-len(body), 0)
		body = append(body, v.lines()...)
	}
	title, word := v.heading(w - 2)
	return box.Frame(v.theme, v.theme.Strong.Paint(title), word, body, w, h, true)
}

// heading is title and status in w cells; the title is cut first, because it
// says nothing new.
func (v *View) heading(w int) (title, word string) {
	const spaces, least = 4, 12 // around both; of a title
	word = v.status()
	if box.Width(word)+least+spaces > w {
		word = ""
	}
	return box.Cut(v.title, max(w-spaces-box.Width(word), 0), v.theme.Glyphs.Ellipsis), word
}

// status is whether it moves, and what is out of sight.
func (v *View) status() string {
	t := v.theme
	switch {
	case !v.follow && v.pending > 0:
		return t.Waiting.Paint("paused, " + plural(v.pending, "new line") + " below")
	case !v.follow:
		return t.Waiting.Paint("paused")
	case v.state.Ended:
		return t.Dim.Paint("ended")
	case v.state.Following == 0:
		return t.Dim.Paint("no stream is open")
	}
	return t.Good.Paint("following " + plural(v.state.Following, "container"))
}

// notices are the lines above the log that say what it is not, the most important
// first, as many as there is room for.
func (v *View) notices(room int) []string {
	t := v.theme
	var out []string
	add := func(s theme.Style, format string, args ...any) {
		out = append(out, s.Paint(box.Cut(fmt.Sprintf(format, args...), v.w, t.Glyphs.Ellipsis)))
	}
	if v.wrong != "" {
		add(t.Broken, "%s", v.wrong)
	} else if v.input != "" {
		add(t.Accent, "filter %s: %s of %s", v.input, grouped(v.len()), plural(v.store.len(), "line"))
	}
	if n := len(v.state.LeftOut); n > 0 {
		add(t.Waiting, "not followed, too many at once: %s: %s", plural(n, "pod"), strings.Join(v.state.LeftOut, ", "))
	}
	if v.dropped > 0 {
		add(t.Waiting, "%s lost: they came faster than they could be taken over", plural(v.dropped, "line"))
	}
	if v.trimmed > 0 {
		add(t.Dim, "%s no longer kept: %s are", plural(v.trimmed, "older line"), grouped(v.store.len()))
	}
	return out[:min(len(out), room)]
}

// lines are what is in sight.
func (v *View) lines() []string {
	if v.len() == 0 {
		return []string{v.theme.Dim.Paint(" " + v.emptiness())}
	}
	var (
		out  = make([]string, 0, v.h)
		b    strings.Builder
		from = v.start()
	)
	row := from.row
	for i := v.index(from.number); i < v.len() && len(out) < v.h; i++ {
		for rows := v.rows(i); row < rows && len(out) < v.h; row++ {
			b.Reset()
			v.paint(&b, v.line(i), row)
			out = append(out, b.String())
		}
		row = 0
	}
	return out
}

func (v *View) emptiness() string {
	switch {
	case v.store.len() > 0:
		return "no line passes the filter; esc clears it"
	case v.state.Ended:
		return "the log is empty"
	}
	return "no lines yet"
}

// paint draws one row of a line.
func (v *View) paint(b *strings.Builder, l *Line, row int) {
	pen := box.NewPen(b, v.theme, theme.Style{}, v.w)
	v.prefix(&pen, l, row == 0)
	style := v.theme.Text
	if l.Remark {
		style = v.theme.Waiting
	}
	text := v.text(l)
	switch {
	case v.wrapped:
		from, to := wrap.Row(text, v.room(), row)
		text = text[from:to]
	case v.left > 0:
		if box.Width(text) <= v.left {
			text = ""
		} else {
			text = text[wrap.Prefix(text, v.left):]
		}
	}
	pen.Write(style, text)
	pen.Fill()
}

// text of a line; a remark has a sign, so that it is no line of a container.
func (v *View) text(l *Line) string {
	if l.Remark {
		return v.theme.Glyphs.Arrow + " " + l.Text
	}
	return l.Text
}

// prefix is the time and whose line it is; blank on the rows after the first.
func (v *View) prefix(pen *box.Pen, l *Line, first bool) {
	if v.times {
		part := pen.Part(len(v.layout()) + 1)
		if first && !l.Remark && !l.Time.IsZero() {
			var buffer [len(longTime)]byte
			part.Write(v.theme.Dim, string(l.Time.In(v.zone).AppendFormat(buffer[:0], v.layout())))
		}
		part.Fill()
	}
	n := v.labelled()
	if n == 0 {
		return
	}
	part := pen.Part(n)
	if first && l.From != nil {
		part.Write(v.theme.Hue(l.From.Revision), v.labels.of(l.From))
	}
	part.Fill()
	pen.Write(v.theme.Faint, v.theme.Glyphs.Border[1]+" ")
}

// labelled is the room for labels, a third of the width at most.
func (v *View) labelled() int {
	if v.labels.width == 0 {
		return 0
	}
	return min(v.labels.width+1, v.w/3)
}

// room is the cells for the text of a line.
func (v *View) room() int {
	room := v.w
	if v.times {
		room -= len(v.layout()) + 1
	}
	if n := v.labelled(); n > 0 {
		room -= n + 2
	}
	return max(room, 1)
}

func (v *View) layout() string {
	if v.w < wide {
		return shortTime
	}
	return longTime
}

// plural is a number and its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return grouped(n) + " " + noun + "s"
}

// grouped is a number with a space between its thousands.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + " " + text[i:]
	}
	return text
}
