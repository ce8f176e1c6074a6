package rollout

import (
	"fmt"
	"strings"
	"unicode"
)

// CommandLine that finds the same objects from anywhere, ready to be pasted into a
// shell: program and its flags as they are, then context, namespace and words.
func CommandLine(program string, cluster Identity, namespace string, words ...string) string {
	var line []string
	if cluster.Context != "" {
		line = append(line, "--context", cluster.Context)
	}
	if namespace != "" {
		line = append(line, "-n", namespace)
	}
	for _, word := range append(line, words...) {
		program += " " + shellWord(word)
	}
	return program
}

// shellWord quotes a word for a POSIX shell; what cannot be printed is written in
// the $'…' form of bash and zsh, so that the line is exact and still harmless on
// a terminal.
func shellWord(word string) string {
	plain, printable := word != "", true
	for _, r := range word {
		plain = plain && (r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) || strings.ContainsRune("@%_+=:,./-", r))
		printable = printable && unicode.IsPrint(r) && r != unicode.ReplacementChar
	}
	switch {
	case plain:
		return word
	case printable:
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	default:
		return "$'" + escaped(word) + "'"
	}
}

func escaped(word string) string {
	var b strings.Builder
	for i := range len(word) {
		switch c := word[i]; {
		case c == '\'' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
