package rollout

import (
	"fmt"
	"strings"
	"unicode"

	"fader/kube"
)

// kubectlLine is the equivalent command, ready to be pasted into a shell.
func kubectlLine(cluster Identity, target kube.Ref, words ...string) string {
	line := []string{"kubectl"}
	if cluster.Context != "" {
		line = append(line, "--context", cluster.Context)
	}
	line = append(line, "-n", target.Namespace)
	for i, word := range append(line, words...) {
		line = append(line[:i], shellWord(word))
	}
	return strings.Join(line, " ")
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
