package fade

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"fader/kube"
	"fader/kube/rollout"
)

// Run is a course under way. Its methods may be called from several goroutines at
// once, and none of them waits for the cluster.
type Run struct {
	runner       *Runner
	confirmation rollout.Confirmation
	cancel       context.CancelFunc
	changed      chan struct{} // one slot
	bell         chan struct{} // one slot: there is an order
	done         chan struct{}

	mu       sync.Mutex
	progress Progress
	orders   orders
}

// orders that the operator gave and that were not taken yet.
type orders struct{ proceed, stop, back bool }

// newRun starts to conduct.
func newRun(r *Runner, p position, confirmation rollout.Confirmation) *Run {
	ctx, cancel := context.WithCancel(context.Background())
	run := &Run{
		runner: r, confirmation: confirmation, cancel: cancel,
		changed: make(chan struct{}, 1), bell: make(chan struct{}, 1), done: make(chan struct{}),
		progress: Progress{Course: p.course, State: Starting, Text: "reading the cluster", Since: r.Now()},
	}
	scope := kube.Scope{Namespace: p.course.Subject().Namespace}
	feed := r.Watch(scope)
	c := &conductor{Run: run, position: p, recorded: p.course, feed: feed, desk: r.Desk(feed.Health)}
	go c.run(ctx)
	return run
}

// Progress is the latest.
func (r *Run) Progress() Progress {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.progress
	p.Receipts = slices.Clone(p.Receipts)
	return p
}

// Changed rings when Progress has changed since it last rang; it has one slot and
// is never closed. One reader at a time.
func (r *Run) Changed() <-chan struct{} { return r.changed }

// Continue ends the pause between two steps.
func (r *Run) Continue() { r.order(orders{proceed: true}) }

// Stop leaves the course where it is, after the write that was sent, and it is over.
// Between the two writes of a step it stays Unfinished: to be finished or taken
// back, with Runner.Start.
func (r *Run) Stop() { r.order(orders{stop: true}) }

// TakeBack turns round: back to where it began, by the same rules. Once the course
// is over, none of these has any effect.
func (r *Run) TakeBack() { r.order(orders{back: true}) }

// Close ends the course because the process ends. It does not wait. The journal
// keeps the course unfinished.
func (r *Run) Close() { r.cancel() }

// Done is closed when the course is over and its last line is in the journal.
func (r *Run) Done() <-chan struct{} { return r.done }

func (r *Run) over() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

func (r *Run) order(o orders) {
	r.mu.Lock()
	r.orders.proceed = r.orders.proceed || o.proceed
	r.orders.stop = r.orders.stop || o.stop
	r.orders.back = r.orders.back || o.back
	r.mu.Unlock()
	ring(r.bell)
}

// taken are the orders given since it was last asked.
func (r *Run) taken() orders {
	r.mu.Lock()
	defer r.mu.Unlock()
	o := r.orders
	r.orders = orders{}
	return o
}

// ordered says that an order waits to be taken.
func (r *Run) ordered() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.orders != orders{}
}

// publish changes the progress, and rings where that shows.
func (r *Run) publish(change func(*Progress)) {
	r.mu.Lock()
	before := r.progress
	change(&r.progress)
	if r.progress.State != before.State {
		r.progress.Since = r.runner.Now()
	}
	same := reflect.DeepEqual(before, r.progress)
	r.mu.Unlock()
	if !same {
		ring(r.changed)
	}
}

func (r *Run) receive(receipt rollout.Receipt) {
	r.publish(func(p *Progress) { p.Receipts = append(slices.Clip(p.Receipts), receipt) })
}

// ring rings a bell that has one slot.
func ring(bell chan struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}

// stoppedText is what an operator's stop leaves behind.
func stoppedText(p *position) string {
	c := p.course
	if c.Kind == Hold {
		return "stopped: the rollout is not held any more"
	}
	if !p.placed {
		return "stopped before it was looked at: nothing more was written"
	}
	text := fmt.Sprintf("stopped at stable %d, canary %d", p.at.stable, p.at.canary)
	if p.halfway() {
		text += fmt.Sprintf(", half-way (the total is %d): finish it or take it back", c.Total)
	}
	return text
}
