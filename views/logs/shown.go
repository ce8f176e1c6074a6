package logs

import (
	"sort"

	"fader/views/filter"
)

// shown are the numbers of the lines that pass the filter, oldest first. Without
// a filter it is every line, and nothing is kept.
type shown struct {
	filter  filter.Filter
	all     bool
	numbers []int
	head    int
	texts   [2]string // of the line looked at
}

// len is how many lines are shown.
func (v *View) len() int {
	if v.shown.all {
		return v.store.len()
	}
	return len(v.shown.numbers) - v.shown.head
}

// number of the i-th line shown.
func (v *View) number(i int) int {
	if v.shown.all {
		return v.store.first + i
	}
	return v.shown.numbers[v.shown.head+i]
}

// index of the first line shown whose number is not below n.
func (v *View) index(n int) int {
	if v.shown.all {
		return max(min(n-v.store.first, v.store.len()), 0)
	}
	kept := v.shown.numbers[v.shown.head:]
	return sort.SearchInts(kept, n)
}

// line is the i-th line shown.
func (v *View) line(i int) *Line { return v.store.at(v.number(i)) }

// note takes a line into the index if the filter shows it.
func (v *View) note(number int) {
	if !v.shown.all && v.passes(v.store.at(number)) {
		v.shown.numbers = append(v.shown.numbers, number)
	}
}

// passes says that the filter shows a line: its words are looked for in the text,
// the pod and the container.
func (v *View) passes(l *Line) bool {
	v.shown.texts = [2]string{l.Text}
	row := filter.Row{Texts: v.shown.texts[:]}
	if l.From != nil {
		row.Name, v.shown.texts[1] = l.From.Pod, l.From.Container
	}
	return v.shown.filter.Match(row)
}

// forget takes the numbers from n on out of the index.
func (v *View) forget(n int) {
	if v.shown.all {
		return
	}
	v.shown.numbers = v.shown.numbers[:v.shown.head+v.index(n)]
}

// expire takes the numbers of lines that are no longer kept out of the index.
func (v *View) expire() {
	s := &v.shown
	for s.head < len(s.numbers) && s.numbers[s.head] < v.store.first {
		s.head++
	}
	if s.head > 0 && s.head >= len(s.numbers)/2 {
		s.numbers = s.numbers[:copy(s.numbers, s.numbers[s.head:])]
		s.head = 0
	}
}

// reindex looks at every line anew.
func (v *View) reindex() {
	v.shown.numbers, v.shown.head = v.shown.numbers[:0], 0
	v.shown.all = v.shown.filter.Empty()
	if v.shown.all {
		return
	}
	for n := v.store.first; n < v.store.end(); n++ {
		v.note(n)
	}
}
