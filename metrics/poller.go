package metrics

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"
)

// ErrStopped is what Next returns once the poller was stopped.
var ErrStopped = errors.New("the poller was stopped")

// PollOptions of a poller. All have defaults.
type PollOptions struct {
	ReadOptions
	Interval time.Duration // from refresh to refresh; 10 s
	// SlowAfter is how long a refresh may take before the picture says so; 3 s.
	SlowAfter time.Duration
	// BackOff is the longest pause between refreshes that fail; 1 min.
	BackOff time.Duration
	// Random is between 0 and 1; nil: math/rand's. It spreads the refreshes of
	// many that watch one Prometheus.
	Random func() float64
}

func (o PollOptions) withDefaults() PollOptions {
	o.ReadOptions = o.ReadOptions.withDefaults()
	o.Interval = cmp.Or(o.Interval, 10*time.Second)
	o.SlowAfter = cmp.Or(o.SlowAfter, 3*time.Second)
	o.BackOff = cmp.Or(o.BackOff, time.Minute)
	if o.Random == nil {
		o.Random = rand.Float64
	}
	return o
}

// Poller keeps the picture of one scope. Its methods are safe for use by many
// goroutines, none of them waits for Prometheus but Next, and a picture is handed
// to only one caller of Next.
type Poller struct {
	source source
	o      PollOptions
	box    *mailbox
	wake   chan struct{} // one slot: the scope is another, or somebody wants to know now
	cancel context.CancelFunc

	mu    sync.Mutex
	scope Scope
}

// Poll starts a poller and returns at once. The error is a sentence about the
// options. The poller ends with ctx or with Stop.
func (c *Client) Poll(ctx context.Context, o PollOptions) (*Poller, error) {
	return startPoller(ctx, c, o)
}

func startPoller(ctx context.Context, src source, o PollOptions) (*Poller, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	p := &Poller{
		source: src, o: o, box: newMailbox(emptyPicture(o.Scope.normal())), wake: make(chan struct{}, 1),
		cancel: cancel, scope: o.Scope.normal(),
	}
	go p.guard(func() {
		p.run(ctx)
		p.box.fail(ErrStopped)
	})
	return p, nil
}

// Next waits for a picture newer than the last one returned; what came in between
// is skipped. The error is ErrStopped, the context's, or a *Panic: then nothing
// more will come.
func (p *Poller) Next(ctx context.Context) (*Picture, error) { return p.box.take(ctx) }

// Picture that is the newest, whoever has taken it; never nil.
func (p *Poller) Picture() *Picture { return p.box.peek() }

// SetScope asks for another scope from now on. What is under way for the old one
// is given up, and its answers are dropped.
func (p *Poller) SetScope(s Scope) {
	s = s.normal()
	p.mu.Lock()
	same := p.scope.Equal(s)
	p.scope = s
	p.mu.Unlock()
	if !same {
		ring(p.wake)
	}
}

// Refresh now instead of at the next beat: somebody pressed a key.
func (p *Poller) Refresh() { ring(p.wake) }

// Stop ends the poller without waiting for it. It may be called again.
func (p *Poller) Stop() {
	p.box.fail(ErrStopped)
	p.cancel()
}

// Panic is a panic of the poller's goroutines, caught so that whoever owns the
// terminal can restore it before it reports.
type Panic struct {
	Value any
	Stack []byte
}

func (p *Panic) Error() string { return fmt.Sprintf("panic in the poller: %v", p.Value) }

// guard runs a goroutine's work and turns a panic into Next's error.
func (p *Poller) guard(work func()) {
	defer func() {
		if value := recover(); value != nil {
			p.box.fail(&Panic{Value: value, Stack: debug.Stack()})
			p.cancel()
		}
	}()
	work()
}

func (p *Poller) current() Scope {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.scope
}

// run one scope after the other.
func (p *Poller) run(ctx context.Context) {
	for ctx.Err() == nil {
		o := p.o.ReadOptions
		o.Scope = p.current()
		if !o.Scope.Equal(p.box.peek().Scope) {
			p.box.put(emptyPicture(o.Scope))
		}
		p.follow(ctx, o.Scope, newReader(p.source, o))
	}
}

// follow a scope until it is another, or the end.
func (p *Poller) follow(ctx context.Context, scope Scope, r *reader) {
	failures := 0
	for {
		begun := p.o.Clock()
		again, err := p.refresh(ctx, scope, r)
		switch {
		case again || ctx.Err() != nil:
			return
		case err != nil:
			failures++
		default:
			failures = 0
		}
		wait := max(0, p.pause(failures)-p.o.Clock().Sub(begun))
		if p.sleep(ctx, wait) && !scope.Equal(p.current()) {
			return
		}
	}
}

// pause from the beginning of a refresh to the next: the interval, and up to
// BackOff after failures, a fifth more or less.
func (p *Poller) pause(failures int) time.Duration {
	d := p.o.Interval
	for range failures - 1 {
		if d = 2 * d; d >= p.o.BackOff {
			d = max(p.o.BackOff, p.o.Interval)
			break
		}
	}
	if failures == 0 {
		return d
	}
	return time.Duration(float64(d) * (0.8 + 0.4*p.o.Random()))
}

// sleep, true when it was woken.
func (p *Poller) sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return false
	case <-p.wake:
		return true
	case <-ctx.Done():
		return false
	}
}

// refresh reads the newest points and then as much of the history as there is time
// for, publishing after each. again is true where the scope has changed.
func (p *Poller) refresh(ctx context.Context, scope Scope, r *reader) (again bool, err error) {
	begun := p.o.Clock()
	work := r.refresh
	for {
		again, err = p.attend(ctx, scope, work)
		if again || ctx.Err() != nil {
			return again, ctx.Err()
		}
		p.publish(r, err)
		if err != nil || r.complete() || p.o.Clock().Sub(begun) >= p.o.Interval {
			return false, err
		}
		work = r.fill
	}
}

// publish what the reader has.
func (p *Poller) publish(r *reader, err error) {
	now := p.o.Clock()
	if err == nil {
		p.box.put(r.picture())
		return
	}
	last := p.box.peek()
	next := r.picture()
	next.At, next.State, next.Since = last.At, last.State, last.Since
	p.box.put(next.failed(err, now))
}

// attend to work that waits for Prometheus: say so when it takes long, and leave
// it alone when the scope becomes another or the end has come. It is cancelled
// then, and whatever it still does, it does to a reader that nobody uses.
func (p *Poller) attend(ctx context.Context, scope Scope, work func(context.Context) error) (again bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	begun, done := p.o.Clock(), make(chan error, 1)
	go p.guard(func() { done <- work(ctx) })
	slow := time.NewTimer(p.o.SlowAfter)
	defer slow.Stop()
	for {
		select {
		case err := <-done:
			return false, err
		case <-slow.C:
			p.box.put(p.box.peek().slow(begun))
		case <-p.wake:
			if !scope.Equal(p.current()) {
				return true, nil
			}
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}
