package fade

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
)

func (b *bench) shift(to int32, every time.Duration) Course {
	b.Helper()
	p := b.pair()
	from := p.Canary.Deployment.Replicas.Desired
	return NewShift(p, Steps(p.Total(), from, to, []int{10, 25, 50, 100}), every)
}

func TestAShiftInSteps(t *testing.T) {
	inBench(t, 9, 1, func(b *bench) {
		run := b.start(b.shift(10, 0))
		p := b.ended(run)
		require.Equal(t, Done, p.State, p.Text)
		require.Equal(t, "done: stable 0, canary 10", p.Text)
		require.Equal(t, []string{
			"scale deployment/web-canary --replicas=2", "scale deployment/web-stable --replicas=8",
			"scale deployment/web-canary --replicas=5", "scale deployment/web-stable --replicas=5",
			"scale deployment/web-canary --replicas=10", "scale deployment/web-stable --replicas=0",
		}, b.sent)
		require.EqualValues(t, 10, p.Floor)
		require.GreaterOrEqual(t, *p.Lowest, p.Floor)
		require.Len(t, p.Receipts, 6)
		for _, r := range p.Receipts {
			require.Equal(t, p.Course.ID, r.Course)
		}
		require.False(t, p.Unfinished)
		require.Empty(t, p.Err)
		require.Equal(t, []rollout.CourseState{"begun", "step", "step", "step", "ended"}, b.lines())
		require.Empty(t, b.unfinished())
		require.Empty(t, b.runner.Running())
		require.EqualValues(t, 0, p.Stable.Desired)
		require.EqualValues(t, 10, *p.Canary.Endpoints)
	})
}

func TestAShiftSaysWhatItWaitsFor(t *testing.T) {
	inBench(t, 3, 1, func(b *bench) {
		b.do(func(w *world) { w.delay = func(*member) int { return 4 } })
		b.do(func(w *world) { w.canary().minReady = 5 })
		run := b.start(b.shift(2, 0))
		p := b.until(run, func(p Progress) bool { return p.Canary.Ready == 2 })
		require.Equal(t, Waiting, p.State)
		require.Contains(t, p.Text, "waiting for 1 of 2 canary pods to become available", "ready is not available")
		require.EqualValues(t, 3, p.Stable.Desired)
		require.Equal(t, Done, b.ended(run).State)
	})
}

func TestPodsThatNeverComeLowerNothing(t *testing.T) {
	inBench(t, 3, 1, func(b *bench) {
		b.do(func(w *world) { w.delay = func(*member) int { return -1 } })
		run := b.start(b.shift(4, 0))
		b.until(run, in(Waiting))
		time.Sleep(3 * time.Minute)
		p := run.Progress()
		require.Equal(t, Waiting, p.State)
		require.Contains(t, p.Text, "waiting for 1 of 2 canary pods to become available")
		require.Equal(t, replicas{3, 2}, b.replicas())
		run.TakeBack()
		p = b.ended(run)
		require.Equal(t, "taken back: stable 3, canary 1", p.Text)
		require.EqualValues(t, 4, *p.Lowest)
	})
}

func TestAPauseBetweenStepsTakesItsTime(t *testing.T) {
	inBench(t, 9, 1, func(b *bench) {
		run := b.start(b.shift(5, time.Hour))
		p := b.until(run, in(Holding))
		require.Contains(t, p.Text, "holding after step 1 of 2 at canary 2 of 10: goes on at ")
		require.WithinDuration(t, time.Now().Add(time.Hour), p.Until, 2*time.Second)
		require.Equal(t, replicas{8, 2}, b.replicas())
		time.Sleep(59 * time.Minute)
		require.Equal(t, Holding, run.Progress().State)
		time.Sleep(2 * time.Minute)
		require.Equal(t, Done, b.ended(run).State)
	})
}

func TestAPauseUntilToldOtherwise(t *testing.T) {
	inBench(t, 9, 1, func(b *bench) {
		run := b.start(b.shift(5, Forever))
		p := b.until(run, in(Holding))
		require.Contains(t, p.Text, "goes on when you say so")
		require.Zero(t, p.Until)
		time.Sleep(time.Hour)
		require.Equal(t, replicas{8, 2}, b.replicas())
		run.Continue()
		require.Equal(t, "done: stable 5, canary 5", b.ended(run).Text)
	})
}

func TestTakeBackFromAHold(t *testing.T) {
	inBench(t, 9, 1, func(b *bench) {
		run := b.start(b.shift(10, Forever))
		b.until(run, in(Holding))
		run.Continue()
		b.until(run, func(p Progress) bool { return p.State == Holding && p.Course.Step == 2 })
		run.TakeBack()
		require.Equal(t, TakingBack, b.until(run, in(TakingBack)).State)
		p := b.ended(run)
		require.Equal(t, "taken back: stable 9, canary 1", p.Text)
		require.GreaterOrEqual(t, *p.Lowest, p.Floor)
		require.Equal(t, replicas{9, 1}, b.replicas())
		require.Empty(t, b.unfinished())
	})
}

func TestStopAtRestIsTheEnd(t *testing.T) {
	inBench(t, 9, 1, func(b *bench) {
		run := b.start(b.shift(10, Forever))
		b.until(run, in(Holding))
		run.Stop()
		p := b.ended(run)
		require.Equal(t, Stopped, p.State)
		require.Equal(t, "stopped at stable 8, canary 2", p.Text)
		require.False(t, p.Unfinished)
		require.Empty(t, p.Err, "somebody wanted it so")
		require.Empty(t, b.unfinished())
	})
}

func TestStopHalfWayCanBeFinishedOrTakenBack(t *testing.T) {
	for _, back := range []bool{false, true} {
		inBench(t, 9, 1, func(b *bench) {
			b.do(func(w *world) { w.delay = func(*member) int { return 20 } })
			run := b.start(b.shift(5, 0))
			b.until(run, in(Waiting))
			run.Stop()
			p := b.ended(run)
			require.True(t, p.Unfinished)
			require.Equal(t, "stopped at stable 9, canary 2, half-way (the total is 10): finish it or take it back", p.Text)
			left := b.unfinished()
			require.Len(t, left, 1)
			require.Equal(t, p.Text, left[0].Text)

			_, err := b.runner.Start(b.shift(6, 0), rollout.Confirmation{})
			require.ErrorContains(t, err, "left half-way", "nothing new is begun on top of it")
			again := b.start(left[0].Course)
			again.Stop() // before it has looked, or after: it is half-way all the same
			require.True(t, b.ended(again).Unfinished)
			c, want := left[0].Course, replicas{5, 5}
			if back {
				c, want = c.TakeBack(), replicas{9, 1}
			}
			again = b.start(c)
			require.Equal(t, Done, b.ended(again).State)
			require.Equal(t, want, b.replicas())
			require.Empty(t, b.unfinished())
			_, err = b.runner.Start(c, rollout.Confirmation{})
			require.ErrorContains(t, err, "the course has ended")
		})
	}
}

// While the answer to a write is awaited both come: the order to stop, and a
// snapshot by which the next write could follow. It is left to chance which of
// them is seen first, so it is tried several times.
func TestNothingIsWrittenAfterAStop(t *testing.T) {
	for range 20 {
		inBench(t, 3, 1, func(b *bench) {
			runs := make(chan *Run, 1)
			first := sync.OnceFunc(func() {
				(<-runs).Stop()
				time.Sleep(10 * time.Second)
			})
			b.after = func(string) { first() }
			run := b.start(b.shift(2, 0))
			runs <- run
			p := b.ended(run)
			require.Equal(t, "stopped at stable 3, canary 2, half-way (the total is 4): finish it or take it back", p.Text)
			require.Equal(t, replicas{3, 2}, b.replicas())
			require.Len(t, b.sent, 1)
		})
	}
}

// While a write is planned, which may take long, the order to stop or to go back
// comes: the write that was planned is not sent. So it is while it is planned anew,
// because the first meant an object that somebody had edited.
func TestAnOrderOvertakesAPlan(t *testing.T) {
	for name, order := range map[string]func(*Run){"stop": (*Run).Stop, "back": (*Run).TakeBack} {
		for _, conflicts := range []int{0, 1} {
			t.Run(fmt.Sprint(name, conflicts), func(t *testing.T) {
				inBench(t, 3, 1, func(b *bench) {
					runs := make(chan *Run, 1)
					plans := 0
					b.meddle = func(_ *world, target string) {
						if target == "web-stable" {
							if plans++; plans == conflicts+1 {
								order(<-runs)
							}
						}
					}
					b.answers["web-stable"] = slices.Repeat([]rollout.Result{rollout.Conflict}, conflicts)
					run := b.start(b.shift(2, 0))
					runs <- run
					b.ended(run)
					require.Equal(t, "scale deployment/web-canary --replicas=2", b.sent[0])
					require.NotContains(t, b.sent, "scale deployment/web-stable --replicas=2")
				})
			})
		}
	}
}

func TestAnOrderIsTakenOnce(t *testing.T) {
	r := &Run{bell: make(chan struct{}, 1)}
	r.Continue()
	r.TakeBack()
	require.Equal(t, orders{proceed: true, back: true}, r.taken())
	require.Equal(t, orders{}, r.taken())
}
