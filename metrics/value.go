package metrics

import "math"

// Value is a number that may not be known. What is not known is no 0.
type Value struct {
	V       float64 // in the unit of what it is: seconds, per second, a ratio
	Known   bool
	AtLeast bool // V is a lower bound: the quantile is beyond the last finite bucket, or more requests may have failed
}

// valueOf a number in which NaN stands for a gap.
func valueOf(v float64, atLeast bool) Value {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Value{}
	}
	return Value{V: v, Known: true, AtLeast: atLeast}
}

// orNaN is the number for a Series.
func (v Value) orNaN() float64 {
	if !v.Known {
		return math.NaN()
	}
	return v.V
}
