package replicasets_test

import (
	"testing"

	"fader/kube"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/replicasets"
)

var update = golden.Flag()

func page(s *kube.Snapshot) *replicasets.View { return golden.Open(replicasets.New(), s) }

func pages() map[string]*replicasets.View {
	return map[string]*replicasets.View{
		"full": page(fixture.Full()), "loading": page(fixture.Loading()), "empty": page(fixture.Empty()),
		"forbidden": page(fixture.Without("replicasets")), "stale": page(fixture.Stale()), "scoped": scoped(fixture.Full()),
	}
}

func TestFrames(t *testing.T) { golden.Frames(t, *update, pages()) }

func TestASCIIThemeDrawsNothingElse(t *testing.T) { golden.ASCII(t, pages()) }

func TestFrameHasItsSizeWhateverTheNames(t *testing.T) { golden.AnySize(t, replicasets.New) }

func TestContract(t *testing.T) { golden.Contract(t, page(fixture.Full())) }
