package metrics

import (
	"cmp"
	"math"
	"time"
)

// Outcome of a comparison of one group with another.
type Outcome uint8

// The outcomes. Worse is slower, or more errors; Better is faster, or fewer.
const (
	Unknown      Outcome = iota // nothing is known of one of them, or of when both had requests
	Idle                        // one of them has no traffic
	NotEnough                   // not enough data to tell
	NoDifference                // none larger than the tolerance
	Worse
	Better
)

// CompareOptions say what counts as a difference.
type CompareOptions struct {
	// Tolerance is the difference, as a part of the other's value, up to which
	// nobody minds; 0.25.
	Tolerance float64
	// ErrorTolerance is the least difference of error ratios that matters; 0.001.
	ErrorTolerance float64
	// Over is how far back is looked first; 10 min. Where that is not enough to
	// tell, the whole window is looked at.
	Over time.Duration
}

func (o CompareOptions) withDefaults() CompareOptions {
	o.Tolerance = cmp.Or(o.Tolerance, 0.25)
	o.ErrorTolerance = cmp.Or(o.ErrorTolerance, 0.001)
	o.Over = cmp.Or(o.Over, 10*time.Minute)
	return o
}

// Difference of one number between two groups, over windows in which both had
// requests.
type Difference struct {
	Outcome   Outcome
	A, B      Value   // of each
	Delta     float64 // A − B
	Low, High float64 // 95 % confidence interval of it; infinite where open
	NA, NB    float64 // requests
	Windows   int     // that do not overlap
}

// Verdict on a group (a revision) against another that served at the same time.
type Verdict struct {
	Outcome       Outcome // of the latency
	P99, P50      Difference
	Errors        Difference
	Sentence      string // on the latency: `p99 +128 ms (95% CI 90…170, 3 402 vs 21 013 requests) · slower`
	ErrorSentence string // on the errors, in the same way
}

// Compare a group with another of the same picture. Requests are compared that
// were served at the same time; how sure the verdict is follows from their number
// and from how much they vary from window to window, not from the number of points.
func Compare(a, b Group, o CompareOptions) Verdict {
	o = o.withDefaults()
	v := compareOver(&a, &b, o, o.Over)
	if all := time.Duration(a.Requests.Len()) * a.Requests.Step; all > o.Over {
		long := compareOver(&a, &b, o, all)
		if v.Outcome == NotEnough {
			v.Outcome, v.P99, v.P50 = long.Outcome, long.P99, long.P50
		}
		if v.Errors.Outcome == NotEnough {
			v.Errors = long.Errors
		}
	}
	v.Sentence, v.ErrorSentence = v.latencySentence(), v.errorSentence()
	return v
}

func compareOver(a, b *Group, o CompareOptions, over time.Duration) Verdict {
	none := unserved(a, b)
	if none != NotEnough {
		d := Difference{Outcome: none}
		return Verdict{Outcome: none, P99: d, P50: d, Errors: d}
	}
	steps := int(over / max(1, a.Requests.Step))
	s := stack(a, b, steps, timedRequests)
	v := Verdict{P99: quantiles(a, b, s, 0.99, o), P50: quantiles(a, b, s, 0.5, o), Errors: ratios(a, b, steps, o)}
	v.Outcome = v.P99.Outcome
	if v.P50.decided() && !v.P99.decided() {
		v.Outcome = v.P50.Outcome
	}
	return v
}

// decided says that there is a difference.
func (d Difference) decided() bool { return d.Outcome == Worse || d.Outcome == Better }

// unserved is why there is nothing to compare; NotEnough where there may be.
func unserved(a, b *Group) Outcome {
	switch {
	case !a.Known() || !b.Known(), a.Requests.Len() != b.Requests.Len(), !a.Requests.Start.Equal(b.Requests.Start):
		return Unknown
	case a.Now.Traffic == TrafficUnknown || b.Now.Traffic == TrafficUnknown:
		return Unknown
	case a.Now.Traffic == NoTraffic || b.Now.Traffic == NoTraffic:
		return Idle
	}
	return NotEnough
}

// timedRequests of a group in the window of a step.
func timedRequests(g *Group, step int) float64 {
	if len(g.times.counts) == 0 {
		return math.NaN()
	}
	return g.times.total(step) * g.rate.Seconds()
}

// labelledRequests are all, where it is known of each whether it failed.
func labelledRequests(g *Group, step int) float64 {
	if c := g.counts[step]; c.all == c.all && !c.unclear() {
		return c.labelled * g.rate.Seconds()
	}
	return math.NaN()
}

// fewest windows and requests on each side that a difference is made of.
const (
	fewestWindows  = 2
	fewestRequests = 30
)

// begin a difference; false where there is too little for one.
func begin(s strata) (Difference, bool) {
	d := Difference{Outcome: NotEnough, Low: math.Inf(-1), High: math.Inf(1), Windows: len(s.at)}
	if len(s.at) == 0 {
		return d, false
	}
	d.NA, d.NB = s.requests()
	return d, true
}

func (d Difference) few() bool {
	return d.Windows < fewestWindows || d.NA < fewestRequests || d.NB < fewestRequests
}

// quantiles compares the quantile q.
func quantiles(a, b *Group, s strata, q float64, o CompareOptions) Difference {
	d, some := begin(s)
	if !some {
		return d
	}
	inA, inB := s.mixed(a), s.mixed(b)
	coarse := !sameBounds(a.times.bounds, b.times.bounds)
	// Each at its own quantile: what makes both slower by the same factor does not
	// show then, however much slower one of them is anyway.
	ownA, _ := invert(q, inA.bounds, inA.shares)
	ownB, _ := invert(q, inB.bounds, inB.shares)
	excess, degrees := s.excess(s.shareBelow(a, ownA), s.shareBelow(b, ownB), q*(1-q)/4)
	na, nb := s.effective(excess)
	interval := func(z float64) bounds {
		z = student(z, degrees)
		va, floorA, ia := inA.quantileIn(q, na, z, coarse)
		vb, floorB, ib := inB.quantileIn(q, nb, z, coarse)
		d.A, d.B = valueOf(va, floorA), valueOf(vb, floorB)
		return minus(va, ia.wider(va, z*s.unrest()*va), vb, ib.wider(vb, z*s.unrest()*vb))
	}
	called, shown := interval(calledZ), interval(shownZ)
	d.Delta, d.Low, d.High = d.A.V-d.B.V, shown.low, shown.high
	if !d.few() && !(d.A.AtLeast && d.B.AtLeast) {
		d.decide(called, o.Tolerance*d.B.V)
	}
	return d
}

// decide what a difference is, given the interval at which it is called one and
// what nobody minds: it has to be a difference for certain, and very likely one
// that somebody minds.
func (d *Difference) decide(called bounds, tolerance float64) {
	switch {
	case called.low > 0 && d.Low > tolerance:
		d.Outcome = Worse
	case called.high < 0 && d.High < -tolerance:
		d.Outcome = Better
	case d.Low > -tolerance && d.High < tolerance:
		d.Outcome = NoDifference
	}
}

func sameBounds(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// ratios compares error ratios, by score intervals (Newcombe).
func ratios(a, b *Group, steps int, o CompareOptions) Difference {
	s := stack(a, b, steps, labelledRequests)
	d, some := begin(s)
	if !some {
		return d
	}
	share := func(g *Group) func(i int) float64 {
		return func(i int) float64 { c := g.counts[s.at[i]]; return c.failed / c.labelled }
	}
	pa, pb := s.mean(share(a)), s.mean(share(b))
	excess, degrees := s.excess(share(a), share(b), 1e-4)
	na, nb := s.effective(excess)
	interval := func(z float64) bounds {
		z = student(z, degrees)
		return minus(pa, wilson(pa, na, z), pb, wilson(pb, nb, z))
	}
	shown := interval(shownZ)
	d.A, d.B = valueOf(pa, false), valueOf(pb, false)
	d.Delta, d.Low, d.High = pa-pb, shown.low, shown.high
	if !d.few() {
		d.decide(interval(calledZ), max(o.ErrorTolerance, o.Tolerance*pb))
	}
	return d
}
