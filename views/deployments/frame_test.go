package deployments_test

import (
	"strings"
	"testing"

	"fader/keymap"
	"fader/kube"
	"fader/views/deployments"
	"fader/views/fixture"
	"fader/views/golden"

	"github.com/charmbracelet/x/ansi"
)

var update = golden.Flag()

func page(s *kube.Snapshot) *deployments.View { return golden.Open(deployments.New(), s) }

func text(frame []string) string { return ansi.Strip(strings.Join(frame, "\n")) }

func frames() map[string]*deployments.View {
	return map[string]*deployments.View{
		"full": page(fixture.Full()), "loading": page(fixture.Loading()), "empty": page(fixture.Empty()),
		"forbidden": page(fixture.Forbidden()), "stale": page(fixture.Stale()), "nopods": page(fixture.NoPods()),
	}
}

func TestFrames(t *testing.T) { golden.Frames(t, *update, frames()) }

func TestASCIIThemeDrawsNothingElse(t *testing.T) { golden.ASCII(t, frames()) }

func TestFrameHasItsSizeWhateverTheNames(t *testing.T) {
	golden.AnySize(t, deployments.New, keymap.SortName, keymap.SortReady, keymap.SortAge, keymap.SortPhase)
}
