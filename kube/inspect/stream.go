package inspect

import (
	"context"
	"slices"
	"sync"
	"time"

	"k8s.io/client-go/kubernetes"
)

const (
	defaultTail    = 500
	defaultStreams = 30
)

// LogOptions say what to follow.
type LogOptions struct {
	Client  kubernetes.Interface
	Sources []Source
	// TailLines of each container to begin with; 0 is 500, below 0 is all.
	TailLines int64
	// Since leaves out what is older; 0 leaves out nothing.
	Since time.Duration
	// Previous reads the containers before their last restart, to the end.
	Previous bool
	// Explain puts an error into a sentence. nil takes the error's own words.
	Explain func(error) string
	// Streams at once, at most; 0 is 30.
	Streams int

	// pause before another try, the first being number 0. nil doubles from one
	// second to half a minute.
	pause func(try int) time.Duration
}

// Stream is the log of many containers at once. Safe for use by many goroutines.
type Stream struct {
	options LogOptions
	ring    *ring
	stop    context.CancelFunc

	mu     sync.Mutex
	wanted []Source
	news   chan struct{} // one slot: wanted changed
	ended  chan Source   // a follower that came to its end
	found  chan []Source // the containers of a pod

	lost lost
}

// Follow begins to read the logs of all sources at once and goes on until ctx
// ends or Stop is called. It returns at once; errors are remarks in the log.
func Follow(ctx context.Context, o LogOptions) *Stream {
	s := &Stream{
		options: o.withDefaults(), ring: newRing(), wanted: o.Sources,
		news: make(chan struct{}, 1), ended: make(chan Source), found: make(chan []Source),
	}
	ctx, s.stop = context.WithCancel(ctx)
	go s.run(ctx)
	return s
}

func (o LogOptions) withDefaults() LogOptions {
	if o.TailLines == 0 {
		o.TailLines = defaultTail
	}
	if o.Streams <= 0 {
		o.Streams = defaultStreams
	}
	if o.Explain == nil {
		o.Explain = error.Error
	}
	if o.pause == nil {
		o.pause = func(try int) time.Duration { return min(time.Second<<min(try, 5), 30*time.Second) }
	}
	return o
}

// Next waits for lines or for news of the streams. It returns ctx's error when
// ctx ends, and that of Follow's context once all there was has been taken.
func (s *Stream) Next(ctx context.Context) (Batch, error) { return s.ring.take(ctx) }

// SetSources adds what is new among sources. What is no longer among them is
// followed to the end of its log, which is how the last words of a pod are heard.
func (s *Stream) SetSources(sources []Source) {
	s.mu.Lock()
	s.wanted = sources
	s.mu.Unlock()
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// Stop ends all streams and returns at once.
func (s *Stream) Stop() { s.stop() }

// run starts followers as there are sources and room for them, and waits for all
// of them at the end.
func (s *Stream) run(ctx context.Context) {
	var followers sync.WaitGroup
	// A source stays in seen after its end: what was read is not read again.
	seen, active := map[Source]bool{}, 0
	var found []Source
	for ctx.Err() == nil {
		var leftOut []Source
		for _, source := range slices.Concat(s.sources(), found) {
			if seen[source.key()] {
				continue
			}
			if active == s.options.Streams {
				leftOut = append(leftOut, source)
				continue
			}
			seen[source.key()] = true
			active++
			followers.Go(func() { s.follow(ctx, source) })
		}
		s.ring.count(active, leftOut)
		select {
		case <-s.news:
		case more := <-s.found:
			found = append(found, more...)
		case <-s.ended:
			active--
		case <-ctx.Done():
		}
	}
	followers.Wait()
	s.ring.close(ctx.Err())
}

func (s *Stream) sources() []Source {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wanted
}

// follow reads one source to its end and says that there is room again.
func (s *Stream) follow(ctx context.Context, source Source) {
	f := follower{Stream: s, source: source}
	if source.Container == "" {
		f.findContainers(ctx)
	} else {
		f.run(ctx)
	}
	select {
	case s.ended <- source:
	case <-ctx.Done():
	}
}
