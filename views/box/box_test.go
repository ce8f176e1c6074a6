package box_test

import (
	"testing"

	"fader/views/box"
	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestFit(t *testing.T) {
	for _, c := range []struct {
		in   string
		w    int
		want string
	}{
		{"abc", 5, "abc  "}, {"abcdef", 4, "abc…"}, {"", 2, "  "}, {"abc", 0, ""}, {"日本語", 4, "日… "},
	} {
		require.Equal(t, c.want, box.Fit(c.in, c.w))
	}
}

func TestWrapKeepsWordsWhole(t *testing.T) {
	require.Equal(t, []string{"rollout undo", "--to-revision=3", "x"}, box.Wrap("rollout undo --to-revision=3 x", 16))
	require.Equal(t, []string{"abcd", "ef"}, box.Wrap("abcdef", 4))
	require.Nil(t, box.Wrap("a", 0))
}

func TestSpreadKeepsTheRightEnd(t *testing.T) {
	require.Equal(t, "ab   yz", box.Spread("ab", "yz", 7))
	require.Equal(t, "abc…yz", box.Spread("abcdef", "yz", 6))
	require.Equal(t, "y…", box.Spread("abcdef", "yyy", 2))
}

func TestOverKeepsWhatIsBeside(t *testing.T) {
	base := []string{"abcdef", "ghijkl", "mnopqr"}
	require.Equal(t, []string{"abcdef", "gXXjkl", "mYYpqr"}, box.Over(base, []string{"XX", "YY"}, 1, 1))
	require.Equal(t, "abcdef", base[0], "the base is not changed")
}

func TestEverythingHasTheSizeAskedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("ab é日本👩‍💻\u0301…"))).Draw(t, "text")
		w, h := rapid.IntRange(0, 40).Draw(t, "w"), rapid.IntRange(0, 9).Draw(t, "h")
		frame := box.Frame(theme.Dark(false), text, text, []string{text}, w, h, true)
		require.Len(t, frame, h)
		for _, line := range frame {
			require.Equal(t, w, ansi.StringWidth(line))
		}
		over := box.Over(box.Fill(nil, w, h), frame, rapid.IntRange(0, 5).Draw(t, "x"), 1)
		for _, line := range over {
			require.Equal(t, w, ansi.StringWidth(line))
		}
	})
}
