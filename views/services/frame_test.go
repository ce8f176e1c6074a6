package services_test

import (
	"testing"

	"fader/kube"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/services"
)

var update = golden.Flag()

func page(s *kube.Snapshot) *services.View { return golden.Open(services.New(), s) }

func pages() map[string]*services.View {
	return map[string]*services.View{
		"full": page(fixture.Full()), "loading": page(fixture.Loading()), "empty": page(fixture.Empty()),
		"forbidden": page(fixture.Without("services")), "stale": page(fixture.Stale()), "noslices": page(fixture.Without("endpointslices")),
	}
}

func TestFrames(t *testing.T) { golden.Frames(t, *update, pages()) }

func TestASCIIThemeDrawsNothingElse(t *testing.T) { golden.ASCII(t, pages()) }

func TestFrameHasItsSizeWhateverTheNames(t *testing.T) { golden.AnySize(t, services.New) }

func TestContract(t *testing.T) { golden.Contract(t, page(fixture.Full())) }
