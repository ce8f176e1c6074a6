package deployments_test

import (
	"fmt"
	"strings"
	"testing"

	"fader/keymap"
	"fader/kube"
	"fader/views/deployments"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var update = golden.Flag()

func page(s *kube.Snapshot) *deployments.View {
	v := deployments.New()
	v.SetTheme(theme.Dark(false))
	v.SetNow(fixture.Now())
	v.SetSnapshot(s)
	return v
}

func text(frame []string) string { return ansi.Strip(strings.Join(frame, "\n")) }

func TestFrames(t *testing.T) {
	for name, s := range map[string]*kube.Snapshot{
		"full": fixture.Full(), "loading": fixture.Loading(), "empty": fixture.Empty(),
		"forbidden": fixture.Forbidden(), "stale": fixture.Stale(), "nopods": fixture.NoPods(),
	} {
		for _, size := range fixture.Sizes() {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				frame := page(s).Render(size[0], size[1])
				golden.Sized(t, frame, size[0], size[1])
				golden.Equal(t, *update, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), frame)
			})
		}
	}
}

func TestFrameHasItsSizeWhateverTheNames(t *testing.T) {
	actions := []keymap.Action{
		keymap.Down, keymap.Bottom, keymap.PageUp, keymap.SortName, keymap.SortReady, keymap.SortAge, keymap.SortPhase,
	}
	rapid.Check(t, func(t *rapid.T) {
		v := page(fixture.Hostile(t))
		v.SetTheme(theme.Light(rapid.Bool().Draw(t, "ascii")))
		for range rapid.IntRange(1, 3).Draw(t, "times") {
			w, h := rapid.IntRange(0, 220).Draw(t, "w"), rapid.IntRange(0, 60).Draw(t, "h")
			golden.Sized(t, v.Render(w, h), w, h)
			v.Handle(rapid.SampledFrom(actions).Draw(t, "action"))
			v.SetFilter(rapid.SampledFrom([]string{"", "a", "!a", "no such thing"}).Draw(t, "filter"))
			golden.Sized(t, v.Render(w, h), w, h)
		}
	})
}

func TestASCIIThemeDrawsNothingElse(t *testing.T) {
	for _, s := range []*kube.Snapshot{fixture.Full(), fixture.Stale(), fixture.Loading(), fixture.Forbidden(), fixture.Empty()} {
		v := page(s)
		v.SetTheme(theme.Dark(true))
		for _, size := range append(fixture.Sizes(), [2]int{30, 9}) {
			for _, r := range text(v.Render(size[0], size[1])) {
				require.Less(t, r, rune(0x7f), "%q", r)
			}
		}
	}
}
