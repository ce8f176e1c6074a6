package rollout

import (
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/views/freshness"
	"fader/views/scroll"
	"fader/views/table"
	"fader/views/theme"
)

// View is the page. Make it with New, then say of what with SetRef.
type View struct {
	theme    theme.Theme
	keys     keymap.Table
	ref      kube.Ref
	snapshot *kube.Snapshot
	rollout  *kube.Rollout // as last seen; nil before the first time
	gone     time.Time     // when it was first missed; zero while it is there
	again    bool          // another one of its name exists
	fresh    freshness.Freshness
	now      time.Time

	focus     pane
	revisions *table.Table[kube.Ref, *kube.Revision]
	pods      *table.Table[kube.Ref, podRow]
	events    *table.Table[string, newsRow]
	traffic   traffic
	causes    scroll.Window
	setting   scroll.Window
	figures   figures

	slots []slot // as last drawn, for the mouse
	lines []string
	w, h  int
	dirty bool
}

// New is the page of nothing.
func New() *View {
	v := &View{focus: panePods}
	v.build()
	v.SetTheme(theme.Dark(false))
	return v
}

func (v *View) build() {
	v.buildFigured()
	v.events = table.New(func(n newsRow) string { return n.key }, v.newsColumns())
	v.events.HideTitles()
	v.traffic = v.newTraffic(false)
	v.causes, v.setting = scroll.Window{}, scroll.Window{}
	v.retouch()
}

// SetKeys gives the table from which hints name keys.
func (v *View) SetKeys(keys keymap.Table) { v.keys, v.dirty = keys, true }

// Pod under the cursor, where the pane of pods has the focus.
func (v *View) Pod() (kube.Ref, bool) {
	row, ok := v.pods.Cursor()
	if v.focus != panePods || !ok {
		return kube.Ref{}, false
	}
	return row.pod.Ref, true
}

// list is what a pane of rows is to the page.
type list interface {
	Handle(keymap.Action) bool
	Click(y int) bool
	Wheel(n int) bool
	SetTheme(theme.Theme)
	SetFocus(bool)
	Invalidate()
}

// lists are the panes of rows; the others are text.
func (v *View) lists() map[pane]list {
	return map[pane]list{paneRevisions: v.revisions, panePods: v.pods, paneTraffic: v.traffic.table, paneEvents: v.events}
}

// text is the window of a pane of text.
func (v *View) text(p pane) *scroll.Window {
	if p == paneSetting {
		return &v.setting
	}
	return &v.causes
}

// retouch hands theme and focus down and has everything drawn again.
func (v *View) retouch() {
	for p, l := range v.lists() {
		l.SetTheme(v.theme)
		l.SetFocus(v.focus == p)
	}
	v.dirty = true
}

// SetTheme changes how it looks.
func (v *View) SetTheme(t theme.Theme) {
	v.theme = t
	v.retouch()
}

// SetNow moves the clock: ages and countdowns are told to the second.
func (v *View) SetNow(now time.Time) {
	if now.Unix() != v.now.Unix() || now.Location() != v.now.Location() {
		v.refresh()
	}
	v.now = now
}

func (v *View) refresh() {
	v.dirty = true
	for _, l := range v.lists() {
		l.Invalidate()
	}
}

// SetRef chooses the Deployment. Another one than before starts the page anew.
func (v *View) SetRef(ref kube.Ref) {
	if ref == v.ref {
		return
	}
	v.ref, v.rollout, v.gone, v.again, v.focus = ref, nil, time.Time{}, false, panePods
	v.figures = figures{gauge: v.figures.gauge, figure: v.figures.figure}
	v.build()
	if v.snapshot != nil {
		v.take(v.snapshot)
	}
}

// Ref is the Deployment shown.
func (v *View) Ref() kube.Ref { return v.ref }

// Gone says that the Deployment is no longer there.
func (v *View) Gone() bool { return !v.gone.IsZero() }

// SetSnapshot shows a snapshot.
func (v *View) SetSnapshot(s *kube.Snapshot) {
	if s == nil || s == v.snapshot {
		return
	}
	v.snapshot = s
	v.take(s)
}

// take reads what is shown out of a snapshot. What a snapshot does not know, it
// does not take away: only a complete one can say that a Deployment is gone.
func (v *View) take(s *kube.Snapshot) {
	v.fresh.Set(s)
	v.refresh()
	r := s.Rollout(v.ref)
	switch {
	case r != nil:
		v.gone, v.again = time.Time{}, false
		v.show(r)
	case s.Health.State == kube.Live && v.gone.IsZero() && v.ref != (kube.Ref{}):
		v.gone = v.now
	}
	if v.Gone() {
		v.again = namesake(s, v.ref)
	}
}

func namesake(s *kube.Snapshot, ref kube.Ref) bool {
	for _, r := range s.Rollouts {
		if other := r.Ref(); other.Namespace == ref.Namespace && other.Name == ref.Name {
			return true
		}
	}
	return false
}

// show fills the panes. A rollout that is the same as before costs nothing.
func (v *View) show(r *kube.Rollout) {
	if r == v.rollout {
		return
	}
	v.rollout = r
	v.revisions.SetRows(r.Revisions)
	v.pods.SetRows(podRows(r))
	v.events.SetRows(newsRows(r))
	v.showTraffic(r)
}

// Handle does what an action asks for and says whether it was the page's.
func (v *View) Handle(a keymap.Action) bool {
	switch a {
	case keymap.NextPane:
		v.enter(v.focus.step(1))
	case keymap.PrevPane:
		v.enter(v.focus.step(-1))
	case keymap.Figure:
		return v.nextFigure()
	default:
		if !v.inFocus(a) {
			return false
		}
		v.dirty = true
	}
	return true
}

func (v *View) inFocus(a keymap.Action) bool {
	if l, ok := v.lists()[v.focus]; ok {
		return l.Handle(a)
	}
	return v.text(v.focus).Handle(a)
}

// Cursor is the object under the cursor of the pane with the keyboard; where that
// has none it is the Deployment itself.
func (v *View) Cursor() (kube.Ref, bool) {
	switch v.focus {
	case paneRevisions:
		if r, ok := v.revisions.Cursor(); ok {
			return r.ReplicaSet.Ref, true
		}
	case panePods:
		if p, ok := v.pods.Cursor(); ok {
			return p.pod.Ref, true
		}
	case paneTraffic:
		if e, ok := v.traffic.table.Cursor(); ok && e.placed.Pod != (kube.Ref{}) {
			return e.placed.Pod, true
		}
	}
	return v.ref, v.ref != kube.Ref{}
}

func (v *View) enter(p pane) {
	v.focus = p
	v.retouch()
}

// Click puts focus and cursor on what was drawn at (x, y) of the page.
func (v *View) Click(x, y int) bool {
	for _, s := range v.slots {
		if x < s.x || x >= s.x+s.w || y < s.y || y >= s.y+s.h {
			continue
		}
		v.enter(s.pane)
		line := y - s.y - s.border()
		if l, ok := v.lists()[s.pane]; ok {
			l.Click(line)
		}
		return true
	}
	return false
}

// Wheel moves the cursor of the pane with the keyboard by n rows, down for n above 0.
func (v *View) Wheel(n int) bool {
	v.dirty = true
	if l, ok := v.lists()[v.focus]; ok {
		return l.Wheel(n)
	}
	v.text(v.focus).Wheel(n)
	return true
}

// Render returns exactly h lines of w cells. The slice is the view's own until
// the next call; do not change it.
func (v *View) Render(w, h int) []string {
	w, h = max(w, 0), max(h, 0)
	if v.dirty || v.w != w || v.h != h {
		v.w, v.h, v.dirty = w, h, false
		v.lines = v.draw(w, h)
	}
	return v.lines
}

// old says that what is shown is not, or no longer, vouched for.
func (v *View) old() bool { return v.Gone() || v.fresh.Old() }

// ink is a style, dimmed while what is shown is old.
func (v *View) ink(s theme.Style) theme.Style {
	if v.old() {
		return v.theme.Dim
	}
	return s
}

// clock is now, or the moment to which what is shown is true.
func (v *View) clock() time.Time {
	if v.Gone() {
		return v.gone
	}
	return v.fresh.Clock(v.now)
}
