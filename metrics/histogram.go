package metrics

import "math"

// histogram of a group: per point the cumulative rates of its buckets, summed
// over its rows.
type histogram struct {
	bounds []float64
	counts [][]float64 // per point; nil: nothing is known; NaN: nobody has the bucket
}

// sum the rows of a signal over the columns of a sheet.
//
// Rows with other buckets than the rest are added as they have to be: where a row
// does not have a bound it has at least what it has below. (PromQL's sum by (le)
// leaves such rows out at that bound, which pulls the sum down there; it is the
// same wherever the rows have the same buckets.)
func (s *sheet) sum(rows []*row) histogram {
	h := histogram{bounds: union(rows), counts: make([][]float64, len(s.columns))}
	if len(h.bounds) == 0 {
		return h
	}
	places := make([][]int32, len(rows))
	for i, r := range rows {
		places[i] = place(r, h.bounds)
	}
	flat := make([]float64, len(s.columns)*len(h.bounds))
	for t, column := range s.columns {
		counts := flat[t*len(h.bounds) : (t+1)*len(h.bounds)]
		if addColumn(counts, column, places) {
			h.counts[t] = counts
		}
	}
	return h
}

// addColumn sums one point in time; false where no row knows anything.
func addColumn(counts []float64, column []float32, places [][]int32) bool {
	if column == nil {
		return false
	}
	any, have := false, uint64(0)
	for _, slots := range places {
		carried, known := 0.0, false
		for u, slot := range slots {
			if slot >= 0 && int(slot) < len(column) {
				if v := column[slot]; v == v {
					carried, known = float64(v), true
					have |= 1 << min(u, 63)
				}
			}
			counts[u] += carried
		}
		any = any || known
	}
	if !any {
		return false
	}
	blank(counts, column, places, have)
	return true
}

// blank the bounds that nobody has at this point.
func blank(counts []float64, column []float32, places [][]int32, have uint64) {
	for u := range counts {
		if u < 63 {
			if have&(1<<u) == 0 {
				counts[u] = math.NaN()
			}
			continue
		}
		known := false
		for _, slots := range places {
			if slots[u] >= 0 {
				v := at(column, slots[u])
				known = known || v == v
			}
		}
		if !known {
			counts[u] = math.NaN()
		}
	}
}

// union of the rows' bounds; the shared slice itself where all have the same.
func union(rows []*row) []float64 {
	var all []float64
	for _, r := range rows {
		if len(r.bounds) == 0 || len(all) == len(r.bounds) && &all[0] == &r.bounds[0] {
			continue
		}
		if all == nil {
			all = r.bounds
			continue
		}
		all = mergeBounds(all, r.bounds)
	}
	return all
}

func mergeBounds(a, b []float64) []float64 {
	out := make([]float64, 0, len(a)+len(b))
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
			out, a = append(out, a[0]), a[1:]
		case len(a) == 0 || b[0] < a[0]:
			out, b = append(out, b[0]), b[1:]
		default:
			out, a, b = append(out, a[0]), a[1:], b[1:]
		}
	}
	return out
}

// place says which slot of a row each bound has, -1 for none.
func place(r *row, bounds []float64) []int32 {
	if len(bounds) == len(r.bounds) {
		return r.slots
	}
	slots, next := make([]int32, len(bounds)), 0
	for u, bound := range bounds {
		slots[u] = -1
		if next < len(r.bounds) && r.bounds[next] == bound {
			slots[u] = r.slots[next]
			next++
		}
	}
	return slots
}

// scratch is room for the buckets of one point.
type scratch struct{ bounds, counts []float64 }

// known buckets of a point, without those that nobody has; the counts may be
// written to.
func (k *scratch) known(h histogram, t int) (bounds, counts []float64) {
	k.bounds, k.counts = k.bounds[:0], k.counts[:0]
	for u, c := range h.counts[t] {
		if c == c {
			k.bounds, k.counts = append(k.bounds, h.bounds[u]), append(k.counts, c)
		}
	}
	return k.bounds, k.counts
}

// total rate of a point, NaN where it is not known (no +Inf bucket).
func (h histogram) total(t int) float64 {
	if h.counts[t] == nil || !math.IsInf(h.bounds[len(h.bounds)-1], 1) {
		return math.NaN()
	}
	return h.counts[t][len(h.bounds)-1]
}
