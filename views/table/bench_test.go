package table_test

import (
	"fmt"
	"testing"

	"fader/keymap"
	"fader/views/table"
	"fader/views/theme"

	"github.com/stretchr/testify/require"
)

func many() (*table.Table[string, row], []row) {
	names := make([]string, 10_000)
	for i := range names {
		names[i] = fmt.Sprintf("deployment-%05d", i)
	}
	all := rows(names...)
	t := table.New(func(r row) string { return r.key }, columns())
	t.SetTheme(theme.Dark(false))
	t.SetOrder(func(a, b row) int { return a.n%7 - b.n%7 }, table.Mark{})
	t.SetRows(all)
	return t, all
}

func BenchmarkRender200x50Of10000(b *testing.B) {
	t, _ := many()
	b.ReportAllocs()
	for b.Loop() {
		t.Handle(keymap.Down)
		t.Render(200, 50)
	}
}

func BenchmarkSetRows10000(b *testing.B) {
	t, all := many()
	b.ReportAllocs()
	for b.Loop() {
		t.SetRows(all)
	}
}

// TestAllocations keeps both within a budget: a line is a string and its
// builder, a snapshot is one slice of rows.
func TestAllocations(t *testing.T) {
	tb, all := many()
	render := testing.AllocsPerRun(20, func() {
		tb.Handle(keymap.Down)
		tb.Render(200, 50)
	})
	require.LessOrEqual(t, render, 250.0)
	set := testing.AllocsPerRun(3, func() { tb.SetRows(all) })
	require.LessOrEqual(t, set, 8.0)
}
