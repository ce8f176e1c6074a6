package box

import "github.com/charmbracelet/x/ansi"

// Width is how many cells text takes. Printable ASCII, which nearly all text in
// a cluster is, is counted by its bytes.
func Width(s string) int {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return ansi.StringWidth(s)
		}
	}
	return len(s)
}
