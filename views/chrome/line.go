package chrome

import (
	"slices"
	"strings"

	"fader/views/box"
	"fader/views/theme"
)

// span is a piece of text in one style.
type span struct {
	text  string
	style theme.Style
}

// item is something in a line: it is there in full, in short, or not at all.
type item struct {
	rank   int // importance, 0 the highest
	full   []span
	short  []span // nil: there is none
	detail int    // importance of what is in full and not in short
	right  bool   // at the right end
}

// fit chooses which items of a line are drawn, and how, in w cells: those of a
// low rank are shortened last and go last.
func fit(items []item, w, gap int) []item {
	chosen := slices.Clone(items)
	for total(chosen, gap) > w {
		i := least(chosen)
		switch {
		case i < 0:
			return chosen
		case chosen[i].short != nil:
			chosen[i].full, chosen[i].short = chosen[i].short, nil
		case len(chosen) == 1:
			return chosen
		default:
			chosen = slices.Delete(chosen, i, i+1)
		}
	}
	return chosen
}

// least is the item to shorten or leave out next, -1 for none.
func least(items []item) int {
	worst := -1
	for i, it := range items {
		if worst < 0 || it.next() > items[worst].next() {
			worst = i
		}
	}
	return worst
}

// next is the importance of what the item would lose next.
func (it item) next() int {
	if it.short != nil {
		return it.detail
	}
	return it.rank
}

func total(items []item, gap int) int {
	n := 2
	for i, it := range items {
		if i > 0 {
			n += gap
		}
		n += length(it.full)
	}
	return n
}

func length(spans []span) int {
	n := 0
	for _, s := range spans {
		n += box.Width(s.text)
	}
	return n
}

// draw writes items on a ground, the right ones at the right end, a cell of
// ground at either end.
func draw(t theme.Theme, ground theme.Style, items []item, w, gap int) string {
	chosen := fit(items, w, gap)
	var b strings.Builder
	pen := box.NewPen(&b, t, ground, w)
	pen.Blank(1)
	spare := max(w-total(chosen, gap), 0)
	pushed := false
	for i, it := range chosen {
		if it.right && !pushed {
			pen.Blank(spare)
			pushed = true
		}
		if i > 0 {
			pen.Blank(gap)
		}
		for _, s := range it.full {
			pen.Write(s.style, s.text)
		}
	}
	pen.Fill()
	return b.String()
}
