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
	const around, longName = 4, 24
	text, room := m.Text, max(w-around, 1)
	if box.Width(text) > room {
		text = box.Names(text, longName, t.Glyphs.Ellipsis)
	}
	texts := []string{text}
	if box.Width(text) > room {
		texts = box.Wrap(text, room)
	}
	if len(texts) > 2 {
		// Errors give their reason at the end.
		texts = box.Wrap(box.Middle(text, 2*room-longName, t.Glyphs.Ellipsis), room)
	}
	lines := make([]string, 0, 2)
	for i, text := range texts[:min(len(texts), 2)] {
		sign := look.text + " "
		if i > 0 {
			sign = "  "
		}
		lines = append(lines, draw(t, t.Bar, []item{{full: []span{{sign, look.style}, {text, look.style}}}}, w, 1))
	}
	return lines
}
