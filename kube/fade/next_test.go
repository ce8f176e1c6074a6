package fade

import (
	"fmt"
	"testing"
	"time"

	"fader/kube"

	"github.com/stretchr/testify/require"
)

// stood is a shift of 9 + 1 that has raised the canary to 5, as it is seen when
// all is well.
func stood() (position, sight) {
	w := newWorld(9, 5)
	c := named(NewShift(w.pair(), []int32{5, 10}, 0))
	c.Total, c.From, c.Floor = 10, 1, 10
	p := begin(c, false)
	return p, look(c, w.snapshot())
}

func TestWhatHoldsUpTheLowering(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(s *sight)
		text   string
	}{
		{"nothing", func(*sight) {}, "lowering stable 9 → 5"},
		{"not live", func(s *sight) { s.stale = "what is shown is not live" }, "what is shown is not live: waits until it is live again"},
		{"endpoints not known", func(s *sight) { s.blind = "the endpoints of shop/web are not known" }, "the endpoints of shop/web are not known: waits, because it lowers nothing blindly"},
		{"not observed", func(s *sight) { s.canary.observed = false }, "waiting until the Deployment controller has seen the change of shop/web-canary"},
		{
			"not available", func(s *sight) { s.canary.level.Available, s.canary.complete, s.canary.why = 3, false, "2 pods Pending" },
			"waiting for 2 of 5 canary pods to become available: 2 pods Pending",
		},
		{"no endpoints yet", func(s *sight) { s.canary.level.Endpoints = new(int32(4)) }, "waiting for 1 of 5 canary pods to become ready endpoints of shop/web"},
		{"another rollout", func(s *sight) { s.canary.rolling = true }, "waiting for the rollout of shop/web-canary under way"},
		{
			"the stable lost pods", func(s *sight) { s.stable.level.Endpoints, s.canary.level.Endpoints = new(int32(6)), new(int32(5)) },
			"lowering stable 9 → 5",
		},
		{
			"and more than the floor bears", func(s *sight) {
				s.stable.level.Endpoints, s.stable.complete, s.stable.why = new(int32(4)), false, "5 pods crash"
			},
			"lowering stable 9 → 5", // none of the four that are ready goes
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, s := stood()
			c.change(&s)
			_, d := next(p, s, time.Time{})
			require.Equal(t, c.text, d.text)
		})
	}
}

// Of the stable as many pods may be missing as were missing when it began.
func TestMissingPodsHoldUpNoFlight(t *testing.T) {
	p, s := stood()
	p.course = p.course.TakeBack()
	s.stable.level.Available, s.stable.level.Endpoints = 8, new(int32(8))
	_, d := next(p, s, time.Time{})
	require.Equal(t, "waiting for 1 of 9 stable pods to become available", d.text)
	require.Equal(t, TakingBack, d.state)
	p.course.Floor = 9
	_, d = next(p, s, time.Time{})
	require.Equal(t, "lowering canary 5 → 1", d.text)
	s.stable.level.Endpoints = new(int32(7))
	_, d = next(p, s, time.Time{})
	require.Equal(t, "waiting for 1 of 9 stable pods to become ready endpoints of shop/web", d.text)
}

func TestReadyBehindAService(t *testing.T) {
	a, b := kube.Ref{Name: "a"}, kube.Ref{Name: "b"}
	placed := func(of kube.Ref, pod string, ready, terminating bool) *kube.Placed {
		return &kube.Placed{Deployment: of, Endpoint: kube.Endpoint{Pod: kube.Ref{UID: pod}, Ready: ready, Terminating: terminating}}
	}
	require.Equal(t, map[kube.Ref]int32{a: 1, b: 1}, readyBehind(&kube.Backend{Endpoints: []*kube.Placed{
		placed(a, "1", true, false), placed(a, "1", true, false), // of two families
		placed(a, "2", false, false),
		placed(a, "3", true, true), // a Service that publishes everything says ready to the end
		placed(b, "4", true, false),
		placed(b, "", true, false), // an address that is no pod
	}}))
}

func TestWhatIsNotKnownIsSaid(t *testing.T) {
	w := newWorld(9, 1)
	c := NewAbort(w.pair())
	for _, k := range []struct {
		change func(s *kube.Snapshot)
		blind  string
	}{
		{func(s *kube.Snapshot) { s.Backends = nil }, "Services may not be seen, so that nobody can tell which pods are ready behind shop/web"},
		{func(s *kube.Snapshot) { s.Backends = []*kube.Backend{} }, "Service shop/web does not exist any more"},
		{func(s *kube.Snapshot) { s.Backends = []*kube.Backend{{Service: s.Backends[0].Service, Unknown: true}} }, "the endpoints of shop/web are not known"},
		{func(s *kube.Snapshot) { s.Pods = nil }, "pods may not be seen, so that nobody can tell whose the endpoints of shop/web are"},
	} {
		s := w.snapshot()
		k.change(s)
		seen := look(c, s)
		require.Equal(t, k.blind, seen.blind)
		require.Nil(t, seen.canary.level.Endpoints, "unknown is not nought")
	}
}

// Endpoints that may be old do not count, though everything else is live.
func TestOldEndpointsHoldACourse(t *testing.T) {
	w := newWorld(9, 1)
	for _, resource := range []string{"services", "endpointslices"} {
		for state, old := range map[kube.State]bool{kube.Live: false, kube.Lagging: true, kube.Disconnected: true, kube.Syncing: false} {
			s := w.snapshot()
			s.Health.Resources = map[string]kube.ResourceHealth{resource: {State: state, Message: "it hung"}}
			want := ""
			if old {
				want = fmt.Sprintf("%s are not live (%s): it hung", resource, state)
			}
			require.Equal(t, want, look(NewAbort(w.pair()), s).stale)
			require.Empty(t, look(Course{Kind: Hold, Target: w.pair().Stable.Ref()}, s).stale, "a hold needs none")
		}
	}
}

func TestWhereACourseMayStand(t *testing.T) {
	w := newWorld(9, 1)
	c := NewShift(w.pair(), []int32{2, 5, 10}, 0)
	p := begin(c, false)
	for have, legit := range map[replicas]bool{
		{9, 1}: true, {9, 2}: true, {8, 2}: true, {8, 5}: true, {5, 5}: true, {0, 10}: true, {5, 10}: true,
		{9, 3}: false, {7, 5}: false, {5, 2}: false, {12, 1}: false, {8, 1}: false,
	} {
		require.Equal(t, legit, p.legit(have), "%s", have)
	}
}

func TestAStepEndsWhenThePodsAreGone(t *testing.T) {
	p, s := stood()
	s.stable.level.Desired = 5
	s.stable.current, s.canary.current = 7, 5
	_, d := next(p, s, time.Time{})
	require.Equal(t, "waiting for 2 stable pods to go", d.text)
	require.Equal(t, Lowering, d.state)
	s.stable.observed = false
	_, d = next(p, s, time.Time{})
	require.Equal(t, "waiting until the Deployment controller has seen the change of shop/web-stable", d.text)
	s.stable.observed, s.stable.current = true, 5
	s.stable.level.Endpoints = new(int32(6))
	_, d = next(p, s, time.Time{})
	require.Equal(t, "waiting for 1 stable pods to leave the ready endpoints", d.text)
	s.stable.level.Endpoints = new(int32(5))
	q, d := next(p, s, time.Time{})
	require.Equal(t, act(actAgain), d.act)
	require.Equal(t, 1, q.course.Step)
}

func TestWhenARolloutIsThrough(t *testing.T) {
	through := side{ref: kube.Ref{Namespace: "shop", Name: "web"}, observed: true, level: Level{Desired: 5, Updated: 5}}
	require.Empty(t, unrolled(&through, 0))
	for _, c := range []struct {
		name    string
		change  func(s *side)
		missing int32
		says    string
	}{
		{"not observed", func(s *side) { s.observed = false }, 0, "waiting until the Deployment controller has seen the change of shop/web"},
		{"old pods are left", func(s *side) { s.rolling = true }, 0, "waiting for the rollout of shop/web: 5 of 5 updated pods available"},
		{"not all available", func(s *side) { s.level.Updated, s.why = 4, "1 pod crashes" }, 0, "waiting for the rollout of shop/web: 4 of 5 updated pods available: 1 pod crashes"},
		{"one was missing before", func(s *side) { s.level.Updated = 4 }, 1, ""},
		{"one was missing before, and one more", func(s *side) { s.level.Updated = 3 }, 1, "waiting for the rollout of shop/web: 3 of 5 updated pods available"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := through
			c.change(&s)
			require.Equal(t, c.says, unrolled(&s, c.missing))
		})
	}
}

// What the stable's own strategy takes away is no promise of the course.
func TestAPromotionDipsAsItsStrategyDoes(t *testing.T) {
	s := sight{stable: side{strategy: kube.Strategy{Unavailable: 2}}}
	require.EqualValues(t, 2, dip(Course{Kind: Promote, Images: "web=web:v2", Floor: 9}, s))
	require.EqualValues(t, 1, dip(Course{Kind: Promote, Images: "web=web:v2", Floor: 1}, s), "no more than there is")
	require.Zero(t, dip(Course{Kind: Promote, Floor: 9}, s), "nothing rolls out")
	require.Zero(t, dip(Course{Kind: Shift, Floor: 9}, s))
}

func TestAHoldTakesNoOldStatusForNews(t *testing.T) {
	c := Course{Kind: Hold, Target: kube.Ref{Name: "web"}, Total: 5, Steps: []int32{2}}
	s := sight{stable: side{ref: c.Target, found: true, complete: true, level: Level{Desired: 5, Updated: 5}}}
	_, d := next(begin(c, true), s, time.Time{})
	require.Equal(t, "waiting until the Deployment controller has seen the change of web", d.text)
	s.stable.observed = true
	_, d = next(begin(c, true), s, time.Time{})
	require.Equal(t, Done, d.state)
	s.stable.found = false
	_, d = next(begin(c, true), s, time.Time{})
	require.Equal(t, "web does not exist any more: the course ends here", d.text)
}
