package tui

import (
	"testing"

	"fader/kube/gauge"
	"fader/metrics/fake"

	"github.com/stretchr/testify/require"
)

// shows is the figure that stands first on the page on top.
func (d *driver) shows() gauge.Figure { return d.m.top().page.(figured).Figure() }

// serving is a desk with a server of language models and a Deployment that is none.
func serving(t *testing.T) *driver {
	load := fake.Steady(fake.Load{Rate: 20, Errors: 0.02, Median: 0.05})
	d := measured(
		t,
		fake.Pod{Namespace: "shop", Name: "cart-rs-aaaaa", At: load}, fake.Pod{Namespace: "ml", Name: "llm-pod", Preset: "vllm", At: load},
	)
	d.show(cluster("ml/llm", "shop/cart"))
	d.look(live)
	return d
}

func TestOneFigureIsChosenForEveryPage(t *testing.T) {
	d := serving(t)
	d.press("v", "v", "v")
	require.Equal(t, gauge.Errors, d.shows())
	for _, page := range []string{"2", "3", "5", "6", "1", "enter"} {
		d.press(page)
		require.Equal(t, gauge.Errors, d.shows(), page)
	}
	d.press("v")
	require.Equal(t, gauge.Requests, d.shows(), "of the Rollout page")
	d.press("esc")
	require.Equal(t, gauge.Requests, d.shows(), "also below it")
	d.press("x")
	require.Equal(t, gauge.P99, d.shows(), "a chart has requests besides")
	d.misses("nothing here has")
	d.press("v", "esc")
	require.Equal(t, gauge.P95, d.shows())

	picture := d.m.figures.gauge.Picture
	d.run(d.m.switchContext("stage"))
	d.show(cluster("ml/llm", "shop/cart"))
	d.m.setGauge(gauge.New(picture))
	require.Equal(t, gauge.P95, d.shows(), "for the session")
	d.press("5", "v", "1")
	require.Equal(t, gauge.P95, d.shows(), "where there is none to choose, none was chosen")
}

func TestAPageThatLacksTheFigureSaysWhatItShows(t *testing.T) {
	const says = `nothing here has the figure "first token": p99 is shown`
	d := serving(t)
	d.press("v", "v", "v", "v", "v")
	require.Equal(t, gauge.FirstToken, d.shows())
	d.misses("nothing here has")
	for _, keys := range [][]string{{"2"}, {"1", "j", "enter"}, {"1", "x"}} {
		d.press(keys...)
		require.Equal(t, gauge.P99, d.shows(), keys)
		d.sees(says)
		d.m.toast = toast{}
		d.m.setGauge(gauge.New(d.m.figures.gauge.Picture))
		require.Equal(t, gauge.P99, d.shows(), keys)
		d.misses("nothing here has")
		d.press("1")
		require.Equal(t, gauge.FirstToken, d.shows(), "it is still chosen")
	}
	d.press("k", "enter")
	require.Equal(t, gauge.FirstToken, d.shows())
	d.press("x")
	require.Equal(t, gauge.FirstToken, d.shows())
	d.misses("nothing here has")

	d.m.say(bad, "it failed")
	d.press("2")
	d.sees("it failed")
	d.m.toast = toast{}
	d.m.setGauge(gauge.New(d.m.figures.gauge.Picture))
	d.sees(says)
}
