package endpoints_test

import (
	"testing"

	"fader/kube"
	"fader/views/endpoints"
	"fader/views/fixture"
	"fader/views/golden"

	"github.com/stretchr/testify/require"
)

func TestStatesAreWordsAndSigns(t *testing.T) {
	s := fixture.Full()
	b := &kube.Backend{Service: s.Rollout(web(s)).Backends[0].Service, Ready: 1, Serving: 2, Terminating: 2}
	for i, e := range []kube.Endpoint{
		{Ready: true, Serving: true}, {}, {Serving: true, Terminating: true}, {Terminating: true}, {Serving: true},
	} {
		e.Address, e.Ports = "10.0.0."+string(rune('1'+i)), "8080"
		b.Endpoints = append(b.Endpoints, &kube.Placed{Endpoint: e})
	}
	s.Backends = []*kube.Backend{b}
	frame := golden.Text(page("shop/web", s), 120, 30)
	for _, want := range []string{
		`✔ ready +10.0.0.1:8080`, `✖ not ready +10.0.0.2:8080`, `! serving, terminating +10.0.0.3:8080`, `◦ terminating +10.0.0.4:8080`,
		`✖ serving, not ready +10.0.0.5:8080`, `shop/web: 1 ready, 2 serving, 2 terminating`,
	} {
		require.Regexp(t, want, frame)
	}
}

func web(s *kube.Snapshot) kube.Ref {
	for _, r := range s.Rollouts {
		if r.Ref().String() == "shop/web" {
			return r.Ref()
		}
	}
	panic("no shop/web")
}

func TestAnEndpointIsAPodOfARevision(t *testing.T) {
	v := page("ml/fraud-model", fixture.Full())
	frame := golden.Text(v, 160, 30)
	require.Regexp(t, `✔ ready +10.0.9.1:8080 +9 +fraud-model-5c8c08f-2f4a1 +gpu-0 +eu-west-1`, frame)
	require.Contains(t, frame, "pod fraud-model-5c8c08f-2f4a1, revision 9 of fraud-model")
	ref, _ := v.Cursor()
	require.Equal(t, kube.KindPod, ref.Kind)
}

func TestWhyThereIsNone(t *testing.T) {
	for want, v := range map[string]*endpoints.View{
		"no Service is open": golden.Open(endpoints.New(), fixture.Full()),
		"shop/mail-relay is a DNS alias of smtp.example.net":                                   page("shop/mail-relay", fixture.Full()),
		"shop/old-promo has no endpoint: its clients get no answer":                            page("shop/old-promo", fixture.Full()),
		"selector matches no pod":                                                              page("shop/old-promo", fixture.Full()),
		"shop/web is not there: deleted, or not in the scope":                                  page("shop/web", fixture.Empty()),
		"forbidden: you may not list endpoints of shop/web":                                    page("shop/web", without()),
		"reading endpoints":                                                                    page("shop/web", fixture.Loading()),
		"not connected for 12s: what you see is from 14:03:10":                                 page("shop/web", fixture.Stale()),
		"Services, Deployments and pods are shown without them; who gets traffic is not known": page("shop/web", without()),
	} {
		require.Contains(t, golden.Text(v, 120, 30), want)
	}
}

func TestAnotherServiceStartsAnew(t *testing.T) {
	v := page("shop/web", fixture.Full())
	v.SetRef(service("infra/postgres"))
	require.Equal(t, "postgres", v.Ref().Name)
	frame := golden.Text(v, 120, 30)
	require.Contains(t, frame, "[fd00:10::5]:5432")
	require.NotContains(t, frame, "web-5c8b")
}
