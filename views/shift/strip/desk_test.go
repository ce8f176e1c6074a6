package strip_test

import (
	"strings"
	"testing"

	"fader/kube"
	"fader/views/shift/strip"
	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func desk(stable, stableAfter, canary, canaryAfter int32) strip.Desk {
	return strip.Desk{
		Stable: strip.Side{Role: "stable", Name: "a", Now: stable, After: stableAfter, Ready: stable, Endpoints: &stable},
		Canary: strip.Side{Role: "canary", Name: "b", Now: canary, After: canaryAfter, Ready: canary, Endpoints: &canary},
	}
}

func plain(lines []string) string { return ansi.Strip(strings.Join(lines, "\n")) }

func TestPercentNeverRoundsAwayWhatIsThere(t *testing.T) {
	for _, c := range []struct {
		n, of int32
		want  string
	}{
		{0, 10, "0 %"},
		{1, 10, "10 %"},
		{1, 3, "33 %"},
		{2, 3, "67 %"},
		{10, 10, "100 %"},
		{1, 1000, "<1 %"},
		{999, 1000, ">99 %"},
		{0, 0, "none"},
	} {
		require.Equal(t, c.want, strip.Percent(c.n, c.of), "%d of %d", c.n, c.of)
	}
}

func TestTheMetersShareOneScale(t *testing.T) {
	shown := strings.Split(plain(desk(9, 5, 1, 5).Strips(theme.Dark(true), 60, 10)), "\n")[3:]
	var left, right strings.Builder
	for _, line := range shown {
		left.WriteByte(line[2])
		right.WriteByte(line[57])
	}
	require.Equal(t, ".::::#####", left.String(), "from above: nothing, what goes, what stays")
	require.Equal(t, ".....::::#", right.String())

	rising := desk(5, 5, 5, 5)
	rising.Canary.Ready = 2
	right.Reset()
	for _, line := range strings.Split(plain(rising.Strips(theme.Dark(true), 60, 10)), "\n")[3:] {
		right.WriteByte(line[57])
	}
	require.Equal(t, ".....:::##", right.String(), "what is not ready is no level yet")
}

func TestTheKnob(t *testing.T) {
	slot := func(d strip.Desk) string {
		return strings.Fields(plain(d.Crossfader(theme.Dark(true), 2+7+31+7+2)[:1]))[1]
	}
	require.Equal(t, byte('#'), slot(desk(10, 10, 0, 0))[0], "all the stable's")
	require.Equal(t, byte('#'), slot(desk(0, 0, 10, 10))[30], "all the canary's")
	moved := slot(desk(9, 5, 1, 5))
	require.Equal(t, ":ooooooooooo#", moved[3:16], "from where it was to where it is put")
	live := desk(9, 5, 1, 5)
	live.Live = true
	require.Equal(t, "#ooooooooooo:", slot(live)[3:16], "from where it is to where it goes")
	live.Blind = true
	require.NotContains(t, slot(live), "#", "not seen yet")
}

func TestWhatIsNotKnownIsSaidToBe(t *testing.T) {
	d := desk(9, 5, 1, 5)
	d.Canary.Endpoints = nil
	require.Contains(t, plain(d.Strips(theme.Dark(false), 80, 3)), "unknown → 50 % of endpoints")
	d.Blind = true
	text := plain(d.Strips(theme.Dark(false), 80, 3))
	require.Contains(t, text, "unknown → 5 replicas")
	require.NotContains(t, text, "9")
}

func TestOthersBehindTheServiceCount(t *testing.T) {
	d := desk(6, 3, 2, 5)
	d.Others = 2
	text := plain(d.Strips(theme.Dark(false), 80, 3))
	require.Contains(t, text, "60 % → 30 % of endpoints")
	require.Contains(t, text, "20 % → 50 % of endpoints")
}

func TestTheTwoHuesDiffer(t *testing.T) {
	th := theme.Dark(false)
	for _, c := range [][2]int64{{2, 2}, {1, 2}, {1, 8}} {
		a, b := strip.Hues(th, c[0], c[1])
		require.NotEqual(t, a, b, "%v", c)
	}
}

func TestImage(t *testing.T) {
	th := theme.Dark(false)
	d := &kube.Deployment{Revision: 3, Containers: []kube.Container{{Image: "registry.example/shop/web:v2"}}}
	require.Equal(t, "web:v2 · revision 3", strip.Image(th, d))
	require.Equal(t, "revision 0", strip.Image(th, &kube.Deployment{}))
}

func TestItFitsAnySize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int32Range(0, 3000)
		d := desk(n.Draw(t, "a"), n.Draw(t, "b"), n.Draw(t, "c"), n.Draw(t, "d"))
		d.Stable.Name, d.Canary.Image = rapid.String().Draw(t, "name"), rapid.String().Draw(t, "image")
		d.Live, d.Blind = rapid.Bool().Draw(t, "live"), rapid.Bool().Draw(t, "blind")
		w, height := rapid.IntRange(20, 200).Draw(t, "w"), rapid.IntRange(0, 12).Draw(t, "height")
		lines := d.Strips(theme.Dark(rapid.Bool().Draw(t, "ascii")), w, height)
		require.Len(t, lines, d.Height(height))
		for _, line := range append(lines, d.Crossfader(theme.Dark(false), w)...) {
			require.Equal(t, w, ansi.StringWidth(line))
		}
	})
}
