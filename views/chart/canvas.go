package chart

import (
	"strings"

	"fader/views/box"
	"fader/views/theme"
)

// cell of a canvas.
type cell struct {
	sign  string
	style theme.Style
}

// canvas is a rectangle of cells; what is drawn later covers what is there.
type canvas struct {
	w, h  int
	cells []cell
}

func newCanvas(w, h int) *canvas {
	c := &canvas{w: max(w, 0), h: max(h, 0)}
	c.cells = make([]cell, c.w*c.h)
	return c
}

// put a sign of one cell; outside there is nothing to draw on.
func (c *canvas) put(x, y int, sign string, style theme.Style) {
	if x >= 0 && y >= 0 && x < c.w && y < c.h {
		c.cells[y*c.w+x] = cell{sign, style}
	}
}

// write a text, as far as there is room.
func (c *canvas) write(x, y int, text string, style theme.Style) {
	for _, r := range text {
		n := box.Width(string(r))
		if n == 0 || x+n > c.w {
			continue
		}
		c.put(x, y, string(r), style)
		for i := 1; i < n; i++ {
			c.put(x+i, y, "", style)
			c.cells[y*c.w+x+i].sign = covered
		}
		x += n
	}
}

// covered is the second cell of a wide character.
const covered = "\x00"

// free says that n cells are empty.
func (c *canvas) free(x, y, n int) bool {
	if x < 0 || y < 0 || y >= c.h || x+n > c.w {
		return false
	}
	for i := range n {
		if c.cells[y*c.w+x+i].sign != "" {
			return false
		}
	}
	return true
}

// The bends of a line: up and down, each at the row it leaves and the one it comes to.
const (
	leavesUp, comesUp     = "╯", "╭"
	leavesDown, comesDown = "╮", "╰"
)

// pencil is how a line is drawn: with a sign of its own, or in strokes.
type pencil struct {
	sign  string
	style theme.Style
}

// stroke draws a line through rows, one per column from the left; below 0 is a gap.
func (c *canvas) stroke(t theme.Theme, p pencil, rows []int) {
	for x, y := range rows {
		switch {
		case y < 0:
		case p.sign != "":
			c.put(x, y, p.sign, p.style)
		case x == 0 || rows[x-1] < 0 || rows[x-1] == y:
			c.put(x, y, t.Glyphs.Border[0], p.style)
		default:
			c.bend(t, p, x, rows[x-1], y)
		}
	}
}

func (c *canvas) bend(t theme.Theme, p pencil, x, from, to int) {
	leaves, comes := leavesUp, comesUp
	if to > from {
		leaves, comes = leavesDown, comesDown
	}
	for y := min(from, to) + 1; y < max(from, to); y++ {
		c.put(x, y, t.Glyphs.Border[1], p.style)
	}
	c.put(x, from, leaves, p.style)
	c.put(x, to, comes, p.style)
}

// row is a painted line of the canvas.
func (c *canvas) row(t theme.Theme, y int) string {
	var b, run strings.Builder
	pen := box.NewPen(&b, t, theme.Style{}, c.w)
	var style theme.Style
	for x := range c.w {
		at := c.cells[y*c.w+x]
		if at.style != style {
			pen.Write(style, run.String())
			run.Reset()
			style = at.style
		}
		switch at.sign {
		case "":
			run.WriteString(" ")
		case covered:
		default:
			run.WriteString(at.sign)
		}
	}
	pen.Write(style, run.String())
	pen.Fill()
	return b.String()
}
