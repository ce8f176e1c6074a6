package spark

import (
	"math"
	"slices"

	"fader/metrics"
	"fader/views/box"
	"fader/views/theme"
)

// headroom: a series that never changes is drawn at a third of the height, so
// that a peak can be seen on it.
const headroom = 3

// Scale is the value at the top of series that are drawn together; 0 where
// nothing is known.
func Scale(all ...metrics.Series) float64 {
	var known []float64
	for _, s := range all {
		for _, v := range s.Values {
			if v == v && !math.IsInf(v, 0) {
				known = append(known, v)
			}
		}
	}
	if len(known) == 0 {
		return 0
	}
	slices.Sort(known)
	return max(known[len(known)-1], headroom*known[len(known)/2])
}

// Draw a series over the next w cells of pen; top is the value at full height.
func Draw(pen *box.Pen, t theme.Theme, style theme.Style, s metrics.Series, top float64, w int) {
	w = min(w, pen.Left())
	if w <= 0 {
		return
	}
	thin := s.Thin(w)
	pen.Blank(w - thin.Len())
	for i := 0; i < thin.Len(); {
		level, n := levelOf(thin.Values[i], top), 1
		for i+n < thin.Len() && levelOf(thin.Values[i+n], top) == level {
			n++
		}
		if level < 0 {
			pen.Blank(n)
		} else {
			pen.Repeat(style, t.Glyphs.Spark[level], n)
		}
		i += n
	}
}

// levelOf a value, -1 for a gap.
func levelOf(v, top float64) int {
	const levels = 8
	switch {
	case v != v:
		return -1
	case top <= 0 || v <= 0:
		return 0
	}
	return min(int(v/top*levels), levels-1)
}
