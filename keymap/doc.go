// Package keymap is the one table of keys: which key means which action in
// which scope, and what that is called.
//
// tui dispatches by it (Resolve), the footer and the help screen are drawn from
// it, the README's table is printed from it (Markdown; a test compares the two),
// and an operator's configuration changes it (Override). It is a leaf: it knows neither
// Bubble Tea nor any view, only keys spelled as Bubble Tea spells them ("space",
// "ctrl+f", "shift+tab").
//
// It promises that a key has at most one meaning within a scope, that an inner
// scope's meaning hides an outer one's, and that a closed scope (one that takes
// text or asks for a decision) lets nothing through but what is always safe. An
// override keeps all of that, and esc as the way out of every scope.
package keymap
