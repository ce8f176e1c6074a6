package chrome

import "fader/views/theme"

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

// Render draws it in exactly w cells.
func (m Toast) Render(t theme.Theme, w int) string {
	looks := [...]span{
		Plain: {t.Glyphs.Dot, t.Text}, Good: {t.Glyphs.Yes, t.Good},
		Warning: {t.Glyphs.Up, t.Waiting}, Bad: {t.Glyphs.No, t.Broken.Bold()},
	}
	look := looks[max(min(int(m.Mood), len(looks)-1), 0)]
	return draw(t, t.Bar, []item{{full: []span{{look.text + " ", look.style}, {m.Text, look.style}}}}, w, 1)
}
