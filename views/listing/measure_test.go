package listing_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/metrics/fake"
	"fader/views/fixture"
	"fader/views/listing"
	"fader/views/table"
	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
)

// gauged is a page of names that may have a column of figures.
func gauged() things {
	var p things
	p = newThings(func(k *listing.Kind[string, string]) {
		k.Measured = 1
		k.Has = func(f gauge.Figure) bool { return f != gauge.FirstToken }
		k.Columns = func(bool) []table.Column[string] {
			all := []table.Column[string]{{Title: "NAME", Cell: func(s string) table.Cell { return table.Cell{Text: s} }}}
			if p.Gauge() == nil {
				return all
			}
			return append(all, table.Column[string]{
				Title: listing.Title(p.Figure()), Min: 9,
				Cell:    func(string) table.Cell { return table.Cell{Text: p.Figure().String()} },
				Compare: func(a, b string) int { return len(b) - len(a) },
			})
		}
	})
	p.Show(snapshot(kube.Live, kube.Live, kube.Live), []string{"a", "bb", "ccc"})
	return p
}

func pictured(state metrics.State, at time.Time, err error) *gauge.Gauge {
	p := (&fake.Prometheus{}).Picture(fixture.Now(), time.Minute)
	p.State, p.At, p.Err = state, at, err
	return gauge.New(p)
}

func frame(p things, w, h int) string { return ansi.Strip(strings.Join(p.Render(w, h), "\n")) }

func TestFiguresComeAndNothingIsLost(t *testing.T) {
	p := gauged()
	require.False(t, p.Handle(keymap.Figure), "there are none")
	p.SetCursor(kube.Ref{Name: "ccc"})
	p.Handle(keymap.Mark)
	p.SetCursor(kube.Ref{Name: "bb"})
	before := frame(p, 40, 12)
	p.SetGauge(pictured(metrics.Live, fixture.Now(), nil))
	require.Contains(t, frame(p, 40, 12), "p99")
	here, _ := p.Row()
	require.Equal(t, "bb", here)
	require.Equal(t, []kube.Ref{{Name: "ccc"}}, p.Marked())
	p.SetGauge(nil)
	require.Equal(t, before, frame(p, 40, 12))
}

func TestTheNextFigureKeepsTheOrder(t *testing.T) {
	p := gauged()
	p.SetGauge(pictured(metrics.Live, fixture.Now(), nil))
	require.True(t, p.SortBy("p99"))
	require.Contains(t, frame(p, 40, 12), "p99▼")
	for _, want := range []string{"p95▼", "p50▼", "ERR▼", "REQ/S▼", "p99▼"} {
		require.True(t, p.Handle(keymap.Figure))
		require.Contains(t, frame(p, 40, 12), want)
	}
	require.Regexp(t, `(?s)ccc.*bb.*a `, frame(p, 40, 12))
	p.SetGauge(pictured(metrics.Live, fixture.Now(), nil))
	require.Contains(t, frame(p, 40, 12), "p99▼", "from picture to picture too")
}

func TestLinesMoreWhileThereAreFigures(t *testing.T) {
	// room for the table, without and with figures
	for h, want := range map[int][2]int{5: {5, 5}, 8: {6, 6}, 12: {9, 8}, 24: {20, 19}} {
		p := gauged()
		rule := func() int {
			for i, line := range strings.Split(frame(p, 40, h), "\n") {
				if strings.HasPrefix(line, "─") {
					return i
				}
			}
			return h
		}
		require.Equal(t, want[0], rule(), h)
		p.SetGauge(pictured(metrics.Live, fixture.Now(), nil))
		require.Equal(t, want[1], rule(), h)
	}
}

func TestOldFiguresSayWhy(t *testing.T) {
	down := errors.New("Prometheus does not answer · ≥ 3…5 s")
	for name, c := range map[string]struct {
		g           *gauge.Gauge
		says, never string
	}{
		"live":     {pictured(metrics.Live, fixture.Now(), nil), "", "figures"},
		"starting": {pictured(metrics.Starting, time.Time{}, nil), "", "figures"},
		"old":      {pictured(metrics.Stale, fixture.Now().Add(-time.Minute), down), "◌ figures are from 14:02:22: Prometheus does not answer · ≥ 3…5 s", ""},
		"never":    {pictured(metrics.Stale, time.Time{}, down), "◌ no figures yet: Prometheus does not answer", "are from"},
	} {
		p := gauged()
		p.SetGauge(c.g)
		require.Contains(t, frame(p, 100, 12), c.says, name)
		if c.never != "" {
			require.NotContains(t, frame(p, 100, 12), c.never, name)
		}
		p.SetTheme(theme.Dark(true))
		for _, r := range frame(p, 100, 12) {
			require.Less(t, r, rune(0x7f), "%s: %q", name, r)
		}
	}
	p := gauged()
	p.SetGauge(pictured(metrics.Stale, fixture.Now(), down))
	p.Show(snapshot(kube.Disconnected, kube.Disconnected, kube.Live), []string{"a"})
	require.Contains(t, frame(p, 100, 12), "not connected", "rows come before figures")
}
