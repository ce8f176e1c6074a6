package metrics

import (
	"cmp"
	"maps"
	"math"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/common/model"
)

// gpuPresence is the metric whose series show that GPUs are watched.
const gpuPresence = "DCGM_FI_DEV_FB_USED"

// gauge of DCGM. A value above most is none: DCGM has a number for "not supported"
// or "not permitted" in every width (2147483632, 140737488355328,
// 9223372036854775792 and the three after each), and all of them are above.
type gauge struct {
	signal signal
	most   float64
	second int // where two say the same, the one with the lower number counts
}

const (
	mostPercent = 100
	mostMiB     = 1 << 24 // 16 TiB
	mostXid     = 500     // NVIDIA's catalogue ends below 200
)

// gauges of DCGM by their names.
func gauges() map[string]gauge {
	return map[string]gauge{
		"DCGM_FI_DEV_GPU_UTIL":          {utilization, mostPercent, 0},
		"DCGM_FI_PROF_GR_ENGINE_ACTIVE": {utilization, mostPercent, 1},
		"DCGM_FI_DEV_FB_USED":           {memoryUsed, mostMiB, 0},
		"DCGM_FI_DEV_FB_FREE":           {memoryFree, mostMiB, 0},
		"DCGM_FI_DEV_XID_ERRORS":        {xid, mostXid, 0},
	}
}

// hostLabels are the labels that name a GPU's node, the surest first: those that a
// scrape adds from the exporter's pod, then the exporter's own Hostname, which is the
// name of its pod unless it was told the node's.
func hostLabels() []string {
	return []string{"node", "kubernetes_node", "nodename", "node_name", "k8s_node_name", "exported_node", "Hostname"}
}

// gpuQuery is the one query for all GPUs. Its series carry no mark: the metric's
// name tells what they are.
func gpuQuery() query {
	names := slices.Sorted(maps.Keys(gauges()))
	return query{expr: "max by (__name__," + strings.Join(hostLabels(), ",") + ",instance,gpu,UUID,modelName,GPU_I_ID,GPU_I_PROFILE,namespace,pod,container," +
		"exported_namespace,exported_pod," + strings.Join(clusterLabels(), ",") + ")({__name__=~" + strconv.Quote(strings.Join(names, "|")) + "})"}
}

// deviceKey is a GPU of a host, as one cluster names it.
type deviceKey struct {
	subject Subject
	cluster string
}

// device is what the labels say of a GPU.
type device struct {
	index, instance, uuid, model, profile string

	host host
	pod  PodKey // that holds it, as of the newest point
	seen int64  // tick of that
}

// host is what the labels say of where a GPU is.
type host struct {
	names    []string // node names, the surest first
	address  string   // of the exporter: an IP address or a name
	exporter PodKey
}

// GPU is one GPU, or one instance of it where it is cut (MIG).
type GPU struct {
	// Node is what the exporter calls its node: a label for nodes, else Hostname, else
	// the exporter's address. Which node of the cluster that is, see gauge.
	Node string
	// Names are all names of the node that the labels have, the surest first.
	Names []string
	// Address of the exporter that was scraped, "" where it is not known. It is the
	// node's own, or that of the exporter's pod.
	Address string
	// Exporter is the pod that told; none where it is not known.
	Exporter PodKey

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
	// Xid is the number of the last error that was seen, 0 for none. It stays until
	// the next error or a reset: Xids, its course, tells when it came.
	Xid  Value
	Xids Series
}

// device takes over a series of a GPU. Utilisation stays as it is written: whether
// that is a percentage is seen from all of it, see ratioOf.
func (in *ingest) device(s *model.SampleStream, asked span) {
	g, ok := in.gauges[string(s.Metric[model.MetricNameLabel])]
	where, number := hostOf(s.Metric), printable(string(s.Metric["gpu"]), maxName)
	if !ok || where.name() == "" || number == "" {
		return
	}
	d := device{
		index: number, instance: printable(string(s.Metric["GPU_I_ID"]), maxName),
		uuid: printable(string(s.Metric["UUID"]), maxName), model: printable(string(s.Metric["modelName"]), maxName),
		profile: printable(string(s.Metric["GPU_I_PROFILE"]), maxName), pod: holder(s.Metric), host: where,
	}
	subject := Subject{gpuDevice, where.name(), d.index + "/" + d.instance + "/" + d.uuid}
	key := deviceKey{subject, Labels{}.clusterOf(s.Metric)}
	d.seen = s.Values[len(s.Values)-1].Timestamp.Time().UnixNano() / int64(asked.step)
	in.note(key, d)
	if len(in.found) == 0 { // nobody else says how new the figures are
		in.newest = max(in.newest, float64(d.seen)*asked.step.Seconds())
	}
	values := s.Values[:0:0]
	for _, v := range s.Values {
		if float64(v.Value) <= g.most && (g.signal != xid || isWhole(float64(v.Value))) {
			values = append(values, v)
		}
	}
	if len(values) > 0 {
		in.write(in.only(in.row(rowKey{subject: subject, preset: g.second, signal: g.signal, cluster: key.cluster})), values, asked, 1, false)
	}
}

func isWhole(v float64) bool { return v == math.Trunc(v) }

// hostOf a series.
func hostOf(m model.Metric) host {
	var h host
	for _, label := range hostLabels() {
		if name := strings.ToLower(string(m[model.LabelName(label)])); isName(name) && !slices.Contains(h.names, name) {
			h.names = append(h.names, name)
		}
	}
	address := strings.ToLower(string(m["instance"]))
	if bare, _, err := net.SplitHostPort(address); err == nil {
		address = bare
	}
	if _, err := netip.ParseAddr(address); err == nil || isName(address) {
		h.address = address
	}
	h.exporter = exporterOf(m)
	return h
}

// name of the node, as good as it is known.
func (h host) name() string {
	if len(h.names) > 0 {
		return h.names[0]
	}
	return h.address
}

// note what the newest series says of a GPU.
func (in *ingest) note(s deviceKey, d device) {
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
	if isExporters(m) {
		return PodKey{}
	}
	return podKey(string(m["namespace"]), string(m["pod"]))
}

// exporterOf a series is the exporter's own pod, none where the labels do not tell.
func exporterOf(m model.Metric) PodKey {
	if m["exported_pod"] != "" || isExporters(m) {
		return podKey(string(m["namespace"]), string(m["pod"]))
	}
	return PodKey{}
}

// isExporters reports whether pod and container are the exporter's own.
func isExporters(m model.Metric) bool {
	return strings.Contains(string(m["container"]), "dcgm") || strings.Contains(string(m["pod"]), "dcgm-exporter")
}

func podKey(namespace, pod string) PodKey {
	if !isName(namespace) || !isName(pod) {
		return PodKey{}
	}
	return PodKey{namespace, pod}
}

// Compare orders the GPUs of a node by their numbers.
func (g GPU) Compare(other GPU) int {
	return cmp.Or(byNumber(g.Index, other.Index), byNumber(g.Instance, other.Instance), cmp.Compare(g.UUID, other.UUID))
}

// gaugeOf a GPU: of the metrics that tell it, the first that has a value now, else
// the first.
func (p *Picture) gaugeOf(k deviceKey, s signal) (course Series, now Value) {
	found := false
	for _, r := range p.sheet.index.subjects[k.subject] {
		if r.signal != s || r.cluster != k.cluster {
			continue
		}
		next := p.gaugeSeries(r)
		if s == utilization {
			next = ratioOf(next, r.preset == 0)
		}
		current := p.current(next)
		if current.Known {
			return next, current
		}
		if !found {
			course, found = next, true
		}
	}
	if !found {
		course = p.blank()
	}
	return course, Value{}
}

// ratioOf a utilisation, which some exporters write as a percentage and some as a
// ratio, whatever the metric is. Above 1 it can only be a percentage, between whole
// numbers below 1 only a ratio; nothing but 0 and 1 is taken as the metric means it.
func ratioOf(s Series, percentage bool) Series {
	_, high, known := s.Range()
	if !known {
		return s
	}
	if high <= 1 && (!percentage || slices.ContainsFunc(s.Values, func(v float64) bool { return !math.IsNaN(v) && !isWhole(v) })) {
		return s
	}
	for i := range s.Values {
		s.Values[i] /= mostPercent
	}
	return s
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
