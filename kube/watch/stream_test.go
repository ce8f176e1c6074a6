package watch

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	apiwatch "k8s.io/apimachinery/pkg/watch"
)

// bench is a stream of pods with a first watch, and second ones that the test makes.
type bench struct {
	first     *apiwatch.RaceFreeFakeWatcher
	second    *apiwatch.RaceFreeFakeWatcher // the latest
	opened    []string                      // the versions from which second watches were opened
	openErr   error
	bookmarks bool
	mu        sync.Mutex // of what follows
	suspect   chan struct{}
	hung      []time.Duration // for how long the stream had been silent
	got       []string        // versions of what came out
	ended     bool
	err       error
}

// with holds off the stream's goroutines while the test reads or changes the bench.
func (b *bench) with(do func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	do()
}

// isOver reports whether the stream has ended.
func (b *bench) isOver() (over bool) {
	b.with(func() { over = b.ended })
	return over
}

func newBench(ctx context.Context, name, version string) *bench {
	b := &bench{first: apiwatch.NewRaceFreeFake(), suspect: make(chan struct{}, 1)}
	var of resource
	for _, r := range resources(100, nil) {
		if r.name == name {
			of = r
		}
	}
	s := newStream(ctx, b.first, version, streamOptions{
		resource: of,
		times:    streamTimes{silence: 75 * time.Second, initial: 15 * time.Second, grace: 2 * time.Second},
		open: func(_ context.Context, from string) (apiwatch.Interface, error) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.opened = append(b.opened, from)
			if b.openErr != nil {
				return nil, b.openErr
			}
			b.second = apiwatch.NewRaceFreeFake()
			return b.second, nil
		},
		suspect:   b.suspect,
		heard:     func(bookmark bool) { b.with(func() { b.bookmarks = b.bookmarks || bookmark }) },
		hung:      func(from time.Time) { b.with(func() { b.hung = append(b.hung, time.Since(from)) }) },
		bookmarks: func() (has bool) { b.with(func() { has = b.bookmarks }); return has },
		over:      func(err error) { b.with(func() { b.ended, b.err = true, err }) },
	})
	go func() {
		for event := range s.ResultChan() {
			said := string(event.Type)
			if p, ok := event.Object.(metav1.Object); ok {
				said = p.GetResourceVersion()
			}
			b.with(func() { b.got = append(b.got, said) })
		}
	}()
	context.AfterFunc(ctx, s.Stop)
	return b
}

func pod(version int) *corev1.Pod { return newPod("a", "u", "r", version) }

func bookmark(version int, initialEnd bool) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{ResourceVersion: fmt.Sprint(version)}}
	if initialEnd {
		p.Annotations = map[string]string{metav1.InitialEventsAnnotationKey: "true"}
	}
	return p
}

func after(d time.Duration) { time.Sleep(d); synctest.Wait() }

// A stream that is silent for 75 seconds is compared with a second watch from the
// same version.
func TestSilentStreamIsChecked(t *testing.T) {
	gone := apierrors.NewResourceExpired("too old resource version")
	for _, c := range []struct {
		name     string
		resource string
		do       func(b *bench)
		got      []string
		opened   []string
		hung     int
		ended    bool
	}{
		{"it speaks every minute", pods, func(b *bench) {
			for i := range 10 {
				after(time.Minute)
				b.first.Action(apiwatch.Bookmark, bookmark(20+i, false))
			}
		}, []string{"20", "21", "22", "23", "24", "25", "26", "27", "28", "29"}, nil, 0, false},
		{"the second has what it missed", pods, func(b *bench) {
			b.first.Modify(pod(11))
			after(76 * time.Second)
			b.second.Modify(pod(12))
			b.second.Modify(pod(13))
			after(3 * time.Second)
			b.second.Modify(pod(14))
			after(time.Minute)
		}, []string{"11", "12", "13", "14"}, []string{"11"}, 1, false},
		{"something happens later, and it misses that", pods, func(b *bench) {
			after(10 * time.Minute)
			b.second.Modify(pod(12))
			after(3 * time.Second)
		}, []string{"12"}, []string{"10"}, 1, false},
		{"the second gets the bookmark", pods, func(b *bench) {
			after(135 * time.Second)
			b.second.Action(apiwatch.Bookmark, bookmark(12, false))
			after(3 * time.Second)
		}, []string{"12"}, []string{"10"}, 1, false},
		{"both deliver, the second first", pods, func(b *bench) {
			after(80 * time.Second)
			b.second.Modify(pod(12))
			after(time.Second)
			b.first.Modify(pod(12))
			after(time.Minute)
		}, []string{"12"}, []string{"10"}, 0, false},
		{"no bookmarks, nothing happens: one more watch, and no more", pods, func(b *bench) {
			after(time.Hour)
		}, nil, []string{"10"}, 0, false},
		{"nothing happens, then it speaks", pods, func(b *bench) {
			after(80 * time.Second)
			b.first.Modify(pod(12))
			after(70 * time.Second)
			require.True(t, b.second.IsStopped())
		}, []string{"12"}, []string{"10"}, 0, false},
		{"bookmarks are swallowed on both", pods, func(b *bench) {
			b.first.Action(apiwatch.Bookmark, bookmark(11, false))
			after(151 * time.Second)
		}, []string{"11"}, []string{"11"}, 1, true},
		{"the second cannot be opened", pods, func(b *bench) {
			b.with(func() { b.openErr = errors.New("no") })
			after(200 * time.Second)
		}, nil, []string{"10", "10"}, 0, false},
		{"the version is too old", pods, func(b *bench) {
			b.with(func() { b.openErr = gone })
			after(76 * time.Second)
		}, nil, []string{"10"}, 0, true},
		{"the version is too old, said by the watch", pods, func(b *bench) {
			after(76 * time.Second)
			status := gone.Status()
			b.second.Error(&status)
			after(time.Second)
		}, nil, []string{"10"}, 0, true},
		{"the second ends at once", pods, func(b *bench) {
			after(76 * time.Second)
			b.second.Stop()
			after(50 * time.Second)
		}, nil, []string{"10"}, 0, false},
		{"another stream hung", pods, func(b *bench) {
			b.first.Modify(pod(11))
			after(20 * time.Second)
			b.suspect <- struct{}{}
			after(time.Second)
			b.second.Modify(pod(12))
			after(3 * time.Second)
		}, []string{"11", "12"}, []string{"11"}, 1, false},
		{"another stream hung, this one has just spoken", pods, func(b *bench) {
			b.first.Modify(pod(11))
			after(time.Second)
			b.suspect <- struct{}{}
			after(30 * time.Second)
		}, []string{"11"}, nil, 0, false},
		{"the new one hangs too", pods, func(b *bench) {
			after(76 * time.Second)
			b.second.Modify(pod(12))
			after(80 * time.Second)
			b.second.Modify(pod(13))
			after(3 * time.Second)
		}, []string{"12", "13"}, []string{"10", "12"}, 2, false},
		{"events have no bookmarks", events, func(b *bench) {
			after(149 * time.Second)
			require.False(t, b.isOver())
			after(2 * time.Second)
		}, nil, nil, 0, true},
		{"events, while another stream hung", events, func(b *bench) {
			after(10 * time.Second)
			b.suspect <- struct{}{}
			after(time.Second)
		}, nil, nil, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, ctx context.Context) {
				b := newBench(ctx, c.resource, "10")
				c.do(b)
				synctest.Wait()
				require.Equal(t, c.got, b.got)
				require.Equal(t, c.opened, b.opened)
				require.Len(t, b.hung, c.hung)
				require.Equal(t, c.ended, b.isOver())
			})
		})
	}
}

// Detection takes less than 90 seconds of what was missed.
func TestHangingStreamIsFoundInTime(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := newBench(ctx, pods, "10")
		after(75 * time.Second)
		b.second.Modify(pod(11))
		after(2 * time.Second)
		require.Equal(t, []time.Duration{77 * time.Second}, b.hung)
		require.Equal(t, []string{"11"}, b.got)
	})
}

// What no API server sends ends the stream, and the reflector is told to list again.
func TestStreamRejectsWhatIsNotFromAnAPIServer(t *testing.T) {
	for _, c := range []struct {
		name    string
		version string
		event   apiwatch.EventType
		object  runtime.Object
		want    string
	}{
		{"an object without a version", "10", apiwatch.Modified, &corev1.Pod{}, withoutVersion},
		{"another kind", "10", apiwatch.Added, newDeployment("d", "d", 5), "an object of another kind"},
		{"a success", "10", apiwatch.Added, &metav1.Status{Status: metav1.StatusSuccess}, "an object of another kind"},
		{"an initial object without a version", "", apiwatch.Added, &corev1.Pod{}, withoutVersion},
		{"the end of a list without a version", "", apiwatch.Bookmark, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{
			Annotations: map[string]string{metav1.InitialEventsAnnotationKey: "true"},
		}}, withoutVersion},
		{"a bookmark without a version", "10", apiwatch.Bookmark, &corev1.Pod{}, withoutVersion},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, ctx context.Context) {
				b := newBench(ctx, pods, c.version)
				b.first.Action(c.event, c.object)
				after(time.Second)
				require.True(t, b.isOver())
				require.Equal(t, []string{"ERROR"}, b.got, "nothing of it gets through")
				require.ErrorIs(t, b.err, foreignAnswer{pods, c.want})
			})
		})
	}
}

// A list that is streamed and stops is asked for in another way.
func TestListThatStops(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := newBench(ctx, pods, "")
		b.first.Add(pod(5))
		after(14 * time.Second)
		b.first.Add(pod(6))
		after(14 * time.Second)
		require.False(t, b.isOver(), "it goes on")
		after(2 * time.Second)
		require.Equal(t, []string{"5", "6", "ERROR"}, b.got)
		require.ErrorIs(t, b.err, silentList{pods, 15 * time.Second})
	})
}

// Versions within a whole list are in no order: what counts is that of its end.
func TestVersionAfterAStreamedList(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		b := newBench(ctx, pods, "")
		b.first.Add(pod(50))
		b.first.Add(pod(7))
		b.first.Action(apiwatch.Bookmark, bookmark(60, true))
		after(76 * time.Second)
		require.Equal(t, []string{"60"}, b.opened)
		require.False(t, b.bookmarks, "the end of a list does not prove that there are bookmarks")
	})
}
