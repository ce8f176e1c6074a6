package kube

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// ranked is a rollout of web as a test changes it: complete, ready of desired pods,
// each an endpoint of Service web.
type ranked struct {
	desired, ready int32
	change         func(*Rollout)
}

func (x ranked) rollout() *Rollout {
	ref := Ref{Kind: KindDeployment, Namespace: "shop", Name: "web", UID: "d"}
	labels := map[string]string{"app": "web"}
	r := &Rollout{Phase: Complete, Deployment: &Deployment{
		Ref: ref, Created: noon, Revision: 2, TemplateLabels: labels,
		Replicas: Replicas{Desired: x.desired, Current: x.desired, Updated: x.desired, Ready: x.ready, Available: x.ready},
		Strategy: Strategy{Type: "RollingUpdate", Unavailable: x.desired / 4, AtLeast: x.desired - x.desired/4},
		Conditions: []Condition{
			{Type: "Progressing", Status: "True", Reason: reasonAvailable, Updated: noon},
			{Type: "Available", Status: "True", Transitioned: noon},
		},
	}}
	fresh := &Revision{New: true, ReplicaSet: &ReplicaSet{Revision: 2}}
	for range x.ready {
		fresh.Pods = append(fresh.Pods, &Pod{IsReady: true})
	}
	for range x.desired - x.ready {
		fresh.Pods = append(fresh.Pods, &Pod{})
	}
	r.Revisions = []*Revision{fresh, {ReplicaSet: &ReplicaSet{Revision: 1}}}
	r.Backends = []*Backend{rankedBackend("web", labels, int(x.ready), int(x.ready))}
	if x.change != nil {
		x.change(r)
	}
	return r
}

// rankedBackend a Service with own ready endpoints of web, of so many in all.
func rankedBackend(name string, selector map[string]string, own, all int) *Backend {
	b := &Backend{Service: &Service{Ref: Ref{Kind: KindService, Namespace: "shop", Name: name}, Selector: selector}, Ready: all, Serving: all}
	b.Backers = []Backer{{Deployment: Ref{Kind: KindDeployment, Namespace: "shop", Name: "web", UID: "d"}, Ready: own, Total: own}}
	if all > own {
		b.Backers = append(b.Backers, Backer{Deployment: Ref{Kind: KindDeployment, Namespace: "shop", Name: "other", UID: "o"}, Ready: all - own})
	}
	return b
}

// under way: the pods of the template do not all exist yet.
func rankedUnderWay(r *Rollout) {
	r.Phase = Progressing
	r.Deployment.Conditions[0].Reason = "ReplicaSetUpdated"
}

func rankedCause(kind CauseKind, severity Severity) func(*Rollout) {
	return func(r *Rollout) { r.Causes = append(r.Causes, Cause{Kind: kind, Severity: severity}) }
}

func rankedPhase(p Phase) func(*Rollout) { return func(r *Rollout) { r.Phase = p } }

// rankedFirst rollout: there was none before it.
func rankedFirst(r *Rollout) {
	rankedUnderWay(r)
	r.Revisions, r.Deployment.Revision = r.Revisions[:1], 1
	r.Deployment.Conditions[1] = Condition{Type: "Available", Status: "False", Transitioned: noon.Add(time.Second)}
}

func rankedRecreate(r *Rollout) {
	rankedUnderWay(r)
	r.Deployment.Strategy = Strategy{Type: "Recreate", Unavailable: r.Deployment.Replicas.Desired}
}

// rankedEmptying: the old pods were told to go at that moment, and no new one exists.
func rankedEmptying(at time.Time) func(*Rollout) {
	return func(r *Rollout) {
		r.Revisions[0].Pods = nil
		r.Revisions[1].Pods = []*Pod{{IsReady: true, Terminating: at, Gone: at.Add(30 * time.Minute)}}
	}
}

func rankedUnserved(r *Rollout) { r.Backends = nil }

func rankedBoth(changes ...func(*Rollout)) func(*Rollout) {
	return func(r *Rollout) {
		for _, change := range changes {
			change(r)
		}
	}
}

func TestRank(t *testing.T) {
	broken, amber := rankedCause(CauseImagePull, Broken), rankedCause(CauseTerminating, Attention)
	now := noon.Add(time.Hour)
	for _, c := range []struct {
		name string
		ranked
		impaired bool
		want     Rank
	}{
		{"complete", ranked{3, 3, nil}, false, RankQuiet},
		{"scaled down", ranked{0, 0, rankedPhase(ScaledDown)}, false, RankQuiet},
		{"scaled down, and its Service has no endpoint", ranked{0, 0, rankedBoth(rankedPhase(ScaledDown), amber)}, false, RankWaiting},

		{"all pods of a complete rollout are gone", ranked{3, 0, rankedPhase(Progressing)}, false, RankOutage},
		{"all pods crash", ranked{3, 0, rankedBoth(rankedPhase(Degraded), broken)}, false, RankOutage},
		{"a worker without a Service", ranked{1, 0, rankedBoth(rankedPhase(Degraded), broken, rankedUnserved)}, false, RankOutage},
		{"stalled, maxUnavailable 100%", ranked{3, 0, rankedBoth(rankedPhase(Stalled), broken)}, false, RankOutage},
		{"ready pods that no Service port leads to", ranked{3, 3, func(r *Rollout) { r.Backends[0] = rankedBackend("web", r.Deployment.TemplateLabels, 0, 0) }}, false, RankOutage},
		{"one of two Services has no endpoint", ranked{3, 3, func(r *Rollout) {
			r.Backends = append(r.Backends, rankedBackend("admin", r.Deployment.TemplateLabels, 0, 0))
		}}, false, RankOutage},
		{"paused with nothing ready", ranked{3, 0, rankedPhase(Paused)}, false, RankOutage},
		{"metrics are fine, nothing serves", ranked{3, 0, rankedBoth(rankedPhase(Degraded), broken)}, false, RankOutage},
		{"only terminating endpoints answer", ranked{3, 0, func(r *Rollout) { r.Phase, r.Backends[0].Serving = Progressing, 2 }}, false, RankReduced},

		{"its pods are still being read", ranked{3, 3, rankedBoth(rankedUnserved, func(r *Rollout) { r.Revisions[0].Pods = nil })}, false, RankQuiet},
		{"others are ready behind its Service, and none of its own", ranked{3, 3, func(r *Rollout) {
			b := rankedBackend("web", r.Deployment.TemplateLabels, 0, 0)
			b.Ready, b.Others = 2, []OtherBacker{{Controller{"StatefulSet", "store"}, 2, 2}}
			r.Backends[0] = b
		}}, false, RankReduced},

		{"a first rollout starts", ranked{3, 0, rankedFirst}, false, RankMoving},
		{"a first rollout is half-way", ranked{3, 2, rankedFirst}, false, RankMoving},
		{"a first rollout cannot pull", ranked{3, 0, rankedBoth(rankedFirst, broken)}, false, RankReduced},
		{"a first rollout stalled", ranked{3, 0, rankedBoth(rankedFirst, broken, rankedPhase(Stalled))}, false, RankReduced},
		{"a first rollout that was available an hour later and is not now", ranked{1, 0, rankedBoth(rankedFirst, broken, func(r *Rollout) {
			r.Deployment.Conditions[1].Transitioned = noon.Add(30 * time.Minute)
		})}, false, RankOutage},
		{"not seen by the controller yet", ranked{3, 0, rankedBoth(rankedFirst, rankedPhase(Unknown))}, false, RankMoving},

		{"the gap of Recreate", ranked{3, 0, rankedBoth(rankedRecreate, rankedCause(CauseRecreateGap, Info))}, false, RankMoving},
		{"the gap, its Service told amber", ranked{3, 0, rankedBoth(rankedRecreate, rankedCause(CauseNoEndpoint, Attention))}, false, RankMoving},
		{"old pods go, for 10 s", ranked{2, 0, rankedBoth(rankedRecreate, rankedEmptying(now.Add(-10*time.Second)))}, false, RankMoving},
		{"old pods go, for 24 min", ranked{2, 0, rankedBoth(rankedRecreate, rankedEmptying(now.Add(-24*time.Minute)))}, false, RankOutage},
		{"a Recreate that cannot pull", ranked{3, 0, rankedBoth(rankedRecreate, broken)}, false, RankOutage},
		{"a Recreate past its deadline", ranked{3, 0, rankedBoth(rankedRecreate, rankedPhase(Stalled))}, false, RankOutage},
		{"a Recreate that was complete loses its pods", ranked{3, 0, rankedBoth(rankedRecreate, func(r *Rollout) { r.Deployment.Conditions[0].Reason = reasonAvailable })}, false, RankOutage},
		{"maxUnavailable 100% takes all", ranked{3, 0, rankedBoth(rankedUnderWay, func(r *Rollout) { r.Deployment.Strategy.AtLeast = 0 })}, false, RankMoving},
		{"0 of 3, though the strategy keeps 3", ranked{3, 0, rankedUnderWay}, false, RankOutage},

		{"degraded", ranked{10, 8, rankedBoth(rankedPhase(Degraded), broken)}, false, RankReduced},
		{"stalled below what is wanted", ranked{10, 8, rankedBoth(rankedPhase(Stalled), broken)}, false, RankReduced},
		{"under way and cannot pull, below what is wanted", ranked{10, 8, rankedBoth(rankedUnderWay, broken)}, false, RankReduced},
		{"under way as the strategy allows", ranked{10, 8, rankedUnderWay}, false, RankMoving},
		{"under way below what the strategy allows", ranked{10, 6, rankedUnderWay}, false, RankReduced},
		{"paused below what is wanted", ranked{10, 9, rankedPhase(Paused)}, false, RankReduced},
		{"a canary is down, its Service is not", ranked{1, 0, rankedBoth(rankedPhase(Degraded), broken, func(r *Rollout) {
			r.Backends[0] = rankedBackend("web", r.Deployment.TemplateLabels, 0, 9)
		})}, false, RankReduced},
		{"fewer endpoints than ready pods", ranked{3, 3, func(r *Rollout) { r.Backends[0] = rankedBackend("web", r.Deployment.TemplateLabels, 1, 1) }}, false, RankReduced},

		{"complete, with errors", ranked{3, 3, nil}, true, RankImpaired},
		{"stalled, with errors", ranked{3, 3, rankedBoth(rankedPhase(Stalled), broken)}, true, RankImpaired},
		{"under way, with errors", ranked{10, 8, rankedUnderWay}, true, RankImpaired},
		{"below what is wanted, with errors", ranked{10, 8, rankedBoth(rankedPhase(Stalled), broken)}, true, RankReduced},

		{"stalled in full", ranked{1, 1, rankedBoth(rankedPhase(Stalled), broken)}, false, RankStalled},
		{"under way in full and cannot pull", ranked{4, 4, rankedBoth(rankedUnderWay, broken)}, false, RankStalled},
		{"degraded in full", ranked{4, 4, rankedBoth(rankedPhase(Degraded), amber)}, false, RankStalled},
		{"paused", ranked{4, 4, rankedPhase(Paused)}, false, RankWaiting},
		{"paused while complete", ranked{4, 4, func(r *Rollout) { r.Deployment.Paused = true }}, false, RankWaiting},
		{"something waits for a hand", ranked{4, 4, amber}, false, RankWaiting},
		{"under way", ranked{4, 4, rankedUnderWay}, false, RankMoving},

		{"endpoints may not be seen", ranked{3, 3, func(r *Rollout) { r.Backends[0] = &Backend{Service: r.Backends[0].Service, Unknown: true} }}, false, RankQuiet},
		{"pods may not be seen: whose endpoints these are is not known", ranked{3, 3, func(r *Rollout) {
			r.Revisions[0].Pods, r.Revisions[0].ReplicaSet = nil, &ReplicaSet{Current: 3, Ready: 3}
			r.Backends[0].Backers = nil
		}}, false, RankQuiet},
		{"ReplicaSets may not be seen", ranked{3, 2, rankedBoth(rankedUnserved, func(r *Rollout) { r.Revisions = nil })}, false, RankReduced},
		{"a Service that publishes what is not ready tells nothing", ranked{3, 3, func(r *Rollout) {
			r.Backends[0] = rankedBackend("peers", r.Deployment.TemplateLabels, 0, 0)
			r.Backends[0].Service.PublishNotReady = true
		}}, false, RankQuiet},
		{"a Service that picks one pod by a label of its own", ranked{3, 3, func(r *Rollout) {
			r.Backends = append(r.Backends, rankedBackend("leader", map[string]string{"app": "web", "role": "leader"}, 1, 1))
		}}, false, RankQuiet},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := StandingOf(c.rollout(), Load{Impaired: c.impaired}, now)
			require.Equal(t, c.want.String(), s.Rank.String())
		})
	}
}

func TestRankChangesByTimeAlone(t *testing.T) {
	r := ranked{2, 0, rankedBoth(rankedRecreate, rankedEmptying(noon))}.rollout()
	before := StandingOf(r, Load{}, noon.Add(59*time.Second))
	require.Equal(t, noon.Add(time.Minute), before.Until)
	require.Equal(t, RankMoving, before.Rank)
	require.Equal(t, RankOutage, StandingOf(r, Load{}, before.Until).Rank)
}

func TestOutageSince(t *testing.T) {
	lost := noon.Add(20 * time.Minute)
	down := func(r *Rollout) {
		r.Phase = Degraded
		r.Deployment.Conditions[1] = Condition{Type: "Available", Status: "False", Transitioned: lost}
	}
	for name, c := range map[string]struct {
		desired int32
		change  func(*Rollout)
		want    time.Time
	}{
		"one pod": {1, down, lost},
		"the condition went when the first of ten did": {10, down, time.Time{}},
		"Recreate takes all at once":                   {3, rankedBoth(down, rankedRecreate, rankedCause(CauseImagePull, Broken)), lost},
		"no condition":                                 {1, rankedBoth(down, func(r *Rollout) { r.Deployment.Conditions = r.Deployment.Conditions[:1] }), time.Time{}},
	} {
		s := StandingOf(ranked{c.desired, 0, c.change}.rollout(), Load{}, noon.Add(time.Hour))
		require.Equal(t, RankOutage, s.Rank, name)
		require.Equal(t, c.want, s.Since, name)
		require.Equal(t, "web", s.Service, name)
	}
}

func TestStandingsInOrder(t *testing.T) {
	order := []Standing{
		{Rank: RankOutage, Wanted: 10},
		{Rank: RankOutage, Wanted: 2, Requests: 50},
		{Rank: RankOutage, Wanted: 2, Requests: 3},
		{Rank: RankReduced, Wanted: 2, Serving: 1},
		{Rank: RankReduced, Wanted: 10, Serving: 8},
		{Rank: RankReduced, Wanted: 5, Serving: 4, Requests: 900},
		{Rank: RankImpaired, Wanted: 3, Serving: 3, Requests: 7},
		{Rank: RankImpaired, Wanted: 9, Serving: 9, Requests: 2},
		{Rank: RankStalled, Wanted: 1, Serving: 1, Requests: 1e6},
		{Rank: RankWaiting},
		{Rank: RankMoving},
		{Rank: RankQuiet},
	}
	for i := 1; i < len(order); i++ {
		require.Negative(t, order[i-1].Compare(order[i]), i)
		require.Positive(t, order[i].Compare(order[i-1]), i)
	}
	require.Equal(t, "quiet", Rank(99).String())
}

// Whatever standings there are, they have one order.
func TestStandingsHaveOneOrder(t *testing.T) {
	standing := rapid.Custom(func(t *rapid.T) Standing {
		wanted := rapid.Int32Range(0, 20).Draw(t, "wanted")
		return Standing{
			Rank: Rank(rapid.IntRange(0, 6).Draw(t, "rank")), Wanted: wanted, Serving: rapid.Int32Range(0, wanted).Draw(t, "serving"),
			Requests: rapid.Float64Range(0, 3).Draw(t, "requests"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(standing, 0, 8).Draw(t, "standings")
		other := slices.Clone(all)
		slices.Reverse(other)
		slices.SortStableFunc(all, Standing.Compare)
		slices.SortStableFunc(other, Standing.Compare)
		for i := range all {
			require.Zero(t, all[i].Compare(other[i]))
		}
	})
}

func TestStandingCostsNoAllocation(t *testing.T) {
	r := ranked{10, 8, rankedUnderWay}.rollout()
	require.Zero(t, testing.AllocsPerRun(100, func() { StandingOf(r, Load{}, noon) }))
}
