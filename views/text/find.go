package text

import (
	"fmt"
	"regexp"
	"sort"
)

// match is a place in the text, from byte to byte of a line.
type match struct{ line, from, to int }

// find is what is looked for, and where it was found.
type find struct {
	words   string
	matches []match // in the order of the text
	current int
}

// search finds all matches anew and stays at the one it was at, by number.
func (f *find) search(lines []string) {
	f.matches = nil
	if f.words == "" {
		return
	}
	// Folding case by hand would move the bytes of some letters.
	pattern := regexp.MustCompile("(?i)" + regexp.QuoteMeta(f.words))
	for i, line := range lines {
		for _, at := range pattern.FindAllStringIndex(line, -1) {
			f.matches = append(f.matches, match{i, at[0], at[1]})
		}
	}
	f.current = max(min(f.current, len(f.matches)-1), 0)
}

// from makes the first match at or below a line the current one.
func (f *find) from(line int) {
	f.current = sort.Search(len(f.matches), func(i int) bool { return f.matches[i].line >= line })
	if f.current == len(f.matches) {
		f.current = 0
	}
}

// step goes on by n matches, round the ends.
func (f *find) step(n int) {
	if total := len(f.matches); total > 0 {
		f.current = ((f.current+n)%total + total) % total
	}
}

// at is the current match.
func (f *find) at() (match, bool) {
	if f.current >= len(f.matches) {
		return match{}, false
	}
	return f.matches[f.current], true
}

// of are the matches in a line.
func (f *find) of(line int) []match {
	first := sort.Search(len(f.matches), func(i int) bool { return f.matches[i].line >= line })
	last := first
	for last < len(f.matches) && f.matches[last].line == line {
		last++
	}
	return f.matches[first:last]
}

func (f *find) says() string {
	if len(f.matches) == 0 {
		return fmt.Sprintf("no %q", f.words)
	}
	return fmt.Sprintf("%d of %d %q", f.current+1, len(f.matches), f.words)
}
