package chart

import (
	"math"
	"strings"
	"time"

	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/box"
	"fader/views/figure"
	"fader/views/moment"
	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
)

// signs of lines in the ASCII theme; those of moments are others.
const signs = "ox+#@%"

// labelled is the part of the width that a line's name at its end may take.
const labelled = 8

// frame is what all panels of a chart share: the time axis and its room.
type frame struct {
	theme theme.Theme
	ascii bool
	old   bool // what is drawn is not of now
	lines []line
	marks []moment.Moment
	left  int // cells of the y axis
	cells int // of the plot
	right int // cells of the names

	start, end time.Time
}

// newFrame divides w cells.
func newFrame(w int, lines []line) frame {
	f := frame{lines: lines, left: figure.Width + 1}
	for _, l := range lines {
		f.right = max(f.right, min(box.Width(l.name), w/labelled)+1)
		if s := l.group.Requests; s.Len() > 0 {
			f.start, f.end = s.Time(0), s.Time(s.Len()-1)
		}
		if s := l.latency.Series; s.Len() > 0 && f.start.IsZero() {
			f.start, f.end = s.Time(0), s.Time(s.Len()-1)
		}
	}
	if w < f.left+f.right+20 {
		f.right = 0
	}
	if w < f.left+8 {
		f.left = 0
	}
	f.cells = max(w-f.left-f.right, 0)
	return f
}

// axis of the cells.
func (f frame) axis() moment.Axis {
	span := f.end.Sub(f.start)
	if span <= 0 || f.cells == 0 {
		return moment.Axis{}
	}
	return moment.Axis{Cells: f.cells, Cell: func(at time.Time) int {
		if at.Before(f.start) {
			return -1
		}
		return int(math.Round(float64(at.Sub(f.start)) / float64(span) * float64(f.cells-1)))
	}}
}

// pencil of a line.
func (f frame) pencil(i int) pencil {
	p := pencil{style: f.theme.Hue(f.lines[i].hue)}
	if f.old {
		p.style = f.theme.Dim
	}
	if f.ascii {
		p.sign = string(signs[i%len(signs)])
	}
	return p
}

// panel is one figure of all lines on h lines: a title, and the plot below it.
func (f frame) panel(title string, of gauge.Figure, h int) []string {
	if h < 1 {
		return nil
	}
	top := f.top(of)
	c := newCanvas(f.cells+f.right, h-1)
	f.uprights(c)
	idle := false
	for i := len(f.lines) - 1; i >= 0; i-- { // the newest is drawn last, over the others
		idle = f.draw(c, i, of, top) || idle
	}
	for i := range f.lines {
		f.label(c, i, of, top)
	}
	if of.Latency() {
		f.heads(c)
	}
	if top == 0 && c.h > 0 {
		f.say(c, of)
	}
	lines := []string{f.rule(title, idle && of.Latency(), f.left+c.w)}
	for y := range c.h {
		lines = append(lines, f.tick(of, top, y, c.h)+c.row(f.theme, y))
	}
	return lines
}

// uprights are moments on the plot; they are no part of a line.
func (f frame) uprights(c *canvas) {
	a, sign := f.axis(), "┊"
	if f.ascii {
		sign = f.theme.Glyphs.Border[1]
	}
	for _, m := range moment.On(a, f.marks) {
		for y := range c.h {
			c.put(a.Cell(m.At), y, sign, f.theme.Faint)
		}
	}
}

// heads are the moments' signs at the top of the uprights.
func (f frame) heads(c *canvas) {
	a := f.axis()
	for _, m := range moment.On(a, f.marks) {
		style, sign := m.Look(f.theme)
		c.put(a.Cell(m.At), 0, sign, style)
	}
}

// draw a line, and say whether it had no traffic at some time.
func (f frame) draw(c *canvas, i int, of gauge.Figure, top float64) (idle bool) {
	l, p := f.lines[i], f.pencil(i)
	s := l.reading(of).Series
	if of != gauge.Requests {
		for n := range s.Len() {
			if x := f.column(n, s.Len()); l.group.Traffic(n) == metrics.NoTraffic && c.h > 0 {
				c.put(x, c.h-1, f.theme.Glyphs.Dot, p.style)
				idle = true
			}
		}
	}
	c.stroke(f.theme, p, f.rows(s, top, c.h))
	return idle
}

// column of a step out of so many.
func (f frame) column(step, steps int) int {
	if steps < 2 {
		return f.cells - 1
	}
	return int(math.Round(float64(step) / float64(steps-1) * float64(f.cells-1)))
}

// rows of h on which a series lies, by column; below 0 where it has a gap. Where
// several steps fall into a column the highest counts; between two that are known
// the line is straight.
func (f frame) rows(s metrics.Series, top float64, h int) []int {
	rows := make([]int, max(f.cells, 0))
	for x := range rows {
		rows[x] = -1
	}
	if top <= 0 || h <= 0 || len(rows) == 0 {
		return rows
	}
	last, joined := metrics.Value{}, false
	lastX := 0
	for n := range s.Len() {
		v, x := s.At(n), f.column(n, s.Len())
		if !v.Known {
			joined = false
			continue
		}
		for between := lastX + 1; joined && between < x; between++ {
			part := float64(between-lastX) / float64(x-lastX)
			rows[between] = rowOf(last.V+(v.V-last.V)*part, top, h)
		}
		if y := rowOf(v.V, top, h); rows[x] < 0 || y < rows[x] {
			rows[x] = y
		}
		last, lastX, joined = v, x, true
	}
	return rows
}

// some is the part of the scale from which a value is never drawn as none.
const some = 0.1

// rowOf a value, from the top.
func rowOf(v, top float64, h int) int {
	share := min(max(v/top, 0), 1)
	y := int(math.Round((1 - share) * float64(h-1)))
	if share >= some && h > 2 {
		y = min(y, h-2)
	}
	return y
}

// label writes a line's name behind its last point, so that lines are told apart
// without their hues.
func (f frame) label(c *canvas, i int, of gauge.Figure, top float64) {
	rows := f.rows(f.lines[i].reading(of).Series, top, c.h)
	x := len(rows) - 1
	for x >= 0 && rows[x] < 0 {
		x--
	}
	if f.right == 0 || x < 0 {
		return
	}
	name := f.lines[i].name
	if over := box.Width(name) - f.right + 1; over > 0 { // the end tells names apart
		name = ansi.TruncateLeft(name, over+box.Width(f.theme.Glyphs.Ellipsis), f.theme.Glyphs.Ellipsis)
	}
	for _, off := range [...]int{0, -1, 1, -2, 2, -3, 3} {
		if y := rows[x] + off; c.free(x+2, y, box.Width(name)) {
			c.write(x+2, y, name, f.pencil(i).style.Bold())
			return
		}
	}
}

// say why there is nothing to draw.
func (f frame) say(c *canvas, of gauge.Figure) {
	text := "no data"
	for _, l := range f.lines {
		if of != gauge.Requests && l.group.Now.Traffic == metrics.NoTraffic {
			text = "no traffic"
		}
	}
	if x := (f.cells - len(text)) / 2; x >= 0 {
		c.write(x, (c.h-1)/2, text, f.theme.Dim)
	}
}

// rule is the title of a panel, let into a line.
func (f frame) rule(title string, idle bool, w int) string {
	t := f.theme
	word := ""
	if idle {
		word = " " + t.Glyphs.Dot + " no traffic, blank: no data "
	}
	dash, title := t.Glyphs.Border[0], box.Cut(title, max(w-4, 0), t.Glyphs.Ellipsis)
	lead := t.Border.Paint(dash) + " " + t.Strong.Paint(title) + " "
	rest := w - box.Width(lead) - box.Width(word) - 1
	if rest < 0 {
		word, rest = "", w-box.Width(lead)-1
	}
	return box.Fit(lead+t.Border.Paint(strings.Repeat(dash, max(rest, 0)))+t.Dim.Paint(word)+t.Border.Paint(dash), w)
}
