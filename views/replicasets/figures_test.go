package replicasets_test

import (
	"sync"
	"testing"

	"fader/keymap"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/replicasets"

	"github.com/stretchr/testify/require"
)

// full is what Prometheus says of fixture.Full, asked once.
var full = sync.OnceValue(func() *metrics.Picture { return fixture.Measured(fixture.Full()).Picture })

func measured(v *replicasets.View) *replicasets.View {
	v.SetGauge(gauge.New(full()))
	return v
}

func measuredPages() map[string]*replicasets.View {
	return map[string]*replicasets.View{
		"measured": measured(page(fixture.Full())), "measured-scoped": measured(scoped(fixture.Full())),
	}
}

func TestFramesWithFigures(t *testing.T) { golden.Frames(t, *update, measuredPages()) }

func TestASCIIThemeDrawsFiguresInASCII(t *testing.T) { golden.ASCII(t, measuredPages()) }

func TestContractWithFigures(t *testing.T) { golden.Contract(t, measured(page(fixture.Full()))) }

func TestFiguresOfReplicaSets(t *testing.T) {
	v := measured(page(fixture.Full()))
	v.SetFilter("fraud-model")
	frame := golden.Text(v, 200, 40)
	require.Regexp(t, `new +ml +fraud-model-\S+ +9 .* 246ms +0.4% +25/s`, frame)
	require.Regexp(t, `old +ml +fraud-model-\S+ +8 .* 96ms +<0.1% +50/s`, frame)
	require.NotRegexp(t, `old +ml +fraud-model-\S+ +7 .* - `, frame, "nobody expects figures of what has no pods")
	require.Contains(t, frame, "p50 59ms · p95 209ms · p99 246ms · 25/s · errors 0.4%")
	require.True(t, v.SortBy("p99"))
	v.SetGauge(gauge.New(full()))
	require.Regexp(t, `(?s)p99▼.* 246ms.* 96ms`, golden.Text(v, 200, 40))
	v.Handle(keymap.Bottom)
	require.NotContains(t, golden.Text(v, 200, 40), "Prometheus has no figures")

	for _, titles := range []string{`p95▼ +ERR +REQ/S`, `p50▼ +ERR +REQ/S`, `ERR▼ +p99 +REQ/S`, `REQ/S▼ +ERR +p99`, `p99▼ +ERR +REQ/S`} {
		require.True(t, v.Handle(keymap.Figure))
		require.Regexp(t, titles, golden.Text(v, 200, 40))
	}

	v = page(fixture.Full())
	before := golden.Text(v, 160, 40)
	require.False(t, v.Handle(keymap.Figure))
	measured(v)
	v.SetFilter("gateway")
	require.Contains(t, golden.Text(v, 160, 40), "Prometheus has no metrics of shop/gateway-")
	v.SetFilter("")
	v.SetGauge(nil)
	v.Handle(keymap.Top)
	require.Equal(t, before, golden.Text(v, 160, 40))
}
