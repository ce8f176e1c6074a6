package metrics

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// String is the outcome's word for a latency.
func (o Outcome) String() string {
	return [...]string{"unknown", "no traffic", "not enough data", "no difference", "slower", "faster"}[o]
}

// OfErrors is the outcome's word for an error ratio.
func (o Outcome) OfErrors() string {
	switch o {
	case Worse:
		return "more errors"
	case Better:
		return "fewer errors"
	}
	return o.String()
}

// latencySentence is about the difference that decided, or the p99.
func (v Verdict) latencySentence() string {
	name, d := "p99", v.P99
	if v.P50.decided() && !v.P99.decided() {
		name, d = "p50", v.P50
	}
	if !d.A.Known || !d.B.Known {
		return v.Outcome.String() + counted(d)
	}
	if d.A.AtLeast && d.B.AtLeast {
		return fmt.Sprintf("%s of both at least %s, the last bucket%s · %s", name, spoken(d.B.V), counted(d), v.Outcome)
	}
	unit := unitFor(d.Delta, d.Low, d.High)
	sign := ""
	if d.A.AtLeast {
		sign = "≥ "
	} else if d.B.AtLeast {
		sign = "≤ "
	}
	return fmt.Sprintf("%s %s%s %s (%s%s requests) · %s", name, sign, unit.signed(d.Delta), unit.name, d.confidence(unit), d.sizes(), v.Outcome)
}

// errorSentence in points of a hundred, since percentages of percentages confuse.
func (v Verdict) errorSentence() string {
	d := v.Errors
	if !d.A.Known || !d.B.Known {
		return d.Outcome.OfErrors() + counted(d)
	}
	points := scale{"points", 100, 1}
	if math.Abs(d.Delta) < 0.001 {
		points.digits = 2
	}
	return fmt.Sprintf("errors %s against %s, %s points (%s%s requests) · %s", percent(d.A.V), percent(d.B.V),
		points.signed(d.Delta), d.confidence(points), d.sizes(), d.Outcome.OfErrors())
}

// counted is how many requests there were where nothing else can be said.
func counted(d Difference) string {
	if d.NA == 0 && d.NB == 0 {
		return ""
	}
	return " (" + d.sizes() + " requests)"
}

func (d Difference) sizes() string { return grouped(d.NA) + " vs " + grouped(d.NB) }

// confidence interval in a unit, with the comma behind it; "" where both ends are
// open.
func (d Difference) confidence(u scale) string {
	openLow, openHigh := math.IsInf(d.Low, 0), math.IsInf(d.High, 0)
	switch {
	case openLow && openHigh:
		return ""
	case openLow:
		return "95% CI ≤ " + u.plain(d.High) + ", "
	case openHigh:
		return "95% CI ≥ " + u.plain(d.Low) + ", "
	}
	return "95% CI " + u.plain(d.Low) + "…" + u.plain(d.High) + ", "
}

// scale is how numbers of one sentence are written.
type scale struct {
	name   string
	factor float64
	digits int
}

// unitFor seconds: one unit for all numbers of a sentence.
func unitFor(seconds ...float64) scale {
	top := 0.0
	for _, s := range seconds {
		if !math.IsInf(s, 0) {
			top = max(top, math.Abs(s))
		}
	}
	switch {
	case top >= 10:
		return scale{"s", 1, 1}
	case top >= 1:
		return scale{"s", 1, 2}
	case top >= 0.01:
		return scale{"ms", 1e3, 0}
	}
	return scale{"ms", 1e3, 1}
}

// spoken is a duration in seconds for a sentence.
func spoken(seconds float64) string {
	u := unitFor(seconds)
	return u.plain(seconds) + " " + u.name
}

func (u scale) plain(v float64) string {
	text := strings.Replace(strconv.FormatFloat(v*u.factor, 'f', u.digits, 64), "-", "−", 1)
	if strings.Trim(text, "−0.") == "" {
		return strings.TrimPrefix(text, "−") // there is no −0
	}
	return text
}

func (u scale) signed(v float64) string {
	text := u.plain(v)
	if strings.HasPrefix(text, "−") || strings.Trim(text, "0.") == "" {
		return text
	}
	return "+" + text
}

// percent of a ratio, with more digits where it is small.
func percent(ratio float64) string {
	digits := 1
	if ratio > 0 && ratio < 0.001 {
		digits = 2
	}
	return strconv.FormatFloat(100*ratio, 'f', digits, 64) + "%"
}

// grouped is a whole number in groups of three digits.
func grouped(v float64) string {
	digits := strconv.FormatInt(int64(math.Round(v)), 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + " " + digits[i:]
	}
	return digits
}
