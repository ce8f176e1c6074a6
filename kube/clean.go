package kube

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

const (
	// lineCells bounds what Clean returns: longer than any terminal is wide.
	lineCells = 1000
	// maxMarks are the combining marks left on one character. Real scripts
	// stack three; hostile text stacks thousands and paints over its neighbours.
	maxMarks = 4
	tabStop  = 8
	ellipsis = "…"
	// dropped is what scan answers for text that leaves nothing behind.
	dropped rune = -1
)

// Clean makes one printable line of text from the cluster: control characters,
// escape sequences, bidi controls and invisible characters are taken out, line
// breaks and tabs become a space, what is not UTF-8 or not printable becomes
// U+FFFD, no character carries more than four combining marks, and the line is at
// most 1 000 cells long, ending in "…" where it was longer. Cleaning twice changes
// nothing. Printable ASCII comes back as it is, without an allocation.
func Clean(s string) string { return clip(s, lineCells) }

// clip is Clean with another bound.
func clip(s string, cells int) string {
	if len(s) <= cells && plain(s, false) {
		return s
	}
	o := output{max: cells, ellipsis: 1}
	for len(s) > 0 {
		r, n := scan(s)
		s = s[n:]
		if r == '\n' || r == '\t' {
			if o.last == ' ' || o.last == 0 {
				continue
			}
			r = ' '
		}
		if !o.write(r, cellsOf(r)) {
			break
		}
	}
	return string(o.bytes)
}

// CleanText is Clean for text of several lines (YAML, a log): line breaks of any
// kind become "\n", tabs are filled up with spaces to the next multiple of eight,
// and the bound is in bytes, the closing "…" included.
func CleanText(s string, maxBytes int) string {
	if len(s) <= maxBytes && plain(s, true) {
		return s
	}
	o := output{max: maxBytes, ellipsis: len(ellipsis)}
	column := 0
	for len(s) > 0 {
		r, n := scan(s)
		s = s[n:]
		times := 1
		switch r {
		case '\n':
			column = 0
		case '\t':
			r, times = ' ', tabStop-column%tabStop
			column += times
		default:
			column += cellsOf(r)
		}
		for ; times > 0; times-- {
			if !o.write(r, max(1, utf8.RuneLen(r))) {
				return string(o.bytes)
			}
		}
	}
	return string(o.bytes)
}

// plain is true for text that is printable ASCII throughout.
func plain(s string, lines bool) bool {
	for i := range len(s) {
		if (s[i] < ' ' || s[i] > '~') && (!lines || s[i] != '\n') {
			return false
		}
	}
	return true
}

// output collects cleaned characters up to a bound of cells or bytes.
type output struct {
	bytes    []byte
	last     rune // the last character that is not a mark
	marks    int  // on last
	used     int
	max      int
	ellipsis int // what the ellipsis costs
	cut      int // length up to which the ellipsis still fits behind
}

// write adds a character, false once it is full.
func (o *output) write(r rune, cost int) bool {
	mark := isMark(r)
	switch {
	case r == dropped,
		r == utf8.RuneError && o.last == utf8.RuneError,
		mark && (o.marks == maxMarks || o.last == 0 || o.last == ' ' || o.last == '\n'):
		return true
	case o.used+cost > o.max:
		o.bytes = o.bytes[:o.cut]
		if o.max >= o.ellipsis {
			o.bytes = append(o.bytes, ellipsis...)
		}
		return false
	case mark:
		o.marks++
	default:
		o.last, o.marks = r, 0
	}
	o.bytes = utf8.AppendRune(o.bytes, r)
	o.used += cost
	if o.used+o.ellipsis <= o.max {
		o.cut = len(o.bytes)
	}
	return true
}

// scan reads what comes next in a text that is not empty: the character it stands
// for ('\n' for every line break, dropped for nothing) and the bytes it takes.
func scan(s string) (rune, int) {
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r >= ' ' && r <= '~', r == '\n', r == '\t':
		return r, n
	case r == '\r' && strings.HasPrefix(s, "\r\n"):
		return '\n', 2
	case r == '\r', r == '\v', r == '\f', r == 0x85, r == 0x2028, r == 0x2029:
		return '\n', n
	case unicode.IsControl(r):
		return dropped, n + sequence(r, s[n:])
	case isInvisible(r):
		return dropped, n
	case unicode.Is(unicode.Zs, r), r == 0x2800: // braille blank: a space in disguise
		return ' ', n
	case !unicode.IsPrint(r):
		return utf8.RuneError, n
	}
	return r, n
}

// sequence is the length of the escape sequence that goes on in s after control,
// 0 where there is none or it never ends: then its text stays, harmless without
// its control character.
func sequence(control rune, s string) int {
	switch control {
	case 0x1b:
		return escape(s)
	case 0x9b:
		return csi(s)
	case 0x90, 0x98, 0x9d, 0x9e, 0x9f:
		return controlString(s)
	}
	return 0
}

// escape is the length of what follows ESC (ECMA-48, 5.3 to 5.6).
func escape(s string) int {
	if s == "" {
		return 0
	}
	switch s[0] {
	case '[':
		return 1 + csi(s[1:])
	case ']', 'P', 'X', '^', '_':
		return 1 + controlString(s[1:])
	}
	i := run(s, 0, 0x20, 0x2f)
	if i < len(s) && s[i] >= 0x30 && s[i] <= 0x7e {
		return i + 1
	}
	return 0
}

// csi is the length of a control sequence's parameters, intermediates and final byte.
func csi(s string) int {
	i := run(s, run(s, 0, 0x30, 0x3f), 0x20, 0x2f)
	if i < len(s) && s[i] >= 0x40 && s[i] <= 0x7e {
		return i + 1
	}
	return 0
}

// controlString is the length of a string (OSC, DCS, …) with its terminator. Any
// other control character breaks it off, which also keeps scanning linear.
func controlString(s string) int {
	for i, r := range s {
		switch {
		case r == 0x07:
			return i + 1
		case r == 0x9c:
			return i + utf8.RuneLen(r)
		case r == 0x1b && strings.HasPrefix(s[i+1:], `\`):
			return i + 2
		case unicode.IsControl(r):
			return 0
		}
	}
	return 0
}

// run is the index in s of the first byte from i that is not in low…high.
func run(s string, i int, low, high byte) int {
	for i < len(s) && s[i] >= low && s[i] <= high {
		i++
	}
	return i
}

// isInvisible characters take no cell or change how others are drawn: format
// characters (bidi controls, zero-width, tags, soft hyphen), variation selectors
// and fillers.
func isInvisible(r rune) bool {
	return r >= 0xad && unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// isMark is true for what is drawn onto the character before it: combining marks
// and the vowels and finals of decomposed Hangul.
func isMark(r rune) bool {
	if r < 0x300 {
		return false
	}
	return unicode.Is(unicode.M, r) || r >= 0x1160 && r <= 0x11ff || r >= 0xd7b0 && r <= 0xd7ff
}

// cellsOf is the width of a character on a terminal.
func cellsOf(r rune) int {
	switch {
	case r < ' ' || isMark(r):
		return 0
	case r <= '~':
		return 1
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
