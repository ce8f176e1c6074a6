package watch

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/tools/cache"

	"fader/kube"
)

func newPodFeed() *feed {
	return newFeed(resources(100, nil)[2])
}

func newFeed(r resource) *feed {
	f := &feed{resource: r, clock: time.Now, changed: func() {}, broke: func() {}, lagged: func() {}, bookmarks: new(atomic.Bool), items: map[string]*item{}}
	f.begin(1)
	return f
}

// uids of the pods in a feed, with the node each was last seen on.
func uids(f *feed) map[string]string {
	all := map[string]string{}
	list := contents[*kube.Pod](f)
	for _, p := range list {
		all[p.Ref.UID] = p.Node
	}
	return all
}

func podOn(node, uid string, version int) *corev1.Pod {
	p := newPod("a", uid, "r1", version)
	p.Spec.NodeName = node
	return p
}

func TestFeedKeepsTheNewest(t *testing.T) {
	tombstone := func(p *corev1.Pod) any { return cache.DeletedFinalStateUnknown{Key: "shop/a", Obj: p} }
	for _, c := range []struct {
		name   string
		do     func(s sink)
		want   map[string]string
		change bool // counts as a change
	}{
		{"newer", func(s sink) { _ = s.Update(podOn("n2", "u1", 12)) }, map[string]string{"u1": "n2"}, true},
		{"more digits are newer", func(s sink) { _ = s.Update(podOn("n2", "u1", 100)) }, map[string]string{"u1": "n2"}, true},
		{"older", func(s sink) { _ = s.Update(podOn("n0", "u1", 9)) }, map[string]string{"u1": "n1"}, false},
		{"equal", func(s sink) { _ = s.Update(podOn("n9", "u1", 10)) }, map[string]string{"u1": "n1"}, false},
		{"made again", func(s sink) { _ = s.Add(podOn("n2", "u2", 12)) }, map[string]string{"u2": "n2"}, true},
		{"its predecessor, late", func(s sink) { _ = s.Update(podOn("n0", "u0", 5)) }, map[string]string{"u1": "n1"}, false},
		{"deleted", func(s sink) { _ = s.Delete(podOn("", "u1", 12)) }, map[string]string{}, true},
		{"deleted, last state unknown", func(s sink) { _ = s.Delete(tombstone(podOn("", "u1", 7))) }, map[string]string{}, true},
		{"deletion of its predecessor, late", func(s sink) { _ = s.Delete(podOn("", "u0", 12)) }, map[string]string{"u1": "n1"}, false},
		{"tombstone of its predecessor", func(s sink) { _ = s.Delete(tombstone(podOn("", "u0", 7))) }, map[string]string{"u1": "n1"}, false},
		{"deleted and unknown", func(s sink) { _ = s.Delete(newPod("z", "u9", "r1", 12)) }, map[string]string{"u1": "n1"}, false},
		{"listed without it", func(s sink) { _ = s.Replace(nil, "13") }, map[string]string{}, true},
		{"listed the same", func(s sink) { _ = s.Replace([]any{podOn("n1", "u1", 10)}, "13") }, map[string]string{"u1": "n1"}, false},
		{"listed anew", func(s sink) { _ = s.Replace([]any{podOn("n2", "u2", 12)}, "13") }, map[string]string{"u2": "n2"}, true},
		{"another generation", func(s sink) { s.generation = 7; _ = s.Replace(nil, "13") }, map[string]string{"u1": "n1"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newPodFeed()
			s := sink{feed: f, generation: 1}
			require.NoError(t, s.Replace([]any{podOn("n1", "u1", 10)}, "10"))
			before := f.version
			c.do(s)
			require.Equal(t, c.want, uids(f))
			require.Equal(t, c.change, f.version != before)
		})
	}
}

// An object listed again unchanged keeps its very value, so that the rollouts
// made of it stay the same pointers.
func TestReplaceKeepsValues(t *testing.T) {
	f := newPodFeed()
	s := sink{feed: f, generation: 1}
	require.NoError(t, s.Replace([]any{podOn("n1", "u1", 10)}, "10"))
	before := contents[*kube.Pod](f)
	require.NoError(t, s.Replace([]any{podOn("n1", "u1", 10), newPod("b", "u2", "r1", 11)}, "11"))
	after := contents[*kube.Pod](f)
	require.Len(t, after, 2)
	require.Same(t, before[0], after[0])
}

// A new version that shows nothing new keeps the value too, in whatever way it comes.
func TestNothingShownKeepsValues(t *testing.T) {
	f := newPodFeed()
	s := sink{feed: f, generation: 1}
	require.NoError(t, s.Replace([]any{podOn("n1", "u1", 10)}, "10"))
	before, version := contents[*kube.Pod](f)[0], f.version
	require.NoError(t, s.Update(podOn("n1", "u1", 11)))
	require.NoError(t, s.Replace([]any{podOn("n1", "u1", 12)}, "12"))
	require.Same(t, before, contents[*kube.Pod](f)[0])
	require.Equal(t, version, f.version)
	require.Equal(t, "12", f.items["shop/a"].version, "an older version must not come back")
}

// What may not be seen any more, or is gone from the server, is not shown as it was.
// Deployments are: the whole picture says that they are forbidden.
func TestContentsThatAreWithdrawn(t *testing.T) {
	forbidden := apierrors.NewForbidden(schema.GroupResource{}, "", errSilent)
	missing := apierrors.NewNotFound(schema.GroupResource{}, "")
	for _, c := range []struct {
		feed  int
		err   error
		shown bool
	}{{0, forbidden, true}, {2, forbidden, false}, {2, missing, true}, {4, forbidden, false}, {4, missing, false}, {4, errSilent, true}} {
		f := newFeed(resources(100, nil)[c.feed])
		require.False(t, f.mark().shown, "not read yet")
		require.NoError(t, sink{feed: f, generation: 1}.Replace(nil, "1"))
		before := f.mark()
		require.True(t, before.shown)
		f.listErr = c.err
		require.Equal(t, c.shown, f.mark() == before, "%s: %v", f.resource.name, c.err)
	}
}

// Contents come sorted, whatever was added, changed and deleted in between.
func TestContentsAreInOrder(t *testing.T) {
	f := newPodFeed()
	s := sink{feed: f, generation: 1}
	require.NoError(t, s.Replace([]any{newPod("c", "c", "r1", 1), newPod("a", "a", "r1", 2)}, "2"))
	require.NoError(t, s.Add(newPod("b", "b", "r1", 3)))
	require.NoError(t, s.Add(newPod("d", "d", "r1", 4)))
	require.NoError(t, s.Delete(newPod("c", "c", "r1", 5)))
	require.NoError(t, s.Update(podOn("n9", "a", 6)))
	require.NoError(t, s.Delete(newPod("z", "z", "r1", 7)))
	var names []string
	for _, p := range contents[*kube.Pod](f) {
		names = append(names, p.Ref.Name+p.Node)
	}
	require.Equal(t, []string{"an9", "b", "d"}, names)
}

func TestEventsAreBounded(t *testing.T) {
	f := newFeed(resources(100, nil)[3])
	s := sink{feed: f, generation: 1}
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 500 {
		e := &corev1.Event{ObjectMeta: named(fmt.Sprintf("e%d", i), fmt.Sprintf("u%d", i), i+1)}
		e.InvolvedObject = corev1.ObjectReference{Kind: "Pod", Namespace: "shop", Name: "a"}
		e.LastTimestamp = metav1.NewTime(begin.Add(time.Duration(i) * time.Second))
		require.NoError(t, s.Add(e))
		require.LessOrEqual(t, len(f.items), 110)
	}
	require.NotEmpty(t, f.order)
	for _, i := range f.order {
		e := i.value.(*kube.Event)
		require.True(t, e.Last.After(begin.Add(385*time.Second)), "the youngest are kept: %s", e.Last)
	}
}

// However many harmless events come after, what a phase rests on is kept.
func TestEventsOfScalingAreKept(t *testing.T) {
	f := newFeed(resources(100, nil)[3])
	s := sink{feed: f, generation: 1}
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	messages := []string{"Scaled up replica set web-5 from 3 to 12", "Scaled down replica set web-4 from 3 to 0"}
	for i := range 500 {
		e := &corev1.Event{ObjectMeta: named(fmt.Sprintf("e%d", i), fmt.Sprintf("u%d", i), i+1), Reason: "Scheduled"}
		e.InvolvedObject = corev1.ObjectReference{Kind: "Pod", Namespace: "shop", Name: "a"}
		if i < len(messages) {
			e.InvolvedObject.Kind, e.Type, e.Reason, e.Message = "Deployment", corev1.EventTypeNormal, "ScalingReplicaSet", messages[i]
		}
		e.LastTimestamp = metav1.NewTime(begin.Add(time.Duration(i) * time.Second))
		require.NoError(t, s.Add(e))
	}
	var kept []string
	require.LessOrEqual(t, len(f.order), 112)
	for _, i := range f.order {
		if e := i.value.(*kube.Event); e.Reason == "ScalingReplicaSet" {
			kept = append(kept, e.Message)
		}
	}
	require.ElementsMatch(t, messages, kept)
}

func TestPace(t *testing.T) {
	const ms = time.Millisecond
	p := pace{quiet: 30 * ms, quantum: 100 * ms}
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	at := func(after time.Duration) time.Time { return begin.Add(after) }

	require.Zero(t, p.change(at(0)), "the first passes at once")
	p.pass(at(0), 0, 100*ms)
	require.Equal(t, 30*ms, p.change(at(10*ms)), "the second waits for a pause")
	require.Equal(t, 30*ms, p.change(at(30*ms)), "another prolongs it")
	require.Equal(t, 10*ms, p.change(at(100*ms)), "never beyond the quantum")
	p.pass(at(110*ms), 0, 100*ms)
	require.Equal(t, 30*ms, p.change(at(120*ms)))
	p.pass(at(150*ms), 0, 100*ms)
	require.Zero(t, p.change(at(400*ms)), "silence again")

	p.pass(at(400*ms), 200*ms, 100*ms)
	require.Equal(t, 30*ms, p.change(at(1000*ms)), "pictures take a quarter of the time at most")
}

// Each step is a failed or good answer, so many seconds after the start.
func TestPulse(t *testing.T) {
	type step struct {
		at   float64
		what string // ping, read, or watch: something was delivered
		err  error
	}
	notReady := apierrors.NewInternalError(errors.New("[-]informer-sync failed"))
	unauthorized := apierrors.NewUnauthorized("token")
	up := step{0, "ping", nil}
	for _, c := range []struct {
		name    string
		steps   []step
		want    kube.State
		silent  bool
		warns   bool // Ping fails though the server is alive
		because error
	}{
		{"first answer", []step{up}, kube.Live, false, false, nil},
		{"one miss is a hiccup", []step{up, {1, "ping", refused}, {1, "read", refused}}, kube.Live, false, false, nil},
		{"two are an outage", []step{up, {1, "ping", refused}, {1, "read", refused}, {2, "ping", refused}}, kube.Disconnected, false, false, refused},
		{"an answer between", []step{up, {1, "ping", refused}, {1, "read", refused}, {2, "ping", nil}, {3, "ping", refused}}, kube.Live, false, false, nil},
		{"never there", []step{{0, "ping", refused}, {0, "read", refused}, {1, "ping", refused}}, kube.Disconnected, false, false, refused},
		{"never there, silent", []step{{1, "ping", errSilent}, {3, "ping", errSilent}, {6, "ping", errSilent}}, kube.Syncing, true, false, nil},
		{"never there, silent for long", []step{{1, "ping", errSilent}, {6, "ping", errSilent}, {11, "ping", errSilent}}, kube.Disconnected, true, false, errSilent},
		{"silence is not yet an outage", []step{up, {1, "ping", errSilent}, {2, "ping", errSilent}, {3, "ping", errSilent}}, kube.Live, true, false, nil},
		{"silence", []step{up, {1, "ping", errSilent}, {2, "ping", errSilent}, {4, "ping", errSilent}}, kube.Disconnected, true, false, errSilent},
		{"silence, then refused", []step{up, {1, "ping", errSilent}, {4, "ping", errSilent}, {5, "ping", refused}}, kube.Disconnected, false, false, refused},
		{"/readyz is slow", []step{up, {1, "ping", errSilent}, {1, "read", nil}, {2, "ping", errSilent}, {2, "read", nil}, {9, "ping", errSilent}, {9, "read", nil}}, kube.Live, false, true, nil},
		{"/readyz fails from the start", []step{{0, "ping", notReady}, {0, "read", nil}, {1, "ping", notReady}, {1, "read", nil}}, kube.Live, false, true, nil},
		{"/readyz and reads fail", []step{up, {1, "ping", notReady}, {1, "read", notReady}, {2, "ping", notReady}}, kube.Disconnected, false, false, notReady},
		{"/readyz fails, reads are silent", []step{up, {1, "ping", notReady}, {2, "ping", notReady}, {5, "ping", notReady}}, kube.Disconnected, false, false, notReady},
		{"watches deliver, /readyz is slow", []step{up, {2, "watch", nil}, {3, "ping", errSilent}, {4, "watch", nil}, {5, "ping", errSilent}, {9, "watch", nil}, {10, "ping", errSilent}}, kube.Live, false, true, nil},
		{"watches deliver, nobody is let in", []step{up, {2, "watch", nil}, {3, "ping", unauthorized}, {3, "read", unauthorized}, {4, "watch", nil}, {5, "ping", unauthorized}}, kube.NeedsLogin, false, false, unauthorized},
		{"401 of /readyz alone", []step{up, {1, "ping", unauthorized}, {1, "read", nil}, {2, "ping", unauthorized}, {2, "read", nil}}, kube.Live, false, true, nil},
		{"401 of reads alone", []step{up, {1, "ping", notReady}, {1, "read", unauthorized}, {2, "ping", notReady}}, kube.NeedsLogin, false, false, unauthorized},
		{"401, then the server goes", []step{up, {1, "ping", unauthorized}, {1, "read", unauthorized}, {2, "ping", unauthorized}, {9, "ping", refused}}, kube.Disconnected, false, false, refused},
		{"a plugin failed", []step{up, {1, "ping", pluginFailed{}}, {2, "ping", pluginFailed{}}}, kube.NeedsLogin, false, false, pluginFailed{}},
		{"back by a read", []step{up, {1, "ping", refused}, {1, "read", refused}, {2, "ping", refused}, {3, "read", nil}}, kube.Live, false, false, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			begun := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			p := pulse{state: kube.Syncing, begun: begun}
			var asked, proven time.Time
			for _, s := range c.steps {
				now := begun.Add(time.Duration(s.at * float64(time.Second)))
				switch {
				case s.what == "watch":
					proven = now
				case s.what == "ping" && s.err == nil:
					p.answered(now, 0)
				case s.what == "ping":
					p.miss(s.err, asked, proven, now)
					asked = now
				case s.err == nil:
					p.wasRead(now, 0)
				default:
					p.unread(s.err, now)
				}
			}
			require.Equal(t, c.want, p.state)
			require.Equal(t, c.silent, p.silent && p.missed >= misses)
			require.Equal(t, c.warns, p.warning != nil)
			if !p.healthy() {
				require.Equal(t, c.because, p.err)
				require.True(t, p.heard.IsZero() || p.heard.Equal(p.since), "since the last answer")
			}
		})
	}
}

// A server may take as long as it did before.
func TestPulseKnowsTheLatency(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := pulse{state: kube.Syncing, begun: now}
	p.answered(now, 6*time.Second)
	require.Equal(t, 4*time.Second, p.patience(time.Second), "the first answer took three round trips")
	for range 20 {
		p.answered(now, 2*time.Second)
	}
	require.Equal(t, 4*time.Second, p.patience(time.Second))
	p.miss(errSilent, now, time.Time{}, now.Add(4*time.Second))
	p.miss(errSilent, now, time.Time{}, now.Add(5*time.Second))
	require.Equal(t, kube.Live, p.state, "three times the latency have to pass")
	p.miss(errSilent, now, time.Time{}, now.Add(6*time.Second))
	require.Equal(t, kube.Disconnected, p.state)
	for range 20 {
		p.answered(now, 10*time.Millisecond)
	}
	require.Equal(t, time.Second, p.patience(time.Second), "it is quick again")
}

type pluginFailed struct{}

func (pluginFailed) Error() string    { return "getting credentials: exit status 1" }
func (pluginFailed) NeedsLogin() bool { return true }
