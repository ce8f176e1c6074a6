package metrics

import "math"

// sheet holds values by column, one column per point in time, so that a refresh
// adds a few columns and shares all the others with the picture before: what has
// been published is never written to again.
type sheet struct {
	grid    grid
	first   int64 // tick of columns[0]
	columns [][]float32
	index   *index
	devices map[deviceKey]device // GPUs
}

func newSheet(g grid) *sheet {
	return &sheet{grid: g, index: newIndex(), devices: map[deviceKey]device{}}
}

// end is the tick behind the last column.
func (s *sheet) end() int64 { return s.first + int64(len(s.columns)) }

// column of a tick, nil where there is none.
func (s *sheet) column(tick int64) []float32 {
	if tick < s.first || tick >= s.end() {
		return nil
	}
	return s.columns[tick-s.first]
}

// value in a cell that a merge writes.
type value struct {
	tick int64
	slot int32
	v    float32
}

// with is a new sheet that has the values too, and of all columns those in the
// window that ends with the tick last. x is the index of the values' slots.
func (s *sheet) with(values []value, x *index, last int64) *sheet {
	next := &sheet{grid: s.grid, index: x, devices: s.devices, first: last + 1 - int64(s.grid.size)}
	next.columns = make([][]float32, s.grid.size)
	for i := range next.columns {
		next.columns[i] = s.column(next.first + int64(i))
	}
	fresh := make(map[int64]bool, 4)
	for _, v := range values {
		if v.tick < next.first || v.tick > last {
			continue
		}
		i := v.tick - next.first
		if !fresh[v.tick] {
			fresh[v.tick] = true
			next.columns[i] = grown(next.columns[i], int(x.slots))
		}
		next.columns[i][v.slot] = v.v
	}
	return next
}

// grown is a copy of a column with room for more.
func grown(column []float32, size int) []float32 {
	c := make([]float32, size)
	n := copy(c, column)
	for i := n; i < size; i++ {
		c[i] = float32(math.NaN())
	}
	return c
}

// sparse says that most slots have no value in the whole window: their pods are
// gone, and it is time to write the sheet anew.
func (s *sheet) sparse() bool {
	if s.index.slots < 1000 {
		return false
	}
	alive := make([]bool, s.index.slots)
	n := 0
	for _, column := range s.columns {
		for i, v := range column {
			if v == v && !alive[i] {
				alive[i] = true
				n++
			}
		}
	}
	return 2*n < len(alive)
}

// compact is the same sheet without rows that have no value.
func (s *sheet) compact() *sheet {
	x, to := newIndex(), make(map[int32]int32, s.index.slots/2)
	for _, r := range s.index.rows {
		if !s.has(r) {
			continue
		}
		c := r.clone()
		for i, slot := range c.slots {
			to[slot] = x.slots
			c.slots[i] = x.slots
			x.slots++
		}
		x.put(c)
	}
	next := &sheet{grid: s.grid, first: s.first, columns: make([][]float32, len(s.columns)), index: x, devices: s.devices}
	for i, column := range s.columns {
		if column == nil {
			continue
		}
		next.columns[i] = grown(nil, int(x.slots))
		for from, slot := range to {
			next.columns[i][slot] = float32(at(column, from))
		}
	}
	return next
}

func (s *sheet) has(r *row) bool {
	for _, column := range s.columns {
		for _, slot := range r.slots {
			if v := at(column, slot); v == v {
				return true
			}
		}
	}
	return false
}
