package metrics

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/common/model"
)

const (
	// gpuPresence is the metric whose series show that GPUs are watched.
	gpuPresence = "DCGM_FI_DEV_FB_USED"
	// notSupported: DCGM says so by numbers from here on.
	notSupported = 1e15
)

// gauge of DCGM: what it says and what its numbers are multiplied by.
type gauge struct {
	signal signal
	unit   float64
	second int // where two say the same, the one with the lower number counts
}

// gauges of DCGM by their names. Utilisation is a percentage where GPUs are
// whole and a ratio where they are cut into instances (MIG).
func gauges() map[string]gauge {
	return map[string]gauge{
		"DCGM_FI_DEV_GPU_UTIL":          {utilization, 0.01, 0},
		"DCGM_FI_PROF_GR_ENGINE_ACTIVE": {utilization, 1, 1},
		"DCGM_FI_DEV_FB_USED":           {memoryUsed, 1, 0},
		"DCGM_FI_DEV_FB_FREE":           {memoryFree, 1, 0},
		"DCGM_FI_DEV_XID_ERRORS":        {xid, 1, 0},
	}
}

// gpuQuery is the one query for all GPUs. Its series carry no mark: the metric's
// name tells what they are.
func gpuQuery() query {
	names := make([]string, 0, 5)
	for name := range gauges() {
		names = append(names, name)
	}
	slices.Sort(names)
	return query{expr: "max by (__name__,Hostname,gpu,UUID,modelName,GPU_I_ID,GPU_I_PROFILE,namespace,pod,container," +
		"exported_namespace,exported_pod)({__name__=~" + strconv.Quote(strings.Join(names, "|")) + "})"}
}

// device is what the labels say of a GPU.
type device struct {
	index, instance, uuid, model, profile string

	pod  PodKey // that holds it, as of the newest point
	seen int64  // tick of that
}

// GPU is one GPU, or one instance of it where it is cut (MIG).
type GPU struct {
	Node     string // its name, as the exporter has it
	Index    string // number on the node
	Instance string // of MIG; "": the whole GPU
	Profile  string // of MIG, e.g. 1g.10gb
	UUID     string
	Model    string
	Pod      PodKey // that holds it; none: nobody's, or not known

	Utilization      Series // ratio
	Used, Free       Series // MiB
	UtilizationNow   Value
	UsedMiB, FreeMiB Value
	Xid              Value // the last error's number; 0: none
}

// device takes over a series of a GPU.
func (in *ingest) device(s *model.SampleStream, asked span) {
	g, ok := in.gauges[string(s.Metric[model.MetricNameLabel])]
	node, number := string(s.Metric["Hostname"]), printable(string(s.Metric["gpu"]), maxName)
	if !ok || !isName(strings.ToLower(node)) || number == "" {
		return
	}
	d := device{
		index: number, instance: printable(string(s.Metric["GPU_I_ID"]), maxName),
		uuid: printable(string(s.Metric["UUID"]), maxName), model: printable(string(s.Metric["modelName"]), maxName),
		profile: printable(string(s.Metric["GPU_I_PROFILE"]), maxName), pod: holder(s.Metric),
	}
	subject := Subject{gpuDevice, node, d.index + "/" + d.instance}
	d.seen = s.Values[len(s.Values)-1].Timestamp.Time().UnixNano() / int64(asked.step)
	in.note(subject, d)
	if len(in.found) == 0 { // nobody else says how new the figures are
		in.newest = max(in.newest, float64(d.seen)*asked.step.Seconds())
	}
	values := s.Values[:0:0]
	for _, v := range s.Values {
		if v.Value < notSupported {
			values = append(values, v)
		}
	}
	if len(values) > 0 {
		in.write(in.only(in.row(rowKey{subject: subject, preset: g.second, signal: g.signal})), values, asked, g.unit, false)
	}
}

// note what the newest series says of a GPU.
func (in *ingest) note(s Subject, d device) {
	there, known := in.devices[s]
	if known && (there.seen > d.seen || there.seen == d.seen && d.pod == PodKey{}) {
		return
	}
	in.devices[s] = d
}

// holder is the pod that a GPU was given to. Unless the scrape honours its labels,
// Prometheus renames it to exported_pod, because the exporter is a pod itself; and
// a GPU that nobody holds then seems to be the exporter's.
func holder(m model.Metric) PodKey {
	if pod := string(m["exported_pod"]); pod != "" {
		return podKey(string(m["exported_namespace"]), pod)
	}
	if container, pod := string(m["container"]), string(m["pod"]); strings.Contains(container, "dcgm") || strings.Contains(pod, "dcgm-exporter") {
		return PodKey{}
	}
	return podKey(string(m["namespace"]), string(m["pod"]))
}

func podKey(namespace, pod string) PodKey {
	if !isName(namespace) || !isName(pod) {
		return PodKey{}
	}
	return PodKey{namespace, pod}
}

// GPUs by node and number. Nil where none are watched.
func (p *Picture) GPUs() []GPU {
	var out []GPU
	for subject, d := range p.sheet.devices {
		if d.seen < p.sheet.first {
			continue // gone
		}
		g := GPU{
			Node: subject.Namespace, Index: d.index, Instance: d.instance, Profile: d.profile,
			UUID: d.uuid, Model: d.model, Pod: d.pod,
		}
		rows := map[signal]*row{}
		for _, r := range p.sheet.index.subjects[subject] {
			if rows[r.signal] == nil {
				rows[r.signal] = r
			}
		}
		g.Utilization = p.gaugeSeries(rows[utilization])
		g.Used, g.Free = p.gaugeSeries(rows[memoryUsed]), p.gaugeSeries(rows[memoryFree])
		g.UtilizationNow, g.UsedMiB, g.FreeMiB = p.current(g.Utilization), p.current(g.Used), p.current(g.Free)
		g.Xid = p.current(p.gaugeSeries(rows[xid]))
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b GPU) int {
		return cmp.Or(cmp.Compare(a.Node, b.Node), byNumber(a.Index, b.Index), byNumber(a.Instance, b.Instance))
	})
	return out
}

// byNumber compares texts that are numbers as such.
func byNumber(a, b string) int {
	m, errA := strconv.Atoi(a)
	n, errB := strconv.Atoi(b)
	if errA != nil || errB != nil {
		return cmp.Compare(a, b)
	}
	return cmp.Compare(m, n)
}

// gaugeSeries of a row with one slot; all gaps where there is none.
func (p *Picture) gaugeSeries(r *row) Series {
	s := p.blank()
	if r == nil {
		return s
	}
	for i, column := range p.sheet.columns {
		s.Values[i] = at(column, r.slots[0])
	}
	return s
}

// blank is a series of gaps.
func (p *Picture) blank() Series {
	n := len(p.sheet.columns)
	s := Series{Start: p.start(), Step: p.Step, Values: make([]float64, n)}
	for i := range s.Values {
		s.Values[i] = math.NaN()
	}
	return s
}
