package metrics

import (
	"errors"
	"math"
	"time"
)

// State says what can be made of a picture.
type State uint8

// The states.
const (
	Starting State = iota // nothing was read yet
	Live                  // the last refresh succeeded
	Slow                  // a refresh is under way for longer than it should
	Stale                 // refreshes fail; what is shown is old
	Nothing               // Prometheus answers, and has nothing that fader knows
)

// String is the state's word.
func (s State) String() string {
	return [...]string{"starting", "live", "slow", "stale", "nothing"}[s]
}

// Picture is what was known at one moment. It never changes, and may be read by
// any number of goroutines.
type Picture struct {
	Scope Scope
	State State
	Since time.Time // of Slow and Stale: when the trouble began; by our clock
	Err   error     // of Stale: a *Fault, one sentence
	At    time.Time // of the last refresh that succeeded, by our clock; zero: none

	// Newest sample of all, by the server's clock, which is Skew ahead of ours;
	// zero: not known. Age is what a person wants to know.
	Newest time.Time
	Skew   time.Duration

	Step   time.Duration // from point to point
	Rate   time.Duration // what each point is about: the window of rate()
	Scrape time.Duration // the interval of the scrapes, as far as known
	Window time.Duration
	Filled bool // the history is complete

	Presets []PresetFound
	// Warnings of the server about its answers to the last refresh, and ours about
	// what could not be used; Infos of the server on how queries could be better,
	// which are for a log. Sanitised, each once.
	Warnings, Infos []string

	// chosen clusters, whose series alone are read; nil: all.
	chosen    []string
	elsewhere bool // nothing that is known is of a pod that exists here
	survey    *survey
	presets   []Preset

	sheet *sheet
}

// PresetFound is a preset that has series in the scope.
type PresetFound struct {
	Name       string
	Namespaces []string // that have them
}

func emptyPicture(s Scope) *Picture {
	return &Picture{Scope: s, sheet: newSheet(grid{step: time.Second})}
}

// picture of what the reader has.
func (r *reader) picture() *Picture {
	if r.sheet == nil {
		p := emptyPicture(r.asker.scope)
		p.survey = r.survey
		p.Warnings, p.Infos = r.remarks.warnings, r.remarks.infos
		return p
	}
	p := &Picture{
		Scope: r.asker.scope, State: Live, At: r.clock(), Newest: r.newest, Skew: r.source.skew(),
		Step: r.grid.step, Rate: r.grid.rate, Window: r.window, Scrape: r.scrape,
		Filled: r.complete(), Warnings: r.remarks.warnings, Infos: r.remarks.infos, sheet: r.sheet, presets: r.asker.presets,
	}
	p.survey = r.survey
	wide := &survey{doubts: r.sheet.index.wideEverywhere(r.asker.presets)}
	for _, text := range append(r.survey.warnings(), wide.warnings()...) {
		p.Warnings = addRemark(p.Warnings, text)
	}
	if p.Scrape == 0 {
		p.Scrape = r.found.scrape
	}
	for _, i := range r.found.presets {
		p.Presets = append(p.Presets, PresetFound{r.asker.presets[i].Name, unique(r.found.namespaces[i])})
	}
	if len(p.Presets) == 0 && !r.found.gpus {
		p.State = Nothing
	}
	return p
}

// failed is the same picture after a refresh that failed. The trouble began when
// it was first seen.
func (p *Picture) failed(err error, now time.Time) *Picture {
	next := *p
	if p.State != Stale && p.State != Slow {
		next.Since = now
	}
	next.State, next.Err = Stale, err
	return &next
}

// slow is the same picture while a refresh takes too long.
func (p *Picture) slow(since time.Time) *Picture {
	next := *p
	if p.State != Stale {
		next.State, next.Since, next.Err = Slow, since, nil
	}
	return &next
}

// Age of the newest sample; false where it is not known.
func (p *Picture) Age(now time.Time) (time.Duration, bool) {
	if p.Newest.IsZero() {
		return 0, false
	}
	return max(0, now.Add(p.Skew).Sub(p.Newest)), true
}

// Fault of a stale picture, nil where it is none.
func (p *Picture) Fault() *Fault {
	var f *Fault
	errors.As(p.Err, &f)
	return f
}

// start of every series of the picture.
func (p *Picture) start() time.Time { return p.sheet.grid.time(p.sheet.first) }

// End is the moment of the last point; zero where there is none.
func (p *Picture) End() time.Time {
	if len(p.sheet.columns) == 0 {
		return time.Time{}
	}
	return p.sheet.grid.time(p.sheet.end() - 1)
}

// current value of a series: the newest that is not older than what one point is
// about. A pod that died has none.
func (p *Picture) current(s Series) Value {
	v, i := s.Last()
	if i < 0 || i < s.Len()-1-p.patience() {
		return Value{}
	}
	return v
}

// patience in points: scrapes arrive late, and one may be missed.
func (p *Picture) patience() int {
	if p.Step <= 0 {
		return 0
	}
	return int(math.Ceil(float64(p.Rate)/2/float64(p.Step))) + 1
}
