package fade

import (
	"os"
	"testing"
	"time"

	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
)

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

func TestNobodyKnowsWhatBecameOfTheFirstWrite(t *testing.T) {
	inBench(t, 9, 1, func(b *bench) {
		b.answers["web-canary"] = []rollout.Result{rollout.Unclear}
		p := b.ended(b.start(b.shift(2, 0)))
		require.True(t, p.Unfinished)
		require.Len(t, b.unfinished(), 1)
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
		b.planErrs["web-canary"], b.planErrs["web-stable"] = tries-1, tries-1
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
