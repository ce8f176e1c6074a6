package keymap

import (
	"fmt"
	"strings"
)

// Markdown is the table as the README shows it, a section for each scope.
func (t Table) Markdown() string {
	var b strings.Builder
	seen := map[Scope]bool{}
	for _, first := range t {
		if seen[first.Scope] {
			continue
		}
		seen[first.Scope] = true
		fmt.Fprintf(&b, "| %s | |\n| --- | --- |\n", first.Scope)
		for _, binding := range t.Of(first.Scope) {
			fmt.Fprintf(&b, "| `%s` | %s |\n", strings.Join(binding.Keys, "` `"), binding.Help)
		}
		b.WriteString("\n")
	}
	return b.String()
}
