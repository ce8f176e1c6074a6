package rollout_test

import (
	"fmt"
	"strings"
	"testing"

	"fader/keymap"
	"fader/kube"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/rollout"
	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var update = golden.Flag()

// page of the Deployment "namespace/name" as it is in the full fixture.
func page(name string, s *kube.Snapshot) *rollout.View {
	v := rollout.New()
	v.SetTheme(theme.Dark(false))
	v.SetNow(fixture.Now())
	v.SetRef(ref(name))
	if s != nil {
		v.SetSnapshot(s)
	}
	return v
}

func ref(name string) kube.Ref {
	for _, r := range fixture.Full().Rollouts {
		if r.Ref().String() == name {
			return r.Ref()
		}
	}
	panic("no " + name + " in the fixture")
}

// without is the full fixture after a Deployment was deleted.
func without(name string) *kube.Snapshot {
	s := fixture.Full()
	kept := s.Rollouts[:0]
	for _, r := range s.Rollouts {
		if r.Ref().String() != name {
			kept = append(kept, r)
		}
	}
	s.Rollouts, s.Number = kept, s.Number+1
	return s
}

func text(frame []string) string { return ansi.Strip(strings.Join(frame, "\n")) }

func TestFrames(t *testing.T) {
	gone := page("shop/web", fixture.Full())
	gone.SetSnapshot(without("shop/web"))
	for name, v := range map[string]*rollout.View{
		"stalled": page("shop/web", fixture.Full()), "deadlock": page("ml/llm-70b", fixture.Full()),
		"progressing": page("ml/fraud-model", fixture.Full()), "complete": page("shop/cart", fixture.Full()),
		"stale": page("ml/ranker", fixture.Stale()), "loading": page("shop/web", fixture.Loading()),
		"forbidden": page("shop/web", fixture.Forbidden()), "gone": gone,
	} {
		for _, size := range fixture.Sizes() {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				frame := v.Render(size[0], size[1])
				golden.Sized(t, frame, size[0], size[1])
				golden.Equal(t, *update, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), frame)
			})
		}
	}
}

func TestFrameHasItsSizeWhateverTheNames(t *testing.T) {
	actions := []keymap.Action{keymap.Down, keymap.Bottom, keymap.PageUp, keymap.NextPane, keymap.PrevPane}
	rapid.Check(t, func(t *rapid.T) {
		v := rollout.New()
		v.SetTheme(theme.Light(rapid.Bool().Draw(t, "ascii")))
		v.SetNow(fixture.Now())
		s := fixture.Hostile(t)
		for _, r := range s.Rollouts {
			v.SetRef(r.Ref())
		}
		v.SetSnapshot(s)
		for range rapid.IntRange(1, 4).Draw(t, "times") {
			w, h := rapid.IntRange(0, 220).Draw(t, "w"), rapid.IntRange(0, 60).Draw(t, "h")
			golden.Sized(t, v.Render(w, h), w, h)
			v.Handle(rapid.SampledFrom(actions).Draw(t, "action"))
			v.Click(rapid.IntRange(0, 220).Draw(t, "x"), rapid.IntRange(0, 60).Draw(t, "y"))
			golden.Sized(t, v.Render(w, h), w, h)
		}
	})
}

func TestASCIIThemeDrawsNothingElse(t *testing.T) {
	for _, s := range []*kube.Snapshot{fixture.Full(), fixture.Stale(), fixture.Loading()} {
		v := page("shop/web", s)
		v.SetTheme(theme.Dark(true))
		for _, size := range append(fixture.Sizes(), [2]int{30, 12}) {
			for _, r := range text(v.Render(size[0], size[1])) {
				require.Less(t, r, rune(0x7f), "%q", r)
			}
		}
	}
}
