package inspect

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// Bounds on what waits for a reader.
	maxLines   = 50_000
	maxBytes   = 16 << 20
	maxRemarks = 1_000
	// gather is the time between two batches, so that lines of several pods come
	// in one and in order, and a screen is not drawn for each.
	gather = 50 * time.Millisecond
	// batchLines bounds a Batch, so that taking one over never takes long.
	batchLines = 10_000
)

// Batch is what came since the one before.
type Batch struct {
	Lines []Line // in the order of their times
	// Dropped lines came too fast for the reader and were the oldest of those
	// that waited; they would stand before Lines.
	Dropped int
	// Following is how many containers are followed now; 0 says that nothing more
	// will come unless there are new sources.
	Following int
	// LeftOut are the sources that are too many to be followed at once. They take
	// their turn when others end. Do not change it.
	LeftOut []Source
}

// ring holds lines until somebody takes them. When it is full the oldest lines
// go; remarks are kept apart, so that a flood cannot wash them away.
type ring struct {
	mu        sync.Mutex
	lines     []Line
	head      int // index of the oldest
	bytes     int
	remarks   []Line
	dropped   int
	newest    time.Time
	following int
	leftOut   []Source
	changed   bool // following or leftOut did
	closed    error
	bell      chan struct{} // one slot: there may be something new
	calm      chan struct{} // closed once the next batch may go out
}

func newRing() *ring {
	r := &ring{bell: make(chan struct{}, 1), calm: make(chan struct{})}
	close(r.calm)
	return r
}

// put adds lines; it never waits.
func (r *ring) put(lines []Line) {
	if len(lines) == 0 {
		return
	}
	r.mu.Lock()
	for i := range lines {
		r.bytes += lines[i].size()
		if lines[i].Time.After(r.newest) {
			r.newest = lines[i].Time
		}
	}
	r.lines = append(r.lines, lines...)
	for len(r.lines)-r.head > maxLines || r.bytes > maxBytes {
		r.bytes -= r.lines[r.head].size()
		r.lines[r.head] = Line{}
		r.head++
		r.dropped++
	}
	r.compact()
	r.mu.Unlock()
	r.ring()
}

// compact moves the lines to the front once half of the room is spent, which
// costs each line one move at most.
func (r *ring) compact() {
	if r.head < len(r.lines)/2 || r.head == 0 {
		return
	}
	n := copy(r.lines, r.lines[r.head:])
	clear(r.lines[n:])
	r.lines, r.head = r.lines[:n], 0
}

// remark adds a line of fader's own.
func (r *ring) remark(from *Source, text string) {
	r.mu.Lock()
	if len(r.remarks) == maxRemarks {
		r.remarks = slices.Delete(r.remarks, 0, 1)
	}
	r.remarks = append(r.remarks, Line{From: from, Time: r.newest, Text: text, Remark: true})
	r.mu.Unlock()
	r.ring()
}

// count tells who is followed.
func (r *ring) count(following int, leftOut []Source) {
	r.mu.Lock()
	r.changed = r.changed || r.following != following || !slices.Equal(r.leftOut, leftOut)
	r.following, r.leftOut = following, leftOut
	r.mu.Unlock()
	r.ring()
}

// close lets every take return err once the ring is empty.
func (r *ring) close(err error) {
	r.mu.Lock()
	if r.closed == nil {
		r.closed = err
	}
	r.mu.Unlock()
	r.ring()
}

func (r *ring) ring() {
	select {
	case r.bell <- struct{}{}:
	default:
	}
}

// take waits for something new. What comes after silence goes out at once.
func (r *ring) take(ctx context.Context) (Batch, error) {
	r.mu.Lock()
	calm := r.calm
	r.mu.Unlock()
	select {
	case <-calm:
	case <-ctx.Done():
		return Batch{}, ctx.Err()
	}
	for {
		if batch, some, err := r.look(); some || err != nil {
			slices.SortStableFunc(batch.Lines, func(a, b Line) int { return a.Time.Compare(b.Time) })
			return batch, err
		}
		select {
		case <-r.bell:
		case <-ctx.Done():
			return Batch{}, ctx.Err()
		}
	}
}

func (r *ring) look() (batch Batch, some bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	waiting := r.lines[r.head:]
	if len(waiting)+len(r.remarks) == 0 && !r.changed {
		if r.closed != nil {
			r.ring() // for whoever else waits
		}
		return Batch{}, false, r.closed
	}
	n := min(len(waiting), batchLines)
	batch = Batch{Dropped: r.dropped, Following: r.following, LeftOut: r.leftOut}
	batch.Lines = append(make([]Line, 0, n+len(r.remarks)), waiting[:n]...)
	for i := range waiting[:n] {
		r.bytes -= waiting[i].size()
	}
	clear(waiting[:n])
	r.head += n
	r.compact()
	if n == len(waiting) {
		batch.Lines = append(batch.Lines, r.remarks...)
		clear(r.remarks)
		r.remarks = r.remarks[:0]
	} else {
		r.ring() // more waits
	}
	r.dropped, r.changed = 0, false
	calm := make(chan struct{})
	r.calm = calm
	time.AfterFunc(gather, func() { close(calm) })
	return batch, true, nil
}
