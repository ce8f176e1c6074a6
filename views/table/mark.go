package table

// AllowMarks lets rows be marked: for lists that moves are made from.
func (t *Table[K, T]) AllowMarks() { t.marking, t.places, t.dirty = true, nil, true }

// Marked are the marked rows among those shown, in the order they are shown: what
// a filter hides is not acted on behind the operator's back. A row that is gone
// has lost its mark for good.
func (t *Table[K, T]) Marked() []T {
	if len(t.marks) == 0 {
		return nil
	}
	var marked []T
	for _, row := range t.shown {
		if t.isMarked(row) {
			marked = append(marked, row)
		}
	}
	return marked
}

// ClearMarks takes all marks away, and says whether there were any.
func (t *Table[K, T]) ClearMarks() bool {
	had := len(t.marks) > 0
	t.marks, t.dirty = nil, t.dirty || had
	return had
}

func (t *Table[K, T]) isMarked(row T) bool {
	if len(t.marks) == 0 {
		return false
	}
	_, marked := t.marks[t.key(row)]
	return marked
}

// toggle the mark of the row under the cursor.
func (t *Table[K, T]) toggle() bool {
	row, ok := t.Cursor()
	if !t.marking || !ok {
		return t.marking
	}
	if t.isMarked(row) {
		delete(t.marks, t.key(row))
	} else {
		if t.marks == nil {
			t.marks = map[K]struct{}{}
		}
		t.marks[t.key(row)] = struct{}{}
	}
	t.dirty = true
	return true
}

// unmark takes the marks of rows away that are gone.
func (t *Table[K, T]) unmark() {
	if len(t.marks) == 0 {
		return
	}
	kept := make(map[K]struct{}, len(t.marks))
	for _, row := range t.rows {
		if t.isMarked(row) {
			kept[t.key(row)] = struct{}{}
		}
	}
	t.marks = kept
}
