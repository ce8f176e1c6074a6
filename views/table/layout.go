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
	for i := range chosen { // still by rank: the important ones get what they want first
		c := columns[chosen[i].column]
		more := min(max(c.bound(wants[chosen[i].column])-chosen[i].width, 0), max(room, 0))
		chosen[i].width += more
		room -= more
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
	used, liked := 0, 0
	for _, i := range order {
		need := columns[i].floor()
		if columns[i].Whole {
			need = columns[i].bound(wants[i])
		}
		before := gap * min(len(chosen), 1)
		if columns[i].Rank > 0 && (used+before+need > w || columns[i].Spare && liked+before+need > w) {
			break
		}
		used += before + need
		liked += before + columns[i].bound(wants[i])
		chosen = append(chosen, place{i, need})
	}
	return squeeze(columns, chosen, w-used, gap)
}

// squeeze makes the columns of rank 0 fit when they alone are too wide: whole
// ones are narrowed first, then columns go from the least important, and the
// last one is cut.
func squeeze[T any](columns []Column[T], chosen []place, room, gap int) []place {
	for i := len(chosen) - 1; i >= 0 && room < 0; i-- {
		less := min(chosen[i].width-columns[chosen[i].column].floor(), -room)
		chosen[i].width -= less
		room += less
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
