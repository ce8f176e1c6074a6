package nodes_test

import (
	"testing"

	"fader/kube"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/nodes"
)

var update = golden.Flag()

func page(s *kube.Snapshot) *nodes.View { return golden.Open(nodes.New(), s) }

func pages() map[string]*nodes.View {
	return map[string]*nodes.View{
		"full": page(fixture.Full()), "loading": page(fixture.Loading()), "empty": page(fixture.Empty()),
		"forbidden": page(fixture.Without("nodes")), "stale": page(fixture.Stale()), "nopods": page(fixture.Without("pods")), "partial": page(partial()),
	}
}

func TestFrames(t *testing.T) { golden.Frames(t, *update, pages()) }

func TestASCIIThemeDrawsNothingElse(t *testing.T) { golden.ASCII(t, pages()) }

func TestFrameHasItsSizeWhateverTheNames(t *testing.T) { golden.AnySize(t, nodes.New) }

func TestContract(t *testing.T) { golden.Contract(t, page(fixture.Full())) }
