package logs

import (
	"fader/views/box"
	"fader/views/wrap"
)

// Wheel moves by n rows, down for n above 0, never past the ends. Moving up
// leaves the end of the log; moving down does not go back to following it.
func (v *View) Wheel(n int) bool {
	v.frame = nil
	if n > 0 && v.follow {
		return true
	}
	v.hold()
	v.top = v.moved(v.settled(v.top), n)
	if end := v.bottom(); behind(v.top, end) {
		v.top = end
	}
	return true
}

func behind(a, b place) bool {
	return a.number > b.number || a.number == b.number && a.row > b.row
}

// settled is a place in a line that is shown.
func (v *View) settled(p place) place {
	i := v.index(p.number)
	switch {
	case v.len() == 0:
		return place{number: v.store.first}
	case i == v.len():
		return v.bottom()
	case v.number(i) != p.number:
		return place{number: v.number(i)}
	}
	p.row = min(p.row, v.rows(i)-1)
	return p
}

// moved is a place n rows further, as far as there are lines.
func (v *View) moved(p place, n int) place {
	if v.len() == 0 {
		return p
	}
	i, row := v.index(p.number), p.row+n
	for row < 0 && i > 0 {
		i--
		row += v.rows(i)
	}
	for i < v.len()-1 && row >= v.rows(i) {
		row -= v.rows(i)
		i++
	}
	return place{number: v.number(i), row: max(min(row, v.rows(i)-1), 0)}
}

// bottom is the place at the top of the last page.
func (v *View) bottom() place {
	if v.len() == 0 {
		return place{number: v.store.first}
	}
	last := v.len() - 1
	return v.moved(place{number: v.number(last), row: v.rows(last) - 1}, 1-max(v.h, 1))
}

// rows of the i-th line shown.
func (v *View) rows(i int) int {
	if !v.wrapped {
		return 1
	}
	return wrap.Rows(v.text(v.line(i)), v.room())
}

// widest line in sight, in cells.
func (v *View) widest() int {
	widest := 0
	for i, n := v.index(v.start().number), 0; i < v.len() && n < v.h; i, n = i+1, n+1 {
		widest = max(widest, box.Width(v.text(v.line(i))))
	}
	return widest
}

// start is the place at the top of what is drawn.
func (v *View) start() place {
	end := v.bottom()
	if v.follow {
		return end
	}
	if p := v.settled(v.top); !behind(p, end) {
		return p
	}
	return end
}
