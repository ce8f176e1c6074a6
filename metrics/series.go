package metrics

import (
	"math"
	"slices"
	"time"
)

// Series are values at equal steps. NaN is a gap: not known, and not 0.
type Series struct {
	Start  time.Time
	Step   time.Duration
	Values []float64
	// Floor marks values that are only lower bounds; nil where none is.
	Floor []bool
}

// Len is the number of steps.
func (s Series) Len() int { return len(s.Values) }

// Time of a step.
func (s Series) Time(i int) time.Time { return s.Start.Add(time.Duration(i) * s.Step) }

// At a step; outside of the series nothing is known.
func (s Series) At(i int) Value {
	if i < 0 || i >= len(s.Values) {
		return Value{}
	}
	return valueOf(s.Values[i], s.Floor != nil && s.Floor[i])
}

// set a step while the series is made.
func (s *Series) set(i int, v float64, atLeast bool) {
	s.Values[i] = v
	if atLeast && s.Floor == nil {
		s.Floor = make([]bool, len(s.Values))
	}
	if s.Floor != nil {
		s.Floor[i] = atLeast
	}
}

// On a moment: the value of the step that is nearest to it.
func (s Series) On(at time.Time) Value { return s.At(s.index(at)) }

// index of the step nearest to a moment, which may be outside.
func (s Series) index(at time.Time) int {
	if s.Step <= 0 {
		return -1
	}
	return int(math.Round(float64(at.Sub(s.Start)) / float64(s.Step)))
}

// Last known value, and the number of its step; -1 where all is a gap.
func (s Series) Last() (Value, int) {
	for i := len(s.Values) - 1; i >= 0; i-- {
		if v := s.At(i); v.Known {
			return v, i
		}
	}
	return Value{}, -1
}

// Tail is the series' last n steps; the values are shared.
func (s Series) Tail(n int) Series {
	cut := max(0, len(s.Values)-max(0, n))
	t := Series{Start: s.Time(cut), Step: s.Step, Values: s.Values[cut:]}
	if s.Floor != nil {
		t.Floor = s.Floor[cut:]
	}
	return t
}

// Range is the smallest and the largest known value; false where all is a gap.
func (s Series) Range() (low, high float64, known bool) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range s.Values {
		if valueOf(v, false).Known {
			low, high, known = min(low, v), max(high, v), true
		}
	}
	if !known {
		return 0, 0, false
	}
	return low, high, true
}

// Highest known value of several series, which is the scale they share when they
// are compared; 0 where nothing is known.
func Highest(series ...Series) float64 {
	top := 0.0
	for _, s := range series {
		if _, high, known := s.Range(); known {
			top = max(top, high)
		}
	}
	return top
}

// Thin is the series in at most n steps. Each is the highest of those that it
// stands for: a peak that is averaged away was not shown. Steps that stand for
// gaps only are gaps.
func (s Series) Thin(n int) Series {
	if n <= 0 || len(s.Values) <= n {
		return s
	}
	each := (len(s.Values) + n - 1) / n
	// Counted from the end: the newest step is always whole.
	count := (len(s.Values) + each - 1) / each
	lead := count*each - len(s.Values)
	t := Series{Start: s.Time(each - 1 - lead), Step: s.Step * time.Duration(each), Values: make([]float64, count)}
	if s.Floor != nil {
		t.Floor = make([]bool, count)
	}
	for i := range t.Values {
		top := Value{}
		for j := max(0, i*each-lead); j < (i+1)*each-lead; j++ {
			if v := s.At(j); v.Known && (!top.Known || v.V > top.V) {
				top = v
			}
		}
		t.Values[i] = top.orNaN()
		if t.Floor != nil {
			t.Floor[i] = top.AtLeast
		}
	}
	return t
}

// Trend is where a series goes.
type Trend int8

// The trends. Unclear is too short or too full of gaps to tell.
const (
	Falling Trend = iota - 1
	Level
	Rising
	Unclear
)

// trendTail is the part of the series that is held against the rest.
const trendTail = 6

// Trend compares the median of the last steps with that of the steps before: it
// rises or falls where they differ by more than a quarter.
func (s Series) Trend() Trend {
	cut := len(s.Values) - len(s.Values)/trendTail
	if cut <= 0 || cut >= len(s.Values) {
		return Unclear
	}
	before, after := median(s.Values[:cut]), median(s.Values[cut:])
	switch {
	case math.IsNaN(before) || math.IsNaN(after):
		return Unclear
	case after > before*1.25:
		return Rising
	case after < before*0.75:
		return Falling
	}
	return Level
}

// median of what is known, NaN where that is less than a third.
func median(values []float64) float64 {
	var known []float64
	for _, v := range values {
		if valueOf(v, false).Known {
			known = append(known, v)
		}
	}
	if len(known) == 0 || 3*len(known) < len(values) {
		return math.NaN()
	}
	slices.Sort(known)
	return known[len(known)/2]
}
