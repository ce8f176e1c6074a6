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

func TestAnOrderHasToBeSound(t *testing.T) {
	w := worldOf(t)
	alone := worldOf(t)
	alone.sets = alone.sets[1:]
	limits := metrics.Limits{MaxErrors: 0.01}
	for want, try := range map[string]struct {
		order guard.Order
		in    *world
	}{
		"needs a Deployment":                     {guard.Order{Limits: limits, OnBreach: guard.Notify}, w},
		"needs a limit":                          {guard.Order{Target: ref(), OnBreach: guard.Notify}, w},
		`"explode" is nothing that a guard does`: {guard.Order{Target: ref(), Limits: limits, OnBreach: "explode"}, w},
		"cannot be below zero":                   {guard.Order{Target: ref(), Limits: limits, OnBreach: guard.Notify, For: -1}, w},
		"ml/fraud has no earlier revision":       {guard.Order{Target: ref(), Limits: limits, OnBreach: guard.Undo}, alone},
	} {
		_, err := guard.Arm(try.order, try.in.rollout(), noon())
		require.ErrorContains(t, err, want)
	}
}

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
	undo := rollout.Intent{Verb: rollout.Undo, Target: ref(), Revision: 1, ReplicaSet: "fraud-1"}
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

func TestWithoutDataItIsHaltedAndNeverDone(t *testing.T) {
	none := func(w *world) { w.load = map[int]fake.Load{1: good()} }
	for name, c := range map[string]struct {
		trouble func(*world)
		text    string
	}{
		"Prometheus down": {func(w *world) { w.down = errors.New("Prometheus refuses connections") }, "no new figures: Prometheus refuses connections"},
		"no traffic":      {func(w *world) { w.load[2] = fake.Load{} }, "no traffic"},
		"no figures":      {none, "Prometheus has no figures for these pods"},
		"too few":         {func(w *world) { w.load[2] = fake.Load{Rate: 0.05} }, "too few requests to judge"},
		"unseen":          {func(w *world) { w.unseen = "the namespace ml is not shown" }, "the namespace ml is not shown"},
		"no ReplicaSet":   {func(w *world) { w.sets = w.sets[:1] }, "has made no ReplicaSet"},
	} {
		t.Run(name, func(t *testing.T) {
			w := worldOf(t)
			w.complete()
			g := w.arm(guard.Order{OnBreach: guard.Undo, For: time.Hour})
			require.Equal(t, guard.Halted, g.State, "before there are figures")
			g, _ = w.watch(g, 2)
			require.Equal(t, guard.Watching, g.State)
			c.trouble(w)
			g, handed := w.watch(g, 30)
			require.Empty(t, handed)
			require.Equal(t, guard.Halted, g.State)
			require.Equal(t, w.now.Add(-29*fake.Scrape), g.Since)
			require.Contains(t, g.Text, c.text)
			require.False(t, g.P99.Known, "no old figures beside it")
		})
	}
}

func TestOldFiguresHalt(t *testing.T) {
	w := worldOf(t)
	g, _ := w.watch(w.arm(guard.Order{OnBreach: guard.Notify}), 1)
	w.now = w.now.Add(2 * time.Minute) // and no new picture
	g, news := g.Observe(w.sight())
	require.Equal(t, guard.News{Changed: true, Before: guard.Watching}, news)
	require.Contains(t, g.Text, "old")
	g, _ = w.watch(g, 1)
	require.Equal(t, guard.Watching, g.State, "it goes on")
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

func TestAHaltTakesBackWhatWasCounted(t *testing.T) {
	w := worldOf(t)
	w.load[2] = failing()
	g, _ := w.watch(w.arm(guard.Order{OnBreach: guard.Pause}), 2)
	w.unseen = "disconnected"
	g, _ = g.Observe(w.sight())
	w.unseen = ""
	g, handed := w.watch(g, 2)
	require.Empty(t, handed)
	g, _ = w.watch(g, 1)
	require.Equal(t, guard.Breached, g.State)
}

func TestAnAnswerThatComesBackWithTheSamePointIsNoEvidence(t *testing.T) {
	w := worldOf(t)
	w.load[2] = failing()
	g, _ := w.watch(w.arm(guard.Order{OnBreach: guard.Pause}), 2)
	for range 20 {
		w.down = errors.New("down")
		g, _ = g.Observe(w.sight())
		w.down = nil
		var news guard.News
		g, news = g.Observe(w.sight())
		require.Equal(t, guard.Nothing, news.Do)
	}
}

func TestItIsDoneWhenTheRolloutIsCompleteAndTheLimitsWereKept(t *testing.T) {
	w := worldOf(t)
	g, _ := w.watch(w.arm(guard.Order{OnBreach: guard.Pause, For: time.Minute}), 20)
	require.Equal(t, guard.Watching, g.State, "it is under way")
	w.complete()
	g, _ = w.watch(g, 3)
	require.Equal(t, guard.Watching, g.State)
	w.load[2] = failing()
	g, _ = w.watch(g, 1) // the time begins anew
	w.load[2] = good()
	g, _ = w.watch(g, 3)
	w.down = errors.New("down")
	g, _ = w.watch(g, 1) // and again
	w.down = nil
	g, _ = w.watch(g, 4)
	require.Equal(t, guard.Watching, g.State)
	g, _ = w.watch(g, 1)
	require.Equal(t, guard.Done, g.State)
	require.Equal(t, "revision 2 of ml/fraud is complete and its limits were kept for 1m0s", g.Text)
	g, news := g.Observe(w.later().sight())
	require.Equal(t, guard.News{Before: guard.Done}, news)
	require.True(t, g.State.Over())
}

func TestWithoutAnObservationTimeItIsDoneOnCompletion(t *testing.T) {
	w := worldOf(t)
	w.complete()
	g, _ := w.watch(w.arm(guard.Order{OnBreach: guard.Notify}), 1)
	require.Equal(t, guard.Done, g.State)
}

func TestThatLimitsWereBrokenIsNotForgotten(t *testing.T) {
	w := worldOf(t)
	w.load[2] = failing()
	g, _ := w.watch(w.arm(guard.Order{OnBreach: guard.Notify}), 4)
	w.load[2] = good()
	w.complete()
	g, _ = w.watch(g, 1)
	require.Equal(t, guard.Done, g.State)
	require.Contains(t, g.Text, "were broken at")
	require.False(t, g.Broke.IsZero())
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

func TestTheEndsOfWhatIsGuarded(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*world)
		state  guard.State
		text   string
	}{
		"deleted":   {func(w *world) { w.deployment = nil }, guard.Gone, "ml/fraud is gone"},
		"recreated": {func(w *world) { w.deployment.UID = "d-2" }, guard.Gone, "ml/fraud is gone"},
		"newer":     {func(w *world) { w.release(3) }, guard.Superseded, "revision 3 has taken the place of revision 2 of ml/fraud"},
		"undone":    {func(w *world) { w.release(1) }, guard.Superseded, "revision 2 of ml/fraud was taken back"},
		"unseen revision": {func(w *world) {
			w.release(3)
			w.sets = w.sets[:2]
		}, guard.Superseded, "a newer pod template has taken the place of revision 2 of ml/fraud"},
	} {
		t.Run(name, func(t *testing.T) {
			w := worldOf(t)
			w.load[2] = failing()
			g, _ := w.watch(w.arm(guard.Order{OnBreach: guard.Undo}), 2)
			c.change(w)
			g, handed := w.watch(g, 3)
			require.Empty(t, handed)
			require.Equal(t, c.state, g.State)
			require.Contains(t, g.Text, c.text)
		})
	}
}

func TestWhoResumesWhatItPausedIsNotFought(t *testing.T) {
	w := worldOf(t)
	w.load[2] = failing()
	g, _ := w.watch(w.arm(guard.Order{OnBreach: guard.Pause}), 3)
	g = g.Acted(guard.Deed{Verb: rollout.Pause, Receipt: rollout.Receipt{Result: rollout.Applied, Message: "paused ml/fraud"}})
	g, _ = w.watch(g, 1)
	require.Equal(t, "paused ml/fraud", g.Note, "the watch has not seen it yet: nobody has resumed anything")
	w.deployment.Spec.Paused = true
	g, _ = w.watch(g, 1)
	require.True(t, g.By)
	w.deployment.Spec.Paused = false
	w.load[2] = good()
	g, _ = w.watch(g, 1)
	require.Equal(t, "resumed since the guard paused it: from now on it only notifies", g.Note)
	w.load[2] = failing()
	_, handed := w.watch(g, 5)
	require.Equal(t, []guard.News{{
		Changed: true, Before: guard.Watching, Do: guard.Notify, Why: "the guard has acted once and does not act again",
	}}, handed)
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
