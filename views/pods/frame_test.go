package pods_test

import (
	"testing"

	"fader/kube"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/pods"
)

var update = golden.Flag()

func page(s *kube.Snapshot) *pods.View { return golden.Open(pods.New(), s) }

func pages() map[string]*pods.View {
	return map[string]*pods.View{
		"full": page(fixture.Full()), "loading": page(fixture.Loading()), "empty": page(fixture.Empty()),
		"forbidden": page(fixture.Without("pods")), "stale": page(fixture.Stale()), "scoped": scoped(fixture.Full()),
	}
}

func TestFrames(t *testing.T) { golden.Frames(t, *update, pages()) }

func TestASCIIThemeDrawsNothingElse(t *testing.T) { golden.ASCII(t, pages()) }

func TestFrameHasItsSizeWhateverTheNames(t *testing.T) { golden.AnySize(t, pods.New) }

func TestContract(t *testing.T) { golden.Contract(t, page(fixture.Full())) }
