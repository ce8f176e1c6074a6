package nearest

import (
	"strings"
	"unicode/utf8"

	"github.com/aymanbagabas/go-udiff"
)

// To is the known word closest to word, "" where none is close: at most a
// third of the characters differ. Of equally close ones it is the first.
func To(word string, known []string) string {
	best, least := "", 0
	for _, k := range known {
		d := distance(strings.ToLower(word), strings.ToLower(k))
		if close := 3*d <= utf8.RuneCountInString(word)+utf8.RuneCountInString(k); close && (best == "" || d < least) {
			best, least = k, d
		}
	}
	return best
}

// Hint is the end of a sentence that refuses word: the closest known word, else
// all of them.
func Hint(word string, known []string) string {
	if near := To(word, known); near != "" {
		return `did you mean "` + near + `"?`
	}
	return "known are " + strings.Join(known, ", ")
}

// distance is how many characters go and come between two words. An exchanged
// character counts two: one goes, one comes.
func distance(a, b string) int {
	n := 0
	for _, e := range udiff.Strings(a, b) {
		n += utf8.RuneCountInString(a[e.Start:e.End]) + utf8.RuneCountInString(e.New)
	}
	return n
}
