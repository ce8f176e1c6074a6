package chrome_test

import (
	"strings"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/views/chrome"
	"fader/views/golden"
	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var update = golden.Flag()

func now() time.Time { return time.Date(2026, 5, 4, 14, 3, 22, 0, time.UTC) }

func header(state kube.State) chrome.Header {
	return chrome.Header{
		Context: "prod-eu", Server: "https://10.1.2.3:6443", Answer: 200 * time.Millisecond, Now: now(),
		Health: kube.Health{State: state, Since: now().Add(-12 * time.Second)},
	}
}

func TestFrames(t *testing.T) {
	th := theme.Dark(false)
	scoped := header(kube.Live)
	scoped.Scope, scoped.ReadOnly = kube.Scope{Namespace: "ml", Selector: "tier=front"}, true
	tabs := chrome.Tabs{Tabs: []chrome.Tab{{Key: "1", Name: "Deployments"}}, Shown: 3, Total: 41, Noun: "Deployments", Filter: "web"}
	for _, w := range []int{24, 40, 60, 80, 120} {
		var frame []string
		for _, state := range []kube.State{
			kube.Live, kube.Syncing, kube.Disconnected, kube.Forbidden, kube.NeedsLogin, "",
		} {
			frame = append(frame, header(state).Render(th, w))
		}
		frame = append(frame, scoped.Render(th, w), tabs.Render(th, w),
			chrome.Tabs{Tabs: tabs.Tabs, Trail: "shop/web", Total: -1}.Render(th, w),
			chrome.Footer(th, keymap.Default().Footer(keymap.Deployments, keymap.List), w),
			chrome.Toast{Mood: chrome.Good, Text: "undone · U takes it back"}.Render(th, w)[0],
			chrome.Toast{Mood: chrome.Bad, Text: "refused: the connection is stale since 14:03:20"}.Render(th, w)[0])
		golden.Sized(t, frame, w, 12)
		golden.Equal(t, *update, "lines-"+string(rune('0'+w/100))+string(rune('0'+w/10%10))+string(rune('0'+w%10)), frame)
	}
}

func TestFreshnessStaysLongest(t *testing.T) {
	th := theme.Dark(false)
	for w := 16; w < 130; w++ {
		require.Contains(t, ansi.Strip(header(kube.Disconnected).Render(th, w)), "disconnected", w)
	}
	long := header(kube.Live)
	long.Context = "a-context-with-a-name-that-is-longer-than-any-screen-should-have-to-show"
	require.Contains(t, ansi.Strip(long.Render(th, 40)), "live")
}

// TestNamesInAToast: names are shortened by no more than the lines need.
func TestNamesInAToast(t *testing.T) {
	th := theme.Dark(false)
	stalled := chrome.Toast{Mood: chrome.Bad, Text: `shop/web: stalled after 12s: 5 new pods cannot pull ` +
		`"registry.example/shop/web:v1.21.0-does-not-exist" (ErrImagePull): not found · revision 6 still serves 8 of 10 · U takes it back`}
	for _, c := range []struct {
		width, lines int
		want         string
	}{
		{200, 1, `"registry.example/shop/web:v1.21.0-does-not-exist"`},
		{150, 2, `"registry.example/shop/web:v1.21.0-does-not-exist"`},
		{84, 2, `/web:v…ist"`},
	} {
		lines := stalled.Render(th, c.width)
		require.Len(t, lines, c.lines)
		text := ansi.Strip(strings.Join(lines, ""))
		require.Contains(t, text, c.want)
		require.Contains(t, text, "U takes it back")
	}
}

func TestUnknownIsNotZero(t *testing.T) {
	th := theme.Dark(false)
	h := header(kube.Live)
	h.Answer, h.Now = -1, time.Time{}
	line := ansi.Strip(h.Render(th, 120))
	require.NotContains(t, line, "0.0s")
	require.Contains(t, line, "--:--:--")
	require.NotContains(t, ansi.Strip(chrome.Tabs{Total: -1, Noun: "Deployments"}.Render(th, 80)), "Deployments")
}

func TestAnyLineHasItsWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		th := theme.Light(rapid.Bool().Draw(t, "ascii"))
		word := rapid.StringOf(rapid.RuneFrom([]rune("ab é日本👩‍💻\u0301\u200d\ufe0f…🇩🇪")))
		w := rapid.IntRange(0, 140).Draw(t, "w")
		h := chrome.Header{
			Context: word.Draw(t, "context"), Server: word.Draw(t, "server"), Now: now(), ReadOnly: rapid.Bool().Draw(t, "ro"),
			Scope:  kube.Scope{Namespace: word.Draw(t, "ns"), Selector: word.Draw(t, "selector")},
			Health: kube.Health{State: kube.State(word.Draw(t, "state"))},
		}
		text := word.Draw(t, "text")
		golden.Sized(t, []string{
			h.Render(th, w),
			chrome.Tabs{Tabs: []chrome.Tab{{Key: text, Name: text}, {Key: "2", Name: text}}, Trail: text, Filter: text, Noun: text, Editing: true}.Render(th, w),
			chrome.Footer(th, []keymap.Binding{{Keys: []string{text}, Short: text}, {}}, w),
			chrome.Toast{Mood: chrome.Mood(rapid.IntRange(-1, 9).Draw(t, "mood")), Text: text}.Render(th, w)[0],
		}, w, 4)
	})
}

// A context's colour is behind its name, which stays readable without it.
func TestColourOfAContext(t *testing.T) {
	th := theme.Dark(false)
	h := header(kube.Live)
	plain := h.Render(th, 120)
	h.Colour = "red"
	red, ok := theme.Badge("red")
	require.True(t, ok)
	coloured := h.Render(th, 120)
	require.Contains(t, coloured, red.Paint(" prod-eu "))
	require.Contains(t, ansi.Strip(coloured), " prod-eu ")
	require.Equal(t, 120, ansi.StringWidth(coloured))
	h.Colour = "no colour"
	require.Equal(t, plain, h.Render(th, 120))
}
