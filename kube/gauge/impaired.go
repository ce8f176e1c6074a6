package gauge

import (
	"fmt"
	"time"

	"fader/kube"
	"fader/metrics"
)

// Limits of a workload; what is 0 is not limited by anybody.
type Limits struct {
	Errors float64 // ratio; 0: DefaultErrors
	P99    time.Duration
}

// DefaultErrors is the error ratio from which a workload is impaired where nobody has
// set a limit.
const DefaultErrors = 0.05

const (
	// fewestRequests that a ratio or a quantile is about: of three requests one may fail.
	fewestRequests = 20
	// oldest sample that says how a workload is now.
	oldest = 2 * time.Minute
	// afterwards is how long after its completion a rollout is compared with the
	// revision before it.
	afterwards = time.Hour
)

// Impairment says that requests to a workload fail or are slow. The zero Impairment
// is that of a workload of which nothing of the kind is known.
type Impairment struct {
	Text string // "errors 6.4% since revision 3, 0.1% before"; "" for none
	// Worse names the revision or Deployment that it is worse than; "" where a limit
	// is broken.
	Worse string

	// of the comparison, to tell whether it still holds when the other is gone
	revision string // ReplicaSet
	errors   bool
	before   float64
}

// Impaired reports what metrics say against a workload: a limit that is broken now,
// or that the new revision is worse than the one beside it, for an hour after
// completion also than the one before it. stable is the Deployment that this one is
// the canary of, nil for none. last is what was said before: the revision that it
// names may be out of the window by now. p is g.Now(r).
func (g *Gauge) Impaired(r, stable *kube.Rollout, p metrics.Point, l Limits, last Impairment, now time.Time) Impairment {
	if !g.current(now) {
		return Impairment{}
	}
	if p.Traffic != metrics.HasTraffic || !p.Count.Known || p.Count.V < fewestRequests {
		return Impairment{}
	}
	worse := g.worse(r, stable, p, last, now)
	broken := l.broken(p)
	if broken != "" && !worse.errors {
		return Impairment{Text: broken}
	}
	return worse
}

// current reports that the metrics are of now, not of some time ago.
func (g *Gauge) current(now time.Time) bool {
	if !g.Known() {
		return false
	}
	age, known := g.Picture.Age(now)
	return known && age <= oldest
}

// broken names the limit that is broken, "" for none.
func (l Limits) broken(p metrics.Point) string {
	switch {
	case p.Errors.Known && l.Errors == 0 && p.Errors.V >= DefaultErrors:
		return "errors " + ratio(p.Errors)
	case p.Errors.Known && l.Errors > 0 && p.Errors.V > l.Errors:
		return fmt.Sprintf("errors %s (limit %s)", ratio(p.Errors), percent(l.Errors))
	case l.P99 > 0 && p.P99.Known && p.P99.V > l.P99.Seconds():
		return fmt.Sprintf("p99 %s (limit %s)", latency(p.P99), kube.Brief(l.P99))
	}
	return ""
}

// worse compares with the revision or Deployment beside the new one, else with the
// revision before it.
func (g *Gauge) worse(r, stable *kube.Rollout, p metrics.Point, last Impairment, now time.Time) Impairment {
	if a, both := g.Against(r, stable); both {
		return a.impairment(r, false)
	}
	fresh := r.NewRevision()
	if fresh == nil || r.Phase != kube.Complete || r.Since.IsZero() || now.Sub(r.Since) > afterwards {
		return Impairment{}
	}
	if a, both := g.before(r, fresh); both {
		return a.impairment(r, true).still(p)
	}
	if last.revision != fresh.ReplicaSet.Ref.Name {
		return Impairment{}
	}
	return last.still(p)
}

// before compares the new revision with the one before it over the time in which
// both served, as long as that is in the window.
func (g *Gauge) before(r *kube.Rollout, fresh *kube.Revision) (Against, bool) {
	for _, rev := range r.Revisions {
		if rev.New {
			continue
		}
		a := Against{A: number(fresh), B: number(rev), GroupA: g.Revision(fresh), GroupB: g.Revision(rev)}
		if !a.GroupB.Known() {
			return Against{}, false
		}
		a.GroupB.Now.Traffic = metrics.HasTraffic // it had: what is compared is that time
		return judge(a), true
	}
	return Against{}, false
}

// impairment is what a comparison says against the new side.
func (a Against) impairment(r *kube.Rollout, over bool) Impairment {
	v := a.Verdict
	i := Impairment{Worse: a.B}
	if fresh := r.NewRevision(); fresh != nil && !a.Pair {
		i.revision = fresh.ReplicaSet.Ref.Name
	}
	fresh, other := "revision "+a.A, "revision "+a.B
	if a.Pair {
		fresh, other = a.A, a.B
	}
	switch {
	case v.Errors.Outcome == metrics.Worse:
		i.errors, i.before = true, v.Errors.B.V
		i.Text = fmt.Sprintf("errors %s since %s, %s before", percent(v.Errors.A.V), fresh, percent(v.Errors.B.V))
		if !over {
			i.Text = fmt.Sprintf("more errors than %s: %s, not %s", other, percent(v.Errors.A.V), percent(v.Errors.B.V))
		}
	case v.Outcome == metrics.Worse:
		d := v.P99
		i.before = v.P99.B.V
		name := "p99 "
		if v.P99.Outcome != metrics.Worse { // the median decided
			d, name, i.before = v.P50, "p50 ", 0
		}
		i.Text = fmt.Sprintf("%s%s since %s, %s before", name, latency(d.A), fresh, latency(d.B))
		if !over {
			i.Text = fmt.Sprintf("slower than %s: %s%s, not %s", other, name, latency(d.A), latency(d.B))
		}
	default:
		return Impairment{}
	}
	return i
}

// still is the impairment while the present point is no better: after the other
// side is gone the comparison alone proves nothing of now.
func (i Impairment) still(p metrics.Point) Impairment {
	const tolerance, points = 1.25, 0.001
	now := p.P99
	if i.errors {
		now = p.Errors
	}
	if i.Text == "" || !now.Known || now.V <= max(i.before*tolerance, i.before+points) {
		return Impairment{}
	}
	return i
}

// ratio of a point, which may be a lower bound.
func ratio(v metrics.Value) string {
	if v.AtLeast {
		return "≥" + percent(v.V)
	}
	return percent(v.V)
}

func percent(ratio float64) string {
	if ratio > 0 && ratio < 0.001 {
		return fmt.Sprintf("%.2f%%", 100*ratio)
	}
	return fmt.Sprintf("%.1f%%", 100*ratio)
}

func latency(v metrics.Value) string {
	text := fmt.Sprintf("%.3gs", v.V)
	switch {
	case v.V < 0.01:
		text = fmt.Sprintf("%.1fms", 1000*v.V)
	case v.V < 1:
		text = fmt.Sprintf("%.0fms", 1000*v.V)
	}
	if v.AtLeast {
		return "≥" + text
	}
	return text
}
