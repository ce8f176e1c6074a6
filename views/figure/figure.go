package figure

import (
	"math"
	"strconv"
	"strings"

	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/age"
	"fader/views/theme"
)

// Width that every figure fits into.
const Width = 7

// NoTraffic is said where nobody asks: a state, and no lack of data.
const NoTraffic = "no req"

// Text of a reading, "-" where nothing is known.
func Text(t theme.Theme, r gauge.Reading) string {
	if !r.Now.Known && r.Figure != gauge.Requests && r.Traffic == metrics.NoTraffic {
		return NoTraffic
	}
	text := Value(t, r.Figure, r.Now)
	if r.Mean && r.Now.Known {
		return "~" + text
	}
	return text
}

// Value of a figure.
func Value(t theme.Theme, f gauge.Figure, v metrics.Value) string {
	if !v.Known {
		return age.Unknown
	}
	text := Number(f, v.V)
	if v.AtLeast {
		return t.Glyphs.AtLeast + strings.Replace(text, "<0.1%", "0.0%", 1)
	}
	return text
}

// Number of a figure with its unit.
func Number(f gauge.Figure, v float64) string {
	switch f {
	case gauge.Errors:
		return Ratio(v)
	case gauge.Requests:
		return Rate(v)
	}
	return Latency(v)
}

// Latency in seconds, with three digits at most: "0.8ms", "212ms", "3.4s", "75s".
func Latency(seconds float64) string {
	switch ms := seconds * 1000; {
	case math.IsNaN(seconds) || math.IsInf(seconds, 0) || seconds < 0:
		return age.Unknown
	case ms < 9.95:
		return strconv.FormatFloat(ms, 'f', 1, 64) + "ms"
	case ms < 999.5:
		return strconv.FormatFloat(ms, 'f', 0, 64) + "ms"
	case seconds < 9.95:
		return strconv.FormatFloat(seconds, 'f', 1, 64) + "s"
	case seconds < 9999:
		return strconv.FormatFloat(seconds, 'f', 0, 64) + "s"
	}
	return ">9999s"
}

// Ratio as a percentage; what is more than none is never 0: "0.0%", "<0.1%", "2.1%", "37%".
func Ratio(v float64) string {
	switch percent := v * 100; {
	case math.IsNaN(v) || math.IsInf(v, 0) || v < 0:
		return age.Unknown
	case percent > 0 && percent < 0.05:
		return "<0.1%"
	case percent < 9.95:
		return strconv.FormatFloat(percent, 'f', 1, 64) + "%"
	default:
		return strconv.FormatFloat(percent, 'f', 0, 64) + "%"
	}
}

// Rate per second: "0/s", "0.3/s", "12/s", "1.2k/s".
func Rate(v float64) string {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0) || v < 0:
		return age.Unknown
	case v == 0:
		return "0/s"
	case v < 0.05:
		return "<0.1/s"
	case v < 9.95:
		return strconv.FormatFloat(v, 'f', 1, 64) + "/s"
	case v < 999.5:
		return strconv.FormatFloat(v, 'f', 0, 64) + "/s"
	case v < 9950:
		return strconv.FormatFloat(v/1000, 'f', 1, 64) + "k/s"
	case v < 999500:
		return strconv.FormatFloat(v/1000, 'f', 0, 64) + "k/s"
	}
	return strconv.FormatFloat(v/1e6, 'f', 0, 64) + "M/s"
}
