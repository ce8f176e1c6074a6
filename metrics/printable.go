package metrics

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxName    = 300 // characters of a label's value that is shown
	maxMessage = 400 // characters of a message
)

// printable makes one line of text from Prometheus that can be shown on a
// terminal. It is stricter than kube.Clean, which may not be imported here:
// what controls, joins, hides or combines is taken out altogether, line breaks
// and every kind of space become one space, what is no character becomes U+FFFD.
func printable(s string, most int) string {
	if len(s) <= most && isPlain(s) {
		return s
	}
	var b strings.Builder
	n, space := 0, true // a line does not begin with a space
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			if space {
				continue
			}
			r, space = ' ', true
		case !unicode.IsPrint(r) && r != utf8.RuneError, unicode.Is(unicode.M, r), isBlank(r):
			continue
		default:
			space = false
		}
		if n++; n > most {
			return strings.TrimRight(b.String(), " ") + "…"
		}
		b.WriteRune(r)
	}
	return strings.TrimRight(b.String(), " ")
}

// isPlain is true for printable ASCII throughout that has no space at its ends.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' && (s[i] != ' ' || i == 0 || i == len(s)-1 || s[i-1] == ' ') || s[i] > '~' {
			return false
		}
	}
	return true
}

// isBlank characters count as letters and show nothing.
func isBlank(r rune) bool {
	return unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || r == 0x2800
}

// isName says that s can be the name of a Kubernetes object: what is none is a
// label's value that somebody made up, and joins nothing.
func isName(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' {
			return false
		}
	}
	return true
}
