package golden

import (
	"strings"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/fixture"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Measured is a page with figures.
type Measured interface {
	Page
	Gauge() *gauge.Gauge
	SetGauge(*gauge.Gauge)
}

// AnyFigures checks that a page has the size asked for whatever its figures are,
// however old, and whatever of these is done to it.
func AnyFigures[P Measured](t *testing.T, open func(*rapid.T) P, actions ...keymap.Action) {
	rapid.Check(t, func(t *rapid.T) {
		p := Open(open(t), fixture.Hostile(t))
		for range 3 {
			w, h := rapid.IntRange(0, 220).Draw(t, "w"), rapid.IntRange(0, 60).Draw(t, "h")
			Sized(t, p.Render(w, h), w, h)
			p.Handle(rapid.SampledFrom(actions).Draw(t, "action"))
			p.SetGauge(fixture.In(p.Gauge(), metrics.State(rapid.IntRange(0, 4).Draw(t, "state"))))
			Sized(t, p.Render(w, h), w, h)
		}
	})
}

// Line of a frame that has some words, with its colours.
func Line(t *testing.T, p Page, w int, words string) string {
	t.Helper()
	for _, line := range p.Render(w, 60) {
		if strings.Contains(ansi.Strip(line), words) {
			return line
		}
	}
	require.Fail(t, "no line with "+words)
	return ""
}

// Seconds is what each second costs while nothing else changes.
func Seconds(b *testing.B, p Page) {
	now := fixture.Now()
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(time.Second)
		p.SetNow(now)
		p.Render(200, 50)
	}
}

// Snapshots is what it costs to take one after the other.
func Snapshots(b *testing.B, p Page, pair [2]*kube.Snapshot) {
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		p.SetSnapshot(pair[i%2])
	}
}
