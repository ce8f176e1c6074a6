package box

import (
	"strings"

	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
)

// Fit cuts or pads one line to exactly w cells.
func Fit(s string, w int) string {
	if w <= 0 {
		return ""
	}
	s = Cut(s, w, "…")
	return s + strings.Repeat(" ", w-Width(s))
}

// Cut shortens text to at most w cells, ending in the ellipsis where it is cut.
func Cut(s string, w int, ellipsis string) string {
	if Width(s) <= w {
		return s
	}
	// Truncation counts some joined characters otherwise than Width does.
	for room := w; room > 0; room-- {
		if short := ansi.Truncate(s, room, ellipsis); Width(short) <= w {
			return short
		}
	}
	return ""
}

// Right puts s at the right end of w cells, cut if need be.
func Right(s string, w int) string {
	if n := Width(s); n < w {
		return strings.Repeat(" ", w-n) + s
	}
	return Fit(s, w)
}

// Spread puts left and right at the two ends of w cells; where both do not fit
// the left is cut.
func Spread(left, right string, w int) string {
	r := Width(right)
	if r >= w {
		return Fit(right, w)
	}
	return Fit(left, w-r) + right
}

// Fill makes exactly h lines of w cells: what is too much is cut, what is
// missing is blank.
func Fill(lines []string, w, h int) []string {
	out := make([]string, h)
	for i := range out {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		out[i] = Fit(line, w)
	}
	return out
}

// Frame draws body in a border of w×h cells, with a title at the top left and a
// word at the top right. Below 2×2 it draws nothing.
func Frame(t theme.Theme, title, word string, body []string, w, h int, focused bool) []string {
	if w < 2 || h < 2 {
		return Fill(nil, max(w, 0), max(h, 0))
	}
	line := t.Border
	if focused {
		line = t.Focus
	}
	b := t.Glyphs.Border
	out := make([]string, 0, h)
	out = append(out, line.Paint(b[2])+rule(line, b[0], title, word, w-2, t.Glyphs.Ellipsis)+line.Paint(b[3]))
	for _, text := range Fill(body, w-2, h-2) {
		out = append(out, line.Paint(b[1])+text+line.Paint(b[1]))
	}
	return append(out, line.Paint(b[5]+strings.Repeat(b[0], w-2)+b[4]))
}

// rule is a horizontal line with words let into it.
func rule(line theme.Style, dash, title, word string, w int, ellipsis string) string {
	if title != "" {
		title = " " + title + " "
	}
	if word != "" {
		word = " " + word + " "
	}
	if Width(title)+Width(word) > w {
		word = ""
	}
	if Width(title) > w {
		title = Fit(Cut(title, w, ellipsis), w)
	}
	rest := w - Width(title) - Width(word)
	return title + line.Paint(strings.Repeat(dash, rest)) + word
}

// Beside joins two columns of equally many lines.
func Beside(left, right []string) []string {
	out := make([]string, len(left))
	for i := range left {
		out[i] = left[i]
		if i < len(right) {
			out[i] += right[i]
		}
	}
	return out
}

// Over lays top upon base with its upper left corner at (x, y). Both keep their
// widths; what would stand out is cut.
func Over(base, top []string, x, y int) []string {
	out := append([]string(nil), base...)
	for i, line := range top {
		if y+i < 0 || y+i >= len(out) {
			continue
		}
		under := out[y+i]
		width := Width(under)
		if x >= width {
			continue
		}
		line = ansi.Truncate(line, width-x, "")
		end := x + Width(line)
		out[y+i] = Fit(ansi.Truncate(under, x, ""), x) + line + Fit(ansi.TruncateLeft(under, end, ""), width-end)
	}
	return out
}

// Wrap breaks text into lines of at most w cells at spaces, and in the middle of
// a word only where it is longer than a line. Unlike ansi.Wrap it never breaks at
// a hyphen: a command line or a name would read as another one.
func Wrap(s string, w int) []string {
	if w < 1 {
		return nil
	}
	const hyphen, kept = "-", "\u2011"
	lines := ansi.Wrap(strings.ReplaceAll(s, hyphen, kept), w, " ")
	return strings.Split(strings.ReplaceAll(lines, kept, hyphen), "\n")
}

// Shorten keeps at most h lines, and marks the last one where more follow.
func Shorten(lines []string, h int, ellipsis string) []string {
	if h <= 0 || len(lines) <= h {
		return lines
	}
	lines = append([]string(nil), lines[:h]...)
	lines[h-1] += " " + ellipsis
	return lines
}
