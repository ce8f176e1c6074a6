package metrics

import (
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"

	"github.com/prometheus/common/model"
)

// ingest takes over the answer of one query. It is made for one merge.
type ingest struct {
	presets []Preset
	rules   [][]rule // of each preset
	sheet   *sheet
	index   *index          // the sheet's, or a copy once something is new
	fresh   map[rowKey]*row // rows that this merge has made
	les     map[string]float64
	read    map[told]verdict
	values  []value
	written []bool  // by slot
	newest  float64 // Unix time of the newest sample, 0 while unknown
	nobody  map[int]int
	unread  map[int]string       // a label and its value that do not say whether requests failed
	found   []int                // presets that are asked for
	gauges  map[string]gauge     // of GPUs; nil: the answer is about pods
	devices map[deviceKey]device // GPUs
	odd     int                  // points that were not asked for
}

// merge an answer into a sheet. last is the tick at which the window ends.
func (r *reader) merge(q query, answer model.Matrix, asked span, last int64) *ingest {
	in := &ingest{
		presets: r.asker.presets, rules: r.rules, sheet: r.sheet, index: r.sheet.index,
		fresh: map[rowKey]*row{}, les: map[string]float64{}, read: map[told]verdict{}, nobody: map[int]int{}, unread: map[int]string{},
		found: r.found.presets,
	}
	if q.parts == nil {
		in.gauges, in.devices = gauges(), maps.Clone(r.sheet.devices)
	}
	for _, series := range answer {
		if series == nil || len(series.Values) == 0 {
			continue // a native histogram, or nothing
		}
		if p, ok := q.parts[string(series.Metric[mark])]; ok {
			in.series(p, series, asked)
		} else if in.gauges != nil {
			in.device(series, asked)
		}
	}
	in.settle()
	r.sheet = r.sheet.with(in.values, in.index, last)
	if in.gauges != nil {
		r.sheet.devices = in.devices
	}
	return in
}

// series of one part.
func (in *ingest) series(p part, s *model.SampleStream, asked span) {
	if p.signal == newest {
		in.newestOf(s, asked)
		return
	}
	preset := in.presets[p.preset]
	subject, ok := preset.Labels.subjectOf(s.Metric)
	if !ok {
		in.nobody[p.preset]++
		return
	}
	r := in.row(rowKey{subject, p.preset, p.signal, preset.Labels.clusterOf(s.Metric)})
	unit := 1.0
	var slot int32
	switch p.signal {
	case latency, firstToken:
		bound, ok := in.bound(string(s.Metric[model.BucketLabel]))
		if !ok {
			return
		}
		slot = in.bucket(r, bound*preset.Unit.seconds())
	case requests:
		c := in.classOf(p.preset, s.Metric)
		in.noteUnread(p.preset, c, s.Values)
		slot = in.class(r, c)
	default:
		slot = in.only(r)
	}
	if p.signal == spent {
		unit = preset.Unit.seconds()
	}
	in.write(slot, s.Values, asked, unit, p.signal != cacheUse)
}

// bound of a bucket; false for a label that is no number.
func (in *ingest) bound(le string) (float64, bool) {
	if b, ok := in.les[le]; ok {
		return b, !math.IsNaN(b)
	}
	b, err := strconv.ParseFloat(le, 64)
	if err != nil {
		b = math.NaN()
	}
	in.les[strings.Clone(le)] = b
	return b, !math.IsNaN(b)
}

// row of a key. One that is not there is made; it is put in its place by settle.
func (in *ingest) row(k rowKey) *row {
	if r, ok := in.fresh[k]; ok {
		return r
	}
	if r, ok := in.index.rows[k]; ok {
		return r
	}
	r := &row{rowKey: k}
	in.fresh[k] = r
	return r
}

// next slot. The index of a picture is never changed: the first new slot copies it.
func (in *ingest) next() int32 {
	if in.index == in.sheet.index {
		in.index = in.index.clone()
	}
	in.index.slots++
	return in.index.slots - 1
}

// changed is the row to change instead of one that pictures may have.
func (in *ingest) changed(r *row) *row {
	if in.fresh[r.rowKey] != r {
		r = r.clone()
		in.fresh[r.rowKey] = r
	}
	return r
}

func (in *ingest) bucket(r *row, bound float64) int32 {
	for i, b := range r.bounds {
		if b == bound {
			return r.slots[i]
		}
	}
	return in.changed(r).bucket(bound, in.next)
}

func (in *ingest) class(r *row, c class) int32 {
	for i, there := range r.classes {
		if there.name == c.name {
			return r.slots[i]
		}
	}
	return in.changed(r).classOf(c, in.next)
}

func (in *ingest) only(r *row) int32 {
	if len(r.slots) > 0 {
		return r.slots[0]
	}
	return in.changed(r).single(in.next)
}

// write the points of a series that were asked for: others are not believed. NaN,
// infinities and negative numbers are gaps. Two series of one slot (le="1" and
// le="1.0" while a server changes how it writes them) are added up where that is
// what they mean.
func (in *ingest) write(slot int32, points []model.SamplePair, asked span, unit float64, additive bool) {
	for int(slot) >= len(in.written) {
		in.written = append(in.written, false)
	}
	again := in.written[slot] && additive
	in.written[slot] = true
	for _, p := range points {
		v := float64(p.Value) * unit
		at := p.Timestamp.Time()
		if at.Before(asked.start) || at.After(asked.end) || at.UnixNano()%int64(asked.step) != 0 {
			in.odd++
			continue
		}
		if !(v >= 0) || math.IsInf(v, 0) {
			continue
		}
		cell := value{at.UnixNano() / int64(asked.step), slot, float32(v)}
		if !again || !in.add(cell) {
			in.values = append(in.values, cell)
		}
	}
}

// add to a cell that was written before; false where there is none.
func (in *ingest) add(cell value) bool {
	for i := len(in.values) - 1; i >= 0; i-- {
		if there := &in.values[i]; there.slot == cell.slot && there.tick == cell.tick {
			there.v += cell.v
			return true
		}
	}
	return false
}

// newestOf notes the moment of the newest sample.
func (in *ingest) newestOf(s *model.SampleStream, asked span) {
	for _, p := range s.Values {
		v := float64(p.Value)
		if v > in.newest && v <= float64(asked.end.UnixNano())/1e9 {
			in.newest = v
		}
	}
}

// settle puts what is new into the index.
func (in *ingest) settle() {
	for _, r := range in.fresh {
		if len(r.slots) > 0 {
			in.index.put(r)
		}
	}
}

// remarks about what could not be used.
func (in *ingest) remarks() []string {
	var out []string
	for preset, n := range in.nobody {
		p := in.presets[preset]
		out = append(out, fmt.Sprintf("%d series of the preset %q have no usable label %s: they belong to nobody", n, p.Name, strings.Join(p.Labels.all()[1:], " or ")))
	}
	for preset, label := range in.unread {
		out = append(out, Doubt{Kind: UnknownStatus, Metric: in.presets[preset].requests(), Label: label}.String())
	}
	if in.odd > 0 {
		out = append(out, fmt.Sprintf("%d points at times that were not asked for are left out", in.odd))
	}
	return out
}
