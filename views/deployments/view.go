package deployments

import (
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/views/freshness"
	"fader/views/table"
	"fader/views/theme"
)

// View is the page. Make it with New.
type View struct {
	table    *table.Table[kube.Ref, *kube.Rollout]
	theme    theme.Theme
	keys     keymap.Table
	snapshot *kube.Snapshot
	fresh    freshness.Freshness
	now      time.Time
	filter   string
	order    order
	moved    bool // somebody has used the cursor

	lines []string
	w, h  int
	dirty bool
}

// New is the page before the first snapshot.
func New() *View {
	v := &View{keys: keymap.Default(), dirty: true}
	v.build(true)
	v.sort(order{by: byPhase})
	v.SetTheme(theme.Dark(false))
	return v
}

// build makes the table; the namespace has a column only where there are many.
func (v *View) build(namespaces bool) {
	v.table = table.New((*kube.Rollout).Ref, v.columns(namespaces))
	v.table.SetTheme(v.theme)
	v.table.SetFilter(matcher(v.filter), nil)
	v.sort(v.order)
	v.moved = false
}

// SetKeys replaces the table from which hints name keys.
func (v *View) SetKeys(keys keymap.Table) { v.keys, v.dirty = keys, true }

// SetTheme changes how it looks.
func (v *View) SetTheme(t theme.Theme) {
	v.theme, v.dirty = t, true
	v.table.SetTheme(t)
}

// SetNow moves the clock: ages and countdowns are told to the second.
func (v *View) SetNow(now time.Time) {
	if now.Unix() != v.now.Unix() || now.Location() != v.now.Location() {
		v.dirty = true
		v.table.Invalidate()
	}
	v.now = now
}

// SetSnapshot shows a snapshot. One of another scope starts the page anew.
func (v *View) SetSnapshot(s *kube.Snapshot) {
	old := v.snapshot
	if s == nil || s == old {
		return
	}
	v.snapshot, v.dirty = s, true
	if old == nil || old.Scope != s.Scope {
		v.fresh = freshness.Freshness{}
		v.build(s.Scope.Namespace == "")
	}
	v.fresh.Set(s)
	v.table.SetRows(s.Rollouts)
	if !v.moved && v.reading("deployments") { // rows are still coming in: stay with the worst
		v.table.Handle(keymap.Top)
	}
}

// SetFilter shows only the rows that all words are found in, in their namespace,
// name, phase, images or manager; a word behind "!" must not be found.
func (v *View) SetFilter(filter string) {
	if filter == v.filter {
		return
	}
	v.filter, v.dirty = filter, true
	v.table.SetFilter(matcher(filter), nil)
}

// Filter is the present filter, "" for none.
func (v *View) Filter() string { return v.filter }

// Cursor is the Deployment under the cursor.
func (v *View) Cursor() (kube.Ref, bool) {
	r, ok := v.table.Cursor()
	if !ok {
		return kube.Ref{}, false
	}
	return r.Ref(), true
}

// SetCursor goes to a Deployment, if it is shown.
func (v *View) SetCursor(ref kube.Ref) bool {
	v.dirty = true
	return v.table.SetCursor(ref)
}

// Counts are the rows shown and all there are; total is -1 while it is not known.
func (v *View) Counts() (shown, total int) {
	shown, total = v.table.Counts()
	if total == 0 && !v.counted() {
		return 0, -1
	}
	return shown, total
}

// Handle does what an action asks for and says whether it was the page's.
func (v *View) Handle(a keymap.Action) bool {
	if o, ok := ordered(a); ok {
		v.sort(o.after(v.order))
		return true
	}
	if !v.table.Handle(a) {
		return false
	}
	v.moved, v.dirty = true, true
	return true
}

// Click puts the cursor on the row at line y of the page, if there is one; x does not matter.
func (v *View) Click(_, y int) bool {
	if y >= v.tableHeight(v.h) || !v.table.Click(y) {
		return false
	}
	v.moved, v.dirty = true, true
	return true
}

// Wheel moves the cursor by n rows, down for n above 0.
func (v *View) Wheel(n int) bool {
	v.moved, v.dirty = true, true
	return v.table.Wheel(n)
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
