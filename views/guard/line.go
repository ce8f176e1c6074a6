package guard

import (
	"fmt"
	"strings"
	"time"

	"fader/kube/guard"
	"fader/views/box"
	"fader/views/theme"
)

// Line is one line of exactly w cells about a guard; more are armed besides. hint
// says how to see more of it, where what is to be said leaves room for it.
func Line(t theme.Theme, s guard.Standing, more int, hint string, now time.Time, w int) string {
	sign, mood := mark(t, s)
	name, figures, state := "guard "+s.Target.String(), "", State(s, now)
	if s.State == guard.Watching {
		figures = Figures(s)
	}
	if figures != "" {
		figures += " " + t.Glyphs.Dot + " "
	}
	others := ""
	if more > 0 {
		others = fmt.Sprintf("+%d more", more)
		hint = others + " " + t.Glyphs.Dot + " " + hint
	}
	loud := s.State != guard.Watching || suspicious(s)
	if loud && box.Width(sign+name+figures+state)+4 > w-box.Width(hint)-4 {
		hint = others
	}
	aside := 4 + box.Width(hint)
	if hint == "" {
		aside = 0
	}
	var b strings.Builder
	pen := box.NewPen(&b, t, t.Bar, w)
	text := pen.Part(w - aside)
	text.Blank(1)
	text.Write(mood, sign+" ")
	text.Write(t.Strong, name)
	text.Write(t.Dim, ": ")
	text.Write(t.Text, figures)
	text.Write(mood, state)
	text.Fill()
	pen.Blank(3)
	pen.Write(t.Accent, hint)
	pen.Fill()
	return b.String()
}

// Figures that the limits are about, beside them: "p99 212ms of 300ms, errors 0.4% of 1%".
func Figures(s guard.Standing) string {
	var all []string
	if limit := s.Limits.MaxP99; limit > 0 && s.P99.Known {
		all = append(all, "p99 "+guard.Latency(s.P99.V)+" of "+guard.Latency(limit.Seconds()))
	}
	if limit := s.Limits.MaxErrors; limit > 0 && s.Errors.Known {
		all = append(all, "errors "+guard.Ratio(s.Errors.V)+" of "+guard.Ratio(limit))
	}
	return strings.Join(all, ", ")
}

// within is what a guard says while there is nothing to say.
const within = "within limits"

// State in words: loud where a hand is needed.
func State(s guard.Standing, now time.Time) string {
	since := s.Since.In(now.Location()).Format(time.TimeOnly)
	head := s.State.String()
	switch {
	case s.State == guard.Halted && !s.Judged:
		head = "no data yet"
	case s.State == guard.Halted:
		head = "HALTED since " + since
	case s.State == guard.Breached:
		head = "BREACHED at " + since
	case suspicious(s):
		head = fmt.Sprintf("watching, %d of %d refreshes over a limit", s.Broken, s.Needed)
	}
	if s.Note != "" {
		head += " (" + s.Note + ")"
	}
	if s.State == guard.Watching && (s.Text == within || suspicious(s) && Figures(s) != "") {
		return head // the figures say it
	}
	return head + ": " + strings.TrimPrefix(s.Text, "no new figures: ") // the head says so
}

// suspicious says that a limit is broken and it is not certain yet.
func suspicious(s guard.Standing) bool { return s.State == guard.Watching && s.Broken > 0 }

// mark is the sign of a state and how loud it is.
func mark(t theme.Theme, s guard.Standing) (string, theme.Style) {
	switch s.State {
	case guard.Breached:
		return t.Glyphs.Stalled, t.Broken
	case guard.Halted:
		return t.Glyphs.Unknown, t.Waiting
	}
	if suspicious(s) {
		return t.Glyphs.Live, t.Waiting
	}
	return t.Glyphs.Live, t.Text
}
