package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func tcp(name string, number int32, target string) corev1.ServicePort {
	return corev1.ServicePort{Name: name, Port: number, TargetPort: intstr.Parse(target), Protocol: corev1.ProtocolTCP}
}

func withPorts(ports ...corev1.ServicePort) func(*corev1.Service) {
	return func(s *corev1.Service) { s.Spec.Ports = ports }
}

// portSlice has ports of these names, as the controller writes them.
func portSlice(name string, ports []string, endpoints ...discoveryv1.Endpoint) *discoveryv1.EndpointSlice {
	s := newSlice("web", name, len(name), endpoints...)
	s.Ports = []discoveryv1.EndpointPort{}
	for _, p := range ports {
		s.Ports = append(s.Ports, discoveryv1.EndpointPort{Name: new(p), Port: new(int32(8080)), Protocol: new(corev1.ProtocolTCP)})
	}
	return s
}

func TestAnEndpointWithoutTheServicesPortIsNotReady(t *testing.T) {
	http, grpc, metrics := tcp("http", 80, "http"), tcp("grpc", 81, "grpc"), tcp("metrics", 9090, "metrics")
	dns := corev1.ServicePort{Name: "dns", Port: 53, TargetPort: intstr.FromString("dns"), Protocol: corev1.ProtocolUDP}
	headless := func(s *corev1.Service) { s.Spec.ClusterIP = corev1.ClusterIPNone }
	publishes := func(s *corev1.Service) { s.Spec.PublishNotReadyAddresses = true }
	noSelector := func(s *corev1.Service) { s.Spec.Selector = nil }
	old, oldToo := endpoint("web-4-00", "10.0.0.1"), endpoint("web-4-01", "10.0.0.2")
	young, youngToo := endpoint("web-5-00", "10.0.0.3"), endpoint("web-5-01", "10.0.0.4")
	udp := portSlice("udp", []string{"dns"}, old)
	unnumbered := portSlice("nil", []string{"http"}, old)
	unnumbered.Ports[0].Port = nil
	six := portSlice("six", nil, endpoint("web-4-00", "fd00::1"))
	six.AddressType = discoveryv1.AddressTypeIPv6
	for _, c := range []struct {
		name           string
		service        []func(*corev1.Service)
		slices         []*discoveryv1.EndpointSlice
		ready, serving int
		notice         Notice
		missing, text  string
	}{
		{
			"the canary's port has another name",
			[]func(*corev1.Service){withPorts(http)},
			[]*discoveryv1.EndpointSlice{portSlice("a", []string{"http"}, old, oldToo), portSlice("b", nil, young)},
			2, 2, NoNotice, "1 pod does not have port http", "",
		},
		{
			"no pod has the port",
			[]func(*corev1.Service){withPorts(http)},
			[]*discoveryv1.EndpointSlice{portSlice("a", nil, old, oldToo, young, youngToo)},
			0, 0, MatchesNoPort, "4 pods do not have port http", "4 pods do not have port http",
		},
		{
			"some are not ready, the others do not have the port",
			[]func(*corev1.Service){withPorts(http)},
			[]*discoveryv1.EndpointSlice{portSlice("a", nil, old), portSlice("b", []string{"http"}, endpoint("web-5-00", "10.0.0.3", notServing()))},
			0, 0, MatchesNoPort, "1 pod does not have port http", "1 pod does not have port http",
		},
		{
			"what is not ready anyway lacks nothing",
			[]func(*corev1.Service){withPorts(http)},
			[]*discoveryv1.EndpointSlice{portSlice("a", nil, endpoint("web-4-00", "10.0.0.1", notServing()))},
			0, 0, MatchesNotReady, "", string(MatchesNotReady),
		},
		{
			"the port is named as in the Service, not as in the pod",
			[]func(*corev1.Service){withPorts(tcp("web", 80, "http"))},
			[]*discoveryv1.EndpointSlice{portSlice("a", []string{"web"}, old), portSlice("b", []string{"http"}, young)},
			1, 1, NoNotice, "1 pod does not have port http", "",
		},
		{
			"one of two ports",
			[]func(*corev1.Service){withPorts(http, metrics)},
			[]*discoveryv1.EndpointSlice{portSlice("a", []string{"http", "metrics"}, old, oldToo), portSlice("b", []string{"http"}, young)},
			3, 3, NoNotice, "1 pod does not have port metrics", "",
		},
		{
			"none of two ports",
			[]func(*corev1.Service){withPorts(http, metrics)},
			[]*discoveryv1.EndpointSlice{portSlice("a", []string{"http", "metrics"}, old, oldToo), portSlice("b", nil, young)},
			2, 2, NoNotice, "1 pod does not have port http, 1 pod does not have port metrics", "",
		},
		{
			"one of two ports that nobody has",
			[]func(*corev1.Service){withPorts(http, metrics)},
			[]*discoveryv1.EndpointSlice{portSlice("a", []string{"http"}, old, oldToo)},
			2, 2, HasDeadPort, "2 pods do not have port metrics", "no ready pod has port metrics",
		},
		{
			"each pod has its own port",
			[]func(*corev1.Service){withPorts(http, grpc)},
			[]*discoveryv1.EndpointSlice{portSlice("a", []string{"http"}, old), portSlice("b", []string{"grpc"}, young, youngToo)},
			3, 3, NoNotice, "2 pods do not have port http, 1 pod does not have port grpc", "",
		},
		{
			"a number is found in every pod",
			[]func(*corev1.Service){withPorts(tcp("", 80, "8080"))},
			[]*discoveryv1.EndpointSlice{portSlice("a", []string{""}, old)},
			1, 1, NoNotice, "", "",
		},
		{
			"a numeric port that somebody else's slice does not have",
			[]func(*corev1.Service){withPorts(tcp("sql", 5432, "5432")), noSelector},
			[]*discoveryv1.EndpointSlice{portSlice("a", []string{"postgres"}, endpoint("", "192.0.2.1"))},
			0, 0, HasNoSelector, "1 endpoint does not have port sql", string(HasNoSelector),
		},
		{
			"by protocol, too",
			[]func(*corev1.Service){withPorts(dns)},
			[]*discoveryv1.EndpointSlice{udp},
			0, 0, MatchesNoPort, "1 pod does not have port dns/UDP", "1 pod does not have port dns/UDP",
		},
		{
			"a port without a number is none",
			[]func(*corev1.Service){withPorts(http)},
			[]*discoveryv1.EndpointSlice{unnumbered},
			0, 0, MatchesNoPort, "1 pod does not have port http", "1 pod does not have port http",
		},
		{
			"headless: DNS has the addresses all the same",
			[]func(*corev1.Service){withPorts(http), headless},
			[]*discoveryv1.EndpointSlice{portSlice("a", nil, old)},
			1, 1, IsHeadless, "1 pod does not have port http", string(IsHeadless),
		},
		{
			"headless without ports",
			[]func(*corev1.Service){withPorts(), headless},
			[]*discoveryv1.EndpointSlice{portSlice("a", nil, old)},
			1, 1, IsHeadless, "", string(IsHeadless),
		},
		{
			"published before it is ready, and without the port",
			[]func(*corev1.Service){withPorts(http), publishes},
			[]*discoveryv1.EndpointSlice{portSlice("a", nil, endpoint("web-4-00", "10.0.0.1", discoveryv1.EndpointConditions{Ready: new(true), Serving: new(false)}))},
			0, 0, MatchesNoPort, "1 pod does not have port http", "1 pod does not have port http",
		},
		{
			"dual stack counts a pod once",
			[]func(*corev1.Service){withPorts(http)},
			[]*discoveryv1.EndpointSlice{portSlice("a", nil, old), six},
			0, 0, MatchesNoPort, "1 pod does not have port http", "1 pod does not have port http",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := twoRevisions().serves(newService("web", c.service...), c.slices...).snapshot().Backends[0]
			require.Equal(t, []int{c.ready, c.serving}, []int{b.Ready, b.Serving})
			require.Equal(t, c.notice, b.Notice)
			require.Equal(t, c.missing, b.MissingPorts())
			require.Equal(t, c.text, b.NoticeText())
			ready := 0
			for _, backer := range b.Backers {
				ready += backer.Ready
			}
			for _, other := range b.Others {
				ready += other.Ready
			}
			require.Equal(t, b.Ready, ready, "every ready pod is somebody's")
		})
	}
}

func TestServesAllAsksForEveryPortThatOthersHave(t *testing.T) {
	http, metrics := tcp("http", 80, "http"), tcp("metrics", 9090, "metrics")
	b := twoRevisions().serves(newService("web", withPorts(http, metrics)),
		portSlice("a", []string{"http", "metrics"}, endpoint("web-4-00", "10.0.0.1", notServing())),
		portSlice("b", []string{"metrics"}, endpoint("web-5-00", "10.0.0.3"))).snapshot().Backends[0]
	require.Equal(t, 1, b.Ready, "nobody else serves metrics now")
	for _, p := range b.Endpoints {
		require.Equal(t, p.Pod.Name == "web-4-00", b.ServesAll(p), p.Pod.Name)
	}
}

// controlledPod is a pod with labels of web, ready, of another controller; "" for none.
func controlledPod(name, kind, controller string) *corev1.Pod {
	p := readyPod(1)
	p.Name, p.Namespace, p.UID, p.Labels = name, "shop", types.UID(name), map[string]string{"app": "web"}
	if kind != "" {
		p.OwnerReferences = []metav1.OwnerReference{{Kind: kind, Name: controller, UID: types.UID("c-" + controller), Controller: new(true)}}
	}
	return p
}

func TestOthersBehindAServiceAreNamedByTheirOwner(t *testing.T) {
	s := twoRevisions()
	s.pods = append(s.pods,
		controlledPod("store-0", "StatefulSet", "store"), controlledPod("store-1", "StatefulSet", "store"), controlledPod("agent-x", "DaemonSet", "agent"),
		controlledPod("import-z", "Job", "import"), controlledPod("bare", "", ""), controlledPod("bare-too", "", ""), controlledPod("argo-1", "ReplicaSet", "rollout-abc"))
	set := *s.sets[0]
	set.Name, set.UID, set.Annotations = "rollout-abc", "c-rollout-abc", nil
	set.OwnerReferences = []metav1.OwnerReference{{Kind: "Rollout", Name: "checkout", UID: "r", Controller: new(true)}}
	s.sets = append(s.sets, &set)
	slice := newSlice("web", "a", 1, endpoint("web-5-00", "10.0.0.1"), endpoint("web-4-00", "10.0.0.2"),
		endpoint("store-0", "10.0.0.3"), endpoint("store-1", "10.0.0.4", notServing()), endpoint("agent-x", "10.0.0.5"),
		endpoint("import-z", "10.0.0.6"), endpoint("bare", "10.0.0.7"), endpoint("bare-too", "10.0.0.8"), endpoint("argo-1", "10.0.0.9"),
		endpoint("stranger", "10.0.0.10"), endpoint("", "192.0.2.1"))
	s.serves(newService("web"), slice)
	first := s.snapshot()
	b := first.Backends[0]
	require.Equal(t, []Backer{{webRef(), 5, 1, 1}, {webRef(), 4, 1, 1}}, b.Backers)
	require.Equal(t, []OtherBacker{
		{Controller{}, 2, 2},
		{Controller{KindPod, ""}, 2, 2},
		{Controller{"StatefulSet", "store"}, 1, 2},
		{Controller{"DaemonSet", "agent"}, 1, 1},
		{Controller{"Job", "import"}, 1, 1},
		{Controller{"Rollout", "checkout"}, 1, 1},
	}, b.Others)
	var texts []string
	for _, o := range b.Others {
		texts = append(texts, o.Text())
	}
	require.Equal(t, []string{"other endpoints", "pods without owner", "StatefulSet store", "DaemonSet agent", "Job import", "Rollout checkout"}, texts)

	again := Build(s.objects(), first)
	require.Same(t, b, again.Backends[0], "nothing changed")
	s.pods[4].OwnerReferences = nil // store-0 was let go
	orphaned := Build(s.objects(), again).Backends[0]
	require.Contains(t, orphaned.Others, OtherBacker{Controller{KindPod, ""}, 3, 3})
	require.Contains(t, orphaned.Others, OtherBacker{Controller{"StatefulSet", "store"}, 0, 1})
}
