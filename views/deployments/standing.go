package deployments

import (
	"time"

	"fader/kube"
	"fader/kube/gauge"
)

const (
	// holdTime is how long a rank has to hold before its row moves.
	holdTime = 5 * time.Second
	// pressTime after a key press no row moves: the next key is meant for what was seen.
	pressTime = 2 * time.Second
	// trafficTimes is by how much requests have to change before they move a row, and
	// fewTraffic per second is what nobody tells from none.
	trafficTimes, fewTraffic = 2, 1
)

// place is where a row stands.
type place struct {
	shown    kube.Standing // that it is sorted by
	now      kube.Standing // as the rollout is
	since    time.Time     // now has another rank or other numbers than shown; zero: it has not
	impaired gauge.Impairment
}

// places are those of all rows. Rows keep theirs for as long as they are the same.
type places struct {
	rows    map[*kube.Rollout]*place
	waiting int       // rows that are to move
	until   time.Time // when the first of them changes by time alone; zero for never
	filled  bool      // everything was read once: from then on rows hold
	now     time.Time
	pressed time.Time // the last key press
	stable  func(*kube.Rollout) *kube.Rollout
	limits  func(kube.Ref) gauge.Limits
}

// take ranks the rows of a snapshot. A row that was not there before is in its
// place at once.
func (p *places) take(s *kube.Snapshot, g *gauge.Gauge) {
	before := p.rows
	p.rows = make(map[*kube.Rollout]*place, len(s.Rollouts))
	var gone map[kube.Ref]*place // rows whose rollout is another one now
	p.until = time.Time{}
	for _, r := range s.Rollouts {
		if known := before[r]; known != nil {
			p.rows[r] = known
			p.soonest(known.now.Until)
			continue
		}
		if gone == nil {
			gone = changed(before, s.Rollouts)
		}
		known := gone[r.Ref()]
		p.rows[r] = p.rank(r, known, g)
	}
	p.filled = p.filled || s.Health.State == kube.Live
	p.count()
}

// changed are the places of rollouts that are not the same in the new rows.
func changed(before map[*kube.Rollout]*place, rows []*kube.Rollout) map[kube.Ref]*place {
	same := make(map[*kube.Rollout]struct{}, len(rows))
	for _, r := range rows {
		same[r] = struct{}{}
	}
	gone := map[kube.Ref]*place{}
	for r, known := range before {
		if _, kept := same[r]; !kept {
			gone[r.Ref()] = known
		}
	}
	return gone
}

// measure ranks all rows anew, by another picture.
func (p *places) measure(g *gauge.Gauge) {
	p.until = time.Time{}
	for r, known := range p.rows {
		p.rank(r, known, g)
	}
	p.count()
}

// rank a row as it is now, and move it if it may move at once.
func (p *places) rank(r *kube.Rollout, known *place, g *gauge.Gauge) *place {
	var stable *kube.Rollout
	if p.stable != nil && g.Known() {
		stable = p.stable(r)
	}
	last, fresh := gauge.Impairment{}, known == nil
	if fresh {
		known = &place{}
	} else {
		last = known.impaired
	}
	var limits gauge.Limits
	if p.limits != nil {
		limits = p.limits(r.Ref())
	}
	point := g.Now(r)
	known.impaired = g.Impaired(r, stable, point, limits, last, p.now)
	load := kube.Load{Impaired: known.impaired.Text != ""}
	if point.Requests.Known {
		load.Requests = point.Requests.V
	}
	next := kube.StandingOf(r, load, p.now)
	p.soonest(next.Until)
	switch {
	case fresh || !p.filled:
		known.shown, known.since = next, time.Time{}
	case !moves(known.shown, next):
		known.since = time.Time{}
	case known.since.IsZero() || known.now.Rank != next.Rank:
		known.since = p.now
	}
	known.now = next
	return known
}

// moves reports that a row has another place by its new standing.
func moves(shown, next kube.Standing) bool {
	low, high := min(shown.Requests, next.Requests), max(shown.Requests, next.Requests)
	return shown.CompareHarm(next) != 0 || high > trafficTimes*max(low, fewTraffic)
}

func (p *places) soonest(until time.Time) {
	if !until.IsZero() && until.After(p.now) && (p.until.IsZero() || until.Before(p.until)) {
		p.until = until
	}
}

func (p *places) count() {
	p.waiting = 0
	for _, known := range p.rows {
		if !known.since.IsZero() {
			p.waiting++
		}
	}
}

// tick moves the clock, and says whether rows have moved.
func (p *places) tick(now time.Time, g *gauge.Gauge) bool {
	p.now = now
	if !p.until.IsZero() && !now.Before(p.until) {
		p.measure(g)
	}
	if p.waiting == 0 || now.Sub(p.pressed) < pressTime {
		return false
	}
	moved := false
	for _, known := range p.rows {
		if !known.since.IsZero() && now.Sub(known.since) >= holdTime {
			known.shown, known.since, moved = known.now, time.Time{}, true
		}
	}
	if moved {
		p.count()
	}
	return moved
}

// of a row; the zero place for one that is not there.
func (p *places) of(r *kube.Rollout) place {
	if known := p.rows[r]; known != nil {
		return *known
	}
	return place{}
}

// worst compares rows by the standing they are shown by.
func (p *places) worst(a, b *kube.Rollout) int {
	x, y := p.rows[a], p.rows[b]
	if x == nil || y == nil {
		return 0
	}
	return x.shown.Compare(y.shown)
}
