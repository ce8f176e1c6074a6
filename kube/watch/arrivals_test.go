package watch

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	clienttesting "k8s.io/client-go/testing"

	"fader/kube"
)

// idleClosed makes every watch of Deployments end after 20 s, as a gateway with an
// idle time-out does. owes is called with each stream that is opened.
func idleClosed(s *server, owes func(w *apiwatch.RaceFreeFakeWatcher)) {
	s.PrependWatchReactor(deployments, func(clienttesting.Action) (bool, watchInterface, error) {
		w := apiwatch.NewRaceFreeFake()
		owes(w)
		time.AfterFunc(20*time.Second, w.Stop)
		return true, w, nil
	})
}

func scaleWeb(t *testing.T, ctx context.Context, s *server, replicas int32, version string) {
	d := newDeployment("web", "d1", 99)
	d.ResourceVersion = version
	d.Spec.Replicas = &replicas
	_, err := s.AppsV1().Deployments("shop").Update(ctx, d, metav1.UpdateOptions{})
	require.NoError(t, err)
}

// TestStreamsThatSwallow: what streams do not deliver is read by lists, and until one
// delivers the picture is not called live.
func TestStreamsThatSwallow(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer(web()...)
		var honest atomic.Bool
		idleClosed(s, func(w *apiwatch.RaceFreeFakeWatcher) {
			if honest.Load() {
				w.Action(apiwatch.Bookmark, bookmarkOf(deployments, 300))
			}
		})
		w := start(ctx, s)
		until(t, w, time.Second, "settled", settled)
		time.Sleep(30 * time.Second)
		scaleWeb(t, ctx, s, 7, "200")
		got := until(t, w, 90*time.Second, "lagging", state(kube.Lagging))
		require.Contains(t, got.Health.Message, "watches of deployments open but deliver nothing")
		require.EqualValues(t, 7, got.Rollouts[0].Deployment.Replicas.Desired, "a list has it")
		time.Sleep(5 * time.Minute)
		require.Equal(t, kube.Lagging, w.Health().State, "for as long as nothing is delivered")
		scaleWeb(t, ctx, s, 8, "250")
		until(t, w, 45*time.Second, "the next change", func(s *kube.Snapshot) bool {
			return s.Rollouts[0].Deployment.Replicas.Desired == 8 && s.Health.State == kube.Lagging
		})
		honest.Store(true)
		until(t, w, 30*time.Second, "live", settled)
	})
}

// TestQuietStreamsThatAreClosed: a gateway that closes idle watches swallows nothing,
// not even where a change falls between two of them.
func TestQuietStreamsThatAreClosed(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer(web()...)
		var owed atomic.Pointer[apiwatch.Event]
		idleClosed(s, func(w *apiwatch.RaceFreeFakeWatcher) {
			if e := owed.Swap(nil); e != nil {
				w.Action(e.Type, e.Object)
			}
		})
		w := start(ctx, s)
		until(t, w, time.Second, "settled", settled)
		for range 200 {
			time.Sleep(5 * time.Second)
			require.Equal(t, kube.Live, w.Health().State)
		}
		scaleWeb(t, ctx, s, 7, "200")
		d := newDeployment("web", "d1", 99)
		d.ResourceVersion, d.Spec.Replicas = "200", new(int32(7))
		owed.Store(&apiwatch.Event{Type: apiwatch.Modified, Object: d})
		for range 60 {
			time.Sleep(5 * time.Second)
			require.Equal(t, kube.Live, w.Health().State)
		}
		require.LessOrEqual(t, count(s, "list"), len(resources(1, nil))+1300/15+1300/75+2, "a list now and then, and whether it may be read")
	})
}
