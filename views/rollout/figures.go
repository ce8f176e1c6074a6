package rollout

import (
	"slices"
	"time"

	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/moment"
	"fader/views/spark"
	"fader/views/table"
)

// figures are what the page knows of latency, errors and requests. Nothing of it
// is worked out twice for the same picture and rollout.
type figures struct {
	gauge  *gauge.Gauge // nil: there is no Prometheus, and no trace of figures
	figure gauge.Figure
	stable *kube.Rollout // that this Deployment is the canary of; nil for none
	moves  []moment.Moment

	measured measured
	judged   judged
	// spark is where the sparklines were last drawn: so many cells, the first so
	// many from the right end of the pane; none where there was no room.
	spark struct{ fromRight, cells int }
}

// measured are the readings of a rollout's revisions.
type measured struct {
	gauge   *gauge.Gauge
	rollout *kube.Rollout
	figure  gauge.Figure

	of      map[kube.Ref]*reading
	top     float64 // of the scale that all sparklines share
	steps   int     // points of the longest
	known   bool    // of any
	serves  bool    // language models
	moments []moment.Moment
	slow    map[metrics.PodKey]bool
	pods    map[kube.Ref]gauge.Reading
	room    room // as last divided
}

// reading is all that is shown of one revision.
type reading struct {
	revision *kube.Revision
	shown    gauge.Reading
	p99      gauge.Reading
	now      metrics.Point
	serving  metrics.Serving
	anything bool // is known, or could be: it has pods
}

// judged is how the rollout's sides stand; the dearest of all.
type judged struct {
	gauge           *gauge.Gauge
	rollout, stable *kube.Rollout

	against gauge.Against
	two     bool // there are two sides
}

// SetGauge gives the figures; nil says that there is no Prometheus.
func (v *View) SetGauge(g *gauge.Gauge) {
	if g == v.figures.gauge {
		return
	}
	was := v.figured()
	v.figures.gauge = g
	if v.figured() != was {
		v.recolumn()
	}
	v.refresh()
}

// buildFigured makes the panes whose columns depend on whether there are figures.
func (v *View) buildFigured() {
	v.revisions = table.New(func(r *kube.Revision) kube.Ref { return r.ReplicaSet.Ref }, v.revisionColumns())
	v.revisions.HideTitles()
	v.pods = table.New(func(p podRow) kube.Ref { return p.pod.Ref }, v.podColumns())
}

// recolumn makes them anew when figures come or go; the cursors stay.
func (v *View) recolumn() {
	revision, onRevision := v.revisions.Cursor()
	pod, onPod := v.pods.Cursor()
	v.buildFigured()
	if r := v.rollout; r != nil {
		v.revisions.SetRows(r.Revisions)
		v.pods.SetRows(podRows(r))
	}
	if onRevision {
		v.revisions.SetCursor(revision.ReplicaSet.Ref)
	}
	if onPod {
		v.pods.SetCursor(pod.pod.Ref)
	}
	v.retouch()
}

// SetStable says which Deployment this one is the canary of; nil for none.
func (v *View) SetStable(stable *kube.Rollout) {
	v.dirty = v.dirty || stable != v.figures.stable
	v.figures.stable = stable
}

// SetMoments gives the moves to mark on the time axis.
func (v *View) SetMoments(moves []moment.Moment) {
	v.dirty = v.dirty || !slices.Equal(moves, v.figures.moves)
	v.figures.moves = moves
}

// Figure that is shown.
func (v *View) Figure() gauge.Figure { return v.figures.figure }

// SetFigure shows a figure, and the usual one where no revision has that or could.
func (v *View) SetFigure(f gauge.Figure) {
	if !v.figured() {
		return
	}
	if f == gauge.FirstToken && !v.measure().serves {
		f = gauge.P99
	}
	if f != v.figures.figure {
		v.figures.figure = f
		v.refresh()
	}
}

// nextFigure goes to the next one that is known of any revision, or could be.
func (v *View) nextFigure() bool {
	f := &v.figures
	if !v.figured() {
		return false
	}
	f.figure = f.figure.Next()
	if f.figure == gauge.FirstToken && !v.measure().serves {
		f.figure = f.figure.Next()
	}
	v.refresh()
	return true
}

// figured says that there is room for figures: even unknown ones have their place.
func (v *View) figured() bool {
	g := v.figures.gauge
	return g != nil && g.Picture != nil && g.Picture.State != metrics.Nothing
}

// measure reads the figures of the rollout's revisions.
func (v *View) measure() *measured {
	f := &v.figures
	m := &f.measured
	if m.of != nil && m.gauge == f.gauge && m.rollout == v.rollout && m.figure == f.figure {
		return m
	}
	*m = measured{
		gauge: f.gauge, rollout: v.rollout, figure: f.figure, of: map[kube.Ref]*reading{},
		slow: map[metrics.PodKey]bool{}, pods: map[kube.Ref]gauge.Reading{}, moments: moment.FirstReady(v.rollout),
	}
	var all []metrics.Series
	for _, rev := range v.rollout.Revisions {
		r := read(f.gauge, rev, f.figure)
		m.of[rev.ReplicaSet.Ref] = r
		all = append(all, r.shown.Series)
		m.steps = max(m.steps, r.shown.Series.Len())
		m.known = m.known || r.shown.Known() || r.now.Traffic != metrics.TrafficUnknown
		m.serves = m.serves || r.serving.Found > 0
		for _, pod := range f.gauge.Outliers(rev.Pods) {
			m.slow[pod] = true
		}
	}
	m.top = spark.Scale(all...)
	return m
}

func read(g *gauge.Gauge, rev *kube.Revision, f gauge.Figure) *reading {
	r := &reading{
		revision: rev, shown: g.RevisionFigure(rev, f), p99: g.RevisionFigure(rev, gauge.P99), now: g.Revision(rev).Now, serving: g.Serving(rev.Pods),
	}
	r.anything = r.shown.Known() || len(rev.Pods) > 0 || rev.ReplicaSet.Current > 0
	return r
}

// judge compares the sides of the rollout.
func (v *View) judge() (gauge.Against, bool) {
	f := &v.figures
	j := &f.judged
	if j.gauge != f.gauge || j.rollout != v.rollout || j.stable != f.stable {
		*j = judged{gauge: f.gauge, rollout: v.rollout, stable: f.stable}
		j.against, j.two = f.gauge.Against(v.rollout, f.stable)
	}
	return j.against, j.two
}

// dated says that the figures shown are not of now.
func (v *View) dated() bool {
	return v.figures.gauge.Picture.State == metrics.Stale
}

// podReading is the p95 of a pod: a p99 of one pod is made of too few requests.
func (v *View) podReading(p *kube.Pod) gauge.Reading {
	m := v.measure()
	r, ok := m.pods[p.Ref]
	if !ok {
		r = gauge.Read(metrics.Group{Now: m.gauge.Pod(p.Ref)}, gauge.P95)
		m.pods[p.Ref] = r
	}
	return r
}

// axis of the sparklines: which of their cells stands for a time. Peaks are kept
// by spark, which gives each cell as many steps, counted from the newest.
func (m *measured) axis(cells int) moment.Axis {
	series := metrics.Series{}
	for _, r := range m.of {
		if r.shown.Series.Len() > series.Len() {
			series = r.shown.Series
		}
	}
	steps := series.Len()
	if cells <= 0 || steps == 0 {
		return moment.Axis{}
	}
	each := (steps + cells - 1) / cells
	first, end := series.Start.Add(-series.Step/2), series.Time(steps-1).Add(series.Step)
	return moment.Axis{Cells: cells, Cell: func(at time.Time) int {
		if at.Before(first) || at.After(end) {
			return -1
		}
		step := min(int((at.Sub(series.Start)+series.Step/2)/series.Step), steps-1)
		return cells - 1 - (steps-1-step)/each
	}}
}
