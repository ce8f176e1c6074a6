package metrics

import (
	"cmp"
	"fmt"
	"time"
)

// Limits that a group has to keep. What is 0 is no limit.
type Limits struct {
	MaxP99    time.Duration
	MaxErrors float64 // ratio
	// NotWorse than the other group: neither slower nor with more errors, as
	// Compare has it.
	NotWorse bool
	Compare  CompareOptions

	// Refreshes in a row that have to break a limit before it is broken; 3.
	// Only those count that brought something new.
	Refreshes int
	// MaxAge of the newest point that can be judged; 1 min.
	MaxAge time.Duration
	// MinRequests that a point has to be about; 20.
	MinRequests float64
}

func (l Limits) withDefaults() Limits {
	l.Refreshes = cmp.Or(l.Refreshes, 3)
	l.MaxAge = cmp.Or(l.MaxAge, time.Minute)
	l.MinRequests = cmp.Or(l.MinRequests, 20)
	return l
}

// Breach says how a group stands to its limits.
type Breach uint8

// The states. NoData is neither: whoever waits for a go-ahead has none.
const (
	WithinLimits Breach = iota
	Breached
	NoData
)

// String is the state's word.
func (b Breach) String() string { return [...]string{"ok", "breach", "no data"}[b] }

// Guard watches a group's limits from refresh to refresh. It is a value: Observe
// returns the next one. The zero Guard with Limits is at its beginning.
type Guard struct {
	Limits Limits
	newest time.Time // of the point that was judged last
	broken int       // refreshes in a row
}

// Sight is what a guard sees at a refresh.
type Sight struct {
	Picture *Picture // that the groups are of
	Group   Group
	Other   Group     // for NotWorse
	Now     time.Time // by our clock
}

// Reading of a guard.
type Reading struct {
	State    Breach
	Broken   int // refreshes in a row that broke a limit
	Needed   int // for a breach
	Sentence string
}

// Observe a refresh.
func (g Guard) Observe(s Sight) (Guard, Reading) {
	l := g.Limits.withDefaults()
	r := Reading{Needed: l.Refreshes}
	if why := l.blind(s); why != "" {
		g.broken = 0
		r.State, r.Sentence = NoData, why
		return g, r
	}
	judged, sentence := l.judge(s)
	r.State, r.Sentence = judged, sentence
	switch {
	case judged != Breached:
		g.broken = 0
	case s.Group.Now.At.After(g.newest): // the same point again is no further evidence
		g.broken++
	}
	g.newest, r.Broken = s.Group.Now.At, g.broken
	if judged == Breached && g.broken < l.Refreshes {
		r.State = WithinLimits
		r.Sentence = fmt.Sprintf("%s (%d of %d refreshes)", sentence, g.broken, l.Refreshes)
	}
	return g, r
}

// blind is why nothing can be judged, "" where it can.
func (l Limits) blind(s Sight) string {
	now := s.Group.Now
	age := s.Now.Add(s.Picture.Skew).Sub(now.At)
	switch {
	case s.Picture.State == Stale && s.Picture.Err != nil:
		return "no new figures: " + s.Picture.Err.Error()
	case now.Traffic == TrafficUnknown && !s.Group.Known():
		return "Prometheus has no figures for these pods"
	case now.Traffic == TrafficUnknown:
		return "Prometheus has no current figures for these pods"
	case age > l.MaxAge:
		return fmt.Sprintf("the newest figures are %s old", age.Round(time.Second))
	case now.Traffic == NoTraffic:
		return "no traffic"
	case now.Count.V < l.MinRequests:
		return fmt.Sprintf("too few requests to judge: %s", grouped(now.Count.V))
	}
	if broken, _ := l.judgeNow(now); broken {
		return "" // whatever else is not known
	}
	switch {
	case l.MaxP99 > 0 && !now.P99.Known:
		return "the p99 is not known"
	case l.MaxP99 > 0 && now.P99.AtLeast && now.P99.V <= l.MaxP99.Seconds():
		return fmt.Sprintf("the p99 is beyond the last bucket (at least %s): the limit of %s cannot be checked", spoken(now.P99.V), spoken(l.MaxP99.Seconds()))
	case l.MaxErrors > 0 && (!now.Errors.Known || now.Errors.AtLeast):
		return s.Group.unclear()
	}
	return ""
}

// unclear is why it is not known how many requests failed.
func (g Group) unclear() string {
	const text = "it is not known which requests failed"
	if g.Unread.Label == "" {
		return text
	}
	return text + " (" + g.Unread.Metric + " has " + g.Unread.Label + ")"
}

// judgeNow says which limit the newest point breaks.
func (l Limits) judgeNow(now Point) (broken bool, sentence string) {
	switch {
	case l.MaxP99 > 0 && now.P99.Known && now.P99.V > l.MaxP99.Seconds():
		return true, fmt.Sprintf("p99 %s%s is over the limit of %s", least(now.P99), spoken(now.P99.V), spoken(l.MaxP99.Seconds()))
	case l.MaxErrors > 0 && now.Errors.Known && now.Errors.V > l.MaxErrors:
		return true, fmt.Sprintf("errors %s%s are over the limit of %s", least(now.Errors), percent(now.Errors.V), percent(l.MaxErrors))
	}
	return false, ""
}

// least stands before a value that is only a lower bound.
func least(v Value) string {
	if v.AtLeast {
		return "≥ "
	}
	return ""
}

// judge a refresh by itself.
func (l Limits) judge(s Sight) (Breach, string) {
	if broken, sentence := l.judgeNow(s.Group.Now); broken {
		return Breached, sentence
	}
	if !l.NotWorse {
		return WithinLimits, "within limits"
	}
	switch v := Compare(s.Group, s.Other, l.Compare); {
	case v.Outcome == Worse:
		return Breached, v.Sentence
	case v.Errors.Outcome == Worse:
		return Breached, v.ErrorSentence
	case (v.Outcome == NoDifference || v.Outcome == Better) && !(v.Errors.A.Known && v.Errors.B.Known):
		return NoData, s.Group.unclear()
	case v.Outcome == NoDifference || v.Outcome == Better:
		return WithinLimits, v.Sentence
	default:
		return NoData, v.Sentence
	}
}
