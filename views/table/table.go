package table

import (
	"slices"

	"fader/keymap"
	"fader/views/box"
	"fader/views/theme"
)

// Table shows rows T, each known by its key K. Make it with New.
type Table[K comparable, T any] struct {
	key     func(T) K
	columns []Column[T]
	wants   []int // widest cell so far, by column

	rows    []T // all, in the order they came
	shown   []T // filtered and sorted
	keep    func(T) bool
	loose   func(T) bool // instead of keep, where that finds nothing
	loosely bool         // what is shown was found by loose
	sorting sorting[T]
	marks   map[K]struct{}
	marking bool

	placed []placed[T] // room to sort in

	cursor int  // index into shown
	at     K    // key under the cursor, or last under it while no row is shown
	known  bool // at is set
	top    int  // first visible row
	body   int  // rows visible at the last Render

	theme   theme.Theme
	focused bool
	bare    bool // without titles

	lines  []string // what Render returned last
	w, h   int
	dirty  bool
	places []place
	gap    int
	pen    box.Pen // of the cell being drawn; a field so that it is not made anew for each
}

// New makes an empty table. key must be cheap: it is called for many rows.
func New[K comparable, T any](key func(T) K, columns []Column[T]) *Table[K, T] {
	t := &Table[K, T]{key: key, columns: columns, focused: true, dirty: true, sorting: sorting[T]{by: base}}
	t.Reset()
	return t
}

// Reset forgets rows and column widths: another scope is not the same table.
func (t *Table[K, T]) Reset() {
	t.wants = make([]int, len(t.columns))
	for i, c := range t.columns {
		t.wants[i] = c.floor()
	}
	t.rows, t.shown, t.cursor, t.top = nil, nil, 0, 0
	t.marks, t.loosely = nil, false
	t.known, t.places, t.dirty = false, nil, true
}

// SetTheme changes how it looks.
func (t *Table[K, T]) SetTheme(th theme.Theme) { t.theme, t.dirty = th, true }

// SetFocus says whether the keyboard is here: only then is the cursor's row lit.
func (t *Table[K, T]) SetFocus(focused bool) {
	t.dirty = t.dirty || t.focused != focused
	t.focused = focused
}

// HideTitles leaves the line of titles out: for lists that explain themselves.
func (t *Table[K, T]) HideTitles() { t.bare, t.dirty = true, true }

// Invalidate makes the next Render draw again: cells depend on something that
// changed, such as the clock.
func (t *Table[K, T]) Invalidate() { t.dirty = true }

// SetRows replaces all rows. The table does not change the slice and expects
// nobody else to.
func (t *Table[K, T]) SetRows(rows []T) {
	t.rows = rows
	t.measure()
	t.unmark()
	t.arrange()
}

// SetFilter hides the rows that keep says no to; nil shows all. Where that leaves
// none, those are shown that loose says yes to; nil for none.
func (t *Table[K, T]) SetFilter(keep, loose func(T) bool) {
	t.keep, t.loose = keep, loose
	t.arrange()
}

// Loosely says that the rows shown are those of the loose filter.
func (t *Table[K, T]) Loosely() bool { return t.loosely }

// Cursor is the row under the cursor.
func (t *Table[K, T]) Cursor() (T, bool) {
	if t.cursor >= len(t.shown) {
		var none T
		return none, false
	}
	return t.shown[t.cursor], true
}

// SetCursor goes to the row with that key, if it is shown.
func (t *Table[K, T]) SetCursor(key K) bool {
	return t.SetCursorTo(func(row T) bool { return t.key(row) == key })
}

// SetCursorTo goes to the first row shown that is says yes to, if there is one.
func (t *Table[K, T]) SetCursorTo(is func(T) bool) bool {
	i := slices.IndexFunc(t.shown, is)
	if i < 0 {
		return false
	}
	return t.move(i)
}

// Counts are the rows shown and the rows there are.
func (t *Table[K, T]) Counts() (shown, total int) { return len(t.shown), len(t.rows) }

// Handle moves the cursor, sorts and marks. It says whether the action was one
// of its own.
func (t *Table[K, T]) Handle(a keymap.Action) bool {
	page := max(t.body-1, 1)
	switch a {
	case keymap.Up:
		return t.move(t.cursor - 1)
	case keymap.Down:
		return t.move(t.cursor + 1)
	case keymap.PageUp:
		return t.move(t.cursor - page)
	case keymap.PageDown:
		return t.move(t.cursor + page)
	case keymap.Top:
		return t.move(0)
	case keymap.Bottom:
		return t.move(len(t.shown) - 1)
	case keymap.Mark:
		return t.toggle()
	case keymap.SortColumn:
		return t.sortNext()
	case keymap.SortReverse:
		return t.sortReverse()
	}
	return false
}

// Click puts the cursor on the row drawn at line y of the last Render. It says
// whether there was one.
func (t *Table[K, T]) Click(y int) bool {
	row := t.top + y - t.head(t.h)
	if y < t.head(t.h) || y >= t.h || row >= len(t.shown) {
		return false
	}
	return t.move(row)
}

// Wheel moves the cursor by n rows, down for n above 0.
func (t *Table[K, T]) Wheel(n int) bool { return t.move(t.cursor + n) }

func (t *Table[K, T]) move(to int) bool {
	to = max(min(to, len(t.shown)-1), 0)
	if to != t.cursor {
		t.cursor, t.dirty = to, true
	}
	t.remember()
	return true
}

// remember notes the key under the cursor, so that the row is found again.
func (t *Table[K, T]) remember() {
	if t.cursor < len(t.shown) {
		t.at, t.known = t.key(t.shown[t.cursor]), true
	}
}

// measure lets columns grow to the widest cell. They never shrink: a row that
// comes and goes must not make the others jump.
func (t *Table[K, T]) measure() {
	for i, c := range t.columns {
		if c.Width == nil {
			continue
		}
		want := t.wants[i]
		for _, row := range t.rows {
			want = max(want, c.Width(row))
		}
		if want = c.bound(want); want != t.wants[i] {
			t.wants[i], t.places = want, nil
		}
	}
}

// arrange filters and sorts, and takes the cursor along.
func (t *Table[K, T]) arrange() {
	t.dirty = true
	shown := t.kept(t.keep)
	t.loosely = len(shown) == 0 && t.keep != nil && t.loose != nil
	if t.loosely {
		shown = t.kept(t.loose)
		t.loosely = len(shown) > 0
	}
	if order := t.comparison(); order != nil {
		t.sort(shown, order)
	}
	t.shown = shown
	if t.known {
		if i := slices.IndexFunc(shown, func(row T) bool { return t.key(row) == t.at }); i >= 0 {
			t.cursor = i
		}
	}
	t.cursor = max(min(t.cursor, len(shown)-1), 0)
	t.remember()
}

func (t *Table[K, T]) kept(keep func(T) bool) []T {
	kept := make([]T, 0, len(t.rows))
	for _, row := range t.rows {
		if keep == nil || keep(row) {
			kept = append(kept, row)
		}
	}
	return kept
}

// Render returns exactly h lines of w cells. The slice is the table's own until
// the next call; do not change it.
func (t *Table[K, T]) Render(w, h int) []string {
	w, h = max(w, 0), max(h, 0)
	if t.w != w {
		t.places = nil
	}
	if !t.dirty && t.w == w && t.h == h {
		return t.lines
	}
	t.w, t.h, t.dirty = w, h, false
	t.lines = t.draw(w, h)
	return t.lines
}

// head is how many lines of h the titles take.
func (t *Table[K, T]) head(h int) int {
	if h < 2 || t.bare {
		return 0
	}
	return 1
}

// scroll keeps the cursor visible and no empty lines below while rows are above.
func (t *Table[K, T]) scroll() {
	t.top = min(t.top, t.cursor)
	t.top = max(t.top, t.cursor-t.body+1)
	t.top = max(min(t.top, len(t.shown)-t.body), 0)
}

func (t *Table[K, T]) draw(w, h int) []string {
	t.body = h - t.head(h)
	t.scroll()
	if t.places == nil {
		t.places, t.gap = layout(t.columns, t.wants, w-t.gutter())
	}
	lines := make([]string, 0, h)
	if t.head(h) > 0 {
		lines = append(lines, t.titles(w))
	}
	for i := t.top; len(lines) < h && i < len(t.shown); i++ {
		lines = append(lines, t.row(t.shown[i], i == t.cursor, w))
	}
	blank := box.Fit("", w)
	for len(lines) < h {
		lines = append(lines, blank)
	}
	return lines
}
