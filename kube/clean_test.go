package kube

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"printable ASCII", "a ~!\"#", "a ~!\"#"},
		{"other scripts", "größe 日本語 Привет 🚀", "größe 日本語 Привет 🚀"},
		{"accents as marks", "e\u0301te\u0301", "e\u0301te\u0301"},
		{"CSI", "a\x1b[31mred\x1b[0m", "ared"},
		{"CSI with private parameters", "\x1b[?1049hx\x1b[6 q", "x"},
		{"CSI that never ends", "a\x1b[12", "a12"},
		{"lone ESC", "a\x1b", "a"},
		{"two-character escape", "a\x1bcb", "ab"},
		{"escape with intermediate", "\x1b(0a", "a"},
		{"OSC with BEL", "a\x1b]0;title\x07b", "ab"},
		{"OSC with ST", "a\x1b]52;c;aGk=\x1b\\b", "ab"},
		{"OSC with C1 ST", "a\x1b]0;t\u009cb", "ab"},
		{"OSC 8 link", "\x1b]8;;http://evil\x1b\\here\x1b]8;;\x1b\\", "here"},
		{"OSC that never ends keeps its text", "a\x1b]0;rest of the message", "a0;rest of the message"},
		{"OSC broken off by another", "\x1b]0;a\x1b]0;b\x07c", "0;ac"},
		{"DCS, SOS, PM, APC", "\x1bPq\x1b\\\x1bXs\x1b\\\x1b^p\x1b\\\x1b_a\x1b\\x", "x"},
		{"C1 CSI as UTF-8", "a\u009b31mb", "ab"},
		{"C1 OSC as UTF-8", "a\u009d0;t\x07b", "ab"},
		{"C1 DCS as UTF-8", "a\u0090q\u009cb", "ab"},
		{"other C1", "a\u0080\u008db", "ab"},
		{"raw C1 bytes are not UTF-8", "a\x9b31m", "a\ufffd31m"},
		{"NEL is a line break", "a\u0085b", "a b"},
		{"line separators", "a\u2028b\u2029c", "a b c"},
		{"CR LF TAB", "a\r\nb\rc\nd\te\n\n\tf", "a b c d e f"},
		{"leading and doubled breaks", "\n\na\n\n\nb", "a b"},
		{"vertical tab and form feed", "a\vb\fc", "a b c"},
		{"BS NUL DEL BEL", "a\bb\x00c\x7fd\x07", "abcd"},
		{"invalid UTF-8, a run is one", "a\xff\xfe\xc3(b", "a\ufffd(b"},
		{"surrogate half", "a\xed\xa0\x80b", "a\ufffdb"},
		{"bidi controls", "a\u202eb\u2066c\u2069d\u200fe\u061cf", "abcdef"},
		{"zero width", "a\u200bb\u200cc\u200dd\ufeffe\u2060f\u00adg\u180eh", "abcdefgh"},
		{"variation selectors and tags", "a\ufe0fb\U000e0041c\U000e0100d", "abcd"},
		{"fillers", "a\u3164b\u115fc\uffa0d\u034fe", "abcde"},
		{"odd spaces", "a\u00a0b\u3000c\u2003d\u2800e", "a b c d e"},
		{"private use and unassigned", "a\ue0b0b\U000f0000c\u0378d", "a\ufffdb\ufffdc\ufffdd"},
		{"too many marks", "a" + strings.Repeat("\u0301", 10_000) + "b", "a" + strings.Repeat("\u0301", 4) + "b"},
		{"marks on nothing", "\u0301a \u0301b", "a b"},
		{"decomposed Hangul is bounded", "\u1100" + strings.Repeat("\u1161", 9), "\u1100" + strings.Repeat("\u1161", 4)},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, Clean(c.in))
		})
	}
}

func TestCleanIsBounded(t *testing.T) {
	require.Equal(t, strings.Repeat("a", 1000), Clean(strings.Repeat("a", 1000)))
	require.Equal(t, strings.Repeat("a", 999)+"…", Clean(strings.Repeat("a", 1001)))
	require.Equal(t, strings.Repeat("日", 500), Clean(strings.Repeat("日", 500)), "wide characters take two cells")
	require.Equal(t, strings.Repeat("日", 499)+"…", Clean(strings.Repeat("日", 501)))
	require.Equal(t, strings.Repeat("e\u0301", 999)+"…", Clean(strings.Repeat("e\u0301", 256<<10)))
	require.Equal(t, "abcd…", clip("abcdefg", 5))
	require.Equal(t, "日日…", clip("日日日", 5))
}

func TestCleanDoesNotAllocateForPlainText(t *testing.T) {
	s := strings.Repeat("0/8 nodes are available", 10)
	require.Zero(t, testing.AllocsPerRun(100, func() { Clean(s) }))
}

// TestCleanIsLinear: introducers that never end must not each search to the end.
// 4 MiB of them take milliseconds; with a quadratic search they would take hours,
// and the test binary's own time limit would end it.
func TestCleanIsLinear(t *testing.T) {
	for _, s := range []string{"\x1b]", "\u009d", "\x1b[", "\x1bP;", "\u009b1;"} {
		require.NotContains(t, CleanText(strings.Repeat(s, 2<<20), 100), "\x1b")
	}
}

func TestCleanText(t *testing.T) {
	for _, c := range []struct {
		name, in string
		max      int
		want     string
	}{
		{"lines stay", "a\nb\r\nc\rd\u2028e\n", 100, "a\nb\nc\nd\ne\n"},
		{"tabs fill up to eight", "a\tb\n\tc\n12345678\td", 100, "a       b\n        c\n12345678        d"},
		{"tabs after wide characters", "日\tb", 100, "日      b"},
		{"escapes go", "a\x1b[1mb\n\x1b]0;x\x07c", 100, "ab\nc"},
		{"cut with an ellipsis", "abcdefgh", 6, "abc…"},
		{"cut between characters", "ab日本", 7, "ab…"},
		{"fits exactly", "ab日", 5, "ab日"},
		{"no room for an ellipsis", "abc", 2, ""},
		{"nothing at all", "abc", 0, ""},
		{"marks at the start of a line", "a\n\u0301b", 100, "a\nb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, CleanText(c.in, c.max))
		})
	}
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{
		"plain", "\x1b[31mred\x1b]0;t\x07", "\u009d52;c;x\u009c", "a\u0301\u0301\u0301\u0301\u0301\u0301", "\xff\xc3", "日\t\n\u202e",
		strings.Repeat("日", 600), "\x1b\x1b[\x1b]\u0085", "\u1100\u1161\u11a8", "🏳️‍🌈\U000e0067",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		line := Clean(s)
		requirePrintable(t, line, false)
		require.Equal(t, line, Clean(line), "cleaning twice changes nothing")
		cells := 0
		for _, r := range line {
			cells += cellsOf(r)
		}
		require.LessOrEqual(t, cells, 1000)

		text := CleanText(s, 64)
		requirePrintable(t, text, true)
		require.LessOrEqual(t, len(text), 64)
		require.Equal(t, text, CleanText(text, 64))
	})
}

// requirePrintable holds text to what a terminal prints as it stands. It has its
// own list of what that is, apart from the one in Clean.
func requirePrintable(t *testing.T, s string, lines bool) {
	t.Helper()
	require.True(t, utf8.ValidString(s), "%q", s)
	marks := 0
	for _, r := range s {
		if r == '\n' && lines {
			marks = 0
			continue
		}
		if unicode.Is(unicode.M, r) {
			marks++
		} else {
			marks = 0
		}
		require.LessOrEqual(t, marks, 4, "%q", s)
		require.True(t, unicode.IsPrint(r), "%q has %U", s, r)
		require.False(t, unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Bidi_Control, unicode.Join_Control), "%q has %U", s, r)
		require.NotContains(t, "\u034f\u115f\u1160\u3164\uffa0\ufe0f\u2800\u00a0\u3000", string(r), "%q", s)
	}
}

func BenchmarkCleanPlain(b *testing.B) {
	s := strings.Repeat("Back-off pulling image ", 5)
	b.ReportAllocs()
	for b.Loop() {
		Clean(s)
	}
}
