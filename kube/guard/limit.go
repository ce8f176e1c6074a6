package guard

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"fader/kube"
)

// ParseLatency reads a limit like "300ms" or "1.2s"; "" and "-" are none.
func ParseLatency(text string) (time.Duration, error) {
	text = strings.ReplaceAll(strings.TrimSpace(text), " ", "")
	if text == "" || text == "-" {
		return 0, nil
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return 0, fmt.Errorf("the latency %q has no unit: give one like 300ms or 1.2s", excerpt(text))
	}
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q is no latency: give one like 300ms or 1.2s", excerpt(text))
	case d < time.Microsecond || d > time.Hour:
		return 0, fmt.Errorf("a latency of %s is no limit: give one from 1us to 1h, like 300ms", excerpt(text))
	}
	return d, nil
}

// ParseRatio reads a limit like "1%" or "0.01"; "" and "-" are none.
func ParseRatio(text string) (float64, error) {
	text = strings.ReplaceAll(strings.TrimSpace(text), " ", "")
	if text == "" || text == "-" {
		return 0, nil
	}
	number, percentage := strings.CutSuffix(text, "%")
	v, err := strconv.ParseFloat(number, 64)
	if percentage {
		v /= 100
	}
	switch {
	case err != nil || math.IsNaN(v) || strings.ContainsAny(number, "xX_"):
		return 0, fmt.Errorf("%q is no part of the requests: give one like 1%% or 0.01", excerpt(text))
	case v == 0:
		return 0, fmt.Errorf("%s would leave room for no error at all: give at least 0.01%%, or nothing for no limit", excerpt(text))
	case v < 0 || v >= 1 || v < 0.0001:
		return 0, fmt.Errorf("%s is no limit: give one from 0.01%% to 99%%, like 1%% or 0.01", excerpt(text))
	}
	return v, nil
}

// excerpt of what was typed, fit for a sentence.
func excerpt(text string) string {
	const most = 30
	if runes := []rune(kube.Clean(text)); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return kube.Clean(text)
}

// Latency is a number of seconds as it is typed: "212ms", "1.24s".
func Latency(seconds float64) string {
	switch {
	case seconds < 0.01:
		return trimmed(seconds*1000, 1) + "ms"
	case seconds < 1:
		return trimmed(seconds*1000, 0) + "ms"
	}
	return trimmed(seconds, 2) + "s"
}

// Ratio is a part of the requests as it is typed: "0.4%".
func Ratio(v float64) string {
	if v > 0 && v < 0.001 {
		return trimmed(v*100, 2) + "%"
	}
	return trimmed(v*100, 1) + "%"
}

func trimmed(v float64, digits int) string {
	text := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// Sensible is a limit to begin with for pods whose p99 is that many seconds now:
// twice as much, in two digits.
func Sensible(seconds float64) time.Duration {
	double := 2 * seconds
	if !(double > 0) || math.IsInf(double, 0) {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(double))-1)
	return time.Duration(math.Round(double/unit)*unit*1e6) * time.Microsecond
}
