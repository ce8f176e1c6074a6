package metrics

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

// stuck is a Prometheus that can be made to hang.
type stuck struct {
	*fake
	hangs atomic.Bool
	calls atomic.Int64
}

func (s *stuck) wait(ctx context.Context) error {
	s.calls.Add(1)
	if !s.hangs.Load() {
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(10 * time.Second):
		return &Fault{Kind: TimedOut, Sentence: "did not answer within 10s"}
	}
}

func (s *stuck) instant(ctx context.Context, expr string, at time.Time) (model.Vector, remarks, error) {
	if err := s.wait(ctx); err != nil {
		return nil, remarks{}, err
	}
	return s.fake.instant(ctx, expr, at)
}

func (s *stuck) ranged(ctx context.Context, expr string, over span) (model.Matrix, remarks, error) {
	if err := s.wait(ctx); err != nil {
		return nil, remarks{}, err
	}
	return s.fake.ranged(ctx, expr, over)
}

func poll(t *testing.T, s source, change func(*PollOptions)) *Poller {
	t.Helper()
	o := PollOptions{Random: func() float64 { return 0.5 }}
	if change != nil {
		change(&o)
	}
	p, err := startPoller(t.Context(), s, o)
	require.NoError(t, err)
	return p
}

// next picture that is as wanted, within a time.
func next(t *testing.T, p *Poller, within time.Duration, wanted func(*Picture) bool) *Picture {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	for {
		picture, err := p.Next(ctx)
		require.NoError(t, err, "nothing as wanted within %s; the last was %s", within, p.Picture().State)
		if wanted(picture) {
			return picture
		}
	}
}

func live(p *Picture) bool { return p.State == Live && p.Filled }

func newStuck() *stuck { return &stuck{fake: fleet(time.Now().Add(-time.Hour))} }

func TestPollerKeepsUpToDate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStuck()
		p := poll(t, s, nil)
		first := next(t, p, time.Second, live)
		second := next(t, p, 11*time.Second, live)
		require.Equal(t, 10*time.Second, second.At.Sub(first.At))
		before := s.calls.Load()
		time.Sleep(95 * time.Second)
		require.InDelta(t, 2*9, s.calls.Load()-before, 3, "two queries every ten seconds, now and then who is there")
		third := next(t, p, 11*time.Second, live)
		require.Greater(t, third.At.Sub(second.At), 80*time.Second, "what nobody took is skipped")
		p.Stop()
		_, err := p.Next(t.Context())
		require.ErrorIs(t, err, ErrStopped)
		p.Stop()
	})
}

// Until Prometheus has answered for the first time there is a picture, and it says so.
func TestPollerStarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStuck()
		s.hangs.Store(true)
		p := poll(t, s, nil)
		synctest.Wait()
		require.Equal(t, Starting, p.Picture().State)
		p.Stop()
	})
}

// A Prometheus that hangs: the picture says so, its age grows, and nobody waits.
func TestPollerHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStuck()
		p := poll(t, s, nil)
		good := next(t, p, time.Second, live)
		s.hangs.Store(true)
		slow := next(t, p, 14*time.Second, func(p *Picture) bool { return p.State == Slow })
		require.Equal(t, 10*time.Second, slow.Since.Sub(good.At))
		require.True(t, slow.OfReplicaSet("shop", "web-5c8b").Now.P99.Known, "the old figures stay")
		require.Equal(t, good.Newest, slow.Newest)
		young, _ := slow.Age(good.At)
		old, _ := slow.Age(good.At.Add(time.Minute))
		require.Equal(t, time.Minute, old-young)

		stale := next(t, p, 10*time.Second, func(p *Picture) bool { return p.State == Stale })
		require.Equal(t, "did not answer within 10s", stale.Err.Error())
		require.Equal(t, TimedOut, stale.Fault().Kind)
		require.Equal(t, good.At, stale.At)
		require.Equal(t, slow.Since, stale.Since)
		still := next(t, p, time.Minute, func(p *Picture) bool { return p.State == Stale })
		require.Equal(t, stale.Since, still.Since)

		begun := time.Now()
		p.SetScope(Scope{Namespaces: []string{"shop"}})
		p.Refresh()
		p.Picture()
		require.Zero(t, time.Since(begun))
		s.hangs.Store(false)
		p.Refresh()
		next(t, p, time.Second, live)

		s.hangs.Store(true)
		time.Sleep(12 * time.Second) // in the middle of a refresh
		p.Stop()
		synctest.Wait()
		_, err := p.Next(t.Context())
		require.ErrorIs(t, err, ErrStopped)
	})
}

// Failures are repeated more and more rarely, and the first answer is live again.
func TestPollerBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStuck()
		p := poll(t, s, nil)
		next(t, p, time.Second, live)
		begun := time.Now()
		var tried []time.Duration
		s.mu.Lock()
		s.refuse = func(string, *span) error {
			if at := time.Since(begun); len(tried) == 0 || tried[len(tried)-1] != at {
				tried = append(tried, at)
			}
			return errors.New("down")
		}
		s.mu.Unlock()
		time.Sleep(5 * time.Minute)
		s.mu.Lock()
		s.refuse = nil
		s.mu.Unlock()
		require.Equal(t, []time.Duration{10 * time.Second, 20 * time.Second, 40 * time.Second, 80 * time.Second, 140 * time.Second, 200 * time.Second, 260 * time.Second}, tried)
		require.Equal(t, Stale, p.Picture().State)
		p.Refresh()
		got := next(t, p, time.Second, live)
		require.NoError(t, got.Err)
		require.True(t, got.Since.IsZero())
		next(t, p, 11*time.Second, live)
		p.Stop()
	})
}

// Another scope: what is under way is given up, and nothing of it comes late.
func TestPollerChangesScope(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStuck()
		p := poll(t, s, func(o *PollOptions) { o.Scope = Scope{Namespaces: []string{"shop"}} })
		next(t, p, time.Second, live)
		s.hangs.Store(true)
		time.Sleep(11 * time.Second)
		p.SetScope(Scope{Namespaces: []string{"ml", "shop", "ml"}})
		other := next(t, p, time.Second, func(p *Picture) bool { return len(p.Scope.Namespaces) == 2 })
		require.Equal(t, Scope{Namespaces: []string{"ml", "shop"}}, other.Scope)
		require.Equal(t, Starting, other.State)
		require.False(t, other.OfReplicaSet("shop", "web-5c8b").Known())
		s.hangs.Store(false)
		got := next(t, p, 15*time.Second, live)
		require.Len(t, got.Scope.Namespaces, 2)
		calls := s.calls.Load()
		p.SetScope(Scope{Namespaces: []string{"shop", "ml"}})
		time.Sleep(time.Second)
		require.Equal(t, calls, s.calls.Load(), "the same scope is no change")
		p.Stop()
	})
}

// Where there is nothing to show, an outage is noticed all the same.
func TestPollerWithNothingToShow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stuck{fake: &fake{presets: Presets(), scrape: simScrape}}
		p := poll(t, s, nil)
		next(t, p, time.Second, func(p *Picture) bool { return p.State == Nothing })
		s.mu.Lock()
		s.refuse = func(string, *span) error { return errors.New("down") }
		s.mu.Unlock()
		next(t, p, 11*time.Second, func(p *Picture) bool { return p.State == Stale })
		s.mu.Lock()
		s.refuse, s.pods = nil, fleet(time.Now()).pods
		s.mu.Unlock()
		next(t, p, 21*time.Second, live)
		p.Stop()
	})
}

// Many that watch one Prometheus do not come back all at once.
func TestPausesDiffer(t *testing.T) {
	for random, want := range map[float64]time.Duration{0: 8 * time.Second, 0.5: 10 * time.Second, 1: 12 * time.Second} {
		p := &Poller{o: PollOptions{Random: func() float64 { return random }}.withDefaults()}
		require.Equal(t, 10*time.Second, p.pause(0))
		require.Equal(t, want, p.pause(1))
		require.Equal(t, 2*want, p.pause(2))
		require.Equal(t, 6*want, p.pause(50))
	}
}

func TestPollerCatchesPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStuck()
		s.refuse = func(string, *span) error { panic("boom") }
		p := poll(t, s, nil)
		_, err := p.Next(t.Context())
		var panicked *Panic
		require.ErrorAs(t, err, &panicked)
		require.Equal(t, "boom", panicked.Value)
		require.NotEmpty(t, panicked.Stack)
	})
}

func TestPollerRefusesBadOptions(t *testing.T) {
	bad := Preset{Name: "mine"}
	_, err := startPoller(t.Context(), newStuck(), PollOptions{ReadOptions: ReadOptions{Presets: []Preset{bad}}})
	require.ErrorContains(t, err, `the preset "mine" names neither latency`)
	twice := []Preset{triton(), triton()}
	_, err = startPoller(t.Context(), newStuck(), PollOptions{ReadOptions: ReadOptions{Presets: twice}})
	require.EqualError(t, err, `there are two presets "triton"`)
	_, err = startPoller(t.Context(), newStuck(), PollOptions{ReadOptions: ReadOptions{Window: time.Second}})
	require.ErrorContains(t, err, "too short")
}
