package kube

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"pgregory.net/rapid"
)

func webRef() Ref { return Ref{KindDeployment, "shop", "web", "d"} }

// twoRevisions of web, two pods each.
func twoRevisions() *scene {
	return rolling(4, 2, 4, times(2, ready), times(2, ready)).label()
}

func TestBackend(t *testing.T) {
	one := endpoint("web-5-00", "10.0.0.10")
	six := newSlice("web", "six", 3, endpoint("web-5-00", "fd00::1"), endpoint("web-4-00", "fd00::2", notServing()))
	six.AddressType = discoveryv1.AddressTypeIPv6
	foreign := newSlice("web", "foreign", 4, endpoint("", "192.0.2.1"), endpoint("", "192.0.2.2", notServing()))
	foreign.Labels[discoveryv1.LabelManagedBy] = "somebody"
	byName := endpoint("web-4-01", "10.0.0.4")
	byName.TargetRef.UID = ""
	for _, c := range []struct {
		name                        string
		slices                      []*discoveryv1.EndpointSlice
		addresses                   []string
		ready, serving, terminating int
		backers                     []Backer
	}{
		{"none", nil, nil, 0, 0, 0, nil},
		{
			"by revision, ready first, then by address as a number",
			[]*discoveryv1.EndpointSlice{
				newSlice("web", "a", 1, one, endpoint("web-4-00", "10.0.0.3", notServing())),
				newSlice("web", "b", 2, endpoint("web-5-01", "10.0.0.9"), endpoint("web-4-01", "10.0.0.4", goingAway())),
			},
			[]string{"10.0.0.9", "10.0.0.10", "10.0.0.4", "10.0.0.3"},
			2, 3, 1,
			[]Backer{{webRef(), 5, 2, 2}, {webRef(), 4, 0, 2}},
		},
		{
			"dual stack: two endpoints, one pod",
			[]*discoveryv1.EndpointSlice{newSlice("web", "four", 2, one, endpoint("web-4-00", "10.0.0.2", notServing())), six},
			[]string{"10.0.0.10", "fd00::1", "10.0.0.2", "fd00::2"},
			1, 1, 0,
			[]Backer{{webRef(), 5, 1, 1}, {webRef(), 4, 0, 1}},
		},
		{
			"foreign, without a pod",
			[]*discoveryv1.EndpointSlice{foreign, newSlice("web", "a", 1, one)},
			[]string{"10.0.0.10", "192.0.2.1", "192.0.2.2"},
			2, 2, 0,
			[]Backer{{webRef(), 5, 1, 1}},
		},
		{
			"a reference without a UID is the same pod",
			[]*discoveryv1.EndpointSlice{newSlice("web", "a", 1, byName), newSlice("web", "b", 2, endpoint("web-4-01", "10.0.0.4"))},
			[]string{"10.0.0.4"},
			1, 1, 0,
			[]Backer{{webRef(), 4, 1, 1}},
		},
		{
			"a pod that is not in sight",
			[]*discoveryv1.EndpointSlice{newSlice("web", "a", 1, endpoint("stranger", "10.0.0.7"))},
			[]string{"10.0.0.7"},
			1, 1, 0, nil,
		},
		{
			"another Service's", []*discoveryv1.EndpointSlice{newSlice("other", "a", 1, one), newSlice("", "b", 1, one)}, nil, 0, 0, 0, nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := twoRevisions().serves(newService("web"), c.slices...).snapshot().Backends[0]
			require.Equal(t, c.addresses, addressesOf(b))
			require.Equal(t, []int{c.ready, c.serving, c.terminating}, []int{b.Ready, b.Serving, b.Terminating})
			require.Equal(t, c.backers, b.Backers)
			require.False(t, b.Unknown)
			require.NotNil(t, b.Endpoints, "known to be none is not unknown")
		})
	}
}

// A pod that is moved from one slice to another is in both for a moment.
func TestDuplicates(t *testing.T) {
	in := func(version int, c discoveryv1.EndpointConditions) *discoveryv1.EndpointSlice {
		return newSlice("web", fmt.Sprintf("v%d-%v", version, *c.Ready), version, endpoint("web-5-00", "10.0.0.1", c))
	}
	yes := discoveryv1.EndpointConditions{Ready: new(true)}
	for _, c := range []struct {
		name  string
		a, b  *discoveryv1.EndpointSlice
		ready bool
	}{
		{"the one written later knows", in(9, yes), in(10, notServing()), false},
		{"also that it is ready again", in(9, notServing()), in(10, yes), true},
		{"without versions ready counts", in(3, notServing()), in(3, yes), true},
		{"without versions nobody comes back", in(3, goingAway()), in(3, yes), false},
	} {
		for _, pair := range [][]*discoveryv1.EndpointSlice{{c.a, c.b}, {c.b, c.a}} {
			b := twoRevisions().serves(newService("web"), pair...).snapshot().Backends[0]
			require.Len(t, b.Endpoints, 1, c.name)
			require.Equal(t, c.ready, b.Endpoints[0].Ready, c.name)
		}
	}
}

func TestNotice(t *testing.T) {
	headless := func(s *corev1.Service) { s.Spec.ClusterIP = corev1.ClusterIPNone }
	publishes := func(s *corev1.Service) { s.Spec.PublishNotReadyAddresses = true }
	alias := func(s *corev1.Service) {
		s.Spec.Type, s.Spec.ExternalName = corev1.ServiceTypeExternalName, "db.example.com"
	}
	bare := func(s *corev1.Service) { s.Spec.Selector = nil }
	green := func(s *corev1.Service) { s.Spec.Selector = map[string]string{"app": "web", "colour": "green"} }
	some := []*discoveryv1.EndpointSlice{newSlice("web", "a", 1, endpoint("web-5-00", "10.0.0.1"))}
	dead := []*discoveryv1.EndpointSlice{newSlice("web", "a", 1, endpoint("web-5-00", "10.0.0.1", notServing()))}
	for _, c := range []struct {
		name   string
		change func(*corev1.Service)
		slices []*discoveryv1.EndpointSlice
		want   Notice
	}{
		{"nothing special", func(*corev1.Service) {}, some, NoNotice},
		{"alias", alias, nil, IsExternalName},
		{"no selector", bare, some, HasNoSelector},
		{"headless", headless, some, IsHeadless},
		{"publishes", publishes, some, PublishesAll},
		{"none ready", headless, dead, MatchesNotReady},
		{"pods without an address", func(*corev1.Service) {}, nil, MatchesNotReady},
		{"no pod", green, nil, MatchesNoPod},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, twoRevisions().serves(newService("web", c.change), c.slices...).snapshot().Backends[0].Notice)
		})
	}
}

// What may not be seen is not shown as none.
func TestBackendsThatAreNotKnown(t *testing.T) {
	s := twoRevisions()
	require.Nil(t, s.snapshot().Backends)
	require.Nil(t, s.rollout().Backends)

	s.serves(newService("web"))
	s.around.Slices = nil
	b := s.snapshot().Backends[0]
	require.True(t, b.Unknown)
	require.Nil(t, b.Endpoints)
	require.Equal(t, EndpointsUnknown, b.Notice)

	s.around.Slices, s.around.Services = []*EndpointSlice{}, []*Service{}
	require.NotNil(t, s.snapshot().Backends)
	require.NotNil(t, s.rollout().Backends)

	o := s.serves(newService("web")).objects()
	o.Pods = nil
	require.Equal(t, NoNotice, Build(o, nil).Backends[0].Notice, "whether the selector matches pods cannot be told")
}

// A rollout's backends: those that lead to its pods, and those that would.
func TestRolloutBackends(t *testing.T) {
	other := func(s *corev1.Service) { s.Spec.Selector = map[string]string{"app": "web", "revision": "old"} }
	elsewhere := newService("elsewhere")
	elsewhere.Namespace = "other"
	s := twoRevisions().
		serves(newService("c-none", func(s *corev1.Service) { s.Spec.Selector = map[string]string{"app": "db"} })).
		serves(newService("b-would")).
		serves(newService("a-does", other), newSlice("a-does", "a", 1, endpoint("web-4-00", "10.0.0.1"))).
		serves(elsewhere)
	var names []string
	for _, b := range s.rollout().Backends {
		names = append(names, b.Service.Ref.Name)
	}
	require.Equal(t, []string{"a-does", "b-would"}, names)
}

// However endpoints are dealt out into slices: every pod and family is told once,
// the order of the slices says nothing, and a pod counts once.
func TestDistinctProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []*discoveryv1.EndpointSlice
		identities, pods := map[string]bool{}, map[string]bool{}
		for i := range rapid.IntRange(0, 6).Draw(t, "slices") {
			slice := newSlice("web", fmt.Sprint("s", i), rapid.IntRange(1, 3).Draw(t, "version"))
			slice.AddressType = rapid.SampledFrom([]discoveryv1.AddressType{"IPv4", "IPv6"}).Draw(t, "family")
			for range rapid.IntRange(0, 8).Draw(t, "endpoints") {
				pod := rapid.SampledFrom([]string{"", "web-5-00", "web-5-01", "web-4-00", "gone"}).Draw(t, "pod")
				address := fmt.Sprint("10.0.0.", rapid.IntRange(1, 5).Draw(t, "address"))
				e := endpoint(pod, address, discoveryv1.EndpointConditions{
					Ready: new(rapid.Bool().Draw(t, "ready")), Serving: new(rapid.Bool().Draw(t, "serving")), Terminating: new(rapid.Bool().Draw(t, "terminating")),
				})
				slice.Endpoints = append(slice.Endpoints, e)
				id := pod
				if pod == "" {
					id = address + string(slice.AddressType)
				}
				pods[id] = true
				identities[id+string(slice.AddressType)] = true
			}
			all = append(all, slice)
		}
		b := twoRevisions().serves(newService("web"), all...).snapshot().Backends[0]
		require.Len(t, b.Endpoints, len(identities))
		require.LessOrEqual(t, b.Ready, len(pods))
		require.LessOrEqual(t, b.Serving, len(pods))
		require.LessOrEqual(t, b.Terminating, len(pods))
		total := 0
		for _, backer := range b.Backers {
			require.LessOrEqual(t, backer.Ready, backer.Total)
			total += backer.Total
		}
		require.LessOrEqual(t, total, 3, "pods in sight")

		rand.New(rand.NewSource(1)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for i := range all {
			all[i].Name = fmt.Sprint("renamed", i)
		}
		again := twoRevisions().serves(newService("web"), all...).snapshot().Backends[0]
		require.Equal(t, conditionsOf(b), conditionsOf(again))
	})
}

func conditionsOf(b *Backend) map[string][3]bool {
	all := map[string][3]bool{}
	for _, e := range b.Endpoints {
		id := e.Pod.UID
		if id == "" {
			id = e.Address
		}
		all[id+e.Family] = [3]bool{e.Ready, e.Serving, e.Terminating}
	}
	return all
}

// TestBackendsKeepPointers: a Service nothing changed about is not even looked at.
func TestBackendsKeepPointers(t *testing.T) {
	s := twoRevisions().
		serves(newService("a"), newSlice("a", "a", 1, endpoint("web-5-00", "10.0.0.1"))).
		serves(newService("b"), newSlice("b", "b", 1, endpoint("web-5-00", "10.0.0.1")))
	o := s.objects()
	first := Build(o, nil)
	changed := o
	changed.Slices = []*EndpointSlice{o.Slices[0], NewEndpointSlice(newSlice("b", "b", 2, endpoint("web-5-00", "10.0.0.1", notServing())))}
	second := Build(changed, first)
	require.Same(t, first.Backends[0], second.Backends[0])
	require.NotSame(t, first.Backends[1], second.Backends[1])
	require.False(t, second.Shows(first))

	changed.Slices = []*EndpointSlice{o.Slices[0], new(*changed.Slices[1])}
	third := Build(changed, second)
	require.True(t, third.Shows(second), "written again, and nothing else")
	require.Same(t, second.Rollouts[0], third.Rollouts[0])
}

func addressesOf(b *Backend) (all []string) {
	for _, e := range b.Endpoints {
		all = append(all, e.Address)
	}
	return all
}

// F40: five slices of a hundred.
func TestManySlices(t *testing.T) {
	var all []*discoveryv1.EndpointSlice
	for i := range 5 {
		slice := newSlice("web", fmt.Sprint("s", i), i+1)
		for j := range 100 {
			slice.Endpoints = append(slice.Endpoints, endpoint(fmt.Sprintf("p%d-%d", i, j), fmt.Sprintf("10.0.%d.%d", i, j)))
		}
		all = append(all, slice)
	}
	b := twoRevisions().serves(newService("web"), all...).snapshot().Backends[0]
	require.Len(t, b.Endpoints, 500)
	require.Equal(t, 500, b.Ready)
}

// The endpoints are as they were, and somebody else's now.
func TestBackendsFollowOwners(t *testing.T) {
	s := twoRevisions().serves(newService("web"), newSlice("web", "a", 1, endpoint("web-5-00", "10.0.0.1")))
	o := s.objects()
	first := Build(o, nil)
	require.Equal(t, []Backer{{webRef(), 5, 1, 1}}, first.Backends[0].Backers)

	renumbered := o
	renumbered.ReplicaSets = slices.Clone(o.ReplicaSets)
	for i, rs := range o.ReplicaSets {
		if rs.Revision == 5 {
			renumbered.ReplicaSets[i] = new(*rs)
			renumbered.ReplicaSets[i].Revision = 6
		}
	}
	second := Build(renumbered, first)
	require.Equal(t, []Backer{{webRef(), 6, 1, 1}}, second.Backends[0].Backers)

	orphaned := renumbered
	orphaned.Pods = slices.Clone(o.Pods)
	for i, p := range o.Pods {
		if p.Ref.Name == "web-5-00" {
			orphaned.Pods[i] = new(*p)
			orphaned.Pods[i].OwnerUID = ""
		}
	}
	require.Empty(t, Build(orphaned, second).Backends[0].Backers)
}
