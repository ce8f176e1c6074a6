package watch

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// longestPause that a server may ask of us with Retry-After.
const longestPause = time.Minute

// source is where one reflector reads from: the API server, with everything that
// goes well or wrong noted in the feed, because reflectors keep errors to
// themselves.
type source struct {
	feed       *feed
	generation uint64
	server     listWatcher
	selector   string
	times      streamTimes
}

// listerWatcher is the source as a reflector takes it. The client decides whether
// lists may be streamed: a fake clientset cannot do that and says so.
func (s *source) listerWatcher(client kubernetes.Interface) cache.ListerWatcher {
	return cache.ToListWatcherWithWatchListSemantics(&cache.ListWatch{
		ListWithContextFunc:  s.list,
		WatchFuncWithContext: s.watch,
	}, client)
}

func (s *source) list(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
	o.LabelSelector = s.selector
	if o.ResourceVersion == "0" || s.feed.listsAgain() {
		// "0" is whatever the server has cached. After an outage that may be
		// older than what is on the screen; an empty version is a consistent read.
		o.ResourceVersion = ""
	}
	list, err := s.server.list(ctx, o)
	if err == nil {
		err = foreignList(s.feed.resource.name, list)
	}
	if err != nil {
		s.failed(ctx, err, func() { s.feed.listErr = err })
		return nil, err
	}
	s.feed.update(s.generation, func() {
		s.feed.heard = s.feed.clock()
		if o.Continue == "" {
			s.feed.seen = 0
		}
		s.feed.seen += meta.LenList(list)
	})
	return list, nil
}

func (s *source) watch(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
	o.LabelSelector = s.selector
	plain := o.SendInitialEvents == nil || !*o.SendInitialEvents
	if plain {
		var again bool
		if o.ResourceVersion, again = s.feed.carryOn(s.generation, o.ResourceVersion, s.times.silence); again {
			return nil, apierrors.NewResourceExpired("the watches of " + s.feed.resource.name + " deliver nothing: list again")
		}
	}
	upstream, err := s.server.watch(ctx, o)
	if err != nil {
		s.failed(ctx, err, func() { s.feed.watchErr = err })
		return nil, err
	}
	var number uint64
	s.feed.update(s.generation, func() {
		s.feed.heard = s.feed.clock()
		number = s.feed.opened(plain)
	})
	version := o.ResourceVersion
	if !plain {
		version = ""
	}
	return newStream(ctx, upstream, version, streamOptions{
		resource:  s.feed.resource,
		times:     s.times,
		open:      s.second(o),
		suspect:   s.feed.suspect,
		heard:     func(bookmark bool) { s.feed.hear(s.generation, bookmark) },
		hung:      func(from time.Time) { s.feed.hangs(s.generation, from) },
		bookmarks: s.feed.bookmarks.Load,
		over: func(err error) {
			s.feed.update(s.generation, func() {
				if err != nil {
					s.feed.watchErr = err
					s.feed.arrivals.owed = time.Time{} // it was no silence
				}
				s.feed.ended(number)
			})
			s.feed.broke()
		},
	}), nil
}

// second opens a watch like the one with these options from a later version.
func (s *source) second(o metav1.ListOptions) func(context.Context, string) (watch.Interface, error) {
	o.SendInitialEvents, o.ResourceVersionMatch = nil, ""
	return func(ctx context.Context, version string) (watch.Interface, error) {
		o.ResourceVersion = version
		return s.server.watch(ctx, o)
	}
}

// failed notes an error and keeps the pause that the server asked for. The
// reflector's own back-off comes on top.
func (s *source) failed(ctx context.Context, err error, note func()) {
	if ctx.Err() != nil {
		return // given up by us: says nothing of the server
	}
	s.feed.update(s.generation, note)
	s.feed.broke()
	seconds, asked := apierrors.SuggestsClientDelay(err)
	if !asked {
		return
	}
	pause := time.NewTimer(min(time.Duration(seconds)*time.Second, longestPause))
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-ctx.Done():
	}
}
