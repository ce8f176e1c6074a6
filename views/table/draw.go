package table

import (
	"strings"

	"fader/views/box"
	"fader/views/theme"
)

// gutter is the cells left of the first column: the mark's sign, where rows can
// be marked, and the cursor's.
func (t *Table[K, T]) gutter() int {
	if t.marking {
		return 2
	}
	return 1
}

// painted is about how many bytes a painted cell of a line takes.
const painted = 6

func (t *Table[K, T]) titles(w int) string {
	mark := t.sign()
	return t.line(theme.Style{}, w, func(pen *box.Pen, c Column[T]) {
		style, title := t.theme.Dim, c.Title
		if c.Title != "" && c.Title == mark.Title {
			style = t.theme.Accent
			title = t.marked(title, mark, pen.Left())
		}
		if c.Right {
			pen.Right(style, title)
			return
		}
		pen.Write(style, title)
	}, " ", " ")
}

// marked adds the direction where there is room for it.
func (t *Table[K, T]) marked(title string, mark Mark, room int) string {
	sign := t.theme.Glyphs.Up
	if mark.Down {
		sign = t.theme.Glyphs.Down
	}
	if box.Width(title)+box.Width(sign) > room {
		return title
	}
	return title + sign
}

func (t *Table[K, T]) row(row T, here bool, w int) string {
	ground, cursor, mark := theme.Style{}, " ", " "
	if here && t.focused {
		ground, cursor = t.theme.Cursor, t.theme.Glyphs.Cursor
	}
	if t.isMarked(row) {
		mark = t.theme.Glyphs.Marked
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
	}, mark, cursor)
}

// line draws the gutter and the cells of the chosen columns; every cell gets a
// pen with exactly its width.
func (t *Table[K, T]) line(ground theme.Style, w int, cell func(*box.Pen, Column[T]), mark, cursor string) string {
	var b strings.Builder
	b.Grow(w * painted)
	all := box.NewPen(&b, t.theme, ground, w)
	if t.marking {
		all.Write(t.theme.Accent, mark)
	}
	all.Write(t.theme.Accent, cursor)
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
