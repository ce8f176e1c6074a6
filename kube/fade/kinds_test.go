package fade

import (
	"testing"
	"time"

	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
)

func TestAbort(t *testing.T) {
	inBench(t, 5, 5, func(b *bench) {
		p := b.ended(b.start(NewAbort(b.pair())))
		require.Equal(t, "done: stable 10, canary 0", p.Text)
		require.Equal(t, []string{"scale deployment/web-stable --replicas=10", "scale deployment/web-canary --replicas=0"}, b.sent)
		require.EqualValues(t, 10, *p.Lowest)
	})
}

// A canary whose pods have all broken down must not hold up the way out of it.
func TestTheWayOutOfACanaryThatBrokeDown(t *testing.T) {
	for _, c := range []struct {
		name string
		take func(b *bench, run *Run) *Run
		want replicas
	}{
		{"take back", func(_ *bench, run *Run) *Run {
			run.TakeBack()
			return run
		}, replicas{9, 1}},
		{"abort", func(b *bench, run *Run) *Run {
			run.Stop()
			b.ended(run)
			return b.start(NewAbort(b.pair()))
		}, replicas{10, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBench(t, 9, 1, func(b *bench) {
				run := b.start(b.shift(10, Forever))
				b.until(run, in(Holding))
				run.Continue()
				b.until(run, func(p Progress) bool { return p.State == Holding && p.Course.Step == 2 })
				b.do(func(w *world) {
					for _, p := range w.canary().pods {
						p.sick = 1 << 30
					}
				})
				time.Sleep(2 * time.Second)
				run = c.take(b, run)
				require.Equal(t, Done, b.ended(run).State)
				require.Equal(t, c.want, b.replicas())
			})
		})
	}
}

func TestPromote(t *testing.T) {
	for _, c := range []struct {
		stable, canary int32
		sent           []string
	}{
		{5, 5, []string{
			"set image deployment/web-stable web=web:v2",
			"scale deployment/web-stable --replicas=9", "scale deployment/web-canary --replicas=1",
		}},
		{0, 10, []string{ // all of it shifted: nothing is rolled out, and it grows with the new image
			"set image deployment/web-stable web=web:v2",
			"scale deployment/web-stable --replicas=9", "scale deployment/web-canary --replicas=1",
		}},
	} {
		inBench(t, c.stable, c.canary, func(b *bench) {
			run := b.start(NewPromote(b.pair(), 1))
			if c.stable > 0 {
				p := b.until(run, func(p Progress) bool { return p.State == Rolling && p.Stable.Updated == 2 })
				require.Contains(t, p.Text, "waiting for the rollout of shop/web-stable: 2 of 5 updated pods available")
			}
			p := b.ended(run)
			require.Equal(t, "done: stable 9, canary 1", p.Text)
			require.Equal(t, c.sent, b.sent)
			require.Equal(t, "web:v2", b.stable().image)
			require.GreaterOrEqual(t, *p.Lowest, p.Floor)
		})
	}
}

func TestAPromotionIsTakenBack(t *testing.T) {
	inBench(t, 5, 5, func(b *bench) {
		run := b.start(NewPromote(b.pair(), 1))
		b.until(run, func(p Progress) bool { return p.Stable.Updated == 2 })
		run.TakeBack()
		p := b.ended(run)
		require.Equal(t, "taken back: stable 5, canary 5", p.Text)
		require.Equal(t, []string{"set image deployment/web-stable web=web:v2", "set image deployment/web-stable web=web:v1"}, b.sent)
	})
}

func TestSomebodyElseSetsTheImage(t *testing.T) {
	inBench(t, 5, 5, func(b *bench) {
		run := b.start(NewPromote(b.pair(), 1))
		b.until(run, func(p Progress) bool { return p.Stable.Updated == 1 })
		b.do(func(w *world) {
			w.stable().image = "web:v3"
			w.touch(w.stable())
		})
		require.Contains(t, b.ended(run).Err, "somebody else set the image of shop/web-stable")
	})
}

// rolling begins a rollout of the stable, paused or not.
func (b *bench) rolling(paused bool) {
	b.do(func(w *world) {
		w.write(rollout.Intent{Verb: rollout.SetImage, Target: w.pair().Stable.Ref(), Images: "web=web:v9"})
		w.stable().paused = paused
	})
	time.Sleep(2 * time.Second)
}

func TestHold(t *testing.T) {
	for _, paused := range []bool{true, false} {
		inBench(t, 6, 1, func(b *bench) {
			b.rolling(paused)
			run := b.start(NewHold(b.pair().Stable, 2))
			p := b.ended(run)
			require.Equal(t, "paused: 2 of 6 updated pods available", p.Text)
			require.True(t, b.stable().paused)
			want := []string{"rollout resume deployment/web-stable", "rollout pause deployment/web-stable"}
			if !paused {
				want = want[1:]
			}
			require.Equal(t, want, b.sent)
		})
	}
}

func TestHoldIsTakenBack(t *testing.T) {
	for _, paused := range []bool{true, false} {
		inBench(t, 6, 1, func(b *bench) {
			b.rolling(paused)
			run := b.start(NewHold(b.pair().Stable, 4))
			b.until(run, func(p Progress) bool { return p.Stable.Updated >= 1 })
			run.TakeBack()
			p := b.ended(run)
			require.Equal(t, Done, p.State)
			require.Less(t, p.Stable.Updated, int32(4))
			require.Equal(t, paused, b.stable().paused, "as it was when it began")
		})
	}
}

func TestHoldComesTooLate(t *testing.T) {
	inBench(t, 6, 1, func(b *bench) {
		b.rolling(false)
		c := NewHold(b.pair().Stable, 5)
		time.Sleep(time.Minute)
		require.Equal(t, "the rollout completed before it could be held: 6 of 6 updated pods available", b.ended(b.start(c)).Text)
		require.Empty(t, b.sent)
	})
}

func TestSomebodyElsePausesDuringAHold(t *testing.T) {
	inBench(t, 6, 1, func(b *bench) {
		b.rolling(true)
		run := b.start(NewHold(b.pair().Stable, 5))
		b.until(run, func(p Progress) bool { return p.Stable.Updated >= 1 })
		b.do(func(w *world) { w.write(rollout.Intent{Verb: rollout.Pause, Target: w.pair().Stable.Ref()}) })
		require.Contains(t, b.ended(run).Err, "somebody else paused shop/web-stable")
	})
}

func TestStopDuringAHold(t *testing.T) {
	inBench(t, 6, 1, func(b *bench) {
		b.rolling(true)
		run := b.start(NewHold(b.pair().Stable, 5))
		b.until(run, func(p Progress) bool { return p.Stable.Updated >= 1 })
		run.Stop()
		p := b.ended(run)
		require.Equal(t, "stopped: the rollout is not held any more", p.Text)
		require.False(t, p.Unfinished)
	})
}
