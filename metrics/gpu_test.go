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
