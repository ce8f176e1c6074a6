package watch

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	clienttesting "k8s.io/client-go/testing"

	"fader/kube"
)

// A watch that hangs while everything else works is found within 90 seconds, said,
// and replaced; its rows are called old meanwhile.
func TestWatchThatHangs(t *testing.T) {
	for name, whole := range map[string]kube.State{deployments: kube.Lagging, services: kube.Live} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, ctx context.Context) {
				s := newServer(web()...)
				var mu sync.Mutex
				var all []*apiwatch.RaceFreeFakeWatcher
				s.PrependWatchReactor(name, func(clienttesting.Action) (bool, watchInterface, error) {
					mu.Lock()
					defer mu.Unlock()
					all = append(all, apiwatch.NewRaceFreeFake())
					return true, all[len(all)-1], nil
				})
				w := start(ctx, s)
				until(t, w, time.Second, "settled", settled)
				hangs := time.Now()
				time.Sleep(76 * time.Second)
				mu.Lock()
				opened := slices.Clone(all)
				mu.Unlock()
				require.Len(t, opened, 2)
				require.Equal(t, kube.Live, w.Health().State)
				require.Empty(t, w.Health().Warning)
				changed := newDeployment("web", "d1", 99)
				changed.Spec.Replicas = new(int32(7))
				opened[1].Action(apiwatch.Bookmark, bookmarkOf(name, 98))
				if name == deployments {
					opened[1].Modify(changed)
				}
				got := until(t, w, 10*time.Second, "lagging", func(s *kube.Snapshot) bool {
					return s.Health.Resources[name].State == kube.Lagging
				})
				require.Less(t, time.Since(hangs), 90*time.Second)
				require.Equal(t, whole, got.Health.State)
				require.Contains(t, got.Health.Resources[name].Message, "the watch of "+name+" hung for 1m18s")
				if name == deployments {
					require.True(t, got.Health.Stale())
					require.WithinDuration(t, hangs, got.Health.Heard, time.Second)
					require.Equal(t, got.Health.Heard, got.Health.Since)
					require.Contains(t, got.Health.Message, "the watch of deployments hung")
				}
				got = until(t, w, 10*time.Second, "live", settled)
				require.Contains(t, got.Health.Warning, "the watch of "+name+" delivered nothing from ")
				if name == deployments {
					require.EqualValues(t, 7, got.Rollouts[0].Deployment.Replicas.Desired)
				}
				until(t, w, 2*time.Minute, "no warning", func(s *kube.Snapshot) bool { return s.Health.Warning == "" })
			})
		})
	}
}

func bookmarkOf(resource string, version int) k8sruntime.Object {
	for _, r := range resources(1, nil) {
		if r.name == resource {
			object := r.example.DeepCopyObject()
			object.(metav1.Object).SetResourceVersion(strconv.Itoa(version))
			return object
		}
	}
	return nil
}

// A server without bookmarks where nothing happens is not asked again and again.
func TestQuietServerIsLeftAlone(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer(web()...)
		w := start(ctx, s)
		until(t, w, time.Second, "settled", settled)
		synctest.Wait()
		lists, watches := count(s, "list"), count(s, "watch")
		time.Sleep(time.Hour)
		require.LessOrEqual(t, count(s, "list")-lists, 60*60/15, "whether it may still be read")
		require.LessOrEqual(t, count(s, "watch")-watches, len(resources(1, nil))+60*60/150, "one more each, and the events'")
		require.Equal(t, kube.Live, w.Health().State)
	})
}

// An empty object in place of a list is no empty cluster, neither at the start nor
// when everything is read again.
func TestAListWithoutAVersionIsNotRead(t *testing.T) {
	for name, answer := range map[string]k8sruntime.Object{
		"nothing":                     &appsv1.DeploymentList{},
		"an object without a version": &appsv1.DeploymentList{ListMeta: metav1.ListMeta{ResourceVersion: "5"}, Items: []appsv1.Deployment{{}}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, ctx context.Context) {
				s := newServer(web()...)
				var foreign atomic.Bool
				foreign.Store(true)
				s.PrependReactor("list", deployments, func(clienttesting.Action) (bool, k8sruntime.Object, error) {
					return foreign.Load(), answer, nil
				})
				w := start(ctx, s)
				time.Sleep(3 * time.Second)
				got := until(t, w, 3*time.Second, "why", func(s *kube.Snapshot) bool { return s.Health.Message != "" })
				require.Equal(t, kube.Syncing, got.Health.State)
				require.Contains(t, got.Health.Message, "without a resourceVersion")
				require.Contains(t, got.Health.Message, "not an API server")
				require.True(t, got.Health.Resources[deployments].Unread)
				foreign.Store(false)
				until(t, w, 15*time.Second, "live", settled)

				foreign.Store(true)
				s.fail(refused)
				until(t, w, 5*time.Second, "down", state(kube.Disconnected))
				s.recover()
				got = until(t, w, 5*time.Second, "why", func(s *kube.Snapshot) bool {
					return s.Health.State == kube.Syncing && s.Health.Message != "the connection is back"
				})
				require.Len(t, got.Rollouts, 1, "what was read stays")
				require.Contains(t, got.Health.Message, "without a resourceVersion")
				require.False(t, got.Health.Resources[deployments].Unread)
			})
		})
	}
}

// After a sleep everything is read again before anything is called live, and what is
// shown is from before the sleep.
func TestSleep(t *testing.T) {
	for name, lost := range map[string]bool{"the server is there": false, "the server is gone": true} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, ctx context.Context) {
				s := newServer(web()...)
				var slept, reconnected atomic.Int64
				w := start(ctx, s, func(o *Options) {
					o.Clock = func() time.Time { return time.Now().Add(time.Duration(slept.Load())) }
					o.Reconnect = func() { reconnected.Add(1) }
				})
				until(t, w, time.Second, "settled", settled)
				time.Sleep(10 * time.Second)
				asleep := time.Now()
				lists := count(s, "list")
				if lost {
					s.fail(refused)
					s.silenceAll("list")
				}
				slept.Store(int64(57 * time.Second))
				if lost {
					got := until(t, w, 3*time.Second, "disconnected", state(kube.Disconnected))
					require.WithinDuration(t, asleep, got.Health.Heard, 800*time.Millisecond)
					require.WithinDuration(t, asleep, got.Health.Since, 800*time.Millisecond)
					require.Positive(t, reconnected.Load(), "the connections may be dead")
					return
				}
				// This server answers at once: what was shown in between may be overtaken.
				time.Sleep(2 * time.Second)
				require.Positive(t, reconnected.Load(), "the connections may be dead")
				require.Equal(t, kube.Live, w.Health().State)
				require.Zero(t, w.Health().Heard)
				synctest.Wait()
				require.Equal(t, 2*lists, count(s, "list"), "everything is read again")
			})
		})
	}
}
