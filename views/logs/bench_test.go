package logs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fader/keymap"
	"fader/views/logs"

	"github.com/stretchr/testify/require"
)

// flood makes batches of n lines of several pods, each later than the one before.
func flood(n int) func() []logs.Line {
	sources := []*logs.Source{source("7d9f-aaaaa", 9), source("7d9f-bbbbb", 9), source("5c8b-ccccc", 8)}
	text := strings.Repeat("level=info served request ", 4)
	now := at(0)
	return func() []logs.Line {
		lines := make([]logs.Line, n)
		for i := range lines {
			now = now.Add(100 * time.Microsecond)
			lines[i] = logs.Line{From: sources[i%3], Time: now, Text: text}
		}
		return lines
	}
}

func BenchmarkAppend10000AndRender200x50(b *testing.B) {
	for _, filter := range []string{"", "!nothing"} {
		b.Run(fmt.Sprintf("filter=%q", filter), func(b *testing.B) {
			v, next := logs.New("logs"), flood(10_000)
			v.SetFilter(filter)
			for range 6 {
				v.Append(next(), 0)
			}
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				lines := next()
				b.StartTimer()
				v.Append(lines, 0)
				v.Render(200, 50)
			}
		})
	}
}

func BenchmarkRender200x50Of50000Wrapped(b *testing.B) {
	v, next := logs.New("logs"), flood(50_000)
	v.Append(next(), 0)
	v.Handle(keymap.Wrap)
	v.Handle(keymap.Follow)
	v.Render(200, 50)
	b.ReportAllocs()
	for b.Loop() {
		v.Wheel(-1)
		v.Render(200, 50)
	}
}

// TestAllocations: taking lines over costs next to nothing each, and a frame
// costs what is in it, however many lines are kept.
func TestAllocations(t *testing.T) {
	for _, filter := range []string{"", "!nothing"} {
		v, next := logs.New("logs"), flood(10_000)
		v.SetFilter(filter)
		for range 12 {
			v.Append(next(), 0)
		}
		batches := [][]logs.Line{next(), next(), next(), next(), next()}
		appended := testing.AllocsPerRun(4, func() {
			v.Append(batches[0], 0)
			batches = batches[1:]
		})
		require.LessOrEqual(t, appended, 20.0, "filter %q", filter)
		render := testing.AllocsPerRun(10, func() {
			v.Wheel(-1)
			v.Render(200, 50)
		})
		require.LessOrEqual(t, render, 600.0, "filter %q", filter)
		require.Zero(t, testing.AllocsPerRun(10, func() { v.Render(200, 50) }))
	}
}

func TestMemoryIsBounded(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		total int
		keeps int
	}{
		"by number": {"x", 170_000, 50_000},
		"by size":   {strings.Repeat("x", 1<<20-64), 40, 16},
	} {
		t.Run(name, func(t *testing.T) {
			v := logs.New("logs")
			from := source("a", 9)
			v.Append(numbered(from, 0, 1), 0)
			v.Handle(keymap.Top)
			v.SetFilter("x")
			for i := range c.total / 10 {
				lines := make([]logs.Line, 10)
				for j := range lines {
					lines[j] = logs.Line{From: from, Time: at(float64(10*i + j)), Text: c.text}
				}
				v.Append(lines, 0)
			}
			shown, kept := v.Counts()
			require.Equal(t, c.keeps, kept)
			require.Equal(t, c.keeps, shown)
			require.Contains(t, plain(v.Render(90, 12)), "older lines no longer kept")
			v.SetFilter("")
			shown, _ = v.Counts()
			require.Equal(t, c.keeps, shown)
		})
	}
}
