package fade

import (
	"context"
	"strings"
	"testing"
	"time"

	"fader/kube"
	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
)

func (b *bench) plan(c Course) rollout.Plan {
	b.Helper()
	p, err := b.runner.Plan(b.Context(), c)
	require.NoError(b, err)
	return p
}

func TestPlanOfAShift(t *testing.T) {
	inBench(t, 9, 1, func(b *bench) {
		b.protected = true
		b.warnings = map[string][]string{"web-stable": {"Flux has it", "nothing will serve: all pods go"}}
		p := b.plan(b.shift(5, 5*time.Minute))
		require.Equal(t, "Shift shop/web: canary 1 → 5 of 10", p.Title)
		require.Equal(t, "Shift", p.Action)
		require.Equal(t, "web", p.Word())
		require.True(t, p.Protected)
		require.Equal(t, []rollout.Change{
			{Path: "shop/web-canary spec.replicas", Before: "1", After: "2"},
			{Path: "shop/web-stable spec.replicas", Before: "9", After: "8"},
			{Path: "shop/web-canary spec.replicas", Before: "2", After: "5"},
			{Path: "shop/web-stable spec.replicas", Before: "8", After: "5"},
		}, p.Changes)
		require.Equal(t, []string{
			"step 1 of 2: canary 1 → 2, and when that is available stable 9 → 8: 20 % of the replicas are the canary's",
			"step 2 of 2: canary 2 → 5, and when that is available stable 8 → 5: 50 % of the replicas are the canary's",
			"never lowers the ready endpoints of shop/web below 10 (10 ready now)",
			"at most 13 pods at once, 10 in the end",
			"after each step it holds for 5m0s",
		}, p.Effect)
		require.Equal(t, []rollout.Check{{Name: "web-canary permitted", Passed: true}, {Name: "web-stable permitted", Passed: true}}, p.Checks)
		require.Equal(t, []string{
			"kubectl -n shop scale deployment/web-canary --replicas=2",
			"kubectl -n shop rollout status deployment/web-canary",
			"kubectl -n shop scale deployment/web-stable --replicas=8",
			"kubectl -n shop rollout status deployment/web-stable",
			"kubectl -n shop scale deployment/web-canary --replicas=5",
			"kubectl -n shop rollout status deployment/web-canary",
			"kubectl -n shop scale deployment/web-stable --replicas=5",
		}, strings.Split(p.Kubectl, "\n"))
		require.Len(t, p.Notes, 3, "that it is in the journal, and of each Deployment that nothing probes its readiness: %v", p.Notes)
		require.Contains(t, p.Notes[1], "web-stable: container \"web\" has no readiness probe")
		require.Equal(t, []string{"web-stable: Flux has it"}, p.Warnings, "each once, and not that the stable goes to 0")
		require.Empty(t, p.UID, "the gateway executes no plan without one")
		require.Empty(t, b.sent)
		require.Empty(t, b.lines(), "a preview leaves nothing behind")
	})
}

func TestPlanOfTheOthers(t *testing.T) {
	inBench(t, 5, 5, func(b *bench) {
		b.do(func(w *world) {
			w.stable().pods[0].ready = -1
			w.slice()
		})
		p := b.plan(NewPromote(b.pair(), 1))
		require.Equal(t, []rollout.Change{
			{Path: "shop/web-stable spec.template.spec.containers[web].image", Before: "web:v1", After: "web:v2"},
			{Path: "shop/web-stable spec.replicas", Before: "5", After: "9"},
			{Path: "shop/web-canary spec.replicas", Before: "5", After: "1"},
		}, p.Changes)
		require.Equal(t, []string{
			"web-stable rolls out web web:v2 by its own strategy; the replicas move when that is complete",
			"stable 5 → 9, and when that is available canary 5 → 1: 10 % of the replicas are the canary's",
			"never lowers the ready endpoints of shop/web below 9 (9 ready now)",
			"at most 14 pods at once, 10 in the end",
		}, p.Effect)
		require.Contains(t, p.Kubectl, "kubectl -n shop set image deployment/web-stable web=web:v2\n")

		require.Equal(t, []string{
			"stable 5 → 10, and when that is available canary 5 → 0: 0 % of the replicas are the canary's",
			"never lowers the ready endpoints of shop/web below 9 (9 ready now)",
			"at most 15 pods at once, 10 in the end",
		}, b.plan(NewAbort(b.pair())).Effect)
	})
	inBench(t, 6, 1, func(b *bench) {
		b.rolling(true)
		p := b.plan(NewHold(b.pair().Stable, 2))
		require.Equal(t, []rollout.Change{
			{Path: "shop/web-stable spec.paused", Before: "true", After: "false"},
			{Path: "shop/web-stable spec.paused", Before: "false", After: "true"},
		}, p.Changes)
		require.Equal(t, "the rollout is resumed; when 2 of 6 updated pods are available (0 now), it is paused", p.Effect[0])
		require.Equal(t, "kubectl -n shop rollout resume deployment/web-stable\nkubectl -n shop rollout pause deployment/web-stable", p.Kubectl)
	})
}

func TestPlanOfWhatWasLeftHalfWay(t *testing.T) {
	inBench(t, 9, 1, func(b *bench) {
		b.answers["web-stable"] = []rollout.Result{rollout.Refused}
		b.ended(b.start(b.shift(5, 0)))
		left := b.unfinished()[0].Course
		finish := b.plan(left)
		require.Equal(t, []rollout.Change{
			{Path: "shop/web-stable spec.replicas", Before: "9", After: "8"},
			{Path: "shop/web-canary spec.replicas", Before: "2", After: "5"},
			{Path: "shop/web-stable spec.replicas", Before: "8", After: "5"},
		}, finish.Changes)
		back := b.plan(left.TakeBack())
		require.Equal(t, "Take back", back.Action)
		require.Equal(t, []rollout.Change{{Path: "shop/web-canary spec.replicas", Before: "2", After: "1"}}, back.Changes)

		b.do(func(w *world) { w.canary().replicas = 7 })
		time.Sleep(2 * time.Second)
		_, err := b.runner.Plan(b.Context(), left)
		require.ErrorContains(t, err, "replicas are 9 + 7, which no step of this course leaves behind")
	})
}

func TestPlansThatCannotBe(t *testing.T) {
	pair := func(change func(w *world)) func(b *bench) Course {
		return func(b *bench) Course {
			c := b.shift(5, 0)
			b.do(change)
			return c
		}
	}
	for _, c := range []struct {
		name   string
		course func(b *bench) Course
		says   string
	}{
		{"nothing to do", func(b *bench) Course { return b.shift(1, 0) }, "there is no way to go: the canary already has 1 of 10 replicas"},
		{"a step too far", func(b *bench) Course { return NewShift(b.pair(), []int32{11}, 0) }, "11 replicas cannot be: 0 to 10"},
		{"no such course", func(b *bench) Course { return Course{Kind: "jump"} }, `"jump" is no course that fader knows`},
		{"another cluster", func(*bench) Course { return Course{ID: "x", Kind: Abort, Cluster: rollout.Identity{Context: "test"}} }, "the course is of test and this is prod"},
		{"scaled since", pair(func(w *world) { w.canary().replicas = 3 }), "replicas are 9 + 3 by now and were 9 + 1"},
		{"paused", pair(func(w *world) { w.canary().paused = true }), "shop/web-canary is paused: resume or undo it first"},
		{"a rollout under way", pair(func(w *world) { w.stable().image = "web:v7" }), "a rollout of shop/web-stable is under way"},
		{"not observed", pair(func(w *world) { w.stable().generation++ }), "the Deployment controller has not seen the last change of shop/web-stable"},
		{"gone", pair(func(w *world) { w.members = w.members[:1] }), "shop/web-canary does not exist any more: look again"},
		{"no rollout to hold", func(b *bench) Course { return NewHold(b.pair().Stable, 3) }, "no rollout of shop/web-stable is under way: there is nothing to hold"},
		{"a hold at nothing", func(b *bench) Course { return NewHold(b.pair().Stable, 0) }, "a hold at 0 of 9 pods cannot be: 1 to 8"},
		{"a hold at all", func(b *bench) Course { return NewHold(b.pair().Stable, 9) }, "a hold at 9 of 9 pods cannot be: 1 to 8"},
		{"unknown to the journal", func(b *bench) Course {
			c := named(b.shift(5, 0))
			c.Cluster = rollout.Identity{Context: "prod"}
			return c
		}, "the journal does not know this course"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBench(t, 9, 1, func(b *bench) {
				_, err := b.runner.Plan(b.Context(), c.course(b))
				require.ErrorContains(t, err, c.says)
			})
		})
	}
	t.Run("no replicas", func(t *testing.T) {
		inBench(t, 0, 0, func(b *bench) {
			_, err := b.runner.Plan(b.Context(), NewPromote(b.pair(), 1))
			require.ErrorContains(t, err, "have no replicas: scale one up first")
		})
	})
	t.Run("an abort is never barred", func(t *testing.T) {
		inBench(t, 9, 1, func(b *bench) {
			b.do(func(w *world) { w.canary().paused, w.canary().image = true, "web:v7" })
			require.NotEmpty(t, b.plan(NewAbort(b.pair())).Warnings)
		})
	})
}

func TestAnAutoscalerWouldTakeEachStepBack(t *testing.T) {
	c := NewShift(newWorld(9, 1).pair(), []int32{5}, 0)
	_, s := stood()
	s.canary.level.Desired, s.stable.autoscaler = 1, "web-hpa"
	require.EqualError(t, possible(c, true, s),
		"HorizontalPodAutoscaler web-hpa scales shop/web-stable and would take each step back within 15 s: remove or suspend it first")
	c.Kind = Abort
	require.NoError(t, possible(c, true, s))
}

func TestAHoldThatWasLeftIsNeverBarred(t *testing.T) {
	c := NewHold(newWorld(5, 1).pair().Stable, 2)
	s := look(c, newWorld(5, 1).snapshot())
	require.ErrorContains(t, possible(c, true, s), "no rollout of shop/web-stable is under way")
	require.NoError(t, possible(c, false, s), "it may be at its end")
}

func TestAPlanWaitsForWhatIsLive(t *testing.T) {
	inBench(t, 9, 1, func(b *bench) {
		b.do(func(*world) { b.stale = "connection refused" })
		ctx, cancel := context.WithTimeout(b.Context(), 5*time.Second)
		defer cancel()
		_, err := b.runner.Plan(ctx, b.shift(5, 0))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "connection refused")
	})
}

func TestAPlanWaitsForTheServices(t *testing.T) {
	w := newWorld(9, 1)
	early, late := w.snapshot(), w.snapshot()
	early.Backends = nil
	early.Health.Resources = map[string]kube.ResourceHealth{"services": {State: kube.Syncing}}
	late.Health.Resources = map[string]kube.ResourceHealth{"services": {State: kube.Forbidden}}
	s, err := live(t.Context(), &listed{early, late})
	require.NoError(t, err)
	require.Same(t, late, s)
}

// listed snapshots, one after the other.
type listed []*kube.Snapshot

func (l *listed) Next(context.Context) (*kube.Snapshot, error) {
	first := (*l)[0]
	*l = (*l)[1:]
	return first, nil
}
func (l *listed) Health() kube.Health { return kube.Health{State: kube.Live} }
func (l *listed) Stop()               {}

func TestStepsThatFindNoRoom(t *testing.T) {
	node := func(name string, gpus int64) *kube.Node {
		return &kube.Node{
			Ref: kube.Ref{Kind: "Node", Name: name}, Ready: true, MaxPods: 100, Allocatable: kube.Amount{CPU: 8000},
			Accelerator: []kube.Accelerator{{Resource: "nvidia.com/gpu", Allocatable: gpus}},
		}
	}
	ref := kube.Ref{Kind: kube.KindDeployment, Name: "model-canary"}
	d := &kube.Deployment{Ref: ref, Request: kube.Amount{CPU: 1000}, GPUs: map[string]int64{"nvidia.com/gpu": 2}}
	s := &kube.Snapshot{
		Rollouts: []*kube.Rollout{{Deployment: d}}, Nodes: []*kube.Node{node("a", 3), node("b", 1)}, Pods: []*kube.Pod{},
	}
	ahead := []stage{scaled(0, "canary", ref, 1, 2), scaled(1, "canary", ref, 2, 5), scaled(2, "canary", ref, 5, 1)}
	require.Equal(t, []string{
		"canary 2 → 5: the nodes have room for 1 of 3 more pods (nvidia.com/gpu needs 6, 4 free); it waits there until there is room",
	}, crowded(ahead, s))

	d.GPUs, d.Request.CPU = nil, 6000
	require.Equal(t, []string{
		"canary 2 → 5: the nodes have room for 2 of 3 more pods (CPU needs 18, 16 free); it waits there until there is room",
	}, crowded(ahead, s))

	s.Nodes = nil
	require.Empty(t, crowded(ahead, s), "not in sight, and no reason to warn")
}
