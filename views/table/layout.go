package table

import "slices"

// Between two columns there are wide cells where every column can be as wide as
// it would like that way, and narrow ones where room is short.
const (
	wide   = 2
	narrow = 1
)

// place is a column that is drawn, and how wide.
type place struct {
	column int
	width  int
}

// layout chooses the columns for w cells and how wide each is. wants are their
// natural widths. It depends on nothing else, so that it changes only when the
// screen or a column's widest text does.
func layout[T any](columns []Column[T], wants []int, w int) (places []place, gap int) {
	gap = narrow
	if all(columns, wants)+wide*(len(columns)-1) <= w {
		gap = wide
	}
	chosen := choose(columns, wants, w, gap)
	if len(chosen) == 0 {
		return nil, gap
	}
	room := w - gap*(len(chosen)-1)
	for _, p := range chosen {
		room -= p.width
	}
	// Still by rank, the important ones first: what they like, then what they want.
	for _, most := range []func(Column[T], int) int{Column[T].likes, Column[T].bound} {
		for i := range chosen {
			c := columns[chosen[i].column]
			more := min(max(most(c, wants[chosen[i].column])-chosen[i].width, 0), max(room, 0))
			chosen[i].width += more
			room -= more
		}
	}
	stretch(columns, chosen, room)
	slices.SortFunc(chosen, func(a, b place) int { return a.column - b.column })
	return chosen, gap
}

// all is the width of all columns as they would like to be.
func all[T any](columns []Column[T], wants []int) int {
	sum := 0
	for i, c := range columns {
		sum += c.bound(wants[i])
	}
	return sum
}

// choose takes columns by rank as long as they fit at the width they need.
func choose[T any](columns []Column[T], wants []int, w, gap int) []place {
	order := make([]int, len(columns))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return columns[a].Rank - columns[b].Rank })
	var chosen []place
	used, liked, least := 0, 0, 0
	for _, i := range order {
		c := columns[i]
		need, before := c.enough(wants[i]), gap*min(len(chosen), 1)
		if c.Rank > 0 {
			fits := used+before+need <= w
			if c.Essential {
				fits = least+before+c.floor() <= w
			}
			if !fits || c.Spare && liked+before+need > w {
				break
			}
		}
		used += before + need
		liked += before + c.likes(wants[i])
		least += before + min(need, c.floor())
		chosen = append(chosen, place{i, need})
	}
	return squeeze(columns, chosen, w-used, gap)
}

// squeeze makes columns fit that alone are too wide: they are narrowed to their
// least widths, those with the most to give first, then columns go from the least
// important, and the last one is cut.
func squeeze[T any](columns []Column[T], chosen []place, room, gap int) []place {
	for ; room < 0; room++ {
		most, slack := -1, 0
		for i, p := range chosen {
			if more := p.width - columns[p.column].floor(); more >= max(slack, 1) {
				most, slack = i, more
			}
		}
		if most < 0 {
			break
		}
		chosen[most].width--
	}
	for len(chosen) > 1 && room < 0 {
		last := chosen[len(chosen)-1]
		chosen = chosen[:len(chosen)-1]
		room += last.width + gap
	}
	if len(chosen) == 1 {
		chosen[0].width += min(room, 0)
	}
	if len(chosen) == 1 && chosen[0].width < 1 {
		return nil
	}
	return chosen
}

// stretch gives what room is left to flex columns, evenly, up to their Max.
func stretch[T any](columns []Column[T], chosen []place, room int) {
	for room > 0 {
		var open []int
		for i, p := range chosen {
			if c := columns[p.column]; c.Flex && p.width < c.Max {
				open = append(open, i)
			}
		}
		if len(open) == 0 {
			return
		}
		share := max(room/len(open), 1)
		for _, i := range open {
			more := min(share, columns[chosen[i].column].Max-chosen[i].width, room)
			chosen[i].width += more
			room -= more
		}
	}
}
