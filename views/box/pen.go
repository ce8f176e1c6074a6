package box

import (
	"strings"

	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
)

// Pen writes painted text into one rectangle of a line: never more cells than it
// was given, every one of them on its ground. It does not allocate for text that
// fits, which is why tables draw with it.
type Pen struct {
	b        *strings.Builder
	ground   theme.Style
	ellipsis string
	left     int
}

// NewPen writes into b, on a ground, at most w cells.
func NewPen(b *strings.Builder, t theme.Theme, ground theme.Style, w int) Pen {
	return Pen{b: b, ground: ground, ellipsis: t.Glyphs.Ellipsis, left: max(w, 0)}
}

// Left is how many cells are still free.
func (p *Pen) Left() int { return p.left }

// Part is a pen for the next n cells, which are taken from this one: fill it to
// its end before writing with this one again.
func (p *Pen) Part(n int) Pen {
	part := *p
	part.left = max(min(n, p.left), 0)
	p.left -= part.left
	return part
}

// Write paints text, cut with an ellipsis where it does not fit.
func (p *Pen) Write(s theme.Style, text string) {
	w := Width(text)
	if w > p.left {
		text = Cut(text, p.left, p.ellipsis)
		w = Width(text)
	}
	if w == 0 {
		return
	}
	s.WriteOn(p.b, p.ground, text)
	p.left -= w
}

// WriteEnd paints text whose end matters most: what does not fit is cut at the front.
func (p *Pen) WriteEnd(s theme.Style, text string) {
	if over := Width(text) - p.left; over > 0 {
		text = ansi.TruncateLeft(text, over+Width(p.ellipsis), p.ellipsis)
	}
	p.Write(s, text)
}

// Right paints text so that it ends where the pen's cells end.
func (p *Pen) Right(s theme.Style, text string) {
	p.Blank(p.left - Width(text))
	p.Write(s, text)
}

// Repeat paints a sign of one cell n times, as often as there is room.
func (p *Pen) Repeat(s theme.Style, sign string, n int) {
	n = min(n, p.left)
	if n <= 0 {
		return
	}
	s.WriteOn(p.b, p.ground, repeat(sign, n))
	p.left -= n
}

// Blank writes n cells of ground.
func (p *Pen) Blank(n int) { p.Repeat(theme.Style{}, " ", n) }

// Fill writes ground up to the end.
func (p *Pen) Fill() { p.Blank(p.left) }

// blanks is cut into padding, so that padding costs nothing.
const blanks = "                                                                                "

func repeat(sign string, n int) string {
	if sign == " " && n <= len(blanks) {
		return blanks[:n]
	}
	return strings.Repeat(sign, n)
}
