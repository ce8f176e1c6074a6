package listing

import (
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/gauge"
	"fader/views/filter"
	"fader/views/freshness"
	"fader/views/table"
	"fader/views/theme"
)

// Page is a page of rows. Make it with New.
type Page[K comparable, T any] struct {
	kind     Kind[K, T]
	table    *table.Table[K, T]
	theme    theme.Theme
	keys     keymap.Table
	snapshot *kube.Snapshot
	fresh    freshness.Freshness
	now      time.Time
	filter   string
	problem  error // of the filter
	total    int   // rows before any filter
	moved    bool  // somebody has used the cursor
	subject  string
	texts    []string // room for what a filter looks at

	gauge      *gauge.Gauge
	figure     gauge.Figure
	serving    map[string]bool // namespaces; see MayServe; nil: not worked out
	edition    int
	rows       []T
	columns    []table.Column[T] // the table reads them where they are
	namespaces bool

	lines []string
	w, h  int
	dirty bool
}

// New is a page before its first rows.
func New[K comparable, T any](kind Kind[K, T]) *Page[K, T] {
	p := &Page[K, T]{kind: kind, keys: keymap.Default(), theme: theme.Dark(false), dirty: true}
	p.Rebuild(true)
	return p
}

// Rebuild begins anew with the columns for many namespaces or for one; the
// filter is the operator's and stays.
func (p *Page[K, T]) Rebuild(namespaces bool) {
	p.namespaces, p.columns, p.rows = namespaces, p.kind.Columns(namespaces), nil
	p.table = table.New(p.kind.Key, p.columns)
	p.table.AllowMarks()
	p.table.SetOrder(p.kind.Order, p.kind.Sorted)
	p.table.SetTheme(p.theme)
	p.table.SetFilter(p.matchers())
	p.moved, p.dirty = false, true
}

// SetKeys replaces the table from which hints name keys.
func (p *Page[K, T]) SetKeys(keys keymap.Table) { p.keys, p.dirty = keys, true }

// Keys is the table from which hints name keys.
func (p *Page[K, T]) Keys() keymap.Table { return p.keys }

// SetTheme changes how it looks.
func (p *Page[K, T]) SetTheme(t theme.Theme) {
	p.theme, p.dirty = t, true
	p.table.SetTheme(t)
}

// Theme is how it looks now.
func (p *Page[K, T]) Theme() theme.Theme { return p.theme }

// SetNow moves the clock: ages and countdowns are told to the second.
func (p *Page[K, T]) SetNow(now time.Time) {
	if now.Unix() != p.now.Unix() || now.Location() != p.now.Location() {
		p.Invalidate()
	}
	p.now = now
}

// Invalidate has everything drawn again.
func (p *Page[K, T]) Invalidate() {
	p.dirty = true
	p.table.Invalidate()
}

// Another says that a snapshot is of another scope than the one before, so that
// the page has to begin anew.
func (p *Page[K, T]) Another(s *kube.Snapshot) bool {
	return p.snapshot == nil || p.snapshot.Scope != s.Scope
}

// Begin forgets what was shown: another scope is another page.
func (p *Page[K, T]) Begin(namespaces bool) {
	p.fresh = freshness.Freshness{}
	p.Rebuild(namespaces)
}

// Show shows the rows of a snapshot.
func (p *Page[K, T]) Show(s *kube.Snapshot, rows []T) {
	p.snapshot, p.total, p.rows, p.dirty = s, len(rows), rows, true
	p.edition++
	p.fresh.Take(p.health(), len(rows) > 0)
	p.table.SetRows(rows)
	p.first()
}

// first keeps the cursor on the first row, which is the worst, while nobody has
// chosen another.
func (p *Page[K, T]) first() {
	if !p.moved {
		p.table.Handle(keymap.Top)
	}
}

// Snapshot is the one shown, nil before the first.
func (p *Page[K, T]) Snapshot() *kube.Snapshot { return p.snapshot }

// SetSubject narrows what the page is about in words, "ml/fraud-model"; "" for
// everything in scope.
func (p *Page[K, T]) SetSubject(subject string) { p.subject, p.dirty = subject, true }

// SetFilter shows only the rows that a filter leaves; see package filter.
func (p *Page[K, T]) SetFilter(input string) {
	if input == p.filter {
		return
	}
	p.filter, p.dirty = input, true
	p.table.SetFilter(p.matchers())
}

// Filter is the present filter, "" for none.
func (p *Page[K, T]) Filter() string { return p.filter }

func (p *Page[K, T]) matchers() (keep, loose func(T) bool) {
	f, err := filter.Parse(p.filter)
	p.problem = err
	if err == nil && f.Selects() && !p.kind.Labelled {
		p.problem = errNoLabels{p.kind.Noun}
	}
	switch {
	case p.problem != nil:
		return func(T) bool { return false }, nil
	case f.Empty():
		return nil, nil
	}
	look := func(row T) filter.Row {
		r := p.kind.Row(row, p.texts[:0])
		p.texts = r.Texts
		return r
	}
	return func(row T) bool { return f.Match(look(row)) }, func(row T) bool { return f.Loose(look(row)) }
}

// errNoLabels says that a page cannot select by label.
type errNoLabels struct{ noun string }

func (e errNoLabels) Error() string {
	return "-l does not work here: labels of " + e.noun + " are not read"
}

// Row is the row under the cursor.
func (p *Page[K, T]) Row() (T, bool) { return p.table.Cursor() }

// Cursor is the object under the cursor.
func (p *Page[K, T]) Cursor() (kube.Ref, bool) {
	row, ok := p.table.Cursor()
	if !ok {
		return kube.Ref{}, false
	}
	return p.kind.Ref(row), true
}

// SetCursor goes to the first row of an object, if one is shown; where it is on
// one of its rows already, it stays.
func (p *Page[K, T]) SetCursor(ref kube.Ref) bool {
	p.moved, p.dirty = true, true
	if here, ok := p.Cursor(); ok && here == ref {
		return true
	}
	return p.table.SetCursorTo(func(row T) bool { return p.kind.Ref(row) == ref })
}

// Marked are the objects of the marked rows that are shown, each once.
func (p *Page[K, T]) Marked() []kube.Ref {
	var refs []kube.Ref
	seen := map[kube.Ref]bool{}
	for _, row := range p.table.Marked() {
		if ref := p.kind.Ref(row); !seen[ref] {
			seen[ref] = true
			refs = append(refs, ref)
		}
	}
	return refs
}

// ClearMarks takes all marks away, and says whether there were any.
func (p *Page[K, T]) ClearMarks() bool {
	had := p.table.ClearMarks()
	p.dirty = p.dirty || had
	return had
}

// Counts are the rows shown and all there are; total is -1 while it is not known.
func (p *Page[K, T]) Counts() (shown, total int) {
	shown, total = p.table.Counts()
	if total == 0 && !p.counted() {
		return 0, -1
	}
	return shown, total
}

// SortBy sorts by a column, the other way round if rows are sorted by it already.
func (p *Page[K, T]) SortBy(title string) bool {
	p.dirty = true
	return p.table.SortBy(title)
}

// Handle does what an action asks for and says whether it was the page's.
func (p *Page[K, T]) Handle(a keymap.Action) bool {
	if a == keymap.Figure && p.kind.Has != nil {
		return p.nextFigure()
	}
	if !p.table.Handle(a) {
		return false
	}
	p.moved, p.dirty = true, true
	return true
}

// Click puts the cursor on the row at line y of the page, if there is one; x does
// not matter.
func (p *Page[K, T]) Click(_, y int) bool {
	if y >= p.tableHeight(p.h) || !p.table.Click(y) {
		return false
	}
	p.moved, p.dirty = true, true
	return true
}

// Wheel moves the cursor by n rows, down for n above 0.
func (p *Page[K, T]) Wheel(n int) bool {
	p.moved, p.dirty = true, true
	return p.table.Wheel(n)
}

// Render returns exactly h lines of w cells. The slice is the page's own until
// the next call; do not change it.
func (p *Page[K, T]) Render(w, h int) []string {
	w, h = max(w, 0), max(h, 0)
	if p.dirty || p.w != w || p.h != h {
		p.w, p.h, p.dirty = w, h, false
		p.lines = p.draw(w, h)
	}
	return p.lines
}
