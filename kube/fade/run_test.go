package fade

import (
	"os"
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
			c, want := left[0].Course, replicas{5, 5}
			if back {
				c, want = c.TakeBack(), replicas{9, 1}
			}
			again := b.start(c)
			require.Equal(t, Done, b.ended(again).State)
			require.Equal(t, want, b.replicas())
			require.Empty(t, b.unfinished())
			_, err = b.runner.Start(c, rollout.Confirmation{})
			require.ErrorContains(t, err, "the course has ended")
		})
	}
}

func TestTheSecondWriteIsRefused(t *testing.T) {
	for _, result := range []rollout.Result{rollout.Refused, rollout.Unclear} {
		inBench(t, 9, 1, func(b *bench) {
			b.answers["web-stable"] = []rollout.Result{result}
			p := b.ended(b.start(b.shift(2, 0)))
			require.Equal(t, Failed, p.State)
			require.Equal(t, string(result)+" of web-stable · left at stable 9, canary 2: finish it or take it back", p.Text)
			require.Equal(t, p.Text, p.Err)
			require.True(t, p.Unfinished)
			left := b.unfinished()
			require.Len(t, left, 1)
			require.Equal(t, Done, b.ended(b.start(left[0].Course)).State)
			require.Equal(t, replicas{8, 2}, b.replicas())
		})
	}
}

func TestTheFirstWriteIsRefused(t *testing.T) {
	inBench(t, 9, 1, func(b *bench) {
		b.answers["web-canary"] = []rollout.Result{rollout.Refused}
		p := b.ended(b.start(b.shift(2, 0)))
		require.Equal(t, "refused of web-canary", p.Text)
		require.False(t, p.Unfinished, "nothing was done")
		require.Empty(t, b.unfinished())
	})
}

func TestAConflictIsPlannedAnewOnce(t *testing.T) {
	inBench(t, 9, 1, func(b *bench) {
		b.answers["web-stable"] = []rollout.Result{rollout.Conflict}
		p := b.ended(b.start(b.shift(2, 0)))
		require.Equal(t, Done, p.State, p.Text)
		require.Len(t, p.Receipts, 3)
	})
	inBench(t, 9, 1, func(b *bench) {
		b.answers["web-stable"] = []rollout.Result{rollout.Conflict, rollout.Conflict}
		p := b.ended(b.start(b.shift(2, 0)))
		require.Equal(t, Failed, p.State)
		require.True(t, p.Unfinished)
	})
}

func TestAPlanThatCannotBeMadeIsTriedAgain(t *testing.T) {
	inBench(t, 9, 1, func(b *bench) {
		b.planErrs["web-stable"] = tries - 1
		require.Equal(t, Done, b.ended(b.start(b.shift(2, 0))).State)
	})
	inBench(t, 9, 1, func(b *bench) {
		b.planErrs["web-stable"] = tries
		p := b.ended(b.start(b.shift(2, 0)))
		require.Equal(t, "cannot read it · left at stable 9, canary 2: finish it or take it back", p.Text)
	})
}

func TestSomebodyElseScales(t *testing.T) {
	t.Run("before the course looks", func(t *testing.T) {
		inBench(t, 9, 1, func(b *bench) {
			c := b.shift(2, 0)
			b.do(func(w *world) { w.stable().replicas = 12 })
			p := b.ended(b.start(c))
			require.Equal(t, "replicas are 12 + 1 by now and were 9 + 1: look again, nothing was written", p.Text)
			require.Empty(t, b.sent)
		})
	})
	t.Run("meanwhile", func(t *testing.T) {
		inBench(t, 9, 1, func(b *bench) {
			run := b.start(b.shift(10, Forever))
			b.until(run, in(Holding))
			b.do(func(w *world) {
				w.stable().replicas = 4
				w.touch(w.stable())
			})
			p := b.ended(run)
			require.Equal(t, Stopped, p.State)
			require.Equal(t, "somebody else scaled shop/web-stable to 4, it was to have 8: the course ends here, nothing more is written", p.Err)
			require.Empty(t, b.unfinished(), "there is no way on from there, nor back")
		})
	})
	t.Run("between look and write", func(t *testing.T) {
		inBench(t, 9, 1, func(b *bench) {
			b.meddle = func(w *world, target string) {
				if target == "web-stable" {
					w.stable().replicas = 20
				}
			}
			p := b.ended(b.start(b.shift(2, 0)))
			require.Equal(t, "somebody else scaled shop/web-stable to 20, it was to have 9: the course ends here, nothing more is written", p.Err)
			require.Equal(t, Stopped, p.State)
			require.False(t, p.Unfinished)
			require.EqualValues(t, 20, b.replicas().stable)
		})
	})
	t.Run("deletes one", func(t *testing.T) {
		inBench(t, 9, 1, func(b *bench) {
			run := b.start(b.shift(10, Forever))
			b.until(run, in(Holding))
			b.do(func(w *world) { w.members = w.members[:1] })
			require.Equal(t, "shop/web-canary does not exist any more: the course ends here", b.ended(run).Err)
		})
	})
}

func TestWhatIsNotLiveIsWaitedFor(t *testing.T) {
	inBench(t, 9, 1, func(b *bench) {
		run := b.start(b.shift(10, Forever))
		b.until(run, in(Holding))
		b.do(func(*world) { b.stale = "connection refused" })
		run.Continue()
		b.until(run, func(p Progress) bool {
			return p.State == Waiting && p.Text == "what is shown is not live (disconnected): connection refused: waits until it is live again"
		})
		time.Sleep(time.Minute)
		require.Equal(t, replicas{8, 2}, b.replicas())
		b.do(func(*world) { b.stale = "" })
		b.until(run, func(p Progress) bool { return p.State == Holding && p.Course.Step == 2 })
	})
}

func TestAProtectedContextWantsTheName(t *testing.T) {
	inBench(t, 9, 1, func(b *bench) {
		b.protected = true
		run, err := b.runner.Start(b.shift(2, 0), rollout.Confirmation{Typed: "web-canary"})
		require.NoError(t, err)
		p := b.ended(run)
		require.Equal(t, "prod is protected: type web to confirm", p.Err)
		require.Empty(t, b.sent)

		require.Equal(t, Done, b.ended(b.start(b.shift(2, 0))).State)
		require.Equal(t, []string{"web-canary", "web-stable"}, b.words, "each write carries what its own plan asks for")
	})
}

func TestWithoutAJournalNothingIsWritten(t *testing.T) {
	inBench(t, 9, 1, func(b *bench) {
		require.NoError(t, os.Mkdir(b.path, 0o700))
		_, err := b.runner.Start(b.shift(2, 0), rollout.Confirmation{})
		require.ErrorContains(t, err, "the journal cannot be read")
		require.NoError(t, os.Remove(b.path))

		run := b.start(b.shift(5, Forever))
		b.until(run, in(Holding))
		require.NoError(t, os.Remove(b.path))
		require.NoError(t, os.Mkdir(b.path, 0o700))
		run.Continue()
		p := b.ended(run)
		require.Equal(t, Failed, p.State)
		require.Contains(t, p.Err, "the journal cannot be written, so nothing more is")
		require.Equal(t, replicas{8, 2}, b.replicas())
	})
}

func TestCloseLeavesItForTheNextProcess(t *testing.T) {
	inBench(t, 9, 1, func(b *bench) {
		b.do(func(w *world) { w.delay = func(*member) int { return 20 } })
		run := b.start(b.shift(2, 0))
		b.until(run, in(Waiting))
		require.Equal(t, []*Run{run}, b.runner.Running())
		b.runner.Close()
		p := b.ended(run)
		require.True(t, p.Unfinished)
		require.Contains(t, p.Text, "fader was closed: waiting for 1 of 2 canary pods")
		require.Len(t, b.unfinished(), 1)
		require.NoError(t, b.runner.Leave(p.Course))
		require.Empty(t, b.unfinished())
	})
}
