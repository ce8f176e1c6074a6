package table_test

import (
	"cmp"
	"strings"
	"testing"

	"fader/keymap"
	"fader/views/table"
	"fader/views/theme"

	"github.com/stretchr/testify/require"
)

func sortable(names ...string) *table.Table[string, row] {
	all := columns()
	all[0].Compare = func(a, b row) int { return strings.Compare(a.name, b.name) }
	all[1].Compare = func(a, b row) int { return cmp.Compare(b.n, a.n) }
	t := table.New(func(r row) string { return r.key }, all)
	t.SetTheme(theme.Dark(false))
	t.SetRows(rows(names...))
	return t
}

func keys(tb *table.Table[string, row]) string {
	var got []string
	for _, line := range plain(tb.Render(40, 9))[1:] {
		if fields := strings.Fields(strings.Trim(line, "•› ")); len(fields) > 0 {
			got = append(got, fields[0])
		}
	}
	return strings.Join(got, "")
}

func TestEveryColumnSortsInTurn(t *testing.T) {
	tb := sortable("b", "c", "a")
	tb.SetOrder(func(a, b row) int { return cmp.Compare(a.n, b.n) }, table.Mark{})
	require.Equal(t, "bca", keys(tb))
	for _, c := range []struct {
		action      keymap.Action
		rows, title string
	}{
		{keymap.SortColumn, "abc", "NAME▼"},
		{keymap.SortReverse, "cba", "NAME▲"},
		{keymap.SortColumn, "acb", "N▼"},
		{keymap.SortColumn, "bca", "NOTE"}, // the table's own order has no column
		{keymap.SortReverse, "acb", "NOTE"},
		{keymap.SortColumn, "abc", "NAME▼"},
	} {
		require.True(t, tb.Handle(c.action))
		require.Equal(t, c.rows, keys(tb), c.title)
		require.Contains(t, plain(tb.Render(40, 9))[0], c.title)
		require.Equal(t, "b", under(t, tb), "the cursor stays")
	}
	require.True(t, tb.SortBy("N"))
	require.True(t, tb.SortBy("N"), "the same again turns it round")
	require.Equal(t, "bca", keys(tb))
	require.False(t, tb.SortBy("NOTE"))
	require.False(t, tb.SortBy(""))
}

func TestTheOwnOrderMayStandForAColumn(t *testing.T) {
	tb := sortable("b", "c", "a")
	tb.SetOrder(func(a, b row) int { return strings.Compare(b.name, a.name) }, table.Mark{Title: "NAME", Down: true})
	require.Equal(t, "cba", keys(tb))
	tb.Handle(keymap.SortColumn)
	require.Equal(t, "acb", keys(tb), "by N")
	tb.Handle(keymap.SortColumn)
	require.Equal(t, "cba", keys(tb), "its own again")
	require.Contains(t, plain(tb.Render(40, 9))[0], "NAME▼")
}

func TestOnlyWhatIsDrawnIsSortedBy(t *testing.T) {
	tb := sortable("b", "c", "a")
	tb.Render(7, 5) // no room for N
	tb.Handle(keymap.SortColumn)
	tb.Handle(keymap.SortColumn)
	require.Equal(t, "bca", keys(tb))
}

func TestMarksFollowTheirRows(t *testing.T) {
	tb := sortable("a", "b", "c")
	require.False(t, tb.Handle(keymap.Mark), "not before marks are allowed")
	tb.AllowMarks()
	require.True(t, tb.Handle(keymap.Mark))
	tb.Handle(keymap.Bottom)
	tb.Handle(keymap.Mark)
	require.Equal(t, []string{"•  a", "   b", "•› c"}, signs(tb))
	tb.SetOrder(func(a, b row) int { return strings.Compare(b.key, a.key) }, table.Mark{})
	require.Equal(t, []string{"•› c", "   b", "•  a"}, signs(tb))
	require.Len(t, tb.Marked(), 2)
	require.Equal(t, "c", tb.Marked()[0].key, "in the order shown")

	tb.SetFilter(func(r row) bool { return r.key != "c" }, nil)
	require.Equal(t, "a", tb.Marked()[0].key, "what is hidden is not acted on")
	tb.SetFilter(nil, nil)
	require.Len(t, tb.Marked(), 2)
	tb.SetRows(rows("b", "c"))
	tb.SetRows(rows("a", "b", "c"))
	require.Len(t, tb.Marked(), 1, "what was gone has lost its mark")
	require.True(t, tb.ClearMarks())
	require.False(t, tb.ClearMarks())
	tb.Handle(keymap.Mark)
	tb.Handle(keymap.Mark)
	require.Empty(t, tb.Marked(), "twice is not at all")
}

// signs are the gutters and names of the rows.
func signs(tb *table.Table[string, row]) []string {
	var got []string
	for _, line := range plain(tb.Render(40, 4))[1:] {
		letters := []rune(line)
		got = append(got, string(letters[:2])+" "+string(letters[2]))
	}
	return got
}

func TestLooseOnlyWhereNothingElseIs(t *testing.T) {
	tb := sortable("a", "b")
	loose := func(r row) bool { return r.key == "b" }
	tb.SetFilter(func(r row) bool { return r.key == "a" }, loose)
	require.Equal(t, "a", keys(tb))
	require.False(t, tb.Loosely())
	tb.SetFilter(func(row) bool { return false }, loose)
	require.Equal(t, "b", keys(tb))
	require.True(t, tb.Loosely())
	tb.SetFilter(func(row) bool { return false }, func(row) bool { return false })
	require.False(t, tb.Loosely())
	shown, _ := tb.Counts()
	require.Zero(t, shown)
}

func TestTheMarkOfANarrowColumnHangsIntoTheGap(t *testing.T) {
	tb := sortable("aaaa", "b")
	tb.SortBy("NAME")
	require.Equal(t, " NAME▼   N  NOTE", plain(tb.Render(18, 3))[0])
	require.Equal(t, " NAM▼", plain(tb.Render(5, 3))[0], "the last column has no gap")
}
