package guard_test

import (
	"errors"
	"testing"
	"time"

	"fader/kube"
	"fader/kube/guard"
	"fader/kube/rollout"
	"fader/metrics"
	"fader/metrics/fake"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestALimitThatIsBrokenThreeTimesInARowIsABreach(t *testing.T) {
	for name, c := range map[string]struct {
		limits metrics.Limits
		load   fake.Load
		text   string
	}{
		"errors":    {metrics.Limits{MaxErrors: 0.01}, failing(), "errors 6.0% are over the limit of 1.0%"},
		"latency":   {metrics.Limits{MaxP99: 200 * time.Millisecond}, slow(), "is over the limit of 200 ms"},
		"not worse": {metrics.Limits{NotWorse: true}, slow(), "slower"},
	} {
		t.Run(name, func(t *testing.T) {
			w := worldOf(t)
			w.window = 10 * time.Minute
			w.load[2] = c.load
			g := w.arm(guard.Order{Limits: c.limits, OnBreach: guard.Pause})
			g, early := w.watch(g, 2)
			require.Empty(t, early)
			require.Equal(t, guard.Watching, g.State)
			require.Contains(t, g.Text, "(2 of 3 refreshes)")
			g, handed := w.watch(g, 1)
			require.Equal(t, []guard.News{{
				Changed: true, Before: guard.Watching, Do: guard.Pause, Intent: rollout.Intent{Verb: rollout.Pause, Target: ref()},
			}}, handed)
			require.Equal(t, guard.Breached, g.State)
			require.Equal(t, w.now, g.Broke)
			require.Contains(t, g.Text, c.text)
			_, again := w.watch(g, 10)
			require.Empty(t, again, "one act a breach")
		})
	}
}

func TestWhatABreachHandsOut(t *testing.T) {
	undo := rollout.Intent{
		Verb: rollout.Undo, Target: ref(), Revision: 1, ReplicaSet: "fraud-1", Cause: "guard: errors 6.0% are over the limit of 1.0%",
	}
	pause := rollout.Intent{Verb: rollout.Pause, Target: ref()}
	pausedSince := func(w *world) { w.deployment.Spec.Paused = true }
	for name, c := range map[string]struct {
		order  guard.Action
		before func(*world) // it is armed
		after  func(*world)
		do     guard.Action
		intent rollout.Intent
		why    string
	}{
		"notify":                        {order: guard.Notify, do: guard.Notify},
		"propose":                       {order: guard.Propose, do: guard.Propose, intent: pause},
		"propose on a paused one":       {order: guard.Propose, after: pausedSince, do: guard.Propose, intent: undo},
		"propose on a complete one":     {order: guard.Propose, after: (*world).complete, do: guard.Propose, intent: undo},
		"pause":                         {order: guard.Pause, do: guard.Pause, intent: pause},
		"pause, paused by somebody":     {order: guard.Pause, after: pausedSince, do: guard.Notify, why: "it is paused already"},
		"pause, complete":               {order: guard.Pause, after: (*world).complete, do: guard.Propose, intent: undo, why: "the rollout is complete: a pause would hold nothing back"},
		"undo":                          {order: guard.Undo, do: guard.Undo, intent: undo},
		"undo, paused since":            {order: guard.Undo, after: pausedSince, do: guard.Propose, intent: undo, why: "somebody has paused it since: what becomes of it is theirs to say"},
		"undo, paused when it was arms": {order: guard.Undo, before: pausedSince, do: guard.Undo, intent: undo},
	} {
		t.Run(name, func(t *testing.T) {
			w := worldOf(t)
			w.load[2] = failing()
			if c.before != nil {
				c.before(w)
			}
			g := w.arm(guard.Order{OnBreach: c.order, For: time.Hour})
			if c.after != nil {
				c.after(w)
			}
			_, handed := w.watch(g, 5)
			require.Len(t, handed, 1)
			require.Equal(t, c.do, handed[0].Do)
			require.Equal(t, c.intent, handed[0].Intent)
			require.Equal(t, c.why, handed[0].Why)
		})
	}
}

// A pod template that comes back has the ReplicaSet that it had before, and what
// its pods did then is not held against those it has now.
func TestPodsThatAreGoneAreNotJudged(t *testing.T) {
	w := worldOf(t)
	w.load[2] = failing()
	pod := func(name string) *kube.Pod {
		return &kube.Pod{Ref: kube.Ref{Kind: kube.KindPod, Namespace: "ml", Name: name, UID: name}, OwnerUID: "rs-2", IsReady: true}
	}
	w.pods = []*kube.Pod{pod("fraud-2-bbbbb")}
	g, handed := w.watch(w.arm(guard.Order{OnBreach: guard.Pause}), 5)
	require.Empty(t, handed)
	require.Equal(t, guard.Halted, g.State)
	require.Equal(t, "Prometheus has no figures for these pods", g.Text)
	w.pods = append(w.pods, pod("fraud-2-aaaaa"))
	g, _ = w.watch(g, 3)
	require.Equal(t, guard.Breached, g.State)
}

func TestNotWorseIsJudgedAlsoWhenTheOtherRevisionIsGone(t *testing.T) {
	w := worldOf(t)
	w.window = 10 * time.Minute
	g, _ := w.watch(w.arm(guard.Order{Limits: metrics.Limits{NotWorse: true}, OnBreach: guard.Notify, For: time.Hour}), 1)
	require.Equal(t, guard.Watching, g.State, g.Text)
	w.complete()
	g, _ = w.watch(g, 1)
	require.Equal(t, guard.Watching, g.State, g.Text)
	alone := worldOf(t)
	alone.complete()
	g, _ = alone.watch(alone.arm(guard.Order{Limits: metrics.Limits{NotWorse: true}, OnBreach: guard.Notify}), 3)
	require.Equal(t, guard.Halted, g.State, "there is nothing to compare with")
}

// Whatever happens: it writes only after three new readings in a row that break a
// limit, never while it is blind, and at most once.
func TestItNeverActsWithoutEvidence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		g := w.arm(guard.Order{
			OnBreach: rapid.SampledFrom([]guard.Action{guard.Pause, guard.Undo}).Draw(t, "order"), For: time.Hour,
		})
		broken, handed, writes := 0, 0, 0
		step := rapid.SampledFrom([]string{"good", "failing", "failing", "failing", "same", "down", "idle", "unseen", "pause", "resume"})
		for range rapid.IntRange(3, 14).Draw(t, "steps") {
			w.down, w.unseen = nil, ""
			switch s := step.Draw(t, "step"); s {
			case "good":
				w.load[2] = good()
				w.later()
				broken, handed = 0, 0
			case "failing":
				w.load[2] = failing()
				w.later()
				broken++
			case "same":
				w.now = w.now.Add(time.Second)
			case "idle":
				w.load[2] = fake.Load{}
				w.later()
				broken = 0
			case "down":
				w.down, broken = errors.New("down"), 0
			case "unseen":
				w.unseen, broken = "disconnected", 0
			default:
				w.deployment.Spec.Paused = s == "pause"
			}
			var news guard.News
			g, news = g.Observe(w.sight())
			if news.Do == guard.Nothing {
				continue
			}
			handed++
			require.GreaterOrEqual(t, broken, 3)
			require.Equal(t, 1, handed, "once in a breach")
			if news.Do.Writes() {
				writes++
				g = g.Acted(guard.Deed{Verb: news.Intent.Verb, Receipt: rollout.Receipt{Result: rollout.Applied}})
			}
			require.LessOrEqual(t, writes, 1)
		}
	})
}

// A canary that rolled out whole has no other revision: its stable Deployment is.
func TestACanaryIsComparedWithItsStable(t *testing.T) {
	for state, load := range map[guard.State]fake.Load{guard.Breached: slow(), guard.Watching: good()} {
		w := worldOf(t)
		w.window = 10 * time.Minute
		w.complete()
		w.load[2] = load
		w.stable = &kube.Rollout{
			Deployment: &kube.Deployment{Ref: kube.Ref{Kind: kube.KindDeployment, Namespace: "ml", Name: "stable"}},
			Revisions: []*kube.Revision{{New: true, ReplicaSet: &kube.ReplicaSet{
				Ref: kube.Ref{Kind: kube.KindReplicaSet, Namespace: "ml", Name: "stable-1"}, Current: 3,
			}}},
		}
		g, _ := w.watch(w.arm(guard.Order{Limits: metrics.Limits{NotWorse: true}, OnBreach: guard.Notify, For: time.Hour}), 3)
		require.Equal(t, state, g.State, g.Text)
	}
}
