package metrics

import (
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

func dcgm(metric string, v float64, labels ...string) *model.SampleStream {
	s := stream(flat(v), labels...)
	s.Metric[model.MetricNameLabel] = model.LabelValue(metric)
	return s
}

func TestGPUs(t *testing.T) {
	whole := []string{"Hostname", "gpu-0", "gpu", "0", "UUID", "GPU-a", "modelName", "NVIDIA H100 80GB\x1b[31m", "namespace", "gpu-operator", "pod", "nvidia-dcgm-exporter-x", "container", "nvidia-dcgm-exporter", "exported_namespace", "ml", "exported_pod", "llm-0"}
	idle := []string{"Hostname", "gpu-0", "gpu", "10", "UUID", "GPU-b", "namespace", "gpu-operator", "pod", "nvidia-dcgm-exporter-x", "container", "nvidia-dcgm-exporter"}
	slice := []string{"Hostname", "gpu-1", "gpu", "2", "GPU_I_ID", "7", "GPU_I_PROFILE", "1g.10gb", "namespace", "ml", "pod", "small-0"}
	f := &fake{scrape: 15 * time.Second, gpus: []*model.SampleStream{
		dcgm("DCGM_FI_DEV_GPU_UTIL", 92, whole...), dcgm("DCGM_FI_PROF_GR_ENGINE_ACTIVE", 0.5, whole...),
		dcgm("DCGM_FI_DEV_FB_USED", 71000, whole...), dcgm("DCGM_FI_DEV_FB_FREE", 9000, whole...), dcgm("DCGM_FI_DEV_XID_ERRORS", 79, whole...),
		dcgm("DCGM_FI_DEV_GPU_UTIL", 0, idle...), dcgm("DCGM_FI_DEV_XID_ERRORS", 9223372036854775794, idle...),
		dcgm("DCGM_FI_DEV_GPU_UTIL", 9223372036854775794, slice...), dcgm("DCGM_FI_PROF_GR_ENGINE_ACTIVE", 0.25, slice...),
		dcgm("DCGM_FI_DEV_GPU_UTIL", 1, "gpu", "3"), dcgm("SOMETHING_ELSE", 1, whole...),
	}}
	p := readFake(t, f, ReadOptions{})
	require.Equal(t, Live, p.State)
	age, known := p.Age(noon())
	require.True(t, known)
	require.Equal(t, 7*time.Second, age)
	gpus := p.GPUs()
	require.Len(t, gpus, 3)
	a, b, c := gpus[0], gpus[1], gpus[2]
	require.Equal(t, []string{"gpu-0", "0", "GPU-a", "NVIDIA H100 80GB[31m"}, []string{a.Node, a.Index, a.UUID, a.Model})
	require.Equal(t, PodKey{"ml", "llm-0"}, a.Pod)
	require.InDelta(t, 0.92, a.UtilizationNow.V, 1e-6)
	require.Equal(t, 71000.0, a.UsedMiB.V)
	require.Equal(t, 9000.0, a.FreeMiB.V)
	require.Equal(t, 79.0, a.Xid.V)
	require.Equal(t, 90, a.Utilization.Len())
	require.Equal(t, "10", b.Index, "numbers are ordered as such")
	require.Equal(t, PodKey{}, b.Pod, "the exporter holds no GPU")
	require.True(t, b.UtilizationNow.Known)
	require.False(t, b.Xid.Known, "not supported is no error")
	require.Equal(t, []string{"7", "1g.10gb"}, []string{c.Instance, c.Profile})
	require.Equal(t, PodKey{"ml", "small-0"}, c.Pod)
	require.InDelta(t, 0.25, c.UtilizationNow.V, 1e-6)

	none := readFake(t, f, ReadOptions{NoGPUs: true})
	require.Nil(t, none.GPUs())
	require.Equal(t, Nothing, none.State)
}

// A GPU that changes hands belongs to who has it now.
func TestGPUChangesHands(t *testing.T) {
	now := noon()
	f := &fake{presets: Presets(), scrape: 15 * time.Second, gpus: []*model.SampleStream{dcgm("DCGM_FI_DEV_FB_USED", 1, "Hostname", "n", "gpu", "0", "namespace", "ml", "pod", "first")}}
	r := newReader(f, ReadOptions{Clock: func() time.Time { return now }}.withDefaults())
	require.NoError(t, r.refresh(t.Context()))
	before := r.picture()
	now = now.Add(40 * time.Second)
	f.gpus[0].Metric["pod"] = "second"
	require.NoError(t, r.refresh(t.Context()))
	require.Equal(t, PodKey{"ml", "second"}, r.picture().GPUs()[0].Pod)
	f.gpus[0].Metric["pod"] = "first"
	require.NoError(t, r.fill(t.Context()))
	require.Equal(t, PodKey{"ml", "second"}, r.picture().GPUs()[0].Pod, "history does not say who has it now")
	require.Equal(t, PodKey{"ml", "first"}, before.GPUs()[0].Pod, "a picture does not change")
	f.gpus = nil
	now = now.Add(time.Hour)
	require.NoError(t, r.refresh(t.Context()))
	require.Empty(t, r.picture().GPUs())
}

func TestServing(t *testing.T) {
	f := &fake{presets: Presets(), scrape: 15 * time.Second}
	f.with(fakePod{preset: "vllm", namespace: "ml", name: "llm-6f7-aaaaa", rate: 2, median: 0.4})
	f.with(fakePod{preset: "vllm", namespace: "ml", name: "llm-6f7-bbbbb", rate: 1, median: 0.4})
	p := readFake(t, f, ReadOptions{})
	pods := []PodKey{{"ml", "llm-6f7-aaaaa"}, {"ml", "llm-6f7-bbbbb"}, {"ml", "other"}}
	s := p.Serving(pods)
	require.Equal(t, 2, s.Found)
	require.Equal(t, 9.0, s.WaitingNow.V)
	require.Equal(t, 0.5, s.CacheUseNow.V)
	require.InDelta(t, 0.41, s.P50Now.V, 0.02)
	require.Equal(t, 90, s.Waiting.Len())
	require.InDelta(t, 3, p.Of(pods).Now.Requests.V, 1e-6)

	f.pods[0].died = noon().Add(-10 * time.Minute)
	dead := readFake(t, f, ReadOptions{}).Serving(pods[:1])
	require.Equal(t, 6.0, dead.Waiting.At(10).V)
	require.False(t, dead.WaitingNow.Known, "what is old is not current")
	require.Zero(t, p.Serving(pods[2:]).Found)
	require.False(t, p.Serving(nil).P99Now.Known)
}

// Where two presets have the same gauge, the first counts.
func TestFirstGaugeCounts(t *testing.T) {
	x, s := newIndex(), Subject{Pod, "ml", "llm"}
	for _, preset := range []int{3, 1, 2} {
		x.put(&row{rowKey: rowKey{subject: s, preset: preset, signal: waiting}, slots: []int32{int32(preset)}})
	}
	require.Equal(t, 1, x.pick(s, "")[waiting].preset)
	x.put(&row{rowKey: rowKey{subject: s, preset: 2, signal: latency}, slots: []int32{9}})
	x.put(&row{rowKey: rowKey{subject: s, preset: 1, signal: requests}, slots: []int32{8}})
	require.Equal(t, 2, x.pick(s, "")[latency].preset)
	require.Nil(t, x.pick(s, "")[requests], "requests are of the preset that times them")
	require.Equal(t, 1, x.pick(s, "")[waiting].preset)
}

// DCGM has a number for "not known" in every width, and exporters write a
// utilisation as they like: neither may become a figure.
func TestBlanksAndUnitsOfGPUs(t *testing.T) {
	const util, engine, used, free, xids = "DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_PROF_GR_ENGINE_ACTIVE", "DCGM_FI_DEV_FB_USED", "DCGM_FI_DEV_FB_FREE", "DCGM_FI_DEV_XID_ERRORS"
	type values map[string]float64
	const unknown = -1
	for name, c := range map[string]struct {
		told             values
		use, memory, xid float64
	}{
		"a percentage":                    {values{util: 85, used: 100, free: 50, xids: 0}, 0.85, 100, 0},
		"a ratio":                         {values{util: 0.85, engine: 0.85}, 0.85, unknown, unknown},
		"a ratio as a percentage":         {values{engine: 85}, 0.85, unknown, unknown},
		"both percentages":                {values{util: 85, engine: 85}, 0.85, unknown, unknown},
		"idle":                            {values{util: 0, engine: 0}, 0, unknown, unknown},
		"one per cent":                    {values{util: 1}, 0.01, unknown, unknown},
		"engines all the time":            {values{engine: 1}, 1, unknown, unknown},
		"all the time":                    {values{util: 100}, 1, unknown, unknown},
		"more than all the time":          {values{util: 101}, unknown, unknown, unknown},
		"more, and the engines know":      {values{util: 250, engine: 0.25}, 0.25, unknown, unknown},
		"32 bit blank":                    {values{util: 2147483632, engine: 0.5, used: 2147483632, free: 2147483632, xids: 2147483632}, 0.5, unknown, unknown},
		"32 bit, not found":               {values{util: 2147483633, used: 2147483633, xids: 2147483633}, unknown, unknown, unknown},
		"32 bit, not supported":           {values{util: 2147483634, used: 2147483634, xids: 2147483634}, unknown, unknown, unknown},
		"32 bit, not permitted":           {values{util: 2147483635, used: 2147483635, xids: 2147483635}, unknown, unknown, unknown},
		"floating point blank":            {values{util: 140737488355328, engine: 140737488355328, used: 140737488355328, xids: 140737488355328}, unknown, unknown, unknown},
		"floating point, not permitted":   {values{util: 140737488355331, engine: 140737488355331, used: 140737488355331, xids: 140737488355331}, unknown, unknown, unknown},
		"64 bit blank":                    {values{util: 9223372036854775792, used: 9223372036854775794, xids: 9223372036854775795}, unknown, unknown, unknown},
		"negative":                        {values{util: -1, used: -1, xids: -1}, unknown, unknown, unknown},
		"the largest error there is":      {values{xids: 172}, unknown, unknown, 172},
		"an error that cannot be":         {values{xids: 2048}, unknown, unknown, unknown},
		"a mean of errors":                {values{xids: 39.5}, unknown, unknown, unknown},
		"more memory than any GPU":        {values{used: 80e9, free: 80e9}, unknown, unknown, unknown},
		"memory without its blank":        {values{used: 600, free: 2147483634}, unknown, 600, unknown},
		"an error beside a blank of time": {values{util: 2147483634, xids: 79}, unknown, unknown, 79},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{scrape: 15 * time.Second}
			for metric, v := range c.told {
				f.gpus = append(f.gpus, dcgm(metric, v, "Hostname", "gpu-0", "gpu", "0"))
			}
			gpus := readFake(t, f, ReadOptions{}).GPUs()
			require.Len(t, gpus, 1, "it is there, whatever is known of it")
			for _, of := range []struct {
				got  Value
				want float64
			}{{gpus[0].UtilizationNow, c.use}, {gpus[0].UsedMiB, c.memory}, {gpus[0].Xid, c.xid}} {
				require.Equal(t, of.want != unknown, of.got.Known, "%+v", of)
				if of.got.Known {
					require.InDelta(t, of.want, of.got.V, 1e-4)
				}
			}
			for i := range gpus[0].Utilization.Len() {
				require.LessOrEqual(t, gpus[0].Utilization.At(i).V, 1.0)
			}
		})
	}
}

// Scrapes name a GPU's node in many ways; the surest comes first.
func TestHostOfAGPU(t *testing.T) {
	exporter := []string{"namespace", "gpu-operator", "pod", "nvidia-dcgm-exporter-x7k2p", "container", "nvidia-dcgm-exporter"}
	pod := PodKey{"gpu-operator", "nvidia-dcgm-exporter-x7k2p"}
	for name, c := range map[string]struct {
		labels   []string
		node     string
		names    []string
		address  string
		exporter PodKey
	}{
		"Hostname":                {[]string{"Hostname", "GPU-1"}, "gpu-1", []string{"gpu-1"}, "", PodKey{}},
		"the exporter's pod":      {[]string{"Hostname", "nvidia-dcgm-exporter-x7k2p", "node", "gpu-1"}, "gpu-1", []string{"gpu-1", "nvidia-dcgm-exporter-x7k2p"}, "", PodKey{}},
		"an old scrape":           {[]string{"kubernetes_node", "gpu-1.example", "Hostname", "gpu-1"}, "gpu-1.example", []string{"gpu-1.example", "gpu-1"}, "", PodKey{}},
		"the same twice":          {[]string{"node", "gpu-1", "Hostname", "gpu-1"}, "gpu-1", []string{"gpu-1"}, "", PodKey{}},
		"an address":              {[]string{"instance", "10.0.1.5:9400"}, "10.0.1.5", nil, "10.0.1.5", PodKey{}},
		"an address of six":       {[]string{"instance", "[fd00::5]:9400", "node", "gpu-1"}, "gpu-1", []string{"gpu-1"}, "fd00::5", PodKey{}},
		"an address without port": {[]string{"instance", "gpu-1"}, "gpu-1", nil, "gpu-1", PodKey{}},
		"the exporter alone":      {append([]string{"instance", "10.200.0.7:9400"}, exporter...), "10.200.0.7", nil, "10.200.0.7", pod},
		"beside who holds it":     {append([]string{"Hostname", "gpu-1", "exported_namespace", "ml", "exported_pod", "llm-0"}, exporter...), "gpu-1", []string{"gpu-1"}, "", pod},
		"who holds it":            {[]string{"Hostname", "gpu-1", "namespace", "ml", "pod", "llm-0", "container", "llm"}, "gpu-1", []string{"gpu-1"}, "", PodKey{}},
		"made up":                 {[]string{"node", "../x y", "Hostname", "gpu-1", "instance", "\x1b[31m"}, "gpu-1", []string{"gpu-1"}, "", PodKey{}},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{scrape: 15 * time.Second, gpus: []*model.SampleStream{dcgm("DCGM_FI_DEV_FB_USED", 1, append([]string{"gpu", "0"}, c.labels...)...)}}
			gpus := readFake(t, f, ReadOptions{}).GPUs()
			require.Len(t, gpus, 1)
			g := gpus[0]
			require.Equal(t, c.node, g.Node)
			require.Equal(t, c.names, g.Names)
			require.Equal(t, c.address, g.Address)
			require.Equal(t, c.exporter, g.Exporter)
		})
	}
	f := &fake{scrape: 15 * time.Second, gpus: []*model.SampleStream{dcgm("DCGM_FI_DEV_FB_USED", 1, "gpu", "0")}}
	require.Empty(t, readFake(t, f, ReadOptions{}).GPUs(), "of no node at all")
}

// An exporter that was restarted under another name tells of the same GPUs.
func TestGPUOfARestartedExporter(t *testing.T) {
	now := noon()
	first := dcgm("DCGM_FI_DEV_FB_USED", 1, "Hostname", "exporter-a", "gpu", "0", "UUID", "GPU-a")
	f := &fake{presets: Presets(), scrape: 15 * time.Second, gpus: []*model.SampleStream{first}}
	r := newReader(f, ReadOptions{Clock: func() time.Time { return now }}.withDefaults())
	require.NoError(t, r.refresh(t.Context()))
	now = now.Add(5 * time.Minute)
	f.gpus = []*model.SampleStream{dcgm("DCGM_FI_DEV_FB_USED", 1, "Hostname", "exporter-b", "gpu", "0", "UUID", "GPU-a")}
	require.NoError(t, r.refresh(t.Context()))
	gpus := r.picture().GPUs()
	require.Len(t, gpus, 1)
	require.Equal(t, "exporter-b", gpus[0].Node)
}

// Nodes of several clusters have the same names, and their GPUs the same numbers.
func TestGPUsOfTwoClusters(t *testing.T) {
	gpu := func(cluster, uuid, number string, xid float64) *model.SampleStream {
		return dcgm("DCGM_FI_DEV_XID_ERRORS", xid, "cluster", cluster, "Hostname", "gpu-0", "gpu", number, "UUID", uuid,
			"namespace", "gpu-operator", "pod", "dcgm-exporter-"+cluster, "container", "dcgm", "exported_namespace", "ml", "exported_pod", "llm-"+cluster)
	}
	bare := func(uuid string, xid float64) *model.SampleStream {
		return dcgm("DCGM_FI_DEV_XID_ERRORS", xid, "Hostname", "gpu-0", "gpu", "0", "UUID", uuid)
	}
	eu, us, more := gpu("eu", "GPU-a", "0", 0), gpu("us", "GPU-b", "0", 79), gpu("us", "GPU-c", "1", 48)
	exporter, holder, other := PodKey{"gpu-operator", "dcgm-exporter-eu"}, PodKey{"ml", "llm-eu"}, PodKey{"ml", "web"}
	type seen map[string]float64
	for name, c := range map[string]struct {
		told      []*model.SampleStream
		pods      []PodKey
		want      seen // errors by UUID
		unclear   int
		elsewhere bool
	}{
		"ours by the exporter":            {[]*model.SampleStream{eu, us, more}, []PodKey{exporter, other}, seen{"GPU-a": 0}, 0, false},
		"ours by who holds it":            {[]*model.SampleStream{us, eu, more}, []PodKey{holder}, seen{"GPU-a": 0}, 0, false},
		"neither":                         {[]*model.SampleStream{eu, us}, []PodKey{other}, seen{}, 0, true},
		"one other cluster":               {[]*model.SampleStream{us}, []PodKey{other}, seen{}, 0, true},
		"one, its pods may not be seen":   {[]*model.SampleStream{us}, nil, seen{"GPU-b": 79}, 0, false},
		"one, in namespaces not in scope": {[]*model.SampleStream{us}, []PodKey{{"shop", "web"}}, seen{"GPU-b": 79}, 0, false},
		"no label":                        {[]*model.SampleStream{bare("GPU-a", 0), bare("GPU-b", 79)}, []PodKey{other}, seen{}, 2, false},
		"no label, the other node larger": {[]*model.SampleStream{bare("GPU-a", 0), bare("GPU-b", 79), dcgm("DCGM_FI_DEV_XID_ERRORS", 48, "Hostname", "gpu-0", "gpu", "1", "UUID", "GPU-c")}, []PodKey{other}, seen{}, 3, false},
		"two, no pod may be seen":         {[]*model.SampleStream{eu, gpu("orders", "GPU-a", "0", 0)}, nil, seen{}, 0, true},
		"one GPU under two names":         {[]*model.SampleStream{gpu("eu", "GPU-a", "0", 0), gpu("orders", "GPU-a", "0", 0)}, []PodKey{exporter, {"gpu-operator", "dcgm-exporter-orders"}}, seen{"GPU-a": 0}, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := readFake(t, &fake{scrape: 15 * time.Second, gpus: c.told}, ReadOptions{}).Within(c.pods)
			got := seen{}
			for _, g := range p.GPUs() {
				got[g.UUID] = g.Xid.V
			}
			require.Equal(t, c.want, got)
			require.Len(t, p.UnclearGPUs(), c.unclear)
			require.Equal(t, c.elsewhere, p.Ambiguous())
		})
	}
}

// A GPU that was replaced is no second one of its number.
func TestAGPUThatWasReplaced(t *testing.T) {
	now := noon()
	f := &fake{presets: Presets(), scrape: 15 * time.Second, gpus: []*model.SampleStream{dcgm("DCGM_FI_DEV_XID_ERRORS", 79, "Hostname", "gpu-0", "gpu", "0", "UUID", "GPU-a")}}
	r := newReader(f, ReadOptions{Clock: func() time.Time { return now }}.withDefaults())
	require.NoError(t, r.refresh(t.Context()))
	now = now.Add(5 * time.Minute)
	f.gpus = []*model.SampleStream{dcgm("DCGM_FI_DEV_XID_ERRORS", 0, "Hostname", "gpu-0", "gpu", "0", "UUID", "GPU-b")}
	require.NoError(t, r.refresh(t.Context()))
	gpus := r.picture().GPUs()
	require.Len(t, gpus, 1)
	require.Equal(t, "GPU-b", gpus[0].UUID)
	require.Zero(t, gpus[0].Xids.Values[len(gpus[0].Xids.Values)-1])
	require.Empty(t, r.picture().UnclearGPUs())
}
