package fade

import (
	"testing"

	"fader/kube"

	"github.com/stretchr/testify/require"
)

// portless is a Service with stable pods that have all ports, and a canary pod
// that does not have http.
func portless(ready bool) *kube.Backend {
	stable := kube.Ref{Kind: kube.KindDeployment, Namespace: "shop", Name: "web-stable"}
	canary := kube.Ref{Kind: kube.KindDeployment, Namespace: "shop", Name: "web-canary"}
	placed := func(of kube.Ref, pod string) *kube.Placed {
		return &kube.Placed{Deployment: of, Endpoint: kube.Endpoint{Pod: kube.Ref{UID: pod}, Ready: true, Serving: true}}
	}
	lacking := placed(canary, "c")
	lacking.Missing, lacking.Ready, lacking.Serving, lacking.NoPort = []string{"http"}, ready, ready, !ready
	port := func(name string, has bool) kube.BackendPort {
		p := kube.BackendPort{Port: kube.ServicePort{Name: name, Target: name, Protocol: "TCP"}, Ready: 3, Known: true}
		if !has {
			p.Ready, p.Missing = 2, 1
		}
		return p
	}
	return &kube.Backend{
		Service:   &kube.Service{Selector: map[string]string{"app": "web"}},
		Endpoints: []*kube.Placed{placed(stable, "a"), placed(stable, "b"), lacking},
		Ports:     []kube.BackendPort{port("http", false), port("metrics", true)},
	}
}

func TestAPodWithoutThePortHoldsNothingUp(t *testing.T) {
	stable := kube.Ref{Kind: kube.KindDeployment, Namespace: "shop", Name: "web-stable"}
	canary := kube.Ref{Kind: kube.KindDeployment, Namespace: "shop", Name: "web-canary"}
	for _, ready := range []bool{false, true} { // true: another of its ports makes it ready for the Service
		b := portless(ready)
		require.Equal(t, map[kube.Ref]int32{stable: 2}, readyBehind(b))
		require.Equal(t, "1 pod does not have port http", missingPorts(b, canary))
		require.Empty(t, missingPorts(b, stable))
	}
}

func TestAShiftToPodsWithoutThePortIsRefused(t *testing.T) {
	inBench(t, 4, 1, func(b *bench) {
		c := b.shift(5, 0)
		s := look(c, b.world.snapshot())
		require.NoError(t, possible(c, true, s))
		s.canary.missing = "1 pod does not have port http"
		require.EqualError(t, possible(c, true, s), "shop/web-canary cannot take over: 1 pod does not have port http of Service web")
		s.stable.missing, s.canary.missing = s.canary.missing, ""
		require.NoError(t, possible(c, true, s), "it is the stable that lacks it")
	})
}

func TestWhatIsOfOthersBehindTheServiceIsTold(t *testing.T) {
	inBench(t, 4, 1, func(b *bench) {
		c := b.shift(2, 0)
		s := look(c, b.world.snapshot())
		c.Floor, s.others = 5, 1
		effect := effectOfPair(c, replicas{4, 1}, s, route(c, replicas{4, 1}, s))
		require.Contains(t, effect[0], "40 % of the replicas are the canary's, 33 % of all endpoints")
		require.Contains(t, effect, "never lowers the ready endpoints of web-stable and web-canary behind shop/web below 5 (5 of its 6 ready now)")
	})
}
