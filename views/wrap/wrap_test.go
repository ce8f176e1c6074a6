package wrap_test

import (
	"testing"

	"fader/views/box"
	"fader/views/wrap"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestPrefix(t *testing.T) {
	for _, c := range []struct {
		in   string
		w    int
		want string
	}{
		{"abcdef", 4, "abcd"},
		{"abc", 4, "abc"},
		{"abcd", 4, "abcd"},
		{"", 4, ""},
		{"日本語", 5, "日本"},
		{"日本語", 1, "日"}, // no row would ever be written otherwise
		{"abe\u0301f", 3, "abe\u0301"},
		{"abce\u0301f", 3, "abc"},
		{"abc", 0, "a"},
	} {
		require.Equal(t, c.want, c.in[:wrap.Prefix(c.in, c.w)], "%q in %d", c.in, c.w)
	}
}

func TestRowsCoverTheLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("ab é日本👩‍💻\u0301…🇩🇪"))).Draw(t, "s")
		w := rapid.IntRange(0, 9).Draw(t, "w")
		rows, all := wrap.Rows(s, w), ""
		for i := range rows {
			from, to := wrap.Row(s, w, i)
			require.Equal(t, len(all), from)
			require.LessOrEqual(t, box.Width(s[from:to]), max(w, 2))
			all += s[from:to]
		}
		require.Equal(t, s, all)
		from, to := wrap.Row(s, w, rows)
		require.Equal(t, from, to)
	})
}
