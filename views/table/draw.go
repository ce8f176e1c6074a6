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
	hang := func(i int) int {
		c := t.columns[t.places[i].column]
		if c.Title == "" || c.Title != mark.Title || i == len(t.places)-1 {
			return 0
		}
		return max(min(box.Width(c.Title)+box.Width(t.theme.Glyphs.Up)-t.places[i].width, t.gap), 0)
	}
	return t.line(theme.Style{}, w, hang, func(pen *box.Pen, c Column[T]) {
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

// marked adds the direction; where there is no room for it, not even in the gap
// behind, it takes the place of the title's last letter.
func (t *Table[K, T]) marked(title string, mark Mark, room int) string {
	sign := t.theme.Glyphs.Up
	if mark.Down {
		sign = t.theme.Glyphs.Down
	}
	return box.Cut(title, max(room-box.Width(sign), 0), "") + sign
}

func (t *Table[K, T]) row(row T, here bool, w int) string {
	ground, cursor, mark := theme.Style{}, " ", " "
	if here && t.focused {
		ground, cursor = t.theme.Cursor, t.theme.Glyphs.Cursor
	}
	if t.isMarked(row) {
		mark = t.theme.Glyphs.Marked
	}
	return t.line(ground, w, nil, func(pen *box.Pen, c Column[T]) {
		if c.Draw != nil {
			c.Draw(pen, row)
			return
		}
		cell := c.Cell(row)
		if c.Middle && box.Width(cell.Text) > pen.Left() {
			cell.Text = t.shortened(c, cell.Text, pen.Left())
		}
		if c.Right {
			pen.Right(cell.Style, cell.Text)
			return
		}
		pen.Write(cell.Style, cell.Text)
	}, mark, cursor)
}

// line draws the gutter and the cells of the chosen columns; every cell gets a
// pen with exactly its width, and as much of the gap behind it as hang says.
func (t *Table[K, T]) line(ground theme.Style, w int, hang func(place int) int, cell func(*box.Pen, Column[T]), mark, cursor string) string {
	var b strings.Builder
	b.Grow(w * painted)
	all := box.NewPen(&b, t.theme, ground, w)
	if t.marking {
		all.Write(t.theme.Accent, mark)
	}
	all.Write(t.theme.Accent, cursor)
	over := 0
	for i, p := range t.places {
		if i > 0 {
			all.Blank(t.gap - over)
		}
		over = 0
		if hang != nil {
			over = hang(i)
		}
		t.pen = all.Part(p.width + over)
		cell(&t.pen, t.columns[p.column])
		t.pen.Fill()
	}
	all.Fill()
	return b.String()
}

// shortened is a name as it stands in w cells. Where another name that is drawn
// would look the same, what tells them apart is kept instead of the ends.
func (t *Table[K, T]) shortened(c Column[T], name string, w int) string {
	more := t.theme.Glyphs.Ellipsis
	for i := t.top; i < min(t.top+t.body, len(t.shown)); i++ {
		other := c.Cell(t.shown[i]).Text
		if other != name && len(other) > w && box.SameEnds(name, other, w-box.Width(more)) {
			return box.Apart(name, other, w, more)
		}
	}
	return box.Middle(name, w, more)
}
