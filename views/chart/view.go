package chart

import (
	"slices"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/freshness"
	"fader/views/moment"
	"fader/views/theme"
)

// View is the page. Make it with New, then say of what with SetRef.
type View struct {
	theme   theme.Theme
	ascii   bool
	keys    keymap.Table
	ref     kube.Ref
	rollout *kube.Rollout // as last seen; nil before the first time
	pair    Pair
	gone    bool
	fresh   freshness.Freshness
	now     time.Time
	moves   []moment.Moment

	figure gauge.Figure // a latency: errors and requests are always there
	window time.Duration
	live   *gauge.Gauge // of the poller's window; nil: there is no Prometheus
	detail *gauge.Gauge // of another window; nil before one was read
	fault  string       // why the window cannot be read, "" where it can
	since  time.Time    // when that was first seen

	drawn  drawn
	judged judged

	frame []string
	w, h  int
	dirty bool
}

// Pair is a canary and its stable, each as it is now; the zero Pair is none.
type Pair struct{ Stable, Canary *kube.Rollout }

// drawn are the lines, and what they are of.
type drawn struct {
	gauge, live    *gauge.Gauge
	rollout, other *kube.Rollout
	figure         gauge.Figure

	lines   []line
	now     []line // the same by the poller's figures, as far as it knows them
	moments []moment.Moment
}

// judged is how the sides stand, and of what.
type judged struct {
	gauge   *gauge.Gauge
	rollout *kube.Rollout
	pair    Pair

	against gauge.Against
	two     bool
}

// New is the page of nothing.
func New() *View {
	v := &View{dirty: true}
	v.SetTheme(theme.Dark(false))
	return v
}

// SetKeys gives the table from which hints name keys.
func (v *View) SetKeys(keys keymap.Table) { v.keys, v.dirty = keys, true }

// SetRef chooses the Deployment.
func (v *View) SetRef(ref kube.Ref) { v.ref, v.rollout, v.gone, v.dirty = ref, nil, false, true }

// Ref is the Deployment shown.
func (v *View) Ref() kube.Ref { return v.ref }

// SetFigure chooses the latency that is drawn; what is none is passed over, and what
// the Deployment does not have.
func (v *View) SetFigure(f gauge.Figure) {
	if f != v.figure && f.Latency() && (f != gauge.FirstToken || v.serves()) {
		v.figure, v.dirty = f, true
	}
}

// Figure that is drawn: a latency.
func (v *View) Figure() gauge.Figure { return v.figure }

// SetTheme changes how it looks.
func (v *View) SetTheme(t theme.Theme) {
	v.theme, v.ascii, v.dirty = t, t.Glyphs == theme.ASCII(), true
}

// SetNow moves the clock, of which only the zone is shown.
func (v *View) SetNow(now time.Time) {
	v.dirty = v.dirty || now.Location() != v.now.Location() || v.fresh.Old()
	v.now = now
}

// SetSnapshot takes the Deployment as it is now. What a snapshot does not know, it
// does not take away.
func (v *View) SetSnapshot(s *kube.Snapshot) {
	if s == nil {
		return
	}
	v.fresh.Set(s)
	r := s.Rollout(v.ref)
	gone := r == nil && s.Health.State == kube.Live && v.ref != kube.Ref{}
	v.dirty = v.dirty || r != nil && r != v.rollout || gone != v.gone || v.fresh.Old()
	v.gone = gone
	if r != nil {
		v.rollout = r
	}
}

// SetPair says what the Deployment is the canary or the stable of.
func (v *View) SetPair(p Pair) { v.dirty, v.pair = v.dirty || p != v.pair, p }

// SetMoments gives the moves to mark.
func (v *View) SetMoments(moves []moment.Moment) {
	v.dirty = v.dirty || !slices.Equal(moves, v.moves)
	v.moves = moves
}

// SetGauge gives the poller's figures; nil says that there is no Prometheus.
func (v *View) SetGauge(g *gauge.Gauge) { v.dirty, v.live = v.dirty || g != v.live, g }

// Handle does what an action asks for and says whether it was the page's.
func (v *View) Handle(a keymap.Action) bool {
	switch a {
	case keymap.ZoomIn:
		return v.zoom(-1)
	case keymap.ZoomOut:
		return v.zoom(1)
	case keymap.Figure:
		return v.nextFigure()
	}
	return false
}

// nextFigure goes through the latencies.
func (v *View) nextFigure() bool {
	f := v.figure.Next()
	for !f.Latency() || f == gauge.FirstToken && !v.serves() {
		f = f.Next()
	}
	v.figure, v.dirty = f, true
	return true
}

// serves says that it has servers of language models.
func (v *View) serves() bool {
	g := v.shown()
	if g == nil || v.rollout == nil {
		return false
	}
	for _, rev := range v.rollout.Revisions {
		if g.Serving(rev.Pods).Found > 0 {
			return true
		}
	}
	return false
}

// Click does nothing: there is nothing to choose.
func (*View) Click(int, int) bool { return false }

// Wheel does nothing: another window takes a query.
func (*View) Wheel(int) bool { return false }

// Render returns exactly h lines of w cells. The slice is the view's own until the
// next call; do not change it.
func (v *View) Render(w, h int) []string {
	w, h = max(w, 0), max(h, 0)
	if v.dirty || v.w != w || v.h != h {
		v.w, v.h, v.dirty = w, h, false
		v.frame = v.draw(w, h)
	}
	return v.frame
}

// other is the Deployment beside this one.
func (v *View) other() *kube.Rollout {
	if v.pair.Stable != nil && v.pair.Stable.Ref() == v.ref {
		return v.pair.Canary
	}
	return v.pair.Stable
}

// lines that are drawn.
func (v *View) lines() []line {
	d, g := &v.drawn, v.shown()
	if d.lines == nil || d.gauge != g || d.live != v.live || d.rollout != v.rollout || d.other != v.other() || d.figure != v.figure {
		*d = drawn{gauge: g, live: v.live, rollout: v.rollout, other: v.other(), figure: v.figure}
		d.lines = linesOf(g, d.rollout, d.other, d.figure)
		d.now = d.lines
		if v.live != g && v.live.Known() {
			d.now = linesOf(v.live, d.rollout, d.other, d.figure)
		}
		d.moments = firstReady(d.rollout, d.other, d.lines)
	}
	return d.lines
}

// judge compares what serves side by side, by the poller's figures: how it stands
// does not depend on how far back somebody looks.
func (v *View) judge() (gauge.Against, bool) {
	j := &v.judged
	if j.gauge == v.live && j.rollout == v.rollout && j.pair == v.pair {
		return j.against, j.two
	}
	*j = judged{gauge: v.live, rollout: v.rollout, pair: v.pair}
	if v.rollout == nil {
		return gauge.Against{}, false
	}
	var stable *kube.Rollout
	if c := v.pair.Canary; c != nil && c.Ref() == v.ref {
		stable = v.pair.Stable
	}
	j.against, j.two = v.live.Against(v.rollout, stable)
	if c := v.pair.Canary; !j.two && c != nil && stable == nil {
		j.against, j.two = v.live.Against(c, v.rollout)
		j.two = j.two && j.against.Pair
	}
	return j.against, j.two
}

// state of the figures shown.
func (v *View) state() metrics.State {
	if g := v.shown(); g != nil && g.Picture != nil {
		return g.Picture.State
	}
	return metrics.Starting
}
