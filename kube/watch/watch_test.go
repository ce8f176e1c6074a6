package watch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	clienttesting "k8s.io/client-go/testing"

	"fader/kube"
)

type watchInterface = apiwatch.Interface

var refused = &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}

func TestStartThenLive(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		w := start(ctx, newServer(web()...))
		first, err := w.Next(ctx)
		require.NoError(t, err)
		require.Equal(t, kube.Syncing, first.Health.State, "nothing is known yet")
		require.Empty(t, first.Rollouts)
		require.Equal(t, kube.Syncing, first.Health.Resources["pods"].State)

		s := until(t, w, time.Second, "settled", settled)
		require.Len(t, s.Rollouts, 1)
		require.Len(t, s.Rollouts[0].Revisions[0].Pods, 1)
		require.Equal(t, kube.ResourceHealth{State: kube.Live, Count: 1}, s.Health.Resources["pods"])
		require.Equal(t, s.Health, w.Health())
		silent(t, w, time.Hour)
	})
}

// The scope's selector is for Deployments; ReplicaSets and pods belong by owner.
func TestSelectorOnDeploymentsOnly(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer()
		selectors := map[string]string{}
		s.PrependReactor("list", "*", func(a clienttesting.Action) (bool, k8sruntime.Object, error) {
			selectors[a.GetResource().Resource] = a.(clienttesting.ListAction).GetListRestrictions().Labels.String()
			return false, nil, nil
		})
		w := start(ctx, s, func(o *Options) { o.Scope = kube.Scope{Namespace: "shop", Selector: "tier=web"} })
		until(t, w, time.Second, "settled", settled)
		synctest.Wait()
		require.Equal(t, map[string]string{
			deployments: "tier=web", replicasets: "", pods: "", events: "", services: "",
			endpointslices: "", nodes: "", autoscalers: "", budgets: "", deviceclasses: "", resourceslices: "",
		}, selectors)
	})
}

// Rollouts are told only once deployments, replicasets and pods are complete.
func TestNothingIsToldByHalves(t *testing.T) {
	for _, late := range []string{deployments, replicasets, pods} {
		t.Run(late, func(t *testing.T) {
			inBubble(t, func(t *testing.T, ctx context.Context) {
				s := newServer(web()...)
				var open atomic.Bool
				s.PrependReactor("list", late, func(clienttesting.Action) (bool, k8sruntime.Object, error) {
					return !open.Load(), nil, apierrors.NewServiceUnavailable("starting")
				})
				w := start(ctx, s)
				time.Sleep(3 * time.Second)
				before := until(t, w, time.Second, "the newest", func(*kube.Snapshot) bool { return true })
				require.Equal(t, kube.Syncing, before.Health.State)
				require.Contains(t, before.Health.Message, "starting")
				require.Nil(t, before.Rollouts)
				open.Store(true)
				after := until(t, w, 15*time.Second, "live", state(kube.Live))
				require.Len(t, after.Rollouts, 1)
			})
		})
	}
}

func TestDeletedAndMadeAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer(web()...)
		w := start(ctx, s)
		until(t, w, time.Second, "settled", settled)
		d := s.AppsV1().Deployments("shop")
		require.NoError(t, d.Delete(ctx, "web", metav1.DeleteOptions{}))
		gone := until(t, w, time.Second, "gone", func(s *kube.Snapshot) bool { return len(s.Rollouts) == 0 })
		require.Equal(t, kube.Live, gone.Health.State)
		_, err := d.Create(ctx, newDeployment("web", "d2", 20), metav1.CreateOptions{})
		require.NoError(t, err)
		again := until(t, w, time.Second, "made again", func(s *kube.Snapshot) bool { return len(s.Rollouts) == 1 })
		require.Equal(t, "d2", again.Rollouts[0].Ref().UID)
		require.Empty(t, again.Rollouts[0].Revisions, "the ReplicaSet belongs to the one that is gone")
	})
}

func TestBurstIsFewSnapshots(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer(web()...)
		w := start(ctx, s)
		until(t, w, time.Second, "settled", settled)
		time.Sleep(time.Second)
		begun := time.Now()
		go func() {
			for i := range 1000 {
				p := newPod("web-1-a", "p1", "r1", 100+i)
				p.Status.Message, p.Spec.NodeName = fmt.Sprint(i), fmt.Sprintf("node-%d", i)
				_, err := s.CoreV1().Pods("shop").Update(ctx, p, metav1.UpdateOptions{})
				if err != nil {
					panic(err)
				}
				time.Sleep(time.Millisecond)
			}
		}()
		first := until(t, w, time.Second, "the first change", func(*kube.Snapshot) bool { return true })
		require.Less(t, time.Since(begun), 5*time.Millisecond, "the first after silence passes at once")
		last := until(t, w, 2*time.Second, "the last change", func(s *kube.Snapshot) bool {
			return s.Rollouts[0].Revisions[0].Pods[0].Node == "node-999"
		})
		require.InDelta(t, 11, last.Number-first.Number, 3, "one each 100 ms")
		require.Less(t, time.Since(begun), 1100*time.Millisecond)
	})
}

func TestUnchangedIsNotPublished(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer(web()...)
		w := start(ctx, s)
		until(t, w, time.Second, "settled", settled)
		// Another version of a pod that shows nothing new, and an event on something
		// else.
		_, err := s.CoreV1().Pods("shop").Update(ctx, newPod("web-1-a", "p1", "r1", 99), metav1.UpdateOptions{})
		require.NoError(t, err)
		node := &corev1.Event{ObjectMeta: named("e", "e1", 101), InvolvedObject: corev1.ObjectReference{Kind: "Node", Name: "n"}}
		_, err = s.CoreV1().Events("shop").Create(ctx, node, metav1.CreateOptions{})
		require.NoError(t, err)
		silent(t, w, time.Minute)
	})
}

func TestForbidden(t *testing.T) {
	for _, c := range []struct {
		verb, resource string
		whole          kube.State
		rollouts       int
	}{
		{"list", deployments, kube.Forbidden, 0},
		{"list", replicasets, kube.Live, 1},
		{"list", pods, kube.Live, 1},
		{"list", events, kube.Live, 1},
		{"list", services, kube.Live, 1},
		{"list", endpointslices, kube.Live, 1},
		{"list", nodes, kube.Live, 1},
		{"list", autoscalers, kube.Live, 1},
		{"list", budgets, kube.Live, 1},
		{"watch", pods, kube.Live, 1},
	} {
		t.Run(c.verb+" "+c.resource, func(t *testing.T) {
			inBubble(t, func(t *testing.T, ctx context.Context) {
				s := newServer(web()...)
				allow := s.forbid(c.verb, c.resource)
				w := start(ctx, s)
				got := until(t, w, time.Second, "forbidden, and the others live", func(s *kube.Snapshot) bool {
					for name, r := range s.Health.Resources {
						if name != c.resource && r.State != kube.Live {
							return false
						}
					}
					return s.Health.State == c.whole && s.Health.Resources[c.resource].State == kube.Forbidden
				})
				require.Len(t, got.Rollouts, c.rollouts)
				require.Contains(t, got.Health.Resources[c.resource].Message, "no right to "+c.verb)
				time.Sleep(time.Minute)
				require.Equal(t, kube.Forbidden, w.Health().Resources[c.resource].State, "for as long as it lasts")
				allow()
				got = until(t, w, 20*time.Second, "permitted", func(s *kube.Snapshot) bool {
					return s.Health.State == kube.Live && s.Health.Resources[c.resource].State == kube.Live
				})
				require.Len(t, got.Rollouts, 1)
			})
		})
	}
}

// TestRightIsTakenAway: the watches that are open go on; that no new one may be
// opened is noticed all the same.
func TestRightIsTakenAway(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer(web()...)
		list, watch := s.mayRefuse("list", deployments), s.mayRefuse("watch", deployments)
		w := start(ctx, s)
		until(t, w, time.Second, "settled", settled)
		time.Sleep(time.Minute)
		list.Store(true)
		watch.Store(true)
		got := until(t, w, 20*time.Second, "forbidden", state(kube.Forbidden))
		require.Contains(t, got.Health.Message, "no right to")
		require.Len(t, got.Rollouts, 1, "what was seen stays, and is said to be old")
		list.Store(false)
		watch.Store(false)
		until(t, w, 30*time.Second, "permitted", settled)
	})
}

// TestRightsAreRefusedForAMoment: a list that is refused once, while watches may be
// opened, takes nothing away.
func TestRightsAreRefusedForAMoment(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer(web()...)
		list := s.mayRefuse("list", deployments)
		w := start(ctx, s)
		until(t, w, time.Second, "settled", settled)
		list.Store(true)
		time.Sleep(20 * time.Second)
		list.Store(false)
		time.Sleep(time.Minute)
		require.Equal(t, kube.Live, w.Health().State)
	})
}

func TestServerDiesAndComesBack(t *testing.T) {
	for _, c := range []struct {
		name   string
		err    error
		state  kube.State
		within time.Duration // until it is shown
		back   time.Duration
	}{
		{"refused", refused, kube.Disconnected, time.Second, 300 * time.Millisecond},
		{"not ready", apierrors.NewInternalError(errors.New("etcd")), kube.Disconnected, time.Second, 300 * time.Millisecond},
		{"401", apierrors.NewUnauthorized("token"), kube.NeedsLogin, time.Second, 11 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, ctx context.Context) {
				s := newServer(web()...)
				w := start(ctx, s)
				until(t, w, time.Second, "settled", settled)
				s.fail(c.err)
				down := time.Now()
				got := until(t, w, c.within, "down", state(c.state))
				require.Len(t, got.Rollouts, 1, "what was known stays")
				require.NotEmpty(t, got.Health.Message)
				require.WithinDuration(t, down, got.Health.Since, 700*time.Millisecond)
				require.Equal(t, c.state, got.Health.Resources[pods].State)
				require.True(t, w.Health().Stale())
				silent(t, w, 5*time.Minute)

				_, err := s.CoreV1().Pods("shop").Create(ctx, newPod("web-1-b", "p2", "r1", 50), metav1.CreateOptions{})
				require.NoError(t, err)
				require.NoError(t, s.CoreV1().Pods("shop").Delete(ctx, "web-1-a", metav1.DeleteOptions{}))
				s.recover()
				for {
					got = until(t, w, c.back, "live again", func(s *kube.Snapshot) bool { return true })
					require.Len(t, got.Rollouts, 1, "no empty picture in between")
					if got.Health.State == kube.Live {
						break
					}
				}
				require.Equal(t, "web-1-b", got.Rollouts[0].Revisions[0].Pods[0].Ref.Name, "what happened in the gap")
				require.Len(t, got.Rollouts[0].Revisions[0].Pods, 1)
			})
		})
	}
}

func TestLoginIsNotAskedForAgainAndAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer(web()...)
		s.fail(apierrors.NewUnauthorized("token"))
		w := start(ctx, s)
		until(t, w, time.Second, "needs login", state(kube.NeedsLogin))
		before := s.asks.Load()
		time.Sleep(10 * time.Minute)
		require.LessOrEqual(t, s.asks.Load()-before, int64(61))
		s.recover()
		w.Retry()
		until(t, w, 100*time.Millisecond, "live", state(kube.Live))
	})
}

func TestServerHangs(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer(web()...)
		hang := make(chan struct{})
		var hanging atomic.Bool
		var dropped atomic.Int64
		w := start(ctx, s, func(o *Options) {
			o.Reconnect = func() { dropped.Add(1) }
			answer := func(ctx context.Context) error {
				if !hanging.Load() {
					return nil
				}
				select {
				case <-hang:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			o.Ping, o.Read = answer, answer
		})
		until(t, w, time.Second, "settled", settled)
		synctest.Wait()
		lists := count(s, "list")
		hanging.Store(true)
		until(t, w, 5*time.Second, "disconnected", state(kube.Disconnected))
		hanging.Store(false)
		got := until(t, w, 300*time.Millisecond, "live", state(kube.Live))
		require.Equal(t, lists, count(s, "list"), "its watches were intact")
		require.Zero(t, dropped.Load())

		time.Sleep(time.Second)
		hanging.Store(true)
		until(t, w, 5*time.Second, "disconnected", state(kube.Disconnected))
		time.Sleep(10 * time.Second)
		require.EqualValues(t, 1, dropped.Load(), "given up")
		hanging.Store(false)
		until(t, w, 2*time.Second, "live", state(kube.Live))
		synctest.Wait() // live does not wait for what is not essential
		require.Equal(t, 2*lists, count(s, "list"), "everything read again")
		require.Len(t, got.Rollouts, 1)
	})
}

// A Ping that hangs whatever its context says is waited for. A server that can be
// read from is live all the same.
func TestPingThatIgnoresItsContext(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer(web()...)
		hang := make(chan struct{})
		var running atomic.Int64
		w := start(ctx, s, func(o *Options) {
			o.Ping = func(context.Context) error {
				running.Add(1)
				<-hang
				return nil
			}
		})
		defer close(hang)
		got := until(t, w, 3*time.Second, "a warning", func(s *kube.Snapshot) bool { return s.Health.Warning != "" })
		require.Equal(t, kube.Live, got.Health.State)
		require.Equal(t, "reads and watches work, but /readyz does not answer within 1s", got.Health.Warning)
		time.Sleep(time.Minute)
		require.Equal(t, kube.Live, w.Health().State)
		require.EqualValues(t, 1, running.Load(), "never a second one beside it")
		hang <- struct{}{}
		until(t, w, 2*time.Second, "no warning", func(s *kube.Snapshot) bool { return s.Health.Warning == "" })
	})
}

// A plugin that hangs holds up everything: that is an outage like any other.
func TestNothingComesBackWhateverItsContext(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer(web()...)
		var hanging atomic.Bool
		hang := make(chan struct{})
		answer := func(context.Context) error {
			if hanging.Load() {
				<-hang
			}
			return nil
		}
		w := start(ctx, s, func(o *Options) { o.Ping, o.Read = answer, answer })
		until(t, w, time.Second, "settled", settled)
		hanging.Store(true)
		until(t, w, 6*time.Second, "disconnected", state(kube.Disconnected))
		hanging.Store(false)
		close(hang)
		until(t, w, 2*time.Second, "live", state(kube.Live))
	})
}

// A server that never says anything is being connected to for ten seconds.
func TestServerThatIsSilentFromTheStart(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer(web()...)
		for _, verb := range []string{"list", "watch"} {
			s.silenceAll(verb)
		}
		silence := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		w := start(ctx, s, func(o *Options) { o.Ping, o.Read = silence, silence })
		got := until(t, w, 3*time.Second, "why it takes so long", func(s *kube.Snapshot) bool { return s.Health.Message != "" })
		require.Equal(t, kube.Syncing, got.Health.State)
		begun := time.Now()
		until(t, w, 15*time.Second, "disconnected", state(kube.Disconnected))
		require.Greater(t, time.Since(begun), 7*time.Second)
	})
}

// Only /readyz fails, from the start or later: what is shown is live.
func TestReadyzAloneFails(t *testing.T) {
	notReady := apierrors.NewInternalError(errors.New("[-]informer-sync failed: reason withheld"))
	for name, ping := range map[string]func(context.Context) error{
		"500": func(context.Context) error { return notReady },
		"401": func(context.Context) error { return apierrors.NewUnauthorized("no") },
		"slow": func(ctx context.Context) error {
			select {
			case <-time.After(1500 * time.Millisecond):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		},
		"refused": func(context.Context) error { return refused },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, ctx context.Context) {
				s := newServer(web()...)
				var fails atomic.Bool
				w := start(ctx, s, func(o *Options) {
					o.Ping = func(ctx context.Context) error {
						if fails.Load() {
							return ping(ctx)
						}
						return nil
					}
				})
				until(t, w, time.Second, "settled", settled)
				fails.Store(true)
				got := until(t, w, 3*time.Second, "a warning", func(s *kube.Snapshot) bool { return s.Health.Warning != "" })
				require.Equal(t, kube.Live, got.Health.State)
				require.Contains(t, got.Health.Warning, "reads and watches work, but /readyz does not")
				silent(t, w, 10*time.Minute)
				fails.Store(false)
				until(t, w, 3*time.Second, "no warning", func(s *kube.Snapshot) bool { return s.Health.Warning == "" })

				fails.Store(true)
				first := start(ctx, s, func(o *Options) { o.Ping = ping })
				until(t, first, time.Second, "live from the start", state(kube.Live))
				for range 20 {
					time.Sleep(time.Second)
					require.Equal(t, kube.Live, first.Health().State)
				}
			})
		})
	}
}

// A watch that breaks off and cannot be opened again is told, although the server
// answers Ping.
func TestWatchBreaksOff(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer(web()...)
		broken := apiwatch.NewFake()
		var closed atomic.Bool
		s.PrependWatchReactor(pods, func(clienttesting.Action) (bool, watchInterface, error) {
			if closed.Load() {
				return true, nil, apierrors.NewServiceUnavailable("apiserver overloaded")
			}
			return true, broken, nil
		})
		w := start(ctx, s)
		until(t, w, time.Second, "live", state(kube.Live))
		closed.Store(true)
		broken.Stop()
		got := until(t, w, 4*time.Second, "told", state(kube.Disconnected))
		require.Contains(t, got.Health.Message, "apiserver overloaded")
		require.Equal(t, kube.Live, got.Health.Resources[deployments].State)
		broken.Reset()
		closed.Store(false)
		until(t, w, 20*time.Second, "live", state(kube.Live))
	})
}

func TestStopAndScopeChange(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer(web()...)
		w := start(ctx, s)
		until(t, w, time.Second, "live", state(kube.Live))
		begun := time.Now()
		w.Stop()
		w.Stop()
		require.Zero(t, time.Since(begun))
		_, err := w.Next(ctx)
		require.ErrorIs(t, err, ErrStopped)

		other := start(ctx, s, func(o *Options) { o.Scope.Namespace = "elsewhere" })
		got := until(t, other, time.Second, "live", state(kube.Live))
		require.Empty(t, got.Rollouts)
		require.Equal(t, "elsewhere", got.Scope.Namespace)
	})
}

// Outside a bubble, to see that goroutines really end.
func TestStopLeavesNoGoroutine(t *testing.T) {
	before := runtime.NumGoroutine()
	s := newServer(web()...)
	for range 5 {
		w := start(t.Context(), s)
		until(t, w, 10*time.Second, "live", state(kube.Live))
		w.Stop()
	}
	for end := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
		require.True(t, time.Now().Before(end), "%d goroutines, %d before", runtime.NumGoroutine(), before)
	}
}

// A panic while an object is converted must reach whoever owns the terminal.
func TestPanicIsNextsError(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer()
		s.PrependReactor("list", pods, func(clienttesting.Action) (bool, k8sruntime.Object, error) {
			panic("boom")
		})
		w := start(ctx, s)
		for {
			_, err := w.Next(ctx)
			if err == nil {
				continue
			}
			var p *Panic
			require.ErrorAs(t, err, &p)
			require.Contains(t, p.Error(), "boom")
			require.NotEmpty(t, p.Stack)
			return
		}
	})
}
