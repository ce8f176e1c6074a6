package watch

import (
	"context"
	"maps"
	"slices"
	"time"

	"fader/kube"
)

// loop is the watch's one goroutine: it counts heartbeats, starts and drops
// generations, and makes snapshots. Everything in it belongs to that goroutine;
// feeds have their own locks.
type loop struct {
	Options
	watch *Watch
	feeds []*feed       // in the order of resources()
	dirty chan struct{} // one slot: a feed changed
	broke chan struct{} // one slot: a feed had trouble; worth a Ping

	pulse    pulse
	pinging  bool
	beats    chan error
	next     *time.Timer // the next Ping, or the end of patience with one
	wakeUp   *time.Timer // a burst held back
	pace     pace
	number   uint64 // of the generation
	dropping context.CancelFunc

	last  *kube.Snapshot
	built *kube.Snapshot // what kube.Build made of the feeds' contents
	marks []mark         // of the feeds that built was made from
}

func newLoop(o Options, w *Watch) *loop {
	l := &loop{
		Options: o,
		watch:   w,
		dirty:   make(chan struct{}, 1),
		broke:   make(chan struct{}, 1),
		beats:   make(chan error, 1),
		pace:    pace{quiet: o.Quiet, quantum: o.Quantum},
		pulse:   pulse{state: kube.Syncing, since: o.Clock()},
	}
	for _, r := range resources(o.EventLimit, o.GPUResources) {
		l.feeds = append(l.feeds, &feed{
			resource: r,
			clock:    o.Clock,
			changed:  func() { ring(l.dirty) },
			broke:    func() { ring(l.broke) },
			items:    map[string]*item{},
		})
	}
	l.built = &kube.Snapshot{Scope: o.Scope}
	l.last = l.built
	return l
}

func (l *loop) run(ctx context.Context) {
	l.begin(ctx)
	defer func() { l.drop() }()
	l.next, l.wakeUp = time.NewTimer(0), time.NewTimer(time.Hour)
	defer l.next.Stop()
	defer l.wakeUp.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.dirty:
			l.change()
		case <-l.wakeUp.C:
			l.publish()
		case <-l.broke:
			if l.pulse.missed == 0 { // after a miss the next Ping is near, or has a price
				l.hurry(ctx)
			}
		case <-l.watch.retries:
			l.hurry(ctx)
		case <-l.next.C:
			l.ping(ctx)
		case err := <-l.beats:
			l.pinging = false
			l.beat(ctx, err)
		}
	}
}

// change lets a change through or holds it back.
func (l *loop) change() {
	if wait := l.pace.change(time.Now()); wait > 0 {
		l.wakeUp.Reset(wait)
		return
	}
	l.publish()
}

// hurry brings the next Ping forward, unless one is under way.
func (l *loop) hurry(ctx context.Context) {
	if !l.pinging {
		l.ping(ctx)
	}
}

// ping starts a Ping, or counts the one that has not come back. A Ping that
// ignores its context (a credential plugin that hangs) is waited for, but does
// not stop the clock, and there is never a second one beside it.
func (l *loop) ping(ctx context.Context) {
	if l.pinging {
		l.beat(ctx, errSilent)
		return
	}
	l.pinging = true
	l.next.Reset(l.PingTimeout + l.PingAgain)
	go l.watch.guard(func() {
		ctx, cancel := context.WithTimeout(ctx, l.PingTimeout)
		defer cancel()
		l.beats <- l.Ping(ctx)
	})
}

// beat takes a Ping's answer and does what follows from it.
func (l *loop) beat(ctx context.Context, err error) {
	before := l.pulse.state
	changed := l.pulse.beat(err, l.Clock())
	l.next.Reset(l.interval())
	switch {
	case l.pulse.state == kube.Live && changed && before != kube.Syncing && !l.intact():
		l.begin(ctx)
	case !l.pulse.healthy() && l.dropping != nil && l.hopeless():
		l.drop()
		l.Reconnect()
	}
	if changed {
		l.Log.Info("connection", "state", l.pulse.state, "error", err)
	}
	l.publish() // also notices watches that broke off and did not come back
}

func (l *loop) interval() time.Duration {
	switch {
	case l.pulse.state == kube.NeedsLogin:
		return l.PingLogin
	case l.pulse.missed > 0:
		return l.PingAgain
	}
	return l.PingEvery
}

// hopeless says that the watches of before will not carry on: the server said
// something else than nothing, or nothing for too long.
func (l *loop) hopeless() bool {
	return !l.pulse.silent || l.Clock().Sub(l.pulse.since) >= l.DropAfter
}

// intact says that the generation outlived a silence: it runs, and no resource
// lost its watch meanwhile.
func (l *loop) intact() bool {
	if l.dropping == nil {
		return false
	}
	for _, f := range l.feeds {
		if !f.carriesOn() {
			return false
		}
	}
	return true
}

// publish makes a snapshot and puts it into the mailbox, unless it equals the
// last.
func (l *loop) publish() {
	start := time.Now()
	health := l.health() // before the contents: those may be newer, never older
	before := l.built
	l.built = l.build()
	l.pace.pass(time.Now(), time.Since(start), l.Quantum)
	if l.last.Number > 0 && l.built.Shows(before) && sameHealth(health, l.last.Health) {
		return
	}
	s := *l.built
	s.Number, s.Health = l.last.Number+1, health
	l.last = &s
	l.watch.box.put(l.last)
}

// build joins the feeds' contents; the last picture while nothing changed, and an
// empty one before the essential feeds were complete: half a list would be a lie.
func (l *loop) build() *kube.Snapshot {
	marks := make([]mark, len(l.feeds))
	for i, f := range l.feeds {
		if f.resource.essential && !f.known() {
			return l.built
		}
		marks[i] = f.mark()
	}
	if slices.Equal(marks, l.marks) {
		return l.built
	}
	l.marks = marks
	return kube.Build(l.objects(), l.built)
}

// objects are the contents of the feeds. One that changes meanwhile has another
// mark the next time.
func (l *loop) objects() kube.Objects {
	return kube.Objects{
		Scope:       l.Scope,
		Deployments: contents[*kube.Deployment](l.feeds[0]),
		ReplicaSets: contents[*kube.ReplicaSet](l.feeds[1]),
		Pods:        contents[*kube.Pod](l.feeds[2]),
		Events:      contents[*kube.Event](l.feeds[3]),
		Services:    contents[*kube.Service](l.feeds[4]),
		Slices:      contents[*kube.EndpointSlice](l.feeds[5]),
		Nodes:       contents[*kube.Node](l.feeds[6]),
		Autoscalers: contents[*kube.Autoscaler](l.feeds[7]),
		Budgets:     contents[*kube.Budget](l.feeds[8]),

		DeviceClasses:  contentsOrNone[*kube.DeviceClass](l.feeds[9]),
		ResourceSlices: contentsOrNone[*kube.ResourceSlice](l.feeds[10]),
		GPUResources:   l.GPUResources,
	}
}

// sameHealth leaves out the counts of complete resources: they tell the progress
// of a first list and are no reason to draw again.
func sameHealth(a, b kube.Health) bool {
	return a.State == b.State && a.Since.Equal(b.Since) && a.Message == b.Message &&
		maps.EqualFunc(a.Resources, b.Resources, func(a, b kube.ResourceHealth) bool {
			if a.State == kube.Live && b.State == kube.Live {
				a.Count, b.Count = 0, 0
			}
			return a == b
		})
}
