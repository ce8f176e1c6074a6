package diff

import (
	"strings"

	"fader/views/theme"

	"github.com/aymanbagabas/go-udiff"
)

// Lines are the painted lines of the unified diff from one text to the other,
// without file headers; empty where they are the same.
func Lines(t theme.Theme, from, to string) []string {
	unified := udiff.Unified("", "", from, to)
	if unified == "" {
		return nil
	}
	var lines []string
	for _, line := range strings.Split(strings.TrimSuffix(unified, "\n"), "\n") {
		switch {
		case strings.HasPrefix(line, "--- "), strings.HasPrefix(line, "+++ "), strings.HasPrefix(line, `\`):
		case strings.HasPrefix(line, "@@"):
			if len(lines) > 0 {
				lines = append(lines, t.Faint.Paint(strings.Repeat(t.Glyphs.Border[0], 8)))
			}
		case strings.HasPrefix(line, "+"):
			lines = append(lines, t.Added.Paint(line))
		case strings.HasPrefix(line, "-"):
			lines = append(lines, t.Gone.Paint(line))
		default:
			lines = append(lines, t.Dim.Paint(line))
		}
	}
	return lines
}
