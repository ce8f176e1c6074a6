package help

import (
	"strings"

	"fader/keymap"
	"fader/views/box"
	"fader/views/scroll"
	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
)

// View is the help screen of a page.
type View struct {
	keys   keymap.Table
	scopes []keymap.Scope
	scroll scroll.Window
}

// New is help for scopes, the innermost first.
func New(keys keymap.Table, scopes ...keymap.Scope) *View {
	return &View{keys: keys, scopes: append(append([]keymap.Scope(nil), scopes...), keymap.Global)}
}

// Handle scrolls.
func (v *View) Handle(a keymap.Action) { v.scroll.Handle(a) }

// Render is the help screen in at most w×h cells.
func (v *View) Render(t theme.Theme, w, h int) []string {
	w = min(w, 92)
	var lines []string
	for _, scope := range v.scopes {
		lines = append(lines, v.section(t, scope)...)
	}
	shown := v.scroll.Cut(lines, h-2)
	word := ""
	if len(shown) < len(lines) {
		word = t.Dim.Paint("scroll with j and k")
	}
	return box.Frame(t, t.Strong.Paint("Keys"), word, shown, w, min(len(shown)+2, h), true)
}

func (v *View) section(t theme.Theme, scope keymap.Scope) []string {
	bindings := v.keys.Of(scope)
	if len(bindings) == 0 {
		return nil
	}
	lines := []string{" " + t.Accent.Paint(strings.ToUpper(string(scope[0]))+string(scope[1:]))}
	for _, b := range bindings {
		keys := strings.Join(b.Keys, "  ")
		pad := strings.Repeat(" ", max(20-ansi.StringWidth(keys), 1))
		lines = append(lines, "   "+t.Strong.Paint(keys)+pad+t.Text.Paint(b.Help))
	}
	return append(lines, "")
}
