package endpoints_test

import (
	"testing"

	"fader/kube"
	"fader/views/endpoints"
	"fader/views/fixture"
	"fader/views/golden"
)

var update = golden.Flag()

// page of the Service "namespace/name" of the full fixture.
func page(name string, s *kube.Snapshot) *endpoints.View {
	v := endpoints.New()
	v.SetRef(service(name))
	return golden.Open(v, s)
}

func service(name string) kube.Ref {
	for _, b := range fixture.Full().Backends {
		if b.Service.Ref.String() == name {
			return b.Service.Ref
		}
	}
	panic("no " + name + " in the fixture")
}

func pages() map[string]*endpoints.View {
	return map[string]*endpoints.View{
		"full": page("shop/web", fixture.Full()), "loading": page("shop/web", fixture.Loading()),
		"alias": page("shop/mail-relay", fixture.Full()), "nothing": page("shop/old-promo", fixture.Full()),
		"forbidden": page("shop/web", without()), "stale": page("shop/web", fixture.Stale()),
		"gone": page("shop/web", fixture.Empty()),
	}
}

// without is a user who may not list EndpointSlices.
func without() *kube.Snapshot {
	s := fixture.Without("endpointslices")
	for i, b := range s.Backends {
		s.Backends[i] = &kube.Backend{Service: b.Service}
	}
	return s
}

func TestFrames(t *testing.T) { golden.Frames(t, *update, pages()) }

func TestASCIIThemeDrawsNothingElse(t *testing.T) { golden.ASCII(t, pages()) }

func TestFrameHasItsSizeWhateverTheNames(t *testing.T) {
	golden.AnySize(t, func() *endpoints.View {
		v := endpoints.New()
		v.SetRef(service("infra/postgres"))
		return v
	})
}

func TestContract(t *testing.T) { golden.Contract(t, page("shop/web", fixture.Full())) }
