package watch

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/tools/cache"
)

// begin starts a new generation of reflectors, one per feed; the old one is
// dropped. The feeds keep what they have until the new lists are complete.
func (l *loop) begin(ctx context.Context) {
	l.drop()
	l.number++
	l.rights.asked = l.Clock() // the lists ask too
	l.reread = "the connection is back"
	ctx, l.dropping = context.WithCancel(ctx)
	for _, f := range l.feeds {
		f.begin(l.number)
		reflector := l.reflector(f)
		go l.watch.guard(func() { reflector.RunWithContext(ctx) })
	}
}

// drop ends the running generation, if any, without waiting for it: a reflector
// stops when its request does.
func (l *loop) drop() {
	if l.dropping != nil {
		l.dropping()
		l.dropping = nil
	}
}

func (l *loop) reflector(f *feed) *cache.Reflector {
	s := &source{
		feed:       f,
		generation: l.number,
		server:     f.resource.client(l.Client, l.Scope.Namespace),
		times:      streamTimes{silence: l.Silence, initial: l.ListPause, grace: l.Grace},
	}
	if f.resource.selected {
		s.selector = l.Scope.Selector
	}
	return cache.NewReflectorWithOptions(s.listerWatcher(l.Client), f.resource.example,
		sink{feed: f, generation: l.number},
		cache.ReflectorOptions{Name: "fader/" + f.resource.name, Backoff: backoff(f.resource.optional)})
}

// backoff between the tries of one reflector. Shorter than client-go's own
// (30–60 s), because a server that is gone is the heartbeat's business; what is
// left are refusals of one resource. What a cluster can do without is asked for rarely.
func backoff(optional bool) *wait.Backoff {
	if optional {
		return &wait.Backoff{Duration: 2 * time.Second, Factor: 4, Steps: 6, Cap: 5 * time.Minute, Jitter: 0.5}
	}
	return &wait.Backoff{Duration: 300 * time.Millisecond, Factor: 2, Steps: 12, Cap: 10 * time.Second, Jitter: 0.5}
}
