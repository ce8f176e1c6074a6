package guard_test

import (
	"errors"
	"testing"
	"time"

	"fader/kube/guard"
	"fader/kube/rollout"
	"fader/metrics"
	"fader/metrics/fake"

	"github.com/stretchr/testify/require"
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
