package rollout

import (
	"fmt"
	"strings"

	"fader/kube"
)

// row writes a row of a table; the cells are Markdown.
func row(b *strings.Builder, cells ...string) {
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

// special are the characters that mean something in Markdown, in a table, in
// HTML, or in what makes links of addresses.
const special = "\\`*_{}[]<>#+!|~&$"

// escape makes a line of text mean itself wherever Markdown is read: no markup,
// no HTML, no link, nobody mentioned. Where that cannot be had by escaping, it
// stands as code.
func escape(text string) string {
	text = kube.Clean(text)
	if strings.ContainsRune(text, '@') {
		return code(text)
	}
	var b strings.Builder
	for i, r := range text {
		link := r == ':' && strings.HasPrefix(text[i:], "://") ||
			r == '.' && i >= 3 && strings.EqualFold(text[i-3:i], "www")
		if strings.ContainsRune(special, r) || link {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// code is a line of text as a code span: fenced by more backticks than it has in
// a row. A bar would end the cell of a table even there.
func code(text string) string {
	text = kube.Clean(text)
	if strings.TrimSpace(text) == "" {
		return "` `"
	}
	if strings.Contains(text, `\|`) {
		return "<code>" + entities(text) + "</code>" // no backslash helps against one
	}
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + strings.ReplaceAll(text, "|", "\\|") + fence
}

// entities writes everything that may mean something as an entity of HTML.
func entities(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune(special+"@:\"'", r) {
			fmt.Fprintf(&b, "&#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
