package verdict

import (
	"strings"

	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/box"
	"fader/views/theme"
)

// sentence is one of a verdict, in its parts.
type sentence struct {
	who    string // "9 against 8: "
	what   string // "p99 +128 ms"; "" where there is only a word
	counts string // "(95% CI 90…170, 3 402 vs 21 013 requests)"
	word   string // "slower"
	style  theme.Style
}

// Lines are the sentence on the latency, and where they differ in them the one on
// errors, each in at most w cells. On old figures they are dim.
func Lines(t theme.Theme, a gauge.Against, old bool, w int) []string {
	who := a.A + " against " + a.B + ": "
	all := []sentence{parse(who, a.Verdict.Sentence, style(t, a.Verdict.Outcome, t.Waiting))}
	if errors := a.Verdict.Errors.Outcome; errors == metrics.Worse || errors == metrics.Better {
		all = append(all, parse(who, a.Verdict.ErrorSentence, style(t, errors, t.Broken)))
	}
	if a.Verdict.Outcome == metrics.Unknown {
		all[0].counts = unknown(a)
	}
	lines := make([]string, len(all))
	for i, s := range all {
		if old {
			s.style = t.Dim
		}
		lines[i] = s.fit(t, old, w)
	}
	return lines
}

// unknown says of whom nothing is known; "" where that is not what is missing.
func unknown(a gauge.Against) string {
	switch {
	case !a.GroupA.Known():
		return "(there are no figures of " + a.A + ")"
	case !a.GroupB.Known():
		return "(there are no figures of " + a.B + ")"
	}
	return ""
}

func style(t theme.Theme, o metrics.Outcome, worse theme.Style) theme.Style {
	switch o {
	case metrics.Worse:
		return worse.Bold()
	case metrics.Better:
		return t.Good.Bold()
	case metrics.NoDifference:
		return t.Text
	}
	return t.Dim
}

// parse takes a sentence of metrics apart: "difference (how sure) · word", or
// "word (how many)".
func parse(who, text string, style theme.Style) sentence {
	s := sentence{who: who, word: text, style: style}
	if at := strings.LastIndex(text, " · "); at >= 0 {
		s.what, s.word = text[:at], text[at+len(" · "):]
		s.what, s.counts = cut(s.what)
		return s
	}
	s.word, s.counts = cut(text)
	return s
}

// cut off what stands in brackets at the end.
func cut(text string) (before, brackets string) {
	at := strings.LastIndex(text, " (")
	if at < 0 || !strings.HasSuffix(text, ")") {
		return text, ""
	}
	return text[:at], text[at+1:]
}

// fit is the longest way to say it that has room.
func (s sentence) fit(t theme.Theme, old bool, w int) string {
	short := s
	short.counts = ""
	if interval, _, some := strings.Cut(s.counts, ", "); some {
		short.counts = interval + ")"
	}
	bare, word := s, s
	bare.counts, word.counts, word.what = "", "", ""
	for _, way := range []sentence{s, short, bare, word} {
		if line := way.paint(t, old); box.Width(line) <= w {
			return line
		}
	}
	return box.Cut(word.style.Paint(word.word), max(w, 0), t.Glyphs.Ellipsis)
}

func (s sentence) paint(t theme.Theme, old bool) string {
	text := t.Text
	if old {
		text = t.Dim
	}
	plain := func(words string) string { return spelled(t, words) }
	word := s.style.Paint(plain(s.word))
	if s.what == "" {
		return t.Dim.Paint(plain(s.who)) + word + t.Dim.Paint(plain(lead(s.counts)))
	}
	return t.Dim.Paint(plain(s.who)) + text.Paint(plain(s.what)) + t.Dim.Paint(plain(lead(s.counts)+" · ")) + word
}

func lead(text string) string {
	if text == "" {
		return ""
	}
	return " " + text
}

// spelled is a sentence in signs that the theme has.
func spelled(t theme.Theme, text string) string {
	if t.Glyphs != theme.ASCII() {
		return text
	}
	return strings.NewReplacer("…", "..", "·", t.Glyphs.Dot, "−", "-", "≥", ">=", "≤", "<=").Replace(text)
}
