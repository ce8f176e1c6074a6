package theme

import (
	"charm.land/lipgloss/v2"
)

// Theme is how everything looks.
type Theme struct {
	Name string // the palette's, as "high-contrast light"

	Text   Style // what is read
	Strong Style // what is read first
	Dim    Style // what is there when looked for: a healthy row, a label
	Faint  Style // rules, empty fader track, hints

	Broken  Style // only for what is broken
	Waiting Style // what waits on someone
	Good    Style // what has just come good
	Accent  Style // the cursor, focus, a key to press

	Bar    Style // ground of the header and the footer
	Cursor Style // ground of the row under the cursor
	Marked Style // ground of the default button
	Border Style // of a pane
	Focus  Style // border of the pane with the keyboard
	Added  Style // diff
	Gone   Style // diff

	hues   []Style
	Glyphs Glyphs
}

// Hue is a revision's colour: the same number has the same hue on every page,
// and neighbours differ.
func (t Theme) Hue(revision int64) Style {
	n := int64(len(t.hues))
	return t.hues[((revision%n)+n)%n]
}

func build(name string, ascii bool, p palette) Theme {
	fg := func(c string) lipgloss.Style { return lipgloss.NewStyle().Foreground(lipgloss.Color(c)) }
	bg := func(c string) lipgloss.Style { return lipgloss.NewStyle().Background(lipgloss.Color(c)) }
	t := Theme{
		Name: name,
		Text: NewStyle(fg(p.text)), Strong: NewStyle(fg(p.strong).Bold(true)),
		Dim: NewStyle(fg(p.dim)), Faint: NewStyle(fg(p.faint)),
		Broken: NewStyle(fg(p.broken)), Waiting: NewStyle(fg(p.waiting)), Good: NewStyle(fg(p.good)),
		Accent: NewStyle(fg(p.accent)),
		Bar:    NewStyle(bg(p.bar)), Cursor: NewStyle(bg(p.cursor)),
		Marked: NewStyle(fg(p.strong).Background(lipgloss.Color(p.cursor)).Bold(true)),
		Border: NewStyle(fg(p.faint)), Focus: NewStyle(fg(p.accent)),
		Added: NewStyle(fg(p.added)), Gone: NewStyle(fg(p.gone)),
		Glyphs: Unicode(),
	}
	for _, hue := range p.hues {
		t.hues = append(t.hues, NewStyle(fg(hue)))
	}
	if ascii {
		t.Glyphs = ASCII()
	}
	return t
}
