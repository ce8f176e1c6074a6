package watch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"fader/kube"
)

// ErrStopped is what Next returns once the watch was stopped.
var ErrStopped = errors.New("the watch was stopped")

// Options of a watch. Client is needed, everything else has a default.
type Options struct {
	Client kubernetes.Interface
	Scope  kube.Scope
	// Ping asks the server whether it is ready. An error with a method
	// NeedsLogin() bool that returns true, or a 401, is a lack of credentials.
	// nil: the server is always taken to be there.
	Ping func(context.Context) error
	// Read reads something small from the server, to see whether it works where Ping
	// fails. nil: it lists one Deployment.
	Read func(context.Context) error
	// Reconnect drops the connections when a server that fell silent is given
	// up, so that the next Ping dials anew. nil: nothing is dropped.
	Reconnect func()
	// Explain puts an error into one sentence. nil: its own words, sanitised.
	Explain func(error) string
	// Clock stamps states. nil: time.Now. Timers follow the time package, which
	// testing/synctest replaces.
	Clock func() time.Time
	Log   *slog.Logger

	Quiet   time.Duration // a burst is let through when it pauses so long; 30 ms
	Quantum time.Duration // and at the latest every so long; 100 ms

	PingEvery   time.Duration // while all is well; 700 ms
	PingAgain   time.Duration // after a miss, and while disconnected; 250 ms
	PingLogin   time.Duration // while a login is needed: every try may run a plugin; 10 s
	PingTimeout time.Duration // of a server that answers at once, longer where it takes long; 1 s
	ReadTimeout time.Duration // 10 s
	RightsEvery time.Duration // it is asked whether Deployments may still be read; 15 s

	DropAfter time.Duration // of silence, watches are no longer hoped for; 5 s
	Grace     time.Duration // a watch that ended may take so long to reopen; 2 s
	Silence   time.Duration // of one stream, before a second one checks it; 75 s
	ListPause time.Duration // within a list that is streamed, before it is asked for anew; 15 s

	// SleepAfter is how long the loop may have been stopped before everything is read
	// again: the process was stopped, or the machine asleep; 5 s.
	SleepAfter time.Duration

	// GPUResources are resource names that count as GPUs besides those that fader knows.
	GPUResources []string

	// EventLimit is how many events are kept, the youngest; 10 000. Beyond it only
	// those stay that causes may rest on, the newest of each object and topic.
	EventLimit int
}

func (o Options) withDefaults() Options {
	if o.Ping == nil {
		o.Ping = func(context.Context) error { return nil }
	}
	if o.Read == nil {
		o.Read = o.readOne
	}
	if o.Reconnect == nil {
		o.Reconnect = func() {}
	}
	if o.Explain == nil {
		o.Explain = func(err error) string { return kube.Clean(err.Error()) }
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Quiet = cmp.Or(o.Quiet, 30*time.Millisecond)
	o.Quantum = cmp.Or(o.Quantum, 100*time.Millisecond)
	o.PingEvery = cmp.Or(o.PingEvery, 700*time.Millisecond)
	o.PingAgain = cmp.Or(o.PingAgain, 250*time.Millisecond)
	o.PingLogin = cmp.Or(o.PingLogin, 10*time.Second)
	o.PingTimeout = cmp.Or(o.PingTimeout, time.Second)
	o.DropAfter = cmp.Or(o.DropAfter, 5*time.Second)
	o.Grace = cmp.Or(o.Grace, 2*time.Second)
	o.ReadTimeout = cmp.Or(o.ReadTimeout, 10*time.Second)
	o.RightsEvery = cmp.Or(o.RightsEvery, 15*time.Second)
	o.Silence = cmp.Or(o.Silence, 75*time.Second)
	o.ListPause = cmp.Or(o.ListPause, 15*time.Second)
	o.SleepAfter = cmp.Or(o.SleepAfter, 5*time.Second)
	o.EventLimit = cmp.Or(o.EventLimit, 10_000)
	return o
}

// readOne lists one Deployment. That it may not be listed, or not now, is an answer
// of an API server too.
func (o Options) readOne(ctx context.Context) error {
	list, err := o.Client.AppsV1().Deployments(o.Scope.Namespace).List(ctx, metav1.ListOptions{Limit: 1})
	switch {
	case err == nil:
		return foreignList(deployments, list)
	case isRefused(err), apierrors.IsTooManyRequests(err) && !apierrors.IsUnexpectedServerError(err):
		return nil
	}
	return err
}

// Watch keeps the picture of one scope. Its methods are safe for use by many
// goroutines, but a snapshot is handed to only one caller of Next.
type Watch struct {
	box     *mailbox
	retries chan struct{} // one slot: somebody wants to know now
	cancel  context.CancelFunc
}

// Start begins to watch and returns at once; the first snapshot, in state
// Syncing, can be taken immediately. The watch ends with ctx or with Stop.
func Start(ctx context.Context, o Options) *Watch {
	o = o.withDefaults()
	ctx, cancel := context.WithCancel(ctx)
	w := &Watch{box: newMailbox(), retries: make(chan struct{}, 1), cancel: cancel}
	l := newLoop(o, w)
	l.publish()
	go w.guard(func() {
		l.run(ctx)
		w.box.fail(ErrStopped)
	})
	return w
}

// Next waits for a snapshot newer than the last one returned; what came in
// between is skipped. The error is ErrStopped, the context's, or a *Panic: then
// nothing more will come.
func (w *Watch) Next(ctx context.Context) (*kube.Snapshot, error) { return w.box.take(ctx) }

// Snapshot that is the newest, whoever has taken it; never nil.
func (w *Watch) Snapshot() *kube.Snapshot { return w.box.peek() }

// Health is the newest snapshot's, whether it was taken or not.
func (w *Watch) Health() kube.Health { return w.box.peek().Health }

// Retry asks the server now instead of at the next beat: somebody has logged in
// again, or pressed a key.
func (w *Watch) Retry() { ring(w.retries) }

// Stop ends the watch without waiting for it. It may be called again.
func (w *Watch) Stop() {
	w.box.fail(ErrStopped)
	w.cancel()
}

// Panic is a panic of one of the watch's goroutines, caught so that whoever owns
// the terminal can restore it before it reports.
type Panic struct {
	Value any
	Stack []byte
}

func (p *Panic) Error() string { return fmt.Sprintf("panic in the watch: %v", p.Value) }

// guard runs a goroutine's work and turns a panic into Next's error.
func (w *Watch) guard(work func()) {
	defer func() {
		if value := recover(); value != nil {
			w.box.fail(&Panic{Value: value, Stack: debug.Stack()})
			w.cancel()
		}
	}()
	work()
}

// ring rings a bell that has one slot.
func ring(bell chan struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}
