package watch

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
)

// stream is a watch that reports once when it is over. Where nothing, not even a
// bookmark, came for streamTimes.silence, it opens a second watch from the same
// version. If the second delivers and the first does not, the first hangs and the
// second takes its place, so that nothing is lost in between.
type stream struct {
	streamOptions
	upstream watch.Interface
	out      chan watch.Event
	stop     chan struct{}
	once     sync.Once

	version string    // the newest that was passed on; "" while a whole list is being sent
	spoke   time.Time // when the upstream last delivered
	check   check
	cancel  context.CancelFunc // ends an upstream that was a second watch; else nil
}

// streamTimes are the limits of one stream.
type streamTimes struct {
	silence time.Duration // after which a second watch is opened
	initial time.Duration // the longest pause within a whole list
	grace   time.Duration // the first may deliver so much later than the second
}

type streamOptions struct {
	resource resource
	times    streamTimes
	// open starts a second watch from a version.
	open func(ctx context.Context, version string) (watch.Interface, error)
	// suspect rings when another stream of this server was found to hang.
	suspect <-chan struct{}
	// heard is called with everything that the server sends.
	heard func(bookmark bool)
	// hung is called where the stream was found to hang, with the moment at which it
	// last delivered.
	hung func(from time.Time)
	// bookmarks reports whether this server is known to send them every minute.
	bookmarks func() bool
	// over is called once, on the stream's goroutine, with the error that ended the
	// stream, nil for a plain end.
	over func(error)
}

// check is a second watch beside one that is silent.
type check struct {
	cancel context.CancelFunc
	opened chan openedWatch // answers once; nil: no second watch is being opened
	second watch.Interface  // nil: not open
	held   *watch.Event     // the first that the second delivered
}

type openedWatch struct {
	watch watch.Interface
	err   error
}

// newStream passes upstream on. version is what it carries on from, "" where it
// sends a whole list first.
func newStream(ctx context.Context, upstream watch.Interface, version string, o streamOptions) *stream {
	s := &stream{
		streamOptions: o, upstream: upstream, version: version, spoke: time.Now(),
		out: make(chan watch.Event), stop: make(chan struct{}),
	}
	go s.run(ctx)
	return s
}

// ResultChan is closed when the stream is over.
func (s *stream) ResultChan() <-chan watch.Event { return s.out }

// Stop ends the stream.
func (s *stream) Stop() { s.once.Do(func() { close(s.stop) }) }

// errEnded is a plain end of a stream, or the wish of its reader.
var errEnded = errors.New("the stream ended")

func (s *stream) run(ctx context.Context) {
	err := s.pass(ctx)
	s.endCheck()
	s.endUpstream()
	if errors.Is(err, errEnded) {
		err = nil
	}
	s.over(err)
	close(s.out)
}

// pass hands events on until the stream is over.
func (s *stream) pass(ctx context.Context) error {
	quiet, patience := time.NewTimer(s.limit()), time.NewTimer(time.Hour)
	defer quiet.Stop()
	defer patience.Stop()
	for {
		var err error
		select {
		case event, open := <-s.upstream.ResultChan():
			s.endCheck() // it does not hang
			if !open {
				return errEnded
			}
			err = s.deliver(event)
			quiet.Reset(s.limit())
		case <-quiet.C:
			err = s.silent(ctx)
			quiet.Reset(s.limit())
		case <-s.suspect:
			if time.Since(s.spoke) > s.times.grace {
				err = s.begin(ctx)
			}
		case opened := <-s.check.opened:
			err = s.take(opened)
		case event, open := <-s.secondChan():
			if err = s.compare(event, open); s.check.held != nil {
				patience.Reset(s.times.grace)
			}
		case <-patience.C:
			if s.check.held != nil {
				err = s.replace()
				quiet.Reset(s.limit())
			}
		case <-s.stop:
			return errEnded
		}
		if err != nil {
			return err
		}
	}
}

// limit is how long the stream may be silent.
func (s *stream) limit() time.Duration {
	if s.version == "" {
		return s.times.initial
	}
	if s.resource.noBookmarks {
		return 2 * s.times.silence
	}
	return s.times.silence
}

// deliver passes one event on. What is no object of this resource with a version is
// not from an API server, and ends the stream.
func (s *stream) deliver(event watch.Event) error {
	s.spoke = time.Now()
	if event.Type == watch.Error {
		if err := s.send(event); err != nil {
			return err
		}
		return apierrors.FromObject(event.Object)
	}
	version, initialEnd, err := s.inspect(event)
	if err != nil {
		return errors.Join(s.send(failure(err)), err)
	}
	bookmark := event.Type == watch.Bookmark
	s.heard(bookmark && !initialEnd)
	if err := s.send(event); err != nil {
		return err
	}
	if s.version != "" || bookmark {
		s.version = version
	}
	return nil
}

// inspect returns the version of an event's object, and whether it ends the whole
// list that the stream began with.
func (s *stream) inspect(event watch.Event) (version string, initialEnd bool, err error) {
	if reflect.TypeOf(event.Object) != reflect.TypeOf(s.resource.example) {
		return "", false, foreignAnswer{s.resource.name, "an object of another kind"}
	}
	object, err := meta.Accessor(event.Object)
	if err != nil || object.GetResourceVersion() == "" {
		return "", false, foreignAnswer{s.resource.name, withoutVersion}
	}
	return object.GetResourceVersion(), object.GetAnnotations()[metav1.InitialEventsAnnotationKey] == "true", nil
}

// failure is the event that makes a reflector begin again.
func failure(err error) watch.Event {
	return watch.Event{Type: watch.Error, Object: &metav1.Status{Status: metav1.StatusFailure, Message: err.Error()}}
}

func (s *stream) send(event watch.Event) error {
	select {
	case s.out <- event:
		return nil
	case <-s.stop:
		return errEnded
	}
}

// silent is called when nothing came for the limit.
func (s *stream) silent(ctx context.Context) error {
	switch {
	case s.version == "":
		err := silentList{s.resource.name, s.times.initial}
		return errors.Join(s.send(failure(err)), err)
	case s.check.second == nil:
		return s.begin(ctx)
	case s.bookmarks(): // and none came on either: whatever is in between swallows them
		s.hung(s.spoke)
		return errEnded
	}
	return nil // no bookmarks: the second watch stays, to deliver what the first may miss
}

// begin opens the second watch. A resource without bookmarks is reopened instead:
// its silence says nothing.
func (s *stream) begin(ctx context.Context) error {
	if s.version == "" || s.check.opened != nil || s.check.second != nil {
		return nil
	}
	if s.resource.noBookmarks {
		return errEnded
	}
	ctx, s.check.cancel = context.WithCancel(ctx)
	opened, version := make(chan openedWatch, 1), s.version
	s.check.opened = opened
	go func() {
		second, err := s.open(ctx, version)
		opened <- openedWatch{second, err}
	}()
	return nil
}

// take notes the second watch. One that cannot be opened proves nothing, except that
// the version is too old: then only a new list tells what is missing; and that the
// right to watch is gone.
func (s *stream) take(opened openedWatch) error {
	s.check.opened = nil // answered
	if opened.err != nil {
		s.endCheck()
		if isRefused(opened.err) {
			return opened.err
		}
		return expired(opened.err)
	}
	s.check.second = opened.watch
	return nil
}

// expired is err where a version is too old to watch from, else nil.
func expired(err error) error {
	if apierrors.IsResourceExpired(err) || apierrors.IsGone(err) {
		return err
	}
	return nil
}

// secondChan is nil while there is no second watch, or one that has delivered.
func (s *stream) secondChan() <-chan watch.Event {
	if s.check.second == nil || s.check.held != nil {
		return nil
	}
	return s.check.second.ResultChan()
}

// compare takes the first event of the second watch. The first watch has a moment to
// deliver the same.
func (s *stream) compare(event watch.Event, open bool) error {
	if !open {
		s.endCheck()
		return nil
	}
	if event.Type == watch.Error {
		s.endCheck()
		return expired(apierrors.FromObject(event.Object))
	}
	s.check.held = &event
	return nil
}

// replace puts the second watch in the place of the first, which hangs.
func (s *stream) replace() error {
	s.hung(s.spoke)
	s.endUpstream()
	held := *s.check.held
	s.upstream, s.cancel, s.check = s.check.second, s.check.cancel, check{}
	return s.deliver(held)
}

func (s *stream) endUpstream() {
	s.upstream.Stop()
	if s.cancel != nil {
		s.cancel()
	}
}

// endCheck closes the second watch, also one that is still being opened.
func (s *stream) endCheck() {
	if s.check.cancel != nil {
		s.check.cancel()
	}
	if s.check.second != nil {
		s.check.second.Stop()
	}
	if opened := s.check.opened; opened != nil {
		go func() {
			if late := <-opened; late.err == nil {
				late.watch.Stop()
			}
		}()
	}
	s.check = check{}
}
