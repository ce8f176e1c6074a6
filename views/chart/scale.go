package chart

import (
	"math"
	"time"
)

// nice is the least number not below v at which an axis can end so that its half
// is as short to write.
func nice(v float64) float64 {
	if v <= 0 || math.IsInf(v, 0) || v != v {
		return 0
	}
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range [...]float64{1, 1.2, 1.6, 2, 2.4, 3, 4, 6, 8, 10} {
		if m*power >= v*(1-1e-9) {
			return m * power
		}
	}
	return v
}

// tickSteps are the distances between times on an axis.
var tickSteps = [...]time.Duration{
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
}

// ticks are round times of the clock on the wall between two moments, at least so
// many cells of all of them apart.
func ticks(start, end time.Time, cells, apart int) []time.Time {
	span := end.Sub(start)
	if span <= 0 || cells <= 0 {
		return nil
	}
	step := tickSteps[len(tickSteps)-1]
	for _, s := range tickSteps {
		if float64(s)/float64(span)*float64(cells) >= float64(apart) {
			step = s
			break
		}
	}
	_, offset := start.Zone()
	east := time.Duration(offset) * time.Second
	var all []time.Time
	for at := start.Add(east).Truncate(step).Add(-east); !at.After(end); at = at.Add(step) {
		if !at.Before(start) {
			all = append(all, at)
		}
	}
	return all
}
