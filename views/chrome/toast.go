package chrome

import (
	"fader/views/box"
	"fader/views/theme"
)

// Mood is how good the news of a toast is.
type Mood int

const (
	Plain Mood = iota
	Good
	Warning
	Bad
)

// Toast is a line about what has just happened.
type Toast struct {
	Mood Mood
	Text string
}

// Render draws it in lines of exactly w cells: one where that is enough, with the
// names in it shortened if need be, else two. The reason stays.
func (m Toast) Render(t theme.Theme, w int) []string {
	looks := [...]span{
		Plain: {t.Glyphs.Dot, t.Text}, Good: {t.Glyphs.Yes, t.Good},
		Warning: {t.Glyphs.Warning, t.Waiting}, Bad: {t.Glyphs.No, t.Broken.Bold()},
	}
	look := looks[max(min(int(m.Mood), len(looks)-1), 0)]
	const around = 4
	texts := m.lines(max(w-around, 1), t.Glyphs.Ellipsis)
	lines := make([]string, 0, 2)
	for i, text := range texts {
		sign := look.text + " "
		if i > 0 {
			sign = "  "
		}
		lines = append(lines, draw(t, t.Bar, []item{{full: []span{{sign, look.style}, {text, look.style}}}}, w, 1))
	}
	return lines
}

// lines is the text in one line or two of at most room cells each.
func (m Toast) lines(room int, ellipsis string) []string {
	if box.Width(m.Text) <= room {
		return []string{m.Text}
	}
	long := [...]int{64, 48, 36, 24} // cells of the longest name, until the text fits
	for _, most := range long {
		if short := box.Names(m.Text, most, ellipsis); box.Width(short) <= room {
			return []string{short}
		}
	}
	texts := box.Wrap(m.Text, room)
	for i := 0; len(texts) > 2 && i < len(long); i++ {
		texts = box.Wrap(box.Names(m.Text, long[i], ellipsis), room)
	}
	if least := long[len(long)-1]; len(texts) > 2 {
		// Errors give their reason at the end.
		texts = box.Wrap(box.Middle(box.Names(m.Text, least, ellipsis), 2*room-least, ellipsis), room)
	}
	return texts[:min(len(texts), 2)]
}
