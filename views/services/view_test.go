package services_test

import (
	"slices"
	"strings"
	"testing"

	"fader/kube"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/theme"

	"github.com/stretchr/testify/require"
)

func TestASelectorThatReachesNobodyIsLoudAndFirst(t *testing.T) {
	v := page(fixture.Full())
	frame := golden.Text(v, 160, 40)
	lines := strings.Split(frame, "\n")
	require.Contains(t, lines[1], "✖ no pod")
	require.Contains(t, lines[1], "old-promo")
	require.Contains(t, frame, "shop/old-promo: selector matches no pod: its clients get no answer")
	require.Contains(t, strings.Join(v.Render(160, 40), "\n"), theme.Dark(false).Broken.Paint("selector matches no pod"))
	require.Contains(t, lines[2], "! none ready")
}

func TestWhatIsSpecialIsSaid(t *testing.T) {
	for name, want := range map[string]string{
		"mail-relay":  "ExternalName, a DNS alias of smtp.example.net: it has no endpoints",
		"legacy-db":   "no selector: its endpoints are somebody else's; 1 ready, 1 serving, 0 terminating",
		"postgres":    "headless: clients see the pods' addresses; 1 ready",
		"gossip":      "publishes pods that are not ready; 0 ready, 0 serving, 0 terminating; its clients get no answer",
		"fraud-model": "fraud-model rev 8 x2 · rev 9 x1 of 2",
		"shop/web":    "ClusterIP · 10.96.3.24 · port 80 to 8080/TCP · selector app=web",
	} {
		v := page(fixture.Full())
		v.SetFilter(name)
		shown, _ := v.Counts()
		require.Equal(t, 1, shown, name)
		require.Contains(t, golden.Text(v, 160, 30), want, name)
	}
}

func TestOwnersThatAreNoDeploymentAreNamed(t *testing.T) {
	s := fixture.Full()
	b := *s.Backends[0]
	b.Service = new(*b.Service)
	b.Service.Ref.Name, b.Notice = "umbrella", kube.NoNotice
	b.Ready = 7
	deployment := kube.Ref{Kind: kube.KindDeployment, Namespace: "shop", Name: "api", UID: "api"}
	b.Backers = []kube.Backer{{Deployment: deployment, Revision: 1, Ready: 2, Total: 2}}
	b.Others = []kube.OtherBacker{
		{Controller: kube.Controller{Kind: "StatefulSet", Name: "store"}, Ready: 2, Total: 3},
		{Controller: kube.Controller{Kind: "ReplicationController", Name: "old"}, Ready: 1, Total: 1},
		{Controller: kube.Controller{Kind: kube.KindPod}, Ready: 1, Total: 1},
	}
	s.Backends = []*kube.Backend{&b}
	wide := golden.Text(page(s), 200, 20)
	require.Contains(t, wide, "api rev 1 x2 · StatefulSet store x2 of 3 · ReplicationController old x1 · pod without owner x1")
	require.Contains(t, golden.Text(page(s), 80, 20), "api rev 1 x2 +5 ")
}

func TestWhatIsManagedElsewhereIsNoProblem(t *testing.T) {
	s := fixture.Full()
	var bare *kube.Backend
	for _, b := range s.Backends {
		if b.Notice == kube.HasNoSelector {
			bare = b
		}
	}
	bare.Endpoints, bare.Ready, bare.Serving = []*kube.Placed{}, 0, 0
	v := page(s)
	lines := strings.Split(golden.Text(v, 160, 60), "\n")
	at := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, " legacy-db ") })
	require.Contains(t, lines[at], "· none")
	last := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, "✔ ready") })
	require.Greater(t, at, last, "with the quiet ones")
	v.SetFilter("legacy-db")
	frame := golden.Text(v, 160, 30)
	require.Contains(t, frame, "no selector: whoever manages it has written no endpoint")
	require.NotContains(t, frame, "its clients get no answer")
}

func TestAPortThatPodsDoNotHaveIsNamed(t *testing.T) {
	http := kube.ServicePort{Name: "http", Port: 80, Target: "http", Protocol: "TCP"}
	for name, c := range map[string]struct {
		notice       kube.Notice
		ready, lacks int
		state, says  string
	}{
		"nobody has it": {kube.MatchesNoPort, 0, 4, "✖ none ready", "shop/odd: 4 pods do not have port http: its clients get no answer"},
		"some have not": {kube.NoNotice, 4, 1, "✔ ready", "shop/odd: 4 ready, 4 serving, 0 terminating; 1 pod does not have port http"},
		"one of two":    {kube.HasDeadPort, 4, 4, "‖ port down", "shop/odd: no ready pod has port http; 4 ready, 4 serving, 0 terminating; 4 pods do not have port http"},
	} {
		s := fixture.Full()
		b := &kube.Backend{
			Service: &kube.Service{Ref: kube.Ref{Kind: kube.KindService, Namespace: "shop", Name: "odd", UID: "odd"}, Selector: map[string]string{"app": "odd"}, Type: "ClusterIP"},
			Notice:  c.notice, Ready: c.ready, Serving: c.ready, Endpoints: []*kube.Placed{{}},
			Ports: []kube.BackendPort{{Port: http, Ready: c.ready, Missing: c.lacks, Known: c.ready > 0}},
		}
		if c.notice == kube.HasDeadPort {
			b.Ports[0].Ready = 0
		}
		s.Backends = []*kube.Backend{b}
		frame := golden.Text(page(s), 160, 30)
		require.Contains(t, frame, c.state, name)
		require.Contains(t, frame, c.says, name)
	}
}

func TestUnknownIsNeverZero(t *testing.T) {
	s := fixture.Without("endpointslices")
	for _, b := range s.Backends {
		b.Endpoints, b.Backers, b.Ready, b.Serving, b.Terminating = nil, nil, 0, 0, 0
	}
	frame := golden.Text(page(s), 160, 40)
	require.Contains(t, frame, "endpointslices: forbidden, so endpoints are not complete")
	require.Regexp(t, `\? unknown +shop +web +ClusterIP +- +- +-`, frame)
	require.NotRegexp(t, `cart +ClusterIP +0`, frame)
}

func TestTheServiceUnderTheCursor(t *testing.T) {
	v := page(fixture.Full())
	b, ok := v.Backend()
	require.True(t, ok)
	require.Equal(t, "old-promo", b.Service.Ref.Name)
	ref, _ := v.Cursor()
	require.Equal(t, b.Service.Ref, ref)
}
