package nodes_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/metrics/fake"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/nodes"
	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// full is what Prometheus says of fixture.Full, asked once.
var full = sync.OnceValue(func() *metrics.Picture { return fixture.Measured(fixture.Full()).Picture })

func measured(v *nodes.View, state metrics.State) *nodes.View {
	v.SetGauge(fixture.In(gauge.New(full()), state))
	return v
}

// holding is a page with only the first node, on which a pod that is still in its
// init container holds two idle GPUs and a ready one two busy ones. Errors came four
// minutes ago; a negative number was always there.
func holding(xids ...float64) *nodes.View {
	s := fixture.Full()
	n := s.GPUNodes[0]
	n.Holders = nil
	var waits, works *kube.Pod
	for _, p := range s.Pods {
		switch {
		case p.Ref.Name == "fraud-model-5c8c08f-2f858":
			waits = p
		case p.Ref.Name == "fraud-model-5c8c08f-2f4a1":
			works = p
		}
	}
	for _, p := range []*kube.Pod{waits, works} {
		n.Holders = append(n.Holders, kube.Holder{Pod: p, Deployment: s.Rollouts[0].Ref(), GPUs: map[string]int64{"nvidia.com/gpu": 2}})
	}
	s.GPUNodes = s.GPUNodes[:1]
	prometheus := &fake.Prometheus{}
	for i := range 5 {
		g := fake.GPU{Node: "gpu-0", Index: i, UsedMiB: 1024, FreeMiB: 80 * 1024}
		switch {
		case i < 2:
			g.Namespace, g.Pod = waits.Ref.Namespace, waits.Ref.Name
		case i < 4:
			g.Namespace, g.Pod, g.Utilization, g.UsedMiB = works.Ref.Namespace, works.Ref.Name, 0.9, 70*1024
		}
		if i < len(xids) {
			g.Xid, g.XidAt = xids[i], fixture.Now().Add(-270*time.Second)
			if g.Xid < 0 {
				g.Xid, g.XidAt = -g.Xid, time.Time{}
			}
		}
		prometheus.GPUs = append(prometheus.GPUs, g)
	}
	v := page(s)
	v.SetGauge(gauge.New(prometheus.Picture(fixture.Now(), 12*time.Minute)))
	return v
}

func measuredPages() map[string]*nodes.View {
	return map[string]*nodes.View{
		"measured": measured(page(fixture.Full()), metrics.Live), "outdated": measured(page(fixture.Full()), metrics.Stale),
		"holding": holding(0, 31, 79),
	}
}

func TestFramesWithFigures(t *testing.T) { golden.Frames(t, *update, measuredPages()) }

func TestASCIIThemeDrawsFiguresInASCII(t *testing.T) { golden.ASCII(t, measuredPages()) }

func TestContractWithFigures(t *testing.T) {
	golden.Contract(t, measured(page(fixture.Full()), metrics.Live))
}

// hostile is a page whose first node has GPUs of any kind.
type hostile struct {
	*nodes.View
	t *rapid.T
}

func (h hostile) SetSnapshot(s *kube.Snapshot) {
	h.View.SetSnapshot(s)
	p := &fake.Prometheus{}
	for i := range rapid.IntRange(0, 20).Draw(h.t, "gpus") {
		p.GPUs = append(p.GPUs, fake.GPU{
			Node: "gpu-0", Index: i, Utilization: rapid.Float64Range(0, 100).Draw(h.t, "use"), UsedMiB: rapid.Float64Range(0, 1e9).Draw(h.t, "used"),
			FreeMiB: rapid.Float64Range(0, 1e9).Draw(h.t, "free"), Xid: float64(rapid.IntRange(0, 1e6).Draw(h.t, "xid")),
		})
	}
	h.SetGauge(gauge.New(p.Picture(fixture.Now(), time.Minute)))
}

func TestFrameHasItsSizeWhateverTheFigures(t *testing.T) {
	golden.AnyFigures(t, func(t *rapid.T) hostile { return hostile{nodes.New(), t} }, keymap.Down, keymap.SortColumn, keymap.Bottom)
}

func TestGPUsHeldByPodsThatAreNotReady(t *testing.T) {
	v := holding()
	for w, h := range map[int]int{80: 21, 160: 40} {
		frame := strings.Join(strings.Fields(golden.Text(v, w, h)), " ")
		require.Contains(t, frame, "2 GPUs of ml/fraud-model-5c8c08f-2f858 idle for 12m or longer: the pod is not ready (Init:0/1 download-model)", w)
	}
	require.Contains(t, strings.Join(v.Render(200, 40), "\n"), theme.Dark(false).Waiting.Paint("36%"))
	frame := golden.Text(v, 200, 40)
	require.Contains(t, frame, "2 idle: not ready · infra/backfill x4")
	require.Regexp(t, `gpu-0 .* 36% +143/543G +none`, frame, "the mean of five, the memory of all")
	require.Contains(t, strings.Join(strings.Fields(frame), " "),
		"ml/fraud-model-5c8c08f-2f858: GPU 0 0% 1/81G · GPU 1 0% 1/81G · ml/fraud-model-5c8c08f-2f4a1: GPU 2 90% 70/150G · GPU 3 90% 70/150G · held by nobody: GPU 4 0% 1/81G")
}

func TestErrorsOfGPUs(t *testing.T) {
	th := theme.Dark(false)
	for name, c := range map[string]struct {
		xids  []float64
		cell  string
		paint theme.Style
		says  string
	}{
		"none":       {nil, "none", th.Dim, "held by nobody"},
		"a program":  {[]float64{31}, "31", th.Waiting, "GPU 0: Xid 31 4m ago, the program touched memory that is not its own; restart the pod"},
		"the GPU":    {[]float64{0, 31, 79}, "79 +1", th.Waiting, "GPU 2: Xid 79 4m ago, the GPU has fallen off the bus; it has worked since: watch it"},
		"a free one": {[]float64{0, 0, 0, 0, 79}, "79", th.Broken, "GPU 4: Xid 79 4m ago, the GPU has fallen off the bus; drain the node and restart it"},
		"not listed": {[]float64{499}, "499", th.Waiting, "GPU 0: Xid 499 4m ago, an error that fader does not know; look it up"},
		"no Xid":     {[]float64{999}, "none", th.Dim, "held by nobody"},
	} {
		v := holding(c.xids...)
		frame := strings.Join(v.Render(200, 40), "\n")
		require.Contains(t, frame, c.paint.Paint(c.cell), name)
		require.Contains(t, ansi.Strip(frame), c.says, name)
		require.Contains(t, golden.Text(v, 80, 24), c.cell, "also where it is narrow")
	}
}

// An error of long ago on a GPU that works is told, and is no alarm.
func TestErrorThatIsOver(t *testing.T) {
	v := holding(0, 0, -79)
	frame := strings.Join(v.Render(200, 40), "\n")
	require.Contains(t, frame, theme.Dark(false).Dim.Paint("was 79"))
	require.Contains(t, ansi.Strip(frame), "GPU 2: last Xid 79 at least 11m ago, working since")
	require.NotContains(t, ansi.Strip(frame), "drain")
}

func TestUnknownIsNoNumber(t *testing.T) {
	v := measured(page(fixture.Full()), metrics.Live)
	require.Regexp(t, `gpu-1 .*nvidia.com/gpu +8 +8 +6 +2 +- +- +- `, golden.Text(v, 200, 40))
	v.SetFilter("gpu-1")
	require.Contains(t, golden.Text(v, 200, 40), "Prometheus has no metrics of the GPUs of gpu-1")
	starting := *full()
	starting.State, starting.At = metrics.Starting, time.Time{}
	v.SetGauge(gauge.New(&starting))
	require.NotRegexp(t, `gpu-1 .* - +- `, golden.Text(v, 200, 40), "nothing is said before the first answer")
	require.Contains(t, golden.Text(v, 200, 40), "figures are being read …")
}

func TestOldFiguresAreDim(t *testing.T) {
	v, th := measured(page(fixture.Full()), metrics.Stale), theme.Dark(false)
	frame := strings.Join(v.Render(200, 40), "\n")
	require.Contains(t, frame, th.Faint.Paint("65%"))
	require.Contains(t, frame, th.Faint.Paint("209/316G"))
	require.Contains(t, frame, th.Dim.Paint("79"), "what is broken can still be read")
	require.Contains(t, ansi.Strip(frame), "figures are from 14:03:22: Prometheus at")
}

func TestSortedByUse(t *testing.T) {
	v := measured(page(fixture.Full()), metrics.Live)
	for _, title := range []string{"UTIL", "MEM", "XID"} {
		require.True(t, v.SortBy(title))
		v.Handle(keymap.Top)
		first, _ := v.Cursor()
		require.Equal(t, "gpu-0", first.Name, title)
	}
}

func TestFiguresComeAndGo(t *testing.T) {
	v := page(fixture.Full())
	before := golden.Text(v, 160, 40)
	measured(v, metrics.Live)
	require.Contains(t, golden.Text(v, 160, 40), "UTIL")
	require.False(t, v.Handle(keymap.Figure), "they are all there")
	v.SetGauge(nil)
	require.Equal(t, before, golden.Text(v, 160, 40))
}
