package table

import (
	"fader/views/box"
	"fader/views/theme"
)

// Cell is one text in one style.
type Cell struct {
	Text  string
	Style theme.Style
}

// Column says what stands in a column and what it gives up when room is short.
type Column[T any] struct {
	Title string
	// Right aligns cells and title at the right: for numbers.
	Right bool
	// Rank is the importance, 0 the highest: a column goes before all columns
	// of a lower rank. Columns of rank 0 go last of all.
	Rank int
	// Whole columns are not narrowed to make room for columns of higher rank.
	Whole bool
	// Spare columns are there only while all of a lower rank have the width they like.
	Spare bool
	// Essential columns are there as long as the least widths of the more important
	// ones leave room; others come only once those have enough.
	Essential bool
	// Enough is the width at which a column gives way to columns of higher rank; 0
	// means Min, or the widest cell where it is Whole.
	Enough int
	// Middle says that texts are names: what does not fit goes from their middle,
	// and two rows never look the same for it.
	Middle bool
	// Min and Max bound the width in cells; Max 0 means as wide as the widest cell.
	Min, Max int
	// Flex columns grow up to Max where room is left over.
	Flex bool
	// Width is how many cells the row's text takes; nil means Min. It is called
	// for every row, so it should not make strings.
	Width func(T) int
	// Cell is what is drawn, for visible rows only.
	Cell func(T) Cell
	// Compare, where set, lets rows be sorted by the column: what is looked for
	// first comes first.
	Compare func(a, b T) int
	// Draw, where set, draws instead of Cell what is more than one text.
	Draw func(p *box.Pen, row T)
}

// floor is the least width at which the column says anything.
func (c Column[T]) floor() int { return max(c.Min, box.Width(c.Title), 1) }

// enough is the width that the column needs before others come, given what it wants.
func (c Column[T]) enough(want int) int {
	switch {
	case c.Enough > 0:
		return min(max(c.Enough, c.floor()), c.bound(want))
	case c.Whole:
		return c.bound(want)
	}
	return c.floor()
}

// likes is the width that spare columns leave it.
func (c Column[T]) likes(want int) int {
	if c.Middle {
		return c.enough(want)
	}
	return c.bound(want)
}

func (c Column[T]) bound(w int) int {
	w = max(w, c.floor())
	if c.Max > 0 {
		w = min(w, max(c.Max, c.floor()))
	}
	return w
}
