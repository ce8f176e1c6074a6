package box

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Middle shortens text to at most w cells and keeps both of its ends: names differ
// at the end at least as often as at the beginning.
func Middle(s string, w int, ellipsis string) string {
	if Width(s) <= w {
		return s
	}
	room := w - Width(ellipsis)
	if room < 2 {
		return Cut(s, w, ellipsis)
	}
	tail := room / 2
	// Truncation counts some joined characters otherwise than Width does.
	for head := room - tail; head >= 0; head-- {
		short := ansi.Truncate(s, head, "") + ellipsis + ansi.TruncateLeft(s, Width(s)-tail, "")
		if Width(short) <= w {
			return short
		}
	}
	return Cut(s, w, ellipsis)
}

// SameEnds reports whether two texts of printable ASCII have the ends in common that
// Middle keeps of them in that many cells.
func SameEnds(a, b string, room int) bool {
	tail := max(room/2, 0)
	head := max(room-tail, 0)
	return len(a) > room && len(b) > room && a[:head] == b[:head] && a[len(a)-tail:] == b[len(b)-tail:]
}

// Apart shortens text to at most w cells so that what tells it from another text
// stays: the other has the same ends.
func Apart(s, other string, w int, ellipsis string) string {
	if Width(s) <= w {
		return s
	}
	same := 0
	for i, r := range s {
		if !strings.HasPrefix(other[min(i, len(other)):], string(r)) {
			break
		}
		same = i + len(string(r))
	}
	const lead = 3 // cells of the beginning, and before the difference
	rest := s[max(0, same-lead):]
	if Width(s[:same]) <= 2*lead || !isASCII(s) {
		return Middle(s, w, ellipsis)
	}
	return Cut(s[:lead]+ellipsis+rest, w, ellipsis)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// Names shortens the words of a sentence that are longer than most cells, which are
// the names of objects and images, each part between slashes by itself; other words
// say what happened and stay as they are.
func Names(text string, most int, ellipsis string) string {
	words := strings.Split(text, " ")
	for i, word := range words {
		if Width(word) <= most {
			continue
		}
		parts := strings.Split(word, "/")
		last := len(parts) - 1
		room := most - last // the last part tells most: it has what the others leave
		for j, part := range parts[:last] {
			parts[j] = Middle(part, max(most/len(parts), most/3), ellipsis)
			room -= Width(parts[j])
		}
		parts[last] = Middle(parts[last], max(room, most/3), ellipsis)
		words[i] = strings.Join(parts, "/")
	}
	return strings.Join(words, " ")
}
