package watch

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"fader/kube"
)

// feed is one resource: its objects, and how far they can be trusted. Each
// generation of reflectors writes to it through a sink of its own; the contents
// outlive generations.
type feed struct {
	resource resource
	clock    func() time.Time
	changed  func() // marks dirty; never blocks
	broke    func() // a request failed or a stream ended; never blocks
	lagged   func() // a stream was found to hang: the others may, too; never blocks
	suspect  chan struct{}
	// bookmarks: this server sends them. One for all feeds.
	bookmarks *atomic.Bool

	mu         sync.Mutex
	generation uint64
	items      map[string]*item
	order      []*item // the same, by namespace and name: a picture is made of them many times a second
	version    uint64  // grows with every change that shows
	ever       bool    // was complete once, in any generation
	synced     bool    // complete in this generation
	stream     uint64  // number of the open stream, 0 for none
	streams    uint64  // streams opened so far
	inStep     bool    // synced, and the stream carries on from there
	stepLost   time.Time
	seen       int       // objects of the list under way
	kept       int       // objects that the last trim left
	heard      time.Time // when the server last answered with something of this resource
	arrivals   arrivals
	lag        lag
	// The last failures. They are apart because rights may be: a list that
	// succeeds does not make a forbidden watch permitted.
	listErr, watchErr error
}

// begin hands the feed to a new generation. Its contents stay.
func (f *feed) begin(generation uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.generation = generation
	f.synced, f.stream, f.inStep, f.seen = false, 0, false, 0
	f.listErr, f.watchErr = nil, nil
	f.stepLost = f.clock()
	f.arrivals = arrivals{last: f.stepLost}
}

// hear notes that the server sent something.
func (f *feed) hear(generation uint64, bookmark bool) {
	if bookmark {
		f.bookmarks.Store(true)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.generation != generation {
		return
	}
	f.heard = f.clock()
	f.arrivals.arrived(f.heard)
	if !f.lag.from.IsZero() && f.lag.until.IsZero() {
		f.lag.until = f.heard.Add(lagHold)
	}
}

// hangs notes that the stream was silent since a moment, though there was something
// to deliver.
func (f *feed) hangs(generation uint64, from time.Time) {
	f.update(generation, func() {
		now := f.clock()
		f.lag = lag{from: now.Add(-time.Since(from)), found: now}
	})
	f.lagged()
}

// lastHeard is when the server last answered with something of this resource.
func (f *feed) lastHeard() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.heard
}

// update runs a change of the state on behalf of a generation; one that is over
// changes nothing.
func (f *feed) update(generation uint64, change func()) {
	f.mu.Lock()
	current := f.generation == generation
	if current {
		change()
	}
	f.mu.Unlock()
	if current {
		f.changed()
	}
}

// put stores one object unless a newer version is there.
func (f *feed) put(i *item) {
	f.seen++
	old := f.items[i.key()]
	if old != nil {
		switch i.against(old) {
		case older, same:
			return
		}
	}
	if i.value == nil {
		f.drop(i.key())
		return
	}
	f.keep(i, old)
	f.trim()
}

// keep stores an item. One that shows the same as the last version keeps the
// value, and with it everything that was made from it.
func (f *feed) keep(i, old *item) {
	at, found := slices.BinarySearchFunc(f.order, i, compareItems)
	if found {
		f.order[at] = i
	} else {
		f.order = slices.Insert(f.order, at, i)
	}
	f.items[i.key()] = i
	if old != nil && reflect.DeepEqual(old.value, i.value) {
		i.value = old.value
		return
	}
	f.version++
}

// remove takes away exactly the object that was deleted: an older one of the
// same name does not take its successor along.
func (f *feed) remove(i *item) {
	old := f.items[i.key()]
	if old == nil || (i.uid != "" && old.uid != i.uid) {
		return
	}
	f.drop(i.key())
}

func (f *feed) drop(key string) {
	old := f.items[key]
	if old == nil {
		return
	}
	delete(f.items, key)
	if at, found := slices.BinarySearchFunc(f.order, old, compareItems); found {
		f.order = slices.Delete(f.order, at, at+1)
	}
	f.version++
}

// replace takes over a complete list. Lists are consistent reads, so that what
// is not in them is gone; unchanged objects keep their value, and with it the
// rollouts made from it.
func (f *feed) replace(list []*item) {
	items := make(map[string]*item, len(list))
	changed := false
	for _, i := range list {
		if i.value == nil {
			continue
		}
		switch old := f.items[i.key()]; {
		case old == nil:
			changed = true
		case i.against(old) == same:
			i = old
		case reflect.DeepEqual(i.value, old.value):
			i.value = old.value
		default:
			changed = true
		}
		items[i.key()] = i
	}
	if changed || len(items) != len(f.items) {
		f.version++
	}
	f.arrivals.listed(f.clock(), changed || len(items) != len(f.items))
	if !f.synced { // from here on a watch has to follow; a second list is no watch
		f.stepLost = f.clock()
	}
	f.items, f.ever, f.synced, f.listErr = items, true, true, nil
	if !f.lag.from.IsZero() && f.lag.until.IsZero() {
		f.lag.until = f.clock().Add(lagHold)
	}
	f.order = slices.SortedFunc(maps.Values(items), compareItems)
	if f.inStep = f.stream != 0; f.inStep {
		f.watchErr = nil
	}
	f.trim()
}

// opened says that a stream begins: one that continues where the contents are
// (plain), or one that sends a whole list first.
func (f *feed) opened(plain bool) (stream uint64) {
	f.streams++
	f.stream = f.streams
	f.inStep = plain && f.synced
	if plain {
		f.listErr, f.watchErr = nil, nil
	} else {
		f.seen = 0
	}
	return f.stream
}

// ended says that a stream is over; another may have been opened since.
func (f *feed) ended(stream uint64) {
	if f.stream != stream {
		return
	}
	f.stream = 0
	if f.inStep {
		f.inStep, f.stepLost = false, f.clock()
	}
}

// contents are the feed's values, by namespace and name, nil where they are not to
// be shown. Call health first: contents may be newer than a health, never older.
func contents[T any](f *feed) []T {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.shown() {
		return nil
	}
	values := make([]T, len(f.order))
	for i := range f.order {
		values[i] = f.order[i].value.(T)
	}
	return values
}

// contentsOrNone are contents, empty where the server does not have the resource.
func contentsOrNone[T any](f *feed) []T {
	f.mu.Lock()
	missing := f.missing()
	f.mu.Unlock()
	if missing {
		return []T{}
	}
	return contents[T](f)
}

// mark is equal to an earlier one where contents are as they were.
type mark struct {
	shown, missing bool
	version        uint64
}

func (f *feed) mark() mark {
	f.mu.Lock()
	defer f.mu.Unlock()
	return mark{f.shown(), f.missing(), f.version}
}

// shown says whether the contents may stand in a picture: before the first list
// was complete they are half of the truth, and once they may not be seen any more
// they grow old unnoticed. What is known of Deployments stays all the same: the
// whole picture says then that it is forbidden.
func (f *feed) shown() bool {
	return f.ever && (f.resource.name == deployments || !f.denied() && !f.missing())
}

// health of the resource. A stream that has been gone for less than grace is
// being opened again and does not count: servers end every watch after minutes.
func (f *feed) health(grace time.Duration, explain func(error) string) kube.ResourceHealth {
	f.mu.Lock()
	defer f.mu.Unlock()
	h := kube.ResourceHealth{State: kube.Live, Count: len(f.items), Unread: !f.ever}
	if !f.ever {
		h.Count = f.seen
	}
	err := f.failure()
	switch {
	case apierrors.IsForbidden(err):
		h.State = kube.Forbidden
	case f.missing():
		h.State = kube.Missing
	case apierrors.IsUnauthorized(err):
		h.State = kube.NeedsLogin
	case !f.synced:
		h.State = kube.Syncing
	case f.arrivals.swallowed(f.clock()):
		h.State = kube.Lagging
		h.Message = fmt.Sprintf("watches of %s open but deliver nothing, a proxy may be holding them back: last listed at %s",
			f.resource.name, f.arrivals.last.Local().Format(time.TimeOnly))
	case !f.inStep && f.clock().Sub(f.stepLost) > grace:
		h.State = kube.Disconnected
		h.Message = "the watch of " + f.resource.name + " broke off"
	case f.lag.lags(f.clock()):
		h.State = kube.Lagging
		h.Message = f.lag.describe(f.resource.name) + "; the watch is open again"
		if f.lag.until.IsZero() {
			h.Message = f.lag.describe(f.resource.name) + "; opening the watch again"
		}
	}
	if err != nil && h.State != kube.Live && h.State != kube.Lagging {
		h.Message = explain(err)
	}
	if until := f.trueUntilLocked(); f.ever && !until.IsZero() && (h.State == kube.Lagging || h.State == kube.Disconnected) {
		h.Heard = wall(until)
	}
	return h
}

// failure is the last one, the watch's before the list's, unless something else than
// an API server answered the list: then what became of the watch says less.
func (f *feed) failure() error {
	var foreign foreignAnswer
	if errors.As(f.listErr, &foreign) {
		return f.listErr
	}
	return cmp.Or(f.watchErr, f.listErr)
}

// trueUntil is the moment to which the contents are known to be true, zero for now.
func (f *feed) trueUntil() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.trueUntilLocked()
}

func (f *feed) trueUntilLocked() time.Time {
	switch {
	case f.arrivals.swallowed(f.clock()):
		return f.arrivals.last
	case f.lag.lags(f.clock()):
		return f.lag.from
	case !f.inStep:
		return f.stepLost
	}
	return time.Time{}
}

// hungBefore is what was wrong with the contents until a moment ago, "" for nothing.
func (f *feed) hungBefore(within time.Duration) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.clock()
	if f.lag.until.IsZero() || f.lag.lags(now) || now.Sub(f.lag.until) > within {
		return ""
	}
	return fmt.Sprintf("the watch of %s delivered nothing from %s to %s: what was shown meanwhile was old",
		f.resource.name, f.lag.from.Local().Format(time.TimeOnly), f.lag.found.Local().Format(time.TimeOnly))
}

// denied says that the server forbids this resource.
func (f *feed) denied() bool {
	return apierrors.IsForbidden(f.listErr) || apierrors.IsForbidden(f.watchErr)
}

// missing says that the server does not have this resource. Of an essential one
// that is not believed: a server that starts may say so for a moment.
func (f *feed) missing() bool {
	return !f.resource.essential && apierrors.IsNotFound(cmp.Or(f.watchErr, f.listErr))
}

// known says whether rollouts can be told with this feed: it was complete once,
// or never will be.
func (f *feed) known() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ever || f.denied()
}

// carriesOn says that a new generation would bring this feed nothing.
func (f *feed) carriesOn() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.inStep || f.denied() || f.missing()
}
