package chart

import (
	"strings"

	"fader/views/box"
	"fader/views/theme"
)

// cell of a canvas: dots of one line, or a sign.
type cell struct {
	dots  uint8
	by    int // number of the line the dots are of
	sign  string
	style theme.Style
}

// canvas is a rectangle of cells, each of several dots where the terminal has
// Braille.
type canvas struct {
	w, h   int
	dx, dy int // dots of a cell
	cells  []cell
}

func newCanvas(w, h int, ascii bool) *canvas {
	c := &canvas{w: max(w, 0), h: max(h, 0), dx: 2, dy: 4}
	if ascii {
		c.dx, c.dy = 1, 1
	}
	c.cells = make([]cell, c.w*c.h)
	return c
}

func (c *canvas) at(x, y int) *cell {
	if x < 0 || y < 0 || x >= c.w || y >= c.h {
		return &cell{} // what is outside is drawn on nothing
	}
	return &c.cells[y*c.w+x]
}

// put a text into cells, over whatever is there.
func (c *canvas) put(x, y int, text string, style theme.Style) {
	for _, r := range text {
		*c.at(x, y) = cell{sign: string(r), style: style}
		x++
	}
}

// under puts a sign where nothing is yet.
func (c *canvas) under(x, y int, sign string, style theme.Style) {
	if at := c.at(x, y); at.sign == "" && at.dots == 0 {
		at.sign, at.style = sign, style
	}
}

// free says that n cells hold no text.
func (c *canvas) free(x, y, n int) bool {
	for i := range n {
		if x+i >= c.w || y < 0 || y >= c.h || c.at(x+i, y).sign != "" {
			return false
		}
	}
	return true
}

// bits of the dots of a Braille cell, by row and column.
var bits = [4][2]uint8{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}

// dot of a line, counted in dots from the upper left. A cell has one colour: it
// belongs to the line that came last.
func (c *canvas) dot(x, y int, p pencil) {
	at := c.at(x/c.dx, y/c.dy)
	if at.by != p.number || at.dots == 0 {
		*at = cell{by: p.number, style: p.style}
	}
	if c.dx == 1 {
		at.dots, at.sign = 1, p.sign
		return
	}
	at.dots |= bits[y%c.dy][x%c.dx]
}

// pencil is how a line is drawn.
type pencil struct {
	number int // from 1
	sign   string
	style  theme.Style
}

// stroke joins two points.
func (c *canvas) stroke(x0, y0, x1, y1 int, p pencil) {
	dx, dy := abs(x1-x0), -abs(y1-y0)
	sx, sy, err := sign(x1-x0), sign(y1-y0), dx+dy
	for {
		c.dot(x0, y0, p)
		if x0 == x1 && y0 == y1 {
			return
		}
		twice := 2 * err
		if twice >= dy {
			err += dy
			x0 += sx
		}
		if twice <= dx {
			err += dx
			y0 += sy
		}
	}
}

func abs(n int) int { return max(n, -n) }

func sign(n int) int {
	switch {
	case n > 0:
		return 1
	case n < 0:
		return -1
	}
	return 0
}

// row is a painted line of the canvas.
func (c *canvas) row(t theme.Theme, y int) string {
	var b, run strings.Builder
	pen := box.NewPen(&b, t, theme.Style{}, c.w)
	var style theme.Style
	flush := func() {
		if run.Len() > 0 {
			pen.Write(style, run.String())
			run.Reset()
		}
	}
	for x := range c.w {
		at := c.at(x, y)
		if at.style != style {
			flush()
			style = at.style
		}
		run.WriteString(at.text())
	}
	flush()
	pen.Fill()
	return b.String()
}

// braille is the sign without dots; the dots' bits are added to it.
const braille = '\u2800'

func (c *cell) text() string {
	switch {
	case c.sign != "":
		return c.sign
	case c.dots != 0:
		return string(braille + rune(c.dots))
	}
	return " "
}
