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
	reason func(keymap.Action) string
	scroll scroll.Window
}

// New is help for scopes, the innermost first. reason says why an action cannot
// be had at this moment, "" where it can.
func New(keys keymap.Table, reason func(keymap.Action) string, scopes ...keymap.Scope) *View {
	return &View{keys: keys, reason: reason, scopes: append(append([]keymap.Scope(nil), scopes...), keymap.Global)}
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
		word = t.Dim.Paint("scroll with " + v.key(keymap.Down) + " and " + v.key(keymap.Up))
	}
	return box.Frame(t, t.Strong.Paint("Keys"), word, shown, w, min(len(shown)+2, h), true)
}

// key is the first of an action's keys on this screen.
func (v *View) key(a keymap.Action) string {
	for _, b := range v.keys.Of(keymap.HelpScreen) {
		if b.Action == a {
			return b.Keys[0]
		}
	}
	return ""
}

func (v *View) section(t theme.Theme, scope keymap.Scope) []string {
	bindings := v.keys.Of(scope)
	if len(bindings) == 0 {
		return nil
	}
	lines := []string{" " + t.Accent.Paint(strings.ToUpper(string(scope[0]))+string(scope[1:]))}
	for _, b := range bindings {
		lines = append(lines, v.binding(t, b))
	}
	return append(lines, "")
}

func (v *View) binding(t theme.Theme, b keymap.Binding) string {
	keys := strings.Join(b.Keys, "  ")
	pad := strings.Repeat(" ", max(20-ansi.StringWidth(keys), 1))
	if why := v.why(b); why != "" {
		return "   " + t.Dim.Paint(keys) + pad + t.Dim.Paint(b.Help) + " " + t.Waiting.Paint("("+why+")")
	}
	return "   " + t.Strong.Paint(keys) + pad + t.Text.Paint(b.Help)
}

// why a binding does nothing here: its key means something else on this page, or
// its action cannot be had now.
func (v *View) why(b keymap.Binding) string {
	if action, ok := v.keys.Resolve(b.Keys[0], v.scopes...); ok && action != b.Action {
		for _, scope := range v.scopes {
			for _, other := range v.keys.Of(scope) {
				if other.Action == action {
					return "here " + b.Keys[0] + " is: " + other.Help
				}
			}
		}
	}
	return v.reason(b.Action)
}
