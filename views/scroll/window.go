package scroll

import "fader/keymap"

// Window remembers where in the lines it stands. The zero Window is at the top.
type Window struct {
	top, page, lines int
}

// Cut returns the lines to be seen in h rows.
func (w *Window) Cut(lines []string, h int) []string {
	w.lines, w.page = len(lines), max(min(len(lines), h), 0)
	w.Wheel(0)
	return lines[w.top : w.top+w.page]
}

// Handle moves by a key, and says whether the key was one of movement.
func (w *Window) Handle(a keymap.Action) bool {
	switch a {
	case keymap.Up:
		w.Wheel(-1)
	case keymap.Down:
		w.Wheel(1)
	case keymap.PageUp:
		w.Wheel(-max(w.page, 1))
	case keymap.PageDown:
		w.Wheel(max(w.page, 1))
	case keymap.Top:
		w.Wheel(-w.lines)
	case keymap.Bottom:
		w.Wheel(w.lines)
	default:
		return false
	}
	return true
}

// Wheel moves by n lines, never past the ends.
func (w *Window) Wheel(n int) { w.top = max(min(w.top+n, w.lines-w.page), 0) }

// Below is the number of lines out of sight below.
func (w *Window) Below() int { return w.lines - w.page - w.top }
