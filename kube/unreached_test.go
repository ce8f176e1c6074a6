package kube

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

func TestNoEndpoint(t *testing.T) {
	dead := func(pods ...string) *discoveryv1.EndpointSlice {
		slice := newSlice("web", "a", 1)
		for _, p := range pods {
			slice.Endpoints = append(slice.Endpoints, endpoint(p, "10.0.0."+p[len(p)-1:], notServing()))
		}
		return slice
	}
	unready := func() *corev1.Pod { return newPod(2) }
	lost := func() *scene {
		return newScene(2).status(2, 2, 0).revision(5, "web:1", 2, times(2, unready)...).label()
	}
	for _, c := range []struct {
		name     string
		scene    *scene
		severity Severity
		text     string // "" for no cause
	}{
		{
			"all pods lost", lost().serves(newService("web"), dead("web-5-00", "web-5-01")), Attention,
			"Service web has no ready endpoint: its selector app=web matches 2 pods, none ready",
		},
		{
			"dual stack counts a pod once", lost().serves(newService("web"), dead("web-5-00"), func() *discoveryv1.EndpointSlice {
				six := dead("web-5-00")
				six.Name, six.AddressType = "six", discoveryv1.AddressTypeIPv6
				return six
			}()), Attention,
			"Service web has no ready endpoint: its selector app=web matches 1 pod, none ready",
		},
		{
			"pods without an address", lost().serves(newService("web")), Attention,
			"Service web has no ready endpoint: its selector app=web matches pods that have no address yet",
		},
		{
			"no pods", newScene(2).status(0, 0, 0).revision(5, "web:1", 2).serves(newService("web")), Attention,
			"Service web has no ready endpoint: its selector app=web matches no pod",
		},
		{
			"the very first rollout", newScene(1).status(1, 1, 0).progressing("ReplicaSetUpdated", 11).revision(1, "web:1", 1, newPod(11)).label().serves(newService("web"), dead("web-1-00")), Info,
			"Service web has no ready endpoint: its selector app=web matches 1 pod, none ready",
		},
		{
			"the gap of a Recreate", gap([]*corev1.Pod{newPod(11)}).label().serves(newService("web"), dead("web-5-00")), Info,
			"Service web has no ready endpoint: its selector app=web matches 1 pod, none ready",
		},
		{"one is ready", lost().serves(newService("web"), dead("web-5-00"), newSlice("web", "b", 2, endpoint("web-5-01", "10.0.0.9"))), 0, ""},
		{"scaled down", newScene(0).revision(5, "web:1", 0).serves(newService("web")), 0, ""},
		{"another Service", lost().serves(newService("db", func(s *corev1.Service) { s.Spec.Selector = map[string]string{"app": "db"} })), 0, ""},
		{"endpoints may not be seen", func() *scene {
			s := lost().serves(newService("web"))
			s.around.Slices = nil
			return s
		}(), 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := c.scene.rollout()
			if c.text == "" {
				require.False(t, hasCause(r, CauseNoEndpoint))
				return
			}
			cause := causeOf(t, r, CauseNoEndpoint)
			require.Equal(t, c.text, cause.Text)
			require.Equal(t, c.severity, cause.Severity)
			require.Equal(t, KindService, cause.About.Kind)
		})
	}
}

func TestAServiceThatSendsNothingForWantOfAPort(t *testing.T) {
	http, grpc, metrics := tcp("http", 80, "http"), tcp("grpc", 81, "grpc"), tcp("metrics", 9090, "metrics")
	web := func(ports ...corev1.ServicePort) *corev1.Service { return newService("web", withPorts(ports...)) }
	old := []discoveryv1.Endpoint{endpoint("web-4-00", "10.0.0.1"), endpoint("web-4-01", "10.0.0.2")}
	young := []discoveryv1.Endpoint{endpoint("web-5-00", "10.0.0.3"), endpoint("web-5-01", "10.0.0.4")}
	const hint = "name a container port http, or set the Service's targetPort to what the pods have"
	for _, c := range []struct {
		name  string
		scene *scene
		kind  CauseKind // "" for none
		text  string
		hint  string
	}{
		{
			"nothing behind it has the port",
			twoRevisions().serves(web(http), portSlice("a", nil, append(old, young...)...)), CauseNoEndpoint,
			"Service web has no ready endpoint: 4 pods do not have port http", hint,
		},
		{
			"a rollout renames the port",
			twoRevisions().serves(web(http), portSlice("a", []string{"http"}, old...), portSlice("b", nil, young...)), CauseNoPort,
			"Service web sends nothing to 2 pods of web: they do not have port http", hint,
		},
		{
			"one pod",
			twoRevisions().serves(web(http), portSlice("a", []string{"http"}, old...), portSlice("b", nil, young[0])), CauseNoPort,
			"Service web sends nothing to 1 pod of web: it does not have port http", hint,
		},
		{
			"a port that others of two have",
			twoRevisions().serves(web(http, metrics), portSlice("a", []string{"http", "metrics"}, old...), portSlice("b", []string{"metrics"}, young...)), CauseNoPort,
			"port http of Service web reaches 2 of 4 ready pods of web: 2 do not have it", hint,
		},
		{
			"one pod lacks it",
			twoRevisions().serves(web(http, metrics), portSlice("a", []string{"http", "metrics"}, old...), portSlice("b", []string{"metrics"}, young[0])), CauseNoPort,
			"port http of Service web reaches 2 of 3 ready pods of web: 1 does not have it", hint,
		},
		{
			"two of three ports",
			twoRevisions().serves(web(http, grpc, metrics), portSlice("a", []string{"http", "grpc", "metrics"}, old...), portSlice("b", []string{"metrics"}, young...)), CauseNoPort,
			"ports http and grpc of Service web reach 2 of 4 ready pods of web: 2 do not have them", hint,
		},
		{
			"none of two ports",
			twoRevisions().serves(web(http, metrics), portSlice("a", []string{"http", "metrics"}, old...), portSlice("b", nil, young...)), CauseNoPort,
			"Service web sends nothing to 2 pods of web: they do not have ports http and metrics", hint,
		},
		{
			"the hint is for the port that is missing",
			twoRevisions().serves(web(metrics, http), portSlice("a", []string{"http", "metrics"}, old...), portSlice("b", []string{"metrics"}, young...)), CauseNoPort,
			"port http of Service web reaches 2 of 4 ready pods of web: 2 do not have it", hint,
		},
		{
			"old pods lack what the new ones bring",
			twoRevisions().serves(web(http, metrics), portSlice("a", []string{"metrics"}, old...), portSlice("b", []string{"http", "metrics"}, young...)), "", "", "",
		},
		{
			"another workload of the Service has it",
			func() *scene {
				s := twoRevisions().serves(web(http, metrics), portSlice("a", []string{"metrics"}, append(old, young...)...), portSlice("b", []string{"http", "metrics"}, endpoint("store-0", "10.0.0.9")))
				s.pods = append(s.pods, controlledPod("store-0", "StatefulSet", "store"))
				return s
			}(), CauseNoPort,
			"port http of Service web reaches 0 of 4 ready pods of web: 4 do not have it", hint,
		},
		{
			"headless: DNS has the addresses all the same",
			twoRevisions().serves(newService("web", withPorts(http, metrics), func(s *corev1.Service) { s.Spec.ClusterIP = corev1.ClusterIPNone }),
				portSlice("a", []string{"http", "metrics"}, old...), portSlice("b", []string{"metrics"}, young...)), "", "", "",
		},
		{
			"a port that nobody has, beside one that works",
			twoRevisions().serves(web(http, metrics), portSlice("a", []string{"metrics"}, append(old, young...)...)), CauseNoPort,
			"one port of Service web leads nowhere: no ready pod has port http", hint,
		},
		{
			"pods of somebody else do not have it",
			func() *scene {
				s := twoRevisions().serves(web(http), portSlice("a", []string{"http"}, append(old, young...)...), portSlice("b", nil, endpoint("store-0", "10.0.0.9")))
				s.pods = append(s.pods, controlledPod("store-0", "StatefulSet", "store"))
				return s
			}(), "", "", "",
		},
		{
			"each has its own",
			twoRevisions().serves(web(http, metrics), portSlice("a", []string{"metrics"}, old...), portSlice("b", []string{"http"}, young...)), "", "", "",
		},
		{
			"others of a Service of several workloads are ready",
			func() *scene {
				s := newScene(2).status(2, 2, 0).revision(5, "web:1", 2, times(2, func() *corev1.Pod { return newPod(2) })...).label()
				s.serves(web(http), portSlice("a", []string{"http"}, endpoint("web-5-00", "10.0.0.1", notServing()), endpoint("store-0", "10.0.0.9")))
				s.pods = append(s.pods, controlledPod("store-0", "StatefulSet", "store"))
				return s
			}(), "", "", "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := c.scene.rollout()
			if c.kind == "" {
				require.False(t, hasCause(r, CauseNoEndpoint) || hasCause(r, CauseNoPort))
				return
			}
			cause := causeOf(t, r, c.kind)
			require.Equal(t, c.text, cause.Text)
			require.Equal(t, c.hint, cause.Hint)
			require.Equal(t, Attention, cause.Severity)
			require.Equal(t, KindService, cause.About.Kind)
		})
	}
}

// TestAPortThatComesWithARollout: pods without it serve the Service's other port, so
// nothing is short and nothing is wrong.
func TestAPortThatComesWithARollout(t *testing.T) {
	http, metrics := tcp("http", 80, "http"), tcp("metrics", 9090, "metrics")
	behind := func(from, to int, revision string) []discoveryv1.Endpoint {
		var all []discoveryv1.Endpoint
		for i := from; i < to; i++ {
			all = append(all, endpoint(fmt.Sprintf("web-%s-%02d", revision, i), fmt.Sprintf("10.0.%s.%d", revision, i+1)))
		}
		return all
	}
	s := rolling(10, 1, 10, times(1, ready), times(9, ready)).label().serves(newService("web", withPorts(http, metrics)),
		portSlice("a", []string{"http"}, behind(0, 9, "4")...), portSlice("b", []string{"http", "metrics"}, behind(0, 1, "5")...))
	r := s.rollout()
	require.False(t, hasCause(r, CauseNoPort))
	require.Contains(t, r.Remarks, "port metrics of Service web reaches 1 of 10 ready pods: those of older revisions do not have it")
	standing := StandingOf(r, Load{}, at(12).Time)
	require.Equal(t, []int32{10, 10}, []int32{standing.Serving, standing.Wanted})
	require.Equal(t, RankMoving, standing.Rank)

	// The other way round it gets worse with every pod, and still all of them serve.
	s = rolling(10, 1, 10, times(1, ready), times(9, ready)).label().serves(newService("web", withPorts(http, metrics)),
		portSlice("a", []string{"http", "metrics"}, behind(0, 9, "4")...), portSlice("b", []string{"http"}, behind(0, 1, "5")...))
	r = s.rollout()
	require.Equal(t, "port metrics of Service web reaches 9 of 10 ready pods of web: 1 does not have it", causeOf(t, r, CauseNoPort).Text)
	standing = StandingOf(r, Load{}, at(12).Time)
	require.Equal(t, []int32{10, 10}, []int32{standing.Serving, standing.Wanted})
	require.Equal(t, RankWaiting, standing.Rank)
}
