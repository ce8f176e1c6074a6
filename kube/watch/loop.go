package watch

import (
	"context"
	"maps"
	"slices"
	"sync/atomic"
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
	asked    time.Time // when the Ping under way was sent
	reading  bool
	pings    chan answer
	reads    chan answer
	rights   rights
	next     *time.Timer // the next Ping, or the end of patience with one
	wakeUp   *time.Timer // a burst held back
	pace     pace
	number   uint64 // of the generation
	dropping context.CancelFunc
	reread   string    // why everything is read again
	awake    time.Time // when the loop last ran, by the clock on the wall
	vouched  time.Time // the last moment for which the picture is known to be true

	last  *kube.Snapshot
	built *kube.Snapshot // what kube.Build made of the feeds' contents
	marks []mark         // of the feeds that built was made from
}

// answer to a Ping or a Read.
type answer struct {
	err   error
	asked time.Time
	took  time.Duration
}

// tick is how often the loop looks at what changes with time alone.
const tick = time.Second

func newLoop(o Options, w *Watch) *loop {
	l := &loop{
		Options: o,
		watch:   w,
		dirty:   make(chan struct{}, 1),
		broke:   make(chan struct{}, 1),
		pings:   make(chan answer, 1),
		reads:   make(chan answer, 1),
		rights:  rights{answers: make(chan error, 1)},
		pace:    pace{quiet: o.Quiet, quantum: o.Quantum},
		pulse:   pulse{state: kube.Syncing, begun: o.Clock(), since: o.Clock()},
		awake:   wall(o.Clock()),
	}
	bookmarks := new(atomic.Bool)
	for _, r := range resources(o.EventLimit, o.GPUResources) {
		l.feeds = append(l.feeds, &feed{
			resource: r,
			clock:    o.Clock,
			changed:  func() { ring(l.dirty) },
			broke:    func() { ring(l.broke) },
			lagged:   l.suspectAll,
			suspect:  make(chan struct{}, 1),
			items:    map[string]*item{},

			bookmarks: bookmarks,
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
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		var act func()
		woke := false
		select {
		case <-ctx.Done():
			return
		case <-l.dirty:
			act = l.change
		case <-l.wakeUp.C:
			act = l.publish
		case <-ticker.C:
			act = func() {
				l.askRights(ctx)
				l.look()
			}
		case <-l.broke:
			act = func() {
				if l.pulse.missed == 0 { // after a miss the next Ping is near, or has a price
					l.hurry(ctx)
				}
			}
		case <-l.watch.retries:
			act = func() { l.hurry(ctx) }
		case <-l.next.C:
			act = func() {
				if !woke { // else a Ping has just begun
					l.ping(ctx)
				}
			}
		case a := <-l.pings:
			act = func() { l.takePing(ctx, a) }
		case a := <-l.reads:
			act = func() { l.takeRead(ctx, a) }
		case err := <-l.rights.answers:
			act = func() { l.takeRights(err) }
		}
		woke = l.noticeSleep(ctx)
		act()
	}
}

// wall is a moment as the clock on the wall has it: the other one stands still while
// the machine sleeps.
func wall(t time.Time) time.Time { return t.Round(0) }

// noticeSleep reads everything again where the loop has not run for long. The
// connections may be dead, and what the watches missed comes in by and by: until it
// is complete nothing is live. It returns whether that was so.
func (l *loop) noticeSleep(ctx context.Context) bool {
	now := wall(l.Clock())
	slept := now.Sub(l.awake)
	l.awake = now
	if slept < l.SleepAfter {
		return false
	}
	l.Log.Info("fader did not run", "for", slept)
	healthy := l.pulse.healthy()
	l.pulse.forget(l.Clock())
	l.Reconnect()
	l.begin(ctx)
	if healthy {
		l.reread = "fader or this machine slept for " + slept.Round(time.Second).String()
	}
	l.publish()
	l.hurry(ctx)
	return true
}

// change lets a change through or holds it back.
func (l *loop) change() {
	if wait := l.pace.change(time.Now()); wait > 0 {
		l.wakeUp.Reset(wait)
		return
	}
	l.publish()
}

// suspectAll makes every stream check itself.
func (l *loop) suspectAll() {
	for _, f := range l.feeds {
		ring(f.suspect)
	}
}

// lastHeard is when any watch or list last delivered something.
func (l *loop) lastHeard() (last time.Time) {
	for _, f := range l.feeds {
		if heard := f.lastHeard(); heard.After(last) {
			last = heard
		}
	}
	return last
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
		l.missed(ctx, errSilent)
		return
	}
	l.pinging, l.asked = true, l.Clock()
	patience := l.pulse.patience(l.PingTimeout)
	l.next.Reset(patience + l.PingAgain)
	l.ask(ctx, l.Ping, patience, l.pings)
}

// read starts a Read, unless one is under way.
func (l *loop) read(ctx context.Context) {
	if !l.reading {
		l.reading = true
		l.ask(ctx, l.Read, l.ReadTimeout, l.reads)
	}
}

func (l *loop) ask(ctx context.Context, question func(context.Context) error, limit time.Duration, answers chan<- answer) {
	asked := l.Clock()
	go l.watch.guard(func() {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		begun := time.Now()
		err := question(ctx)
		answers <- answer{err, asked, time.Since(begun)}
	})
}

// takePing takes a Ping's answer. One to a question from before a sleep is none.
func (l *loop) takePing(ctx context.Context, a answer) {
	l.pinging = false
	switch {
	case a.asked.Before(l.pulse.begun):
		l.ping(ctx)
	case isPending(a.err):
		l.pulse.err = a.err
		l.changed(ctx, l.pulse.state, false)
	case a.err != nil:
		l.missed(ctx, a.err)
	default:
		before := l.pulse.state
		changed := l.pulse.answered(l.Clock(), a.took)
		l.next.Reset(l.interval())
		l.changed(ctx, before, changed)
	}
}

// missed takes a Ping that failed, and asks in another way.
func (l *loop) missed(ctx context.Context, err error) {
	before := l.pulse.state
	changed := l.pulse.miss(err, l.asked, l.lastHeard(), l.Clock())
	l.next.Reset(l.interval())
	if !isPlugin(err) {
		l.read(ctx)
	}
	l.changed(ctx, before, changed)
}

func (l *loop) takeRead(ctx context.Context, a answer) {
	l.reading = false
	before := l.pulse.state
	switch {
	case a.asked.Before(l.pulse.begun), isPending(a.err):
	case a.err != nil:
		l.changed(ctx, before, l.pulse.unread(a.err, l.Clock()))
	case l.pulse.missed > 0:
		l.changed(ctx, before, l.pulse.wasRead(l.Clock(), a.took))
	}
}

// changed does what follows from an answer.
func (l *loop) changed(ctx context.Context, before kube.State, changed bool) {
	switch {
	case l.pulse.state == kube.Live && changed && before != kube.Syncing && !l.intact():
		l.begin(ctx)
	case !l.pulse.healthy() && l.dropping != nil && l.hopeless():
		l.drop()
		l.Reconnect()
	}
	if changed {
		l.Log.Info("connection", "state", l.pulse.state, "error", l.pulse.err)
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

// look publishes what time alone has changed.
func (l *loop) look() {
	if !sameHealth(l.health(), l.last.Health) {
		l.publish()
	}
}

// publish makes a snapshot and puts it into the mailbox, unless it equals the
// last.
func (l *loop) publish() {
	start := time.Now()
	if heard := l.lastHeard(); l.pulse.state == kube.Syncing && !heard.Before(l.pulse.begun) {
		l.pulse.alive(heard) // it was read from: no Ping needs to say so
	}
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
	if slices.Equal(marks, l.marks) && !l.built.Due(l.Clock()) {
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
		Now:         l.Clock(),
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
		a.Heard.Equal(b.Heard) && a.Warning == b.Warning &&
		maps.EqualFunc(a.Resources, b.Resources, func(a, b kube.ResourceHealth) bool {
			if a.State == kube.Live && b.State == kube.Live {
				a.Count, b.Count = 0, 0
			}
			return a == b
		})
}
