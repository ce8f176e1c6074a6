package nodes

import (
	"math"
	"testing"
	"time"

	"fader/kube"
	"fader/metrics"

	"github.com/stretchr/testify/require"
)

func gpu(index, instance, profile string, use ...float64) metrics.GPU {
	g := metrics.GPU{Index: index, Instance: instance, Profile: profile, Utilization: metrics.Series{Step: time.Minute, Values: use}}
	g.UtilizationNow, _ = g.Utilization.Last()
	return g
}

func TestIdleFor(t *testing.T) {
	gap := math.NaN()
	for name, c := range map[string]struct {
		use  []float64
		want time.Duration
		most bool
	}{
		"busy":            {[]float64{0, 0, 0.3}, 0, false},
		"a little":        {[]float64{0, 0, 0.01}, 0, false},
		"since a while":   {[]float64{0.3, 0, 0, 0.009}, 3 * time.Minute, false},
		"over a gap":      {[]float64{0.3, 0, gap, 0}, 3 * time.Minute, false},
		"as far as known": {[]float64{gap, gap, 0, 0}, 2 * time.Minute, true},
		"all the time":    {[]float64{0, 0, 0, 0}, 4 * time.Minute, true},
		"not known":       {[]float64{gap, gap}, 0, false},
		"none":            {nil, 0, false},
	} {
		since, most := idleFor(gpu("0", "", "", c.use...))
		require.Equal(t, c.want, since, name)
		require.Equal(t, c.most, most, name)
	}
}

func TestIdleOf(t *testing.T) {
	held := func(pod string, use ...float64) metrics.GPU {
		g := gpu("0", "", "", use...)
		g.Pod = metrics.PodKey{Namespace: "ml", Name: pod}
		return g
	}
	holder := func(name string, ready bool) kube.Holder {
		return kube.Holder{Pod: &kube.Pod{Ref: kube.Ref{Namespace: "ml", Name: name}, IsReady: ready}}
	}
	gpus := []metrics.GPU{
		held("loading", 0, 0, 0, 0), held("loading", 0.5, 0, 0, 0), held("loading", 0.5, 0.5, 0, 0), held("loading", 0, 0, 0, 0.5),
		held("works", 0, 0, 0, 0), held("elsewhere", 0, 0, 0, 0), gpu("7", "", "", 0, 0, 0, 0),
	}
	all := idleOf(gpus, []kube.Holder{holder("works", true), holder("loading", false), holder("busy", false)})
	require.Len(t, all, 1)
	require.Equal(t, "loading", all[0].pod.Ref.Name)
	require.Equal(t, 3, all[0].gpus)
	require.Equal(t, 2*time.Minute, all[0].of, "all of them at least as long")
	require.False(t, all[0].most)
}

func TestDevicesOfARow(t *testing.T) {
	whole, parent := gpu("0", "", ""), gpu("1", "", "")
	small, large := gpu("1", "7", "1g.10gb"), gpu("1", "2", "3g.40gb+me")
	all := []metrics.GPU{whole, parent, small, large}
	mixed := []kube.GPUUse{
		{Accelerator: kube.Accelerator{Resource: "nvidia.com/gpu"}}, {Accelerator: kube.Accelerator{Resource: "nvidia.com/mig-1g.10gb"}},
	}
	for name, c := range map[string]struct {
		resource string
		node     []kube.GPUUse
		want     []metrics.GPU
	}{
		"whole ones":     {"nvidia.com/gpu", mixed, []metrics.GPU{whole}},
		"parts":          {"nvidia.com/mig-1g.10gb", mixed, []metrics.GPU{small}},
		"parts with me":  {"nvidia.com/mig-3g.40gb.me", mixed, []metrics.GPU{large}},
		"parts as whole": {"nvidia.com/gpu", mixed[:1], []metrics.GPU{whole, small, large}},
		"other parts":    {"nvidia.com/mig-2g.20gb", mixed, nil},
		"another maker":  {"amd.com/gpu", mixed, nil},
	} {
		r := row{node: &kube.GPUNode{Resources: c.node}, use: kube.GPUUse{Accelerator: kube.Accelerator{Resource: c.resource}}}
		require.Equal(t, c.want, devices(all, r), name)
	}
}

func TestMeanOfWhatIsKnown(t *testing.T) {
	gap := math.NaN()
	s := mean([]metrics.GPU{gpu("0", "", "", 0.2, gap, gap), gpu("1", "", "", 0.4, 0.6, gap)})
	require.InDelta(t, 0.3, s.Values[0], 1e-9)
	require.InDelta(t, 0.6, s.Values[1], 1e-9)
	require.True(t, math.IsNaN(s.Values[2]), "a gap is no 0")
	require.Zero(t, mean(nil).Len())
}

func TestXids(t *testing.T) {
	seen := map[int]bool{}
	for _, x := range xids() {
		require.False(t, seen[x.number])
		seen[x.number] = true
		require.NotEmpty(t, x.meaning)
		require.NotEmpty(t, x.advice)
	}
	for _, number := range []int{13, 31, 43, 45, 48, 61, 62, 63, 64, 74, 79, 94, 95, 119} {
		require.True(t, seen[number], number)
	}
	error := func(number float64) metrics.GPU {
		return metrics.GPU{Index: "0", Xid: metrics.Value{V: number, Known: true}}
	}
	faults, known := faultsOf([]metrics.GPU{error(0), error(31), error(79), error(7777), error(79), {}})
	require.True(t, known)
	require.Len(t, faults, 3)
	require.Equal(t, 79, faults[0].xid.number, "what is broken comes first")
	require.Equal(t, "GPU 0, GPU 0: Xid 79, the GPU has fallen off the bus; drain the node and restart it", faults[0].text())
	require.Contains(t, faults[2].text(), "Xid 7777, an error that fader does not know")
	_, known = faultsOf([]metrics.GPU{{}})
	require.False(t, known)
}

func TestPercentAndMemory(t *testing.T) {
	for v, want := range map[float64]string{0: "0%", 0.001: "<1%", 0.006: "1%", 0.924: "92%", 1: "100%"} {
		require.Equal(t, want, percent(v))
	}
	require.Equal(t, "69/79G", memory(71_000, 81_000))
	require.Equal(t, "0/80G", memory(0, 81_920))
}
