package main

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"fader/kube/fade"
)

// replicas reads a number of replicas as kubectl scale does, and says in one
// sentence what else was given.
func replicas(flag, text string) (int32, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	tooLong := errors.Is(err, strconv.ErrRange)
	switch {
	case text == "":
		return 0, usage("%s is empty: give a whole number from 0 to %d", flag, math.MaxInt32)
	case strings.HasPrefix(text, "+") || err != nil && !tooLong:
		return 0, usage("%s %q is not a whole number: give one from 0 to %d, like 3", flag, excerpt(text), math.MaxInt32)
	case n < 0:
		return 0, usage("%s %s is below zero: give a whole number from 0", flag, excerpt(text))
	case n > math.MaxInt32:
		return 0, usage("%s %s is more than Kubernetes can count (%d)", flag, excerpt(text), math.MaxInt32)
	}
	return int32(n), nil
}

// revision reads the number of a revision; 0 is the one before.
func revision(flag, text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || strings.HasPrefix(text, "+") {
		return 0, usage("%s %q is no revision: give a number as history shows it, like 3", flag, excerpt(text))
	}
	return n, nil
}

// amount is a number of pods, or a part of a total.
type amount struct {
	n       int32
	percent bool
}

func (a amount) of(total int32) int32 {
	if a.percent {
		return fade.Percent(total, int(a.n))
	}
	return a.n
}

// newAmount reads "5" or "50%".
func newAmount(flag, text string) (amount, error) {
	number, percent := strings.CutSuffix(text, "%")
	n, err := strconv.ParseInt(number, 10, 32)
	if err != nil || n < 0 || percent && n > 100 || strings.HasPrefix(number, "+") {
		return amount{}, usage("%s %q is neither a number of pods nor a percentage: give one like 5 or 50%%", flag, excerpt(text))
	}
	return amount{int32(n), percent}, nil
}

// percents reads "10%", "25%", "50%".
func percents(flag string, texts []string) ([]int, error) {
	var out []int
	for _, text := range texts {
		a, err := newAmount(flag, strings.TrimSpace(text))
		if err != nil || !a.percent {
			return nil, usage("%s %q is no percentage: give steps like 10%%,25%%,50%%", flag, excerpt(text))
		}
		out = append(out, int(a.n))
	}
	return out, nil
}

// excerpt keeps what was typed, or pasted, from filling the screen.
func excerpt(text string) string {
	const most = 40
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
