package traffic

import (
	"math"
	"strconv"
	"strings"
)

// histogram is a classic one: counts by upper bound. The last count is that of +Inf.
type histogram struct {
	bounds []float64
	labels []string // the bounds as labels have them
	counts []uint64 // not cumulative
	sum    float64
}

func newHistogram(bounds []float64) *histogram {
	h := &histogram{bounds: bounds, counts: make([]uint64, len(bounds)+1)}
	for _, bound := range append(bounds[:len(bounds):len(bounds)], math.Inf(1)) {
		h.labels = append(h.labels, formatBound(bound))
	}
	return h
}

func (h *histogram) observe(value float64) {
	i := 0
	for i < len(h.bounds) && value > h.bounds[i] {
		i++
	}
	h.counts[i]++
	h.sum += value
}

func (h *histogram) count() uint64 {
	var n uint64
	for _, c := range h.counts {
		n += c
	}
	return n
}

// each passes every bound, as a label has it, with how many were not above it.
func (h *histogram) each(f func(le string, n uint64)) {
	var n uint64
	for i, c := range h.counts {
		n += c
		f(h.labels[i], n)
	}
}

// formatBound writes a bound as Prometheus stores it, whatever it is given.
func formatBound(bound float64) string {
	text := formatNumber(bound)
	if math.IsInf(bound, 1) || strings.ContainsAny(text, ".e") {
		return text
	}
	return text + ".0"
}

// formatNumber writes a number as Prometheus' text format does.
func formatNumber(value float64) string {
	if math.IsInf(value, 1) {
		return "+Inf"
	}
	return strconv.FormatFloat(value, 'g', -1, 64)
}
