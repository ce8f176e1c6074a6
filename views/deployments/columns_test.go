package deployments_test

import (
	"strings"
	"testing"

	"fader/keymap"
	"fader/kube/gauge"
	"fader/metrics/fake"
	"fader/views/fixture"
	"fader/views/golden"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
)

func TestEveryFigureInTurn(t *testing.T) {
	v := measured()
	ingest := func() string {
		return strings.Join(strings.Fields(ansi.Strip(golden.Line(t, v, 200, " ingest "))), " ")
	}
	for _, want := range []struct{ title, row string }{
		{"p99     ERR   REQ/S", "175ms 0.1% 30/s"},
		{"p95     ERR   REQ/S", "91ms 0.1% 30/s"},
		{"p50     ERR   REQ/S", "31ms 0.1% 30/s"},
		{"ERR     p99   REQ/S", "0.1% 175ms 30/s"},
		{"REQ/S     ERR     p99", "30/s 0.1% 175ms"},
		{"TTFT     ERR   REQ/S", "- 0.1% 30/s"},
		{"p99     ERR   REQ/S", "175ms 0.1% 30/s"},
	} {
		require.Regexp(t, strings.Join(strings.Fields(want.title), ` +`), text(v.Render(200, 50)))
		require.Contains(t, ingest(), want.row, want.title)
		require.True(t, v.Handle(keymap.Figure))
	}

	v = loaded(load{"cart", steady(fake.Load{Rate: 1, Median: 1})})
	for range 5 {
		v.Handle(keymap.Figure)
	}
	require.Regexp(t, `p99 +ERR +REQ/S`, text(v.Render(200, 50)), "nobody times first tokens")
}

func TestSortedByTheFigureShown(t *testing.T) {
	loads := func(a, b float64) []load {
		return []load{
			{"first", steady(fake.Load{Rate: 20, Median: a})},
			{"nothing", nil},
			{"second", steady(fake.Load{Rate: 2, Median: b})},
		}
	}
	v := loaded(loads(0.02, 0.2)...)
	order := func() string { return strings.Join(names(v), " ") }
	v.SetCursor(v.Snapshot().Rollouts[0].Ref())
	require.Equal(t, "first nothing second", order())
	require.True(t, v.Handle(keymap.SortFigure))
	require.Equal(t, "second first nothing", order(), "the slowest first, and last what is not known")
	require.Regexp(t, `p99▼`, text(v.Render(120, 30)))

	for range 4 {
		v.Handle(keymap.Figure)
	}
	require.Regexp(t, `REQ/S▼`, text(v.Render(120, 30)))
	require.Equal(t, "first second nothing", order(), "sorted by what is shown now")
	v.Handle(keymap.SortFigure)
	require.Equal(t, "nothing second first", order(), "and the other way round")
	v.Handle(keymap.SortFigure)

	other := loaded(loads(0.02, 0.002)...)
	v.Handle(keymap.Figure)
	v.SetGauge(other.Gauge())
	require.Regexp(t, `p99▼`, text(v.Render(120, 30)))
	require.Equal(t, "first second nothing", order(), "a new picture sorts anew")
	here, _ := v.Cursor()
	require.Equal(t, "first", here.Name, "the cursor stays")
}

func TestNothingJumpsFromPictureToPicture(t *testing.T) {
	for _, w := range []int{60, 80, 120, 200} {
		var titles []string
		for _, l := range []fake.Load{{}, {Rate: 1, Median: 0.0001}, {Rate: 1e8, Median: 9, Errors: 0.999}} {
			v := loaded(load{"cart", steady(l)})
			title, _, _ := strings.Cut(text(v.Render(w, 30)), "\n")
			titles = append(titles, title)
		}
		require.Equal(t, titles[0], titles[1])
		require.Equal(t, titles[0], titles[2])
	}
}

func TestFiguresComeAndGoWithoutLosingAnything(t *testing.T) {
	s := fixture.Full()
	v := page(s)
	before := text(v.Render(120, 30))
	v.SetFilter("ml")
	v.Handle(keymap.Down)
	v.Handle(keymap.Mark)
	v.Handle(keymap.Down)
	here, _ := v.Cursor()
	require.False(t, v.Handle(keymap.Figure), "there are none")
	require.False(t, v.Handle(keymap.SortFigure))

	v.SetGauge(gauge.New(full()))
	require.Contains(t, text(v.Render(120, 30)), "p99")
	there, _ := v.Cursor()
	require.Equal(t, here, there)
	require.Len(t, v.Marked(), 1)
	require.Equal(t, "ml", v.Filter())

	v.SetGauge(nil)
	there, _ = v.Cursor()
	require.Equal(t, here, there)
	v.ClearMarks()
	v.SetFilter("")
	v.Handle(keymap.Top)
	require.Equal(t, before, text(v.Render(120, 30)), "no Prometheus, no room for figures")
}

func TestWhatGoesWhenItGetsNarrow(t *testing.T) {
	v := measured()
	for w, want := range map[int]struct{ there, gone []string }{
		60:  {[]string{"PHASE", "NAMESPACE", "DEPLOYMENT", "READY", "CAUSE"}, []string{"p99", "LAST", "ROLLOUT"}},
		80:  {[]string{"PHASE", "NAMESPACE", "DEPLOYMENT", "READY", "CAUSE"}, []string{"ERR", "LAST"}},
		100: {[]string{"NAMESPACE", "p99", "ERR", "CAUSE"}, []string{"LAST"}},
		120: {[]string{"NAMESPACE", "p99", "ERR", "ROLLOUT", "CAUSE"}, []string{"IMAGE"}},
		200: {[]string{"NAMESPACE", "p99", "ERR", "LAST 30m", "AGE", "CAUSE", "REQ/S", "UPDATED", "REV", "ROLLOUT"}, nil},
	} {
		title, _, _ := strings.Cut(text(v.Render(w, 30)), "\n")
		for _, words := range want.there {
			require.Contains(t, title, words, w)
		}
		for _, words := range want.gone {
			require.NotContains(t, title, words, w)
		}
	}
}
