package table_test

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"fader/keymap"
	"fader/views/box"
	"fader/views/golden"
	"fader/views/table"
	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

type row struct {
	key, name string
	n         int
}

func columns() []table.Column[row] {
	return []table.Column[row]{
		{
			Title: "NAME", Whole: true, Min: 4, Width: func(r row) int { return box.Width(r.name) },
			Cell: func(r row) table.Cell { return table.Cell{Text: r.name} },
		},
		{Title: "N", Right: true, Rank: 1, Min: 3, Cell: func(r row) table.Cell { return table.Cell{Text: fmt.Sprint(r.n)} }},
		{Title: "NOTE", Rank: 2, Min: 6, Max: 12, Flex: true, Cell: func(row) table.Cell { return table.Cell{Text: "a short note"} }},
	}
}

func rows(names ...string) []row {
	var made []row
	for i, name := range names {
		made = append(made, row{key: name, name: name, n: i})
	}
	return made
}

func tableOf(names ...string) *table.Table[string, row] {
	t := table.New(func(r row) string { return r.key }, columns())
	t.SetTheme(theme.Dark(false))
	t.SetRows(rows(names...))
	return t
}

func under(t *testing.T, tb *table.Table[string, row]) string {
	t.Helper()
	r, ok := tb.Cursor()
	require.True(t, ok)
	return r.key
}

func plain(lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = strings.TrimRight(ansi.Strip(line), " ")
	}
	return out
}

func TestCursorStaysOnItsKey(t *testing.T) {
	tb := tableOf("a", "b", "c", "d")
	tb.Handle(keymap.Down)
	tb.Handle(keymap.Down)
	require.Equal(t, "c", under(t, tb))

	tb.SetRows(rows("c", "x", "y", "a"))
	require.Equal(t, "c", under(t, tb), "it moved")
	tb.SetRows(rows("x", "c", "y"))
	tb.SetRows(rows("x", "y"))
	require.Equal(t, "y", under(t, tb), "it is gone: the row that took its place")
	tb.SetRows(rows("x"))
	require.Equal(t, "x", under(t, tb), "that is gone too: the last one")
	tb.SetRows(nil)
	_, ok := tb.Cursor()
	require.False(t, ok)
	tb.SetRows(rows("w", "x"))
	require.Equal(t, "x", under(t, tb), "it comes back")
}

func TestCursorThroughFilterAndOrder(t *testing.T) {
	tb := tableOf("a", "b", "c")
	require.True(t, tb.SetCursor("b"))
	require.False(t, tb.SetCursor("nobody"))
	tb.SetOrder(func(a, b row) int { return cmp.Compare(b.key, a.key) }, table.Mark{Title: "N", Down: true})
	require.Equal(t, "b", under(t, tb))
	require.Equal(t, []string{" NAME   N▼  NOTE", " c       2  a short note", "›b       1  a short note", " a       0  a short note"},
		plain(tb.Render(40, 4)))
	tb.SetFilter(func(r row) bool { return r.key != "b" }, nil)
	require.Equal(t, "a", under(t, tb))
	shown, total := tb.Counts()
	require.Equal(t, []int{2, 3}, []int{shown, total})
}

func TestSortIsStable(t *testing.T) {
	tb := tableOf("d", "b", "c", "a")
	tb.SetOrder(func(a, b row) int { return cmp.Compare(a.n/2, b.n/2) }, table.Mark{})
	var got []string
	for _, line := range plain(tb.Render(20, 5))[1:] {
		got = append(got, strings.Fields(strings.Trim(line, "› "))[0])
	}
	require.Equal(t, []string{"d", "b", "c", "a"}, got)
}

func TestPagesAndMouse(t *testing.T) {
	names := make([]string, 30)
	for i := range names {
		names[i] = fmt.Sprintf("row-%02d", i)
	}
	tb := tableOf(names...)
	tb.Render(40, 11) // ten rows
	steps := []struct {
		do   func() bool
		want string
	}{
		{func() bool { return tb.Handle(keymap.PageDown) }, "row-09"},
		{func() bool { return tb.Handle(keymap.Bottom) }, "row-29"},
		{func() bool { return tb.Handle(keymap.Down) }, "row-29"},
		{func() bool { return tb.Handle(keymap.PageUp) }, "row-20"},
		{func() bool { return tb.Handle(keymap.Top) }, "row-00"},
		{func() bool { return tb.Handle(keymap.Up) }, "row-00"},
		{func() bool { return tb.Wheel(3) }, "row-03"},
		{func() bool { return tb.Wheel(-99) }, "row-00"},
		{func() bool { return tb.Click(1) }, "row-00"},
		{func() bool { return tb.Click(5) }, "row-04"},
	}
	for i, s := range steps {
		require.True(t, s.do(), i)
		tb.Render(40, 11)
		require.Equal(t, s.want, under(t, tb), i)
	}
	require.False(t, tb.Click(0), "titles are not a row")
	require.False(t, tb.Click(11))
	require.False(t, tb.Handle(keymap.Filter))

	tb.Handle(keymap.Bottom)
	tb.Render(40, 11)
	require.True(t, tb.Click(1))
	require.Equal(t, "row-20", under(t, tb), "clicks count from what is scrolled to")
}

func TestScrollKeepsThePageFull(t *testing.T) {
	names := make([]string, 30)
	for i := range names {
		names[i] = fmt.Sprintf("row-%02d", i)
	}
	tb := tableOf(names...)
	tb.Handle(keymap.Bottom)
	require.Contains(t, plain(tb.Render(40, 6))[1], "row-25")
	require.Contains(t, plain(tb.Render(40, 11))[1], "row-20", "a higher screen has no empty end")
	tb.SetRows(rows(names[:12]...))
	require.Contains(t, plain(tb.Render(40, 11))[1], "row-02")
}

func TestColumnsGoByImportanceAndTheNameIsNotCut(t *testing.T) {
	name := "a-name-of-twenty-two-x"
	for _, c := range []struct {
		w    int
		want string
	}{
		{60, "NAME                      N  NOTE"},
		{34, "NAME                     N NOTE"},
		{33, "NAME                     N"},
		{26, "NAME"},
		{10, "NAME"},
	} {
		lines := plain(tableOf(name, "b").Render(c.w, 3))
		require.Equal(t, c.want, strings.TrimSpace(lines[0]), c.w)
		if c.w > 22 {
			require.Contains(t, lines[1], name, c.w)
		}
	}
	require.Equal(t, "›a-name-o…", plain(tableOf(name).Render(10, 2))[1])
}

func TestSpareColumnsNarrowNobody(t *testing.T) {
	cell := func(row) table.Cell { return table.Cell{Text: "x"} }
	tb := table.New(func(r row) string { return r.key }, []table.Column[row]{
		{Title: "A", Min: 4, Cell: cell, Width: func(row) int { return 10 }},
		{Title: "B", Rank: 1, Spare: true, Min: 4, Cell: cell},
	})
	tb.SetRows(rows("a"))
	require.NotContains(t, plain(tb.Render(15, 2))[0], "B", "B would fit if A were narrowed")
	require.Contains(t, plain(tb.Render(16, 2))[0], "B")
}

func TestColumnsDoNotJump(t *testing.T) {
	tb := tableOf("short", "a-much-longer-name")
	before := plain(tb.Render(40, 3))[0]
	tb.SetRows(rows("short"))
	require.Equal(t, before, plain(tb.Render(40, 3))[0])
	tb.Reset()
	tb.SetRows(rows("short"))
	require.NotEqual(t, before, plain(tb.Render(40, 3))[0])
}

func TestRenderIsKeptUntilSomethingChanges(t *testing.T) {
	calls := 0
	tb := table.New(func(r row) string { return r.key }, []table.Column[row]{{Title: "X", Min: 3, Cell: func(r row) table.Cell {
		calls++
		return table.Cell{Text: r.name}
	}}})
	tb.SetRows(rows("a", "b", "c", "d", "e", "f"))
	tb.Render(20, 4)
	require.Equal(t, 3, calls, "only visible rows are drawn")
	tb.Render(20, 4)
	require.Equal(t, 3, calls)
	for i, change := range []func(){
		func() { tb.Invalidate() }, func() { tb.Handle(keymap.Down) }, func() { tb.SetTheme(theme.Light(false)) },
		func() { tb.SetFocus(false) }, func() { tb.SetRows(rows("a", "b", "c")) },
	} {
		calls = 0
		change()
		tb.Render(20, 4)
		require.Equal(t, 3, calls, i)
	}
	calls = 0
	tb.SetFocus(false)
	tb.Render(20, 4)
	require.Zero(t, calls, "focus is as it was")
}

func TestCursorRowKeepsItsGround(t *testing.T) {
	th := theme.Dark(false)
	tb := table.New(func(r row) string { return r.key }, []table.Column[row]{
		{Title: "X", Min: 3, Cell: func(r row) table.Cell { return table.Cell{Text: r.name, Style: th.Broken} }},
	})
	tb.SetTheme(th)
	tb.SetRows(rows("a", "b"))
	ground, _, _ := strings.Cut(th.Cursor.Paint("x"), "x")
	lines := tb.Render(12, 3)
	for _, piece := range strings.SplitAfter(lines[1], "\x1b[m") {
		if piece != "" {
			require.True(t, strings.HasPrefix(piece, ground), "%q", piece)
		}
	}
	require.NotContains(t, lines[2], ground)
	tb.SetFocus(false)
	require.NotContains(t, strings.Join(tb.Render(12, 3), ""), ground)
}

func TestAnySize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(rapid.StringOf(rapid.RuneFrom([]rune("ab é日本👩‍💻\u0301\u200d\ufe0f…"))), 0, 8).Draw(t, "names")
		tb := tableOf(names...)
		w, h := rapid.IntRange(-1, 70).Draw(t, "w"), rapid.IntRange(-1, 12).Draw(t, "h")
		golden.Sized(t, tb.Render(w, h), max(w, 0), max(h, 0))
	})
}
