package metrics

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/prometheus/common/model"
)

// source answers queries; *Client does.
type source interface {
	instant(ctx context.Context, expr string, at time.Time) (model.Vector, remarks, error)
	ranged(ctx context.Context, expr string, s span) (model.Matrix, remarks, error)
	skew() time.Duration
	answerLimit() int64
}

const (
	// tailPoints are asked for again at every refresh: scrapes arrive late.
	tailPoints = 3
	// pointBytes is what a point takes in an answer, about.
	pointBytes = 45
)

// reader keeps a sheet of one scope up to date, step by step. One goroutine uses it.
type reader struct {
	source source
	asker  asker
	rules  [][]rule
	window time.Duration
	scrape time.Duration // given by the user; 0: found out
	noGPUs bool
	clock  func() time.Time

	found    presence
	measured time.Duration // the scrape interval that was seen last
	begun    time.Time     // when somebody was found for the first time
	detected time.Time     // when who exports was asked last; zero: not yet
	grid     grid
	sheet    *sheet
	feeds    []*feed
	newest   time.Time // of the newest sample
	survey   *survey
	surveyed time.Time // when the survey was taken last; zero: not yet
	remarks  remarks
}

// feed is one query and how far it has been carried.
type feed struct {
	query  query
	from   int64 // first tick that was read
	to     int64 // last tick that was read; 0: none yet
	series int   // in the last answer
	limit  int64 // ticks in one go, halved when an answer was too large; 0: as many as there are
}

func newReader(src source, o ReadOptions) *reader {
	return &reader{
		source: src, asker: asker{presets: o.Presets, scope: o.Scope.normal()}, rules: compile(o.Presets),
		window: o.Window, scrape: o.ScrapeInterval, noGPUs: o.NoGPUs, clock: o.Clock,
	}
}

// now as the server has it.
func (r *reader) now() time.Time { return r.clock().Add(r.source.skew()) }

// refresh finds out, now and then, who exports what, and reads the newest points.
// What could be read is kept even if there is an error.
func (r *reader) refresh(ctx context.Context) error {
	r.remarks = remarks{}
	if r.detectionDue() {
		if err := r.detect(ctx); err != nil && len(r.feeds) == 0 {
			return err
		} else if err != nil { // what was found before is asked for anyway
			r.remarks.add(remarks{warnings: []string{err.Error()}})
		}
	}
	surveyed := r.takeSurvey(ctx)
	last := r.grid.tick(r.now())
	r.sheet = r.sheet.with(nil, r.sheet.index, last)
	tail := func(f *feed) (int64, int64) { return f.tail(last, r.grid) }
	err := r.each(ctx, last, tail)
	for err == nil && !r.current(last) { // an answer was too large
		err = r.each(ctx, last, tail)
	}
	if r.sheet.sparse() {
		r.sheet = r.sheet.compact()
	}
	surveyed()
	return err
}

// takeSurvey asks, where it is due, what else Prometheus has, beside the other queries. The
// returned function waits for the answer, but not long: metrics do not wait for it.
func (r *reader) takeSurvey(ctx context.Context) (wait func()) {
	now := r.clock()
	if !r.surveyed.IsZero() && now.Sub(r.surveyed) < surveyAgain {
		return func() {}
	}
	r.surveyed = now
	taken, questions, src, found := make(chan *survey, 1), r.asker, r.source, r.found.presets
	go func() { taken <- questions.survey(ctx, src, found) }()
	return func() {
		patience := time.NewTimer(surveyPatience)
		defer patience.Stop()
		select {
		case r.survey = <-taken:
		case <-patience.C:
		}
	}
}

// fill reads the next piece of the history, the newest first. It is behind refresh,
// and to be repeated until complete.
func (r *reader) fill(ctx context.Context) error {
	last := r.sheet.end() - 1
	return r.each(ctx, last, func(f *feed) (int64, int64) { return f.history(last, r.grid, r.source.answerLimit()) })
}

func (r *reader) detectionDue() bool {
	known := r.detected.Sub(r.begun)
	return len(r.feeds) == 0 || r.clock().Sub(r.detected) >= min(detectAgain, max(detectSoon, known))
}

// detect who exports what. Where that changes, the history is read anew.
func (r *reader) detect(ctx context.Context) error {
	q := r.asker.presence()
	answer, said, err := r.source.instant(ctx, q.expr, time.Time{})
	r.remarks.add(said)
	if err != nil {
		return err
	}
	seen := presenceIn(q, answer, r.asker.presets)
	found := seen.after(r.found, r.measured)
	found.gpus = found.gpus && !r.noGPUs
	r.measured, r.detected = seen.scrape, r.clock()
	g := gridFor(r.window, cmp.Or(r.scrape, found.scrape, usualScrape))
	if r.sheet == nil || g != r.grid {
		r.grid, r.sheet, r.feeds = g, newSheet(g), nil
	}
	if r.feeds == nil || found.gpus != r.found.gpus || len(found.presets) != len(r.found.presets) {
		r.feeds = r.queries(found)
	}
	r.found = found
	if r.begun.IsZero() && len(r.feeds) > 0 {
		r.begun = r.detected
	}
	return nil
}

func (r *reader) queries(found presence) []*feed {
	r.asker.rate = r.grid.rate
	var feeds []*feed
	for _, q := range []query{r.asker.timing(found.presets), r.asker.traffic(found.presets)} {
		if len(q.parts) > 0 {
			feeds = append(feeds, &feed{query: q})
		}
	}
	if found.gpus {
		feeds = append(feeds, &feed{query: gpuQuery()})
	}
	return feeds
}

// tail is what is read at every refresh: the newest points, and what was missed
// since the last one. What was missed for longer than one answer holds is history.
func (f *feed) tail(last int64, g grid) (from, to int64) {
	from = last - tailPoints + 1
	if f.to > 0 {
		from = max(min(from, f.to-tailPoints+2), last-int64(g.size)+1)
	}
	if f.limit > 0 {
		from = max(from, last-f.limit+1)
	}
	return from, last
}

// history is what is read next of the window behind the tail; to is before from
// where there is nothing.
func (f *feed) history(last int64, g grid, most int64) (from, to int64) {
	begin := last - int64(g.size) + 1
	if f.to < last || f.from <= begin {
		return 0, -1
	}
	ticks := int64(g.size)
	if f.series > 0 {
		ticks = max(1, most/2/(int64(f.series)*pointBytes))
	}
	if f.limit > 0 {
		ticks = min(ticks, f.limit)
	}
	return max(begin, f.from-ticks), f.from - 1
}

// current says that all feeds have been read up to a tick.
func (r *reader) current(last int64) bool {
	for _, f := range r.feeds {
		if f.to < last {
			return false
		}
	}
	return true
}

// complete says that all feeds have the whole window.
func (r *reader) complete() bool {
	for _, f := range r.feeds {
		if f.from > r.sheet.first {
			return false
		}
	}
	return true
}

// reply to one feed's query.
type reply struct {
	from, to int64
	answer   model.Matrix
	remarks  remarks
	err      error
}

// each feed asks for the ticks that want says, at the same time; the answers are
// taken over one after the other.
func (r *reader) each(ctx context.Context, last int64, want func(*feed) (int64, int64)) error {
	replies := make([]reply, len(r.feeds))
	var asking sync.WaitGroup
	for i, f := range r.feeds {
		replies[i].from, replies[i].to = want(f)
		if replies[i].to < replies[i].from {
			continue
		}
		asking.Go(func() {
			p := &replies[i]
			p.answer, p.remarks, p.err = r.source.ranged(ctx, f.query.expr, r.grid.span(p.from, p.to))
		})
	}
	asking.Wait()
	var first error
	for i, f := range r.feeds {
		if replies[i].to < replies[i].from {
			continue
		}
		if err := r.take(f, replies[i], last); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// take over one reply.
func (r *reader) take(f *feed, p reply, last int64) error {
	r.remarks.add(p.remarks)
	ticks := p.to - p.from + 1
	if isTooLarge(p.err) && ticks > 1 {
		f.limit = ticks / 2 // it is asked again
		return nil
	}
	if p.err != nil {
		return p.err
	}
	in := r.merge(f.query, p.answer, r.grid.span(p.from, p.to), last)
	r.remarks.add(remarks{warnings: in.remarks()})
	if at := time.UnixMilli(int64(in.newest * 1000)); in.newest > 0 && at.After(r.newest) {
		r.newest = at
	}
	if f.to == 0 || p.from > f.to+1 {
		f.from = p.from // what was read before is no longer joined to it
	}
	f.from, f.to = min(f.from, p.from), max(f.to, p.to)
	if p.to == last {
		f.series = len(p.answer)
	}
	return nil
}
