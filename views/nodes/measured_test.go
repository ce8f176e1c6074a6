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
}

// A gauge of the last error proves nothing alone: what the GPU did since tells.
func TestStandingOfXids(t *testing.T) {
	gap := math.NaN()
	const minutes = 30
	course := func(n int, at func(i int) float64) metrics.Series {
		s := metrics.Series{Step: time.Minute, Values: make([]float64, n)}
		for i := range s.Values {
			s.Values[i] = at(i)
		}
		return s
	}
	last := func(s metrics.Series) metrics.Value {
		if s.Len() == 0 {
			return metrics.Value{}
		}
		return s.At(s.Len() - 1)
	}
	always := func(v float64) func(int) float64 { return func(int) float64 { return v } }
	// until has one value until so many minutes before the end, and then another.
	until := func(v float64, ago int, then float64) func(int) float64 {
		return func(i int) float64 {
			if i < minutes-1-ago {
				return v
			}
			return then
		}
	}
	for name, c := range map[string]struct {
		xid, use func(int) float64
		memory   bool
		standing standing
		text     string
	}{
		"constant, and busy":                 {always(79), always(0.93), true, pastXid, "GPU 0: last Xid 79 at least 29m ago, working since"},
		"constant, busy for some time":       {always(79), func(i int) float64 { return []float64{0, 0.5}[i%2] }, true, pastXid, "GPU 0: last Xid 79 at least 29m ago, working since"},
		"constant, and idle":                 {always(79), always(0), true, openXid, "GPU 0: last Xid 79 at least 29m ago, the GPU has fallen off the bus; whether it works now is not known: check that it answers"},
		"constant, use never told":           {always(79), always(gap), true, openXid, "GPU 0: last Xid 79 at least 29m ago, the GPU has fallen off the bus; whether it works now is not known: check that it answers"},
		"it came and all stopped":            {until(0, 4, 79), until(0.9, 4, 0), true, provenXid, "GPU 0: Xid 79 4m ago, the GPU has fallen off the bus; drain the node and restart it"},
		"it came and all fell silent":        {until(0, 4, 79), until(0.9, 4, gap), false, provenXid, "GPU 0: Xid 79 4m ago, the GPU has fallen off the bus; drain the node and restart it"},
		"silent for long":                    {until(0, 25, 79), until(0.9, 25, gap), false, provenXid, "GPU 0: Xid 79 25m ago, the GPU has fallen off the bus; drain the node and restart it"},
		"silent, and the error is older":     {always(79), until(0.9, 10, gap), false, provenXid, "GPU 0: Xid 79 at least 29m ago, the GPU has fallen off the bus; drain the node and restart it"},
		"idle since a while":                 {until(0, 25, 79), until(0.9, 25, 0), true, provenXid, "GPU 0: Xid 79 25m ago, the GPU has fallen off the bus; drain the node and restart it"},
		"one error after another":            {until(31, 3, 48), always(0), true, provenXid, "GPU 0: Xid 48 3m ago, a double bit ECC error in its memory; drain the node and reset the GPU"},
		"it came, and the GPU works":         {until(0, 4, 79), always(0.9), true, newXid, "GPU 0: Xid 79 4m ago, the GPU has fallen off the bus; it has worked since: watch it"},
		"it came a while ago, and it works":  {until(0, 25, 79), always(0.9), true, pastXid, "GPU 0: last Xid 79 25m ago, working since"},
		"it was reset, and the number stays": {until(0, 25, 79), until(0, 10, 0.5), true, pastXid, "GPU 0: last Xid 79 25m ago, working since"},
		"a program's, now":                   {until(0, 2, 31), always(0), true, newXid, "GPU 0: Xid 31 2m ago, the program touched memory that is not its own; restart the pod"},
		"a program's, now and busy":          {until(0, 2, 31), always(0.5), true, newXid, "GPU 0: Xid 31 2m ago, the program touched memory that is not its own; restart the pod"},
		"a program's, of yesterday":          {always(31), always(0), true, pastXid, "GPU 0: last Xid 31 at least 29m ago, the program touched memory that is not its own"},
		"one that is not listed, now":        {until(0, 2, 151), always(0), true, newXid, "GPU 0: Xid 151 2m ago, an error that fader does not know; look it up in NVIDIA's Xid catalogue"},
		"told since now only":                {until(gap, 0, 79), until(gap, 0, 0), true, openXid, "GPU 0: last Xid 79 at least 0s ago, the GPU has fallen off the bus; whether it works now is not known: check that it answers"},
	} {
		t.Run(name, func(t *testing.T) {
			g := metrics.GPU{Index: "0", Xids: course(minutes, c.xid), Utilization: course(minutes, c.use)}
			g.Xid, g.UtilizationNow = last(g.Xids), last(g.Utilization)
			g.UsedMiB, g.FreeMiB = metrics.Value{V: 1, Known: c.memory}, metrics.Value{V: 1, Known: c.memory}
			f := faultOf(g)
			f.gpus = []metrics.GPU{g}
			require.Equal(t, c.standing, f.standing)
			require.Equal(t, c.text, f.text())
		})
	}
}

func TestFaultsOfARow(t *testing.T) {
	error := func(number float64, use ...float64) metrics.GPU {
		g := gpu("0", "", "", use...)
		g.Xids = metrics.Series{Step: time.Minute, Values: []float64{0, number, number}}
		g.Xid = metrics.Value{V: number, Known: true}
		return g
	}
	idle, busy := []float64{0, 0, 0}, []float64{0.5, 0.5, 0.5}
	faults, known := faultsOf([]metrics.GPU{error(0), error(31, idle...), error(48, busy...), error(79, idle...), error(477, idle...), error(79, idle...), {}})
	require.True(t, known)
	require.Len(t, faults, 4)
	require.Equal(t, 79, faults[0].xid.number, "what is proven comes first")
	require.Len(t, faults[0].gpus, 2)
	require.Equal(t, 48, faults[1].xid.number, "then what the GPU did")
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
