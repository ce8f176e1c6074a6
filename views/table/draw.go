package table

import (
	"strings"

	"fader/views/box"
	"fader/views/theme"
)

// gutter is the cells left of the first column: the cursor's sign.
const gutter = 1

// painted is about how many bytes a painted cell of a line takes.
const painted = 6

func (t *Table[K, T]) titles(w int) string {
	return t.line(theme.Style{}, w, func(pen *box.Pen, c Column[T]) {
		style, title := t.theme.Dim, c.Title
		if c.Title != "" && c.Title == t.mark.Title {
			style = t.theme.Accent
			title = t.marked(title, pen.Left())
		}
		if c.Right {
			pen.Right(style, title)
			return
		}
		pen.Write(style, title)
	}, " ", theme.Style{})
}

// marked adds the direction where there is room for it.
func (t *Table[K, T]) marked(title string, room int) string {
	sign := t.theme.Glyphs.Up
	if t.mark.Down {
		sign = t.theme.Glyphs.Down
	}
	if box.Width(title)+box.Width(sign) > room {
		return title
	}
	return title + sign
}

func (t *Table[K, T]) row(row T, here bool, w int) string {
	ground, sign := theme.Style{}, " "
	if here && t.focused {
		ground, sign = t.theme.Cursor, t.theme.Glyphs.Cursor
	}
	return t.line(ground, w, func(pen *box.Pen, c Column[T]) {
		if c.Draw != nil {
			c.Draw(pen, row)
			return
		}
		cell := c.Cell(row)
		if c.Right {
			pen.Right(cell.Style, cell.Text)
			return
		}
		pen.Write(cell.Style, cell.Text)
	}, sign, t.theme.Accent)
}

// line draws the gutter and the cells of the chosen columns; every cell gets a
// pen with exactly its width.
func (t *Table[K, T]) line(ground theme.Style, w int, cell func(*box.Pen, Column[T]), sign string, look theme.Style) string {
	var b strings.Builder
	b.Grow(w * painted)
	all := box.NewPen(&b, t.theme, ground, w)
	all.Write(look, sign)
	for i, p := range t.places {
		if i > 0 {
			all.Blank(t.gap)
		}
		t.pen = all.Part(p.width)
		cell(&t.pen, t.columns[p.column])
		t.pen.Fill()
	}
	all.Fill()
	return b.String()
}
