package form

import (
	"fader/views/theme"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
)

// Line is one editable line.
type Line struct {
	input textinput.Model
}

// NewLine is an empty line that takes at most limit characters.
func NewLine(limit int) *Line {
	input := textinput.New()
	input.Prompt = ""
	input.CharLimit = limit
	input.SetVirtualCursor(true)
	input.Focus()
	// A cursor that does not blink sends no bytes while nothing happens.
	styles := textinput.Styles{}
	styles.Cursor.Blink = false
	input.SetStyles(styles)
	return &Line{input: input}
}

// Value is what was typed.
func (l *Line) Value() string { return l.input.Value() }

// SetValue replaces it and puts the cursor at the end.
func (l *Line) SetValue(s string) {
	l.input.SetValue(s)
	l.input.CursorEnd()
}

// Type takes a key press or a paste. What is no text and no editing key does nothing.
func (l *Line) Type(msg tea.Msg) {
	// The command would only start a blinking cursor.
	l.input, _ = l.input.Update(msg)
}

// Render is the line in at most w cells, its end in sight.
func (l *Line) Render(t theme.Theme, w int) string {
	styles := l.input.Styles()
	plain := lipgloss.NewStyle()
	styles.Focused.Text, styles.Focused.Prompt = plain, plain
	l.input.SetStyles(styles)
	l.input.SetWidth(max(w-1, 1))
	return l.input.View()
}
