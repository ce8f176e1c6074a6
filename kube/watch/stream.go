package watch

import (
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/watch"
)

// stream is a watch that tells once when it is over, and ends by itself when
// nothing, not even a bookmark, came for too long.
type stream struct {
	upstream watch.Interface
	out      chan watch.Event
	stop     chan struct{}
	once     sync.Once
}

// newStream passes upstream on. over is called once, on the stream's goroutine,
// with the error the server ended it with, nil for a plain end.
func newStream(upstream watch.Interface, silence time.Duration, over func(error)) *stream {
	s := &stream{upstream: upstream, out: make(chan watch.Event), stop: make(chan struct{})}
	go s.run(silence, over)
	return s
}

// ResultChan is closed when the stream is over.
func (s *stream) ResultChan() <-chan watch.Event { return s.out }

// Stop ends the stream.
func (s *stream) Stop() { s.once.Do(func() { close(s.stop) }) }

func (s *stream) run(silence time.Duration, over func(error)) {
	var err error
	defer func() {
		s.upstream.Stop()
		over(err)
		close(s.out)
	}()
	quiet := time.NewTimer(silence)
	defer quiet.Stop()
	for {
		select {
		case event, open := <-s.upstream.ResultChan():
			if !open {
				return
			}
			if event.Type == watch.Error {
				err = apierrors.FromObject(event.Object)
			}
			select {
			case s.out <- event:
			case <-s.stop:
				return
			}
			quiet.Reset(silence)
		case <-quiet.C:
			return
		case <-s.stop:
			return
		}
	}
}
