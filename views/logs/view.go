package logs

import (
	"slices"
	"time"

	"fader/keymap"
	"fader/views/filter"
	"fader/views/theme"
)

// sideways is how many cells a step to the left or right is.
const sideways = 20

// State is what is known of the streams behind the lines.
type State struct {
	// Following is how many containers are followed.
	Following int
	// Ended says that nothing more will come.
	Ended bool
	// LeftOut are the pods that are too many to be followed at once.
	LeftOut []string
}

// View is the viewer. Make it with New.
type View struct {
	title string
	theme theme.Theme
	zone  *time.Location
	state State

	store   store
	shown   shown
	input   string // the filter as typed
	wrong   string // what is wrong with it
	dropped int    // lines that never came here
	trimmed int    // lines no longer kept
	labels  labels

	follow  bool
	pending int // lines shown that came since following was left
	top     place
	wrapped bool
	times   bool
	left    int

	w, h int // of the lines, as last drawn

	frame  []string // as last drawn; nil where something has changed since
	fw, fh int
}

// place is a row: of the line with a number, the row-th it is wrapped to.
type place struct{ number, row int }

// New is a viewer without lines, following, in UTC.
func New(title string) *View {
	return &View{title: title, theme: theme.Dark(false), zone: time.UTC, follow: true, shown: shown{all: true}}
}

// SetTheme changes how it looks.
func (v *View) SetTheme(t theme.Theme) { v.theme, v.frame = t, nil }

// SetTitle changes what it says it shows.
func (v *View) SetTitle(title string) { v.title, v.frame = title, nil }

// SetZone changes the zone that times are shown in.
func (v *View) SetZone(zone *time.Location) { v.zone, v.frame = zone, nil }

// SetState tells of the streams.
func (v *View) SetState(s State) { v.state, v.frame = s, nil }

// Filter is the filter as it was typed.
func (v *View) Filter() string { return v.input }

// Counts are the lines shown and those kept.
func (v *View) Counts() (shown, kept int) { return v.len(), v.store.len() }

// Following says that the view sticks to the end.
func (v *View) Following() bool { return v.follow }

// SetFilter shows only the lines with these words, and without those behind "!".
func (v *View) SetFilter(input string) {
	v.input, v.wrong, v.frame = input, "", nil
	f, err := filter.Parse(input)
	switch {
	case err != nil:
		v.wrong = err.Error()
		return
	case f.Selects():
		v.wrong = "lines of a log have no labels: -l selects none"
		return
	}
	v.shown.filter = f
	v.reindex()
	v.top.row = 0
	v.pending = 0
}

// Append takes lines over. dropped were lost on the way, before them.
func (v *View) Append(lines []Line, dropped int) {
	v.dropped += dropped
	v.frame = nil
	if len(lines) == 0 {
		return
	}
	lines = v.prepared(lines)
	before := v.len()
	late := v.store.late(lines[0].Time)
	from := v.store.end()
	v.forget(from)
	v.merge(late, lines)
	for n := from; n < v.store.end(); n++ {
		v.note(n)
	}
	if !v.follow {
		v.pending += v.len() - before
	}
	v.trimmed += v.store.trim()
	v.expire()
	v.top.number = max(v.top.number, v.store.first)
}

// prepared are lines in the order of their times, those without one where they came.
func (v *View) prepared(lines []Line) []Line {
	last := time.Time{}
	if v.store.len() > 0 {
		last = v.store.at(v.store.end() - 1).Time
	}
	byTime := func(a, b Line) int { return a.Time.Compare(b.Time) }
	ready := true
	for i := range lines {
		v.labels.see(lines[i].From)
		ready = ready && !lines[i].Time.IsZero()
	}
	if ready && slices.IsSortedFunc(lines, byTime) {
		return lines
	}
	lines = slices.Clone(lines)
	for i := range lines {
		if lines[i].Time.IsZero() {
			lines[i].Time = last
		}
		last = lines[i].Time
	}
	slices.SortStableFunc(lines, byTime)
	return lines
}

// merge puts lines that were there and lines that came behind the store, in the
// order of their times, and keeps the line at the top where it is.
func (v *View) merge(old, lines []Line) {
	number, top := v.store.end(), v.top.number
	for len(old)+len(lines) > 0 {
		if len(lines) == 0 || len(old) > 0 && !old[0].Time.After(lines[0].Time) {
			if number == top {
				v.top.number = v.store.end()
			}
			number++
			v.store.push(old[0])
			old = old[1:]
			continue
		}
		v.store.push(lines[0])
		lines = lines[1:]
	}
}

// Handle does what an action asks for and says whether it was the viewer's.
func (v *View) Handle(a keymap.Action) bool {
	v.frame = nil
	switch a {
	case keymap.Up:
		v.Wheel(-1)
	case keymap.Down:
		v.Wheel(1)
	case keymap.PageUp:
		v.Wheel(-max(v.h, 1))
	case keymap.PageDown:
		v.Wheel(max(v.h, 1))
	case keymap.Top:
		v.hold()
		v.top = place{number: v.store.first}
	case keymap.Bottom:
		v.resume()
	case keymap.Follow:
		v.toggleFollow()
	case keymap.Wrap:
		v.wrapped, v.left, v.top.row = !v.wrapped, 0, 0
	case keymap.Timestamps:
		v.times, v.top.row = !v.times, 0
	case keymap.Left:
		v.left = max(v.left-sideways, 0)
	case keymap.Right:
		v.right()
	default:
		return false
	}
	return true
}

func (v *View) right() {
	if !v.wrapped {
		v.left = min(v.left+sideways, max(v.widest()-1, v.left))
	}
}

func (v *View) toggleFollow() {
	if v.follow {
		v.hold()
		return
	}
	v.resume()
}

// hold stops following, with what is in sight in sight.
func (v *View) hold() {
	if v.follow {
		v.follow, v.pending, v.top = false, 0, v.bottom()
	}
}

func (v *View) resume() { v.follow, v.pending = true, 0 }
