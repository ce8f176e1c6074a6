package watch

import (
	"fmt"
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
	f := &feed{resource: r, clock: time.Now, changed: func() {}, broke: func() {}, items: map[string]*item{}}
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
	kept := contents[*kube.Event](f)
	for _, e := range kept {
		require.True(t, e.Last.After(begin.Add(385*time.Second)), "the youngest are kept: %s", e.Last)
	}
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

func TestPulse(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name   string
		beats  []error
		want   kube.State
		silent bool
	}{
		{"first answer", []error{nil}, kube.Live, false},
		{"one miss is a hiccup", []error{nil, refused}, kube.Live, false},
		{"two are an outage", []error{nil, refused, refused}, kube.Disconnected, false},
		{"an answer between", []error{nil, refused, nil, refused}, kube.Live, false},
		{"never there", []error{refused, refused}, kube.Disconnected, false},
		{"silence", []error{nil, errSilent, errSilent, errSilent}, kube.Disconnected, true},
		{"silence, then refused", []error{nil, errSilent, errSilent, refused}, kube.Disconnected, false},
		{"a plugin failed", []error{nil, pluginFailed{}, pluginFailed{}}, kube.NeedsLogin, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := pulse{state: kube.Syncing}
			for _, err := range c.beats {
				p.beat(err, now)
			}
			require.Equal(t, c.want, p.state)
			require.Equal(t, c.silent, p.silent && p.missed >= misses)
		})
	}
}

type pluginFailed struct{}

func (pluginFailed) Error() string    { return "getting credentials: exit status 1" }
func (pluginFailed) NeedsLogin() bool { return true }
