package theme

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// Style paints text. The zero Style paints nothing. It is small, so that cells
// can carry it by value.
type Style struct {
	lip  *lipgloss.Style
	open string
	shut string
}

// NewStyle works out the sequences of a lipgloss style once. Only its colours
// and attributes count, never its width, padding or border.
func NewStyle(s lipgloss.Style) Style {
	const mark = "x"
	open, shut, _ := strings.Cut(s.Render(mark), mark)
	return Style{lip: &s, open: open, shut: shut}
}

// Paint returns text in this style.
func (s Style) Paint(text string) string {
	if s.open == "" || text == "" {
		return text
	}
	return s.open + text + s.shut
}

// Write paints text into b.
func (s Style) Write(b *strings.Builder, text string) {
	b.WriteString(s.open)
	b.WriteString(text)
	b.WriteString(s.shut)
}

// WriteOn paints text into b on a ground: like On, but nothing has to be worked
// out or kept, because a terminal adds sequences up. A background of the style's
// own wins over the ground.
func (s Style) WriteOn(b *strings.Builder, ground Style, text string) {
	b.WriteString(ground.open)
	b.WriteString(s.open)
	b.WriteString(text)
	if s.shut != "" {
		b.WriteString(s.shut)
		return
	}
	b.WriteString(ground.shut)
}

// On is this style on the background of another: a style around cells that are
// already painted would lose its background at their first reset, so the
// background is handed down to each cell instead.
func (s Style) On(ground Style) Style {
	if ground.lip == nil {
		return s
	}
	return NewStyle(s.look().Background(ground.lip.GetBackground()))
}

// Bold is this style in bold.
func (s Style) Bold() Style { return NewStyle(s.look().Bold(true)) }

func (s Style) look() lipgloss.Style {
	if s.lip == nil {
		return lipgloss.NewStyle()
	}
	return *s.lip
}
