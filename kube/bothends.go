package kube

import "strings"

// bothEnds shortens a text in its middle: of nested errors the reason stands at the
// end, and what was tried at the beginning. The text must be clean.
func bothEnds(text string, cells int) string {
	if plain(text, false) && len(text) <= cells || clip(text, cells) == text {
		return text
	}
	head := clip(text, cells/3) // ends in "…"
	runes, width := []rune(text), 0
	from := len(runes)
	for from > 0 && width+cellsOf(runes[from-1]) <= cells-cells/3 {
		from--
		width += cellsOf(runes[from])
	}
	return strings.TrimSuffix(head, "…") + "…" + strings.TrimLeft(string(runes[from:]), " ")
}
