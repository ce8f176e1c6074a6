package theme

import (
	"charm.land/lipgloss/v2"
)

// Theme is how everything looks.
type Theme struct {
	Name string // "dark" or "light"

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

type palette struct {
	text, strong, dim, faint                   string
	broken, waiting, good, accent, bar, cursor string
	added, gone                                string
	hues                                       []string
}

// Dark is for a dark background. ascii keeps to glyphs that every font has.
func Dark(ascii bool) Theme {
	return build("dark", ascii, palette{
		text: "#c8d0e0", strong: "#ffffff", dim: "#8b95a9", faint: "#525c70",
		broken: "#ff6b6b", waiting: "#f2c14e", good: "#7fd88f", accent: "#6cb6ff",
		bar: "#1c2230", cursor: "#26324a", added: "#7fd88f", gone: "#ff8f8f",
		hues: []string{"#4fc3d9", "#c39bff", "#8fd16a", "#ff9ecb", "#7aa8ff", "#e0b080", "#5fe0b7"},
	})
}

// Light is for a light background.
func Light(ascii bool) Theme {
	return build("light", ascii, palette{
		text: "#2b3240", strong: "#000000", dim: "#5d6778", faint: "#aab2c0",
		broken: "#c62222", waiting: "#8f6200", good: "#1f7a35", accent: "#0a5bd3",
		bar: "#e4e9f2", cursor: "#d3e2ff", added: "#1f7a35", gone: "#b3261e",
		hues: []string{"#007a91", "#7a3fd1", "#3d7d12", "#b8307d", "#2456c4", "#8a5a1f", "#0a7d5c"},
	})
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
