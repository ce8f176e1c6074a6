package metrics

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// rowKey is one signal of one subject, as one preset has it, in one cluster.
type rowKey struct {
	subject Subject
	preset  int
	signal  signal
	cluster string // as the series name it; "" where they name none
}

// row is where a signal's values stand in the columns of a sheet. A histogram has
// a slot for every bucket, a counter one for every class of requests, a gauge one.
type row struct {
	rowKey
	slots   []int32
	bounds  []float64 // of a histogram: seconds, ascending; shared with rows of the same
	classes []class   // of a counter of requests
}

// at reads a slot; what a column does not have is not known.
func at(column []float32, slot int32) float64 {
	if int(slot) >= len(column) {
		return math.NaN()
	}
	return float64(column[slot])
}

// bucket is the slot of an upper bound, made where there is none.
func (r *row) bucket(bound float64, next func() int32) int32 {
	i, found := slices.BinarySearch(r.bounds, bound)
	if !found {
		r.bounds = slices.Insert(r.bounds, i, bound)
		r.slots = slices.Insert(r.slots, i, next())
	}
	return r.slots[i]
}

// classOf is the slot of a class of requests, made where there is none.
func (r *row) classOf(c class, next func() int32) int32 {
	for i, there := range r.classes {
		if there.name == c.name {
			return r.slots[i]
		}
	}
	r.classes, r.slots = append(r.classes, c), append(r.slots, next())
	return r.slots[len(r.slots)-1]
}

// single is the only slot of a row.
func (r *row) single(next func() int32) int32 {
	if len(r.slots) == 0 {
		r.slots = append(r.slots, next())
	}
	return r.slots[0]
}

func (r *row) clone() *row {
	c := *r
	c.slots, c.bounds, c.classes = slices.Clone(r.slots), slices.Clone(r.bounds), slices.Clone(r.classes)
	return &c
}

// index says which rows a sheet has. It does not change once a picture has it.
type index struct {
	slots    int32
	rows     map[rowKey]*row
	subjects map[Subject][]*row   // ascending by preset
	owners   map[owner][]Subject  // pods by their ReplicaSet
	layouts  map[string][]float64 // bounds that rows share
	clusters []string             // that rows are of, each once, ascending
}

func newIndex() *index {
	return &index{
		rows: map[rowKey]*row{}, subjects: map[Subject][]*row{}, owners: map[owner][]Subject{},
		layouts: map[string][]float64{},
	}
}

// clone that can be changed while the old one is read. Rows are shared.
func (x *index) clone() *index {
	return &index{
		slots: x.slots, rows: maps.Clone(x.rows), subjects: maps.Clone(x.subjects),
		owners: maps.Clone(x.owners), layouts: maps.Clone(x.layouts), clusters: x.clusters,
	}
}

// put a row in its places, the old version of it out of them.
func (x *index) put(r *row) {
	r.bounds = x.shared(r.bounds)
	_, known := x.subjects[r.subject]
	x.rows[r.rowKey] = r
	if at, there := slices.BinarySearch(x.clusters, r.cluster); !there {
		x.clusters = slices.Insert(slices.Clone(x.clusters), at, r.cluster)
	}
	rows := make([]*row, 0, len(x.subjects[r.subject])+1)
	for _, there := range x.subjects[r.subject] {
		if there.rowKey != r.rowKey {
			rows = append(rows, there)
		}
	}
	rows = append(rows, r)
	slices.SortFunc(rows, func(a, b *row) int {
		if a.preset != b.preset {
			return a.preset - b.preset
		}
		return int(a.signal) - int(b.signal)
	})
	x.subjects[r.subject] = rows
	if r.subject.Kind == Pod && !known {
		of := ownerOf(r.subject)
		x.owners[of] = append(slices.Clone(x.owners[of]), r.subject)
	}
}

// shared bounds: thousands of pods have the same buckets.
func (x *index) shared(bounds []float64) []float64 {
	if len(bounds) == 0 {
		return bounds
	}
	var b strings.Builder
	for _, bound := range bounds {
		b.WriteString(strconv.FormatFloat(bound, 'g', -1, 64))
		b.WriteByte(' ')
	}
	if there, ok := x.layouts[b.String()]; ok {
		return there
	}
	x.layouts[b.String()] = bounds
	return bounds
}

// picked are a subject's rows in one cluster, one per signal: of the first preset that
// times its requests, and for what belongs to language models of the first that has it.
type picked [signals]*row

func (x *index) pick(s Subject, cluster string) (p picked) {
	rows := x.subjects[s]
	main := -1
	for _, r := range rows {
		if r.cluster != cluster {
			continue
		}
		if r.signal == latency || r.signal == spent || r.signal == requests && main < 0 {
			main = r.preset
			if r.signal != requests {
				break
			}
		}
	}
	for _, r := range rows {
		if p[r.signal] == nil && r.cluster == cluster && (r.preset == main || r.signal >= waiting || r.signal == firstToken) {
			p[r.signal] = r
		}
	}
	return p
}
