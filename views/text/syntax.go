package text

import (
	"regexp"
	"strings"

	"fader/views/theme"
)

// ink is a style for each sort of text.
type ink struct {
	plain, key, number, quoted, comment, sign, match, current theme.Style
}

func newInk(t theme.Theme) ink {
	return ink{
		plain: t.Text, key: t.Hue(4), number: t.Hue(5), quoted: t.Hue(6), comment: t.Faint, sign: t.Dim,
		match: t.Accent.On(t.Cursor), current: t.Marked,
	}
}

// span is a piece of a line in one style, up to byte to; it begins where the one
// before ends.
type span struct {
	to    int
	style theme.Style
}

var (
	// keyed is indentation and bullets, a key, its colon.
	keyed  = regexp.MustCompile(`^([ -]*)("[^"]*"|'[^']*'|[^\s"'#:][^:#]*(?::[^\s:][^:#]*)*)(:)(?: |$)`)
	number = regexp.MustCompile(`^(?:-?[0-9][0-9.eE+_-]*(?:[kKMGTPEmun]i?)?|true|false|null|~)$`)
	// opens a block scalar: everything deeper below it is text.
	opens = regexp.MustCompile(`(?:^|[:-] )[|>][0-9+-]*$`)
)

// colours takes a line of YAML apart.
func (k ink) colours(line string) []span {
	var spans []span
	add := func(to int, s theme.Style) {
		if to > 0 && (len(spans) == 0 || to > spans[len(spans)-1].to) {
			spans = append(spans, span{to, s})
		}
	}
	at := len(line) - len(strings.TrimLeft(line, " -"))
	if m := keyed.FindStringSubmatchIndex(line); m != nil {
		add(m[3], k.sign)
		add(m[5], k.key)
		add(m[7], k.sign)
		at = m[7]
	} else if at < len(line) && at > 0 && line[at-1] == '-' {
		at-- // the sign of a number
	}
	add(at, k.sign)
	value := strings.TrimSpace(line[at:])
	add(len(line), k.value(value))
	return spans
}

func (k ink) value(value string) theme.Style {
	switch {
	case strings.HasPrefix(value, "#"):
		return k.comment
	case strings.HasPrefix(value, `"`), strings.HasPrefix(value, "'"):
		return k.quoted
	case number.MatchString(value):
		return k.number
	case value == "|", value == "|-", value == ">", value == ">-", value == "{}", value == "[]":
		return k.sign
	}
	return k.plain
}

// blocks says of each line whether it is text within a block scalar.
func blocks(lines []string) []bool {
	in, open, depth := make([]bool, len(lines)), false, 0
	for i, line := range lines {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if open && (indent > depth || strings.TrimSpace(line) == "") {
			in[i] = true
			continue
		}
		open, depth = opens.MatchString(line), indent
	}
	return in
}
