package wrap

import (
	"fader/views/box"

	"github.com/charmbracelet/x/ansi"
)

// Prefix is how many bytes of s, which is plain text, fit into w cells, whole
// characters only. Of a text that is not empty it takes one character at least,
// so that who goes on behind it comes to an end.
func Prefix(s string, w int) int {
	if n := ascii(s, w); n == len(s) || n == w && w > 0 {
		return n
	}
	bytes, cells := 0, 0
	for bytes < len(s) {
		cluster, _ := ansi.FirstGraphemeCluster(s[bytes:], ansi.GraphemeWidth)
		cells += box.Width(cluster)
		if cells > w && bytes > 0 {
			break
		}
		bytes += len(cluster)
		if cells > w {
			break
		}
	}
	return bytes
}

// ascii is how many bytes at the front, w at most, are printable ASCII that
// nothing behind joins.
func ascii(s string, w int) int {
	for i := range len(s) {
		switch {
		case s[i] < 0x20 || s[i] > 0x7e:
			return max(i-1, 0)
		case i == w:
			return w
		}
	}
	return len(s)
}

// Rows is how many rows of w cells a line takes, one at least.
func Rows(s string, w int) int {
	n := 1
	for ; ; n++ {
		cut := Prefix(s, w)
		if cut >= len(s) {
			return n
		}
		s = s[cut:]
	}
}

// Row is the text of one row of a line, from byte to byte; both are len(s) where
// the line has no such row.
func Row(s string, w, row int) (from, to int) {
	for ; row > 0 && from < len(s); row-- {
		from += Prefix(s[from:], w)
	}
	return from, from + Prefix(s[from:], w)
}
