package metrics

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// sighting of a group whose newest point is as given.
func sighting(now Point) Sight {
	now.At = noon().Add(-10 * time.Second)
	return Sight{Picture: &Picture{State: Live}, Group: Group{Found: 1, Now: now}, Now: noon()}
}

func known(v float64) Value { return Value{V: v, Known: true} }

func busy(p99, errors float64) Point {
	return Point{Traffic: HasTraffic, P99: known(p99), Errors: known(errors), Requests: known(10), Count: known(600)}
}

func TestGuardNeedsRefreshesInARow(t *testing.T) {
	g := Guard{Limits: Limits{MaxP99: 300 * time.Millisecond, MaxErrors: 0.01}}
	at := noon()
	var got []Breach
	var last Reading
	look := func(p99, errs float64, fresh bool) {
		if fresh {
			at = at.Add(20 * time.Second)
		}
		s := sighting(busy(p99, errs))
		s.Group.Now.At, s.Now = at, at
		g, last = g.Observe(s)
		got = append(got, last.State)
	}
	look(0.412, 0, true)
	require.Equal(t, "p99 412 ms is over the limit of 300 ms (1 of 3 refreshes)", last.Sentence)
	look(0.412, 0, false) // the same point: no further evidence
	look(0.412, 0, true)
	look(0.1, 0, true)
	look(0.1, 0.021, true)
	look(0.1, 0.021, true)
	look(0.412, 0, true)
	require.Equal(t, "p99 412 ms is over the limit of 300 ms", last.Sentence)
	require.Equal(t, []Breach{WithinLimits, WithinLimits, WithinLimits, WithinLimits, WithinLimits, WithinLimits, Breached}, got)
	look(0.412, 0, false)
	require.Equal(t, Breached, last.State)
	look(0.1, 0.001, true)
	require.Equal(t, Reading{State: WithinLimits, Needed: 3, Sentence: "within limits"}, last)
}

func TestGuardDoesNotPassWithoutData(t *testing.T) {
	atLeast := busy(10, 0)
	atLeast.P99.AtLeast = true
	noErrors := busy(0.1, 0)
	noErrors.Errors = Value{}
	few := busy(0.1, 0)
	few.Count = known(7)
	noP99 := busy(0.1, 0)
	noP99.P99 = Value{}
	for want, change := range map[string]func(*Sight){
		"no new figures: it is down":                       func(s *Sight) { s.Picture = (&Picture{}).failed(errors.New("it is down"), noon()) },
		"Prometheus has no figures for these pods":         func(s *Sight) { s.Group = Group{} },
		"Prometheus has no current figures for these pods": func(s *Sight) { s.Group.Now = Point{} },
		"the newest figures are 1m30s old":                 func(s *Sight) { s.Now = s.Group.Now.At.Add(90 * time.Second) },
		"no traffic":                                       func(s *Sight) { s.Group.Now.Traffic = NoTraffic },
		"too few requests to judge: 7":                     func(s *Sight) { s.Group.Now = pointAt(few, s) },
		"the p99 is not known":                             func(s *Sight) { s.Group.Now = pointAt(noP99, s) },
		"the p99 is beyond the last bucket (at least 10.0 s): the limit of 30.0 s cannot be checked": func(s *Sight) { s.Group.Now = pointAt(atLeast, s) },
		"it is not known which requests failed":                                                      func(s *Sight) { s.Group.Now = pointAt(noErrors, s) },
	} {
		s := sighting(busy(0.1, 0))
		change(&s)
		g := Guard{Limits: Limits{MaxP99: 30 * time.Second, MaxErrors: 0.01}, broken: 2}
		g, r := g.Observe(s)
		require.Equal(t, Reading{State: NoData, Needed: 3, Sentence: want}, r)
		require.Zero(t, g.broken)
	}
	limits := Limits{MaxP99: time.Second, Refreshes: 1}
	s := sighting(busy(0.1, 0))
	s.Group.Now = pointAt(atLeast, &s)
	_, r := Guard{Limits: limits}.Observe(s)
	require.Equal(t, Breached, r.State, "at least 10 s is over 1 s")
	require.Equal(t, "p99 ≥ 10.0 s is over the limit of 1.00 s", r.Sentence)
}

func pointAt(p Point, s *Sight) Point {
	p.At = s.Group.Now.At
	return p
}

// A guard that compares with the other revision.
func TestGuardAgainstTheOtherRevision(t *testing.T) {
	w := newWorld(seeded(1), 240)
	stable := w.run(service{pods: 3, rate: 40, median: 0.02, errors: 0.002}, 0)
	for _, c := range []struct {
		canary service
		upTo   int
		want   Breach
		says   string
	}{
		{service{pods: 1, rate: 13, median: 0.053, errors: 0.002}, 200, Breached, "· slower"},
		{service{pods: 1, rate: 13, median: 0.02, errors: 0.05}, 200, Breached, "· more errors"},
		{service{pods: 1, rate: 13, median: 0.02, errors: 0.002}, 239, WithinLimits, "· no difference"},
		{service{pods: 1, rate: 13, median: 0.02, errors: 0.002}, 124, NoData, "not enough data"},
	} {
		canary := w.run(c.canary, 120)
		p, keys := simPicture([][][][]float64{canary, stable}, c.upTo)
		s := Sight{Picture: p, Group: p.Of(keys[0]), Other: p.Of(keys[1])}
		s.Now = s.Group.Now.At
		_, r := Guard{Limits: Limits{NotWorse: true, Refreshes: 1}}.Observe(s)
		require.Equal(t, c.want, r.State, r.Sentence)
		require.Contains(t, r.Sentence, c.says)
	}
}

// A limit that is broken for all to see is broken, whatever else is not known.
func TestGuardSeesWhatIsBrokenBesideWhatIsNotKnown(t *testing.T) {
	g := Guard{Limits: Limits{MaxP99: 300 * time.Millisecond, MaxErrors: 0.01, Refreshes: 1}}
	s := sighting(busy(0.412, 0))
	s.Group.Now.Errors = Value{}
	_, r := g.Observe(s)
	require.Equal(t, Reading{State: Breached, Broken: 1, Needed: 1, Sentence: "p99 412 ms is over the limit of 300 ms"}, r)
	s = sighting(busy(0, 0.5))
	s.Group.Now.P99 = Value{}
	_, r = g.Observe(s)
	require.Equal(t, Breached, r.State)
}

// A point that was counted before the figures were gone is no evidence after it.
func TestGuardBeginsAnewAfterNoData(t *testing.T) {
	g := Guard{Limits: Limits{MaxP99: 300 * time.Millisecond}}
	s := sighting(busy(0.412, 0))
	g, _ = g.Observe(s)
	gone := s
	gone.Picture = (&Picture{}).failed(errors.New("it is down"), noon())
	g, r := g.Observe(gone)
	require.Equal(t, NoData, r.State)
	_, r = g.Observe(s)
	require.Equal(t, WithinLimits, r.State)
	require.Zero(t, r.Broken)
}
