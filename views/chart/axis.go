package chart

import (
	"math"
	"strings"
	"time"

	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/box"
	"fader/views/figure"
	"fader/views/theme"
)

// top of the axis of a figure; 0 where nothing is known. What nobody asks for, and
// what never fails, is drawn at the bottom of something.
func (f frame) top(of gauge.Figure) float64 {
	var all []metrics.Series
	known := false
	for _, l := range f.lines {
		s := l.reading(of).Series
		_, _, any := s.Range()
		known = known || any
		all = append(all, s)
	}
	top := nice(metrics.Highest(all...))
	switch {
	case !known:
		return 0
	case of == gauge.Errors:
		return max(top, 0.01)
	case top == 0:
		return 1
	}
	return top
}

// tick is what stands on the y axis at a line of h.
func (f frame) tick(of gauge.Figure, top float64, y, h int) string {
	if f.left == 0 {
		return ""
	}
	text := ""
	for _, share := range parts(h) {
		if top > 0 && rowOf(share*top, top, h) == y && (!of.Latency() || written(share*top)) {
			text = strings.Replace(figure.Number(of, share*top), ".0", "", 1)
			if share == 0 {
				text = "0"
			}
		}
	}
	return f.theme.Dim.Paint(box.Right(text, f.left-1)) + " "
}

// written says that a latency can be written as short as latencies are: 2.25s is
// no 2.2s.
func written(seconds float64) bool {
	digit := 1.0
	switch {
	case seconds < 0.00995:
		digit = 0.0001
	case seconds < 0.9995:
		digit = 0.001
	case seconds < 9.95:
		digit = 0.1
	}
	return math.Abs(math.Round(seconds/digit)*digit-seconds) <= 0.01*seconds
}

// parts of the y axis that are labelled on h lines.
func parts(h int) []float64 {
	switch {
	case h >= 12:
		return []float64{0, 0.25, 0.5, 0.75, 1}
	case h >= 3:
		return []float64{0, 0.5, 1}
	}
	return []float64{1}
}

// clock is the time axis.
func (f frame) clock(zone *time.Location) string {
	var b strings.Builder
	pen := box.NewPen(&b, f.theme, theme.Style{}, f.left+f.cells+f.right)
	const label = len("15:04")
	a, used := f.axis(), 0
	for _, at := range ticks(f.start.In(zone), f.end.In(zone), f.cells, label+5) {
		x := f.left + a.Cell(at) - label/2
		if x < used || x+label > f.left+f.cells+f.right {
			continue
		}
		pen.Blank(x - used)
		pen.Write(f.theme.Dim, at.Format("15:04"))
		used = x + label + 1
		pen.Blank(1)
	}
	pen.Fill()
	return b.String()
}
