package deployments_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/metrics/fake"
	"fader/views/deployments"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/theme"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// full is what Prometheus says of fixture.Full, asked once.
var full = sync.OnceValue(func() *metrics.Picture { return fixture.Measured(fixture.Full()).Picture })

func measured() *deployments.View {
	v := page(fixture.Full())
	v.SetGauge(gauge.New(full()))
	return v
}

// never is a picture without any figures, in some state.
func never(state metrics.State) *gauge.Gauge {
	p := (&fake.Prometheus{}).Picture(fixture.Now(), 30*time.Minute)
	if state != metrics.Nothing {
		p.At = time.Time{}
	}
	return fixture.In(gauge.New(p), state)
}

func pages() map[string]*deployments.View {
	s := fixture.Full()
	with := func(g *gauge.Gauge) *deployments.View {
		v := page(s)
		v.SetGauge(g)
		return v
	}
	return map[string]*deployments.View{
		"measured": measured(), "outdated": with(fixture.In(gauge.New(full()), metrics.Stale)),
		"starting": with(never(metrics.Starting)), "nothing": with(never(metrics.Nothing)), "never": with(never(metrics.Stale)),
	}
}

func TestFramesWithFigures(t *testing.T) {
	all := pages()
	golden.Frames(t, *update, map[string]*deployments.View{"measured": all["measured"], "outdated": all["outdated"]})
}

func TestContractWithFigures(t *testing.T) { golden.Contract(t, measured()) }

func TestASCIIThemeDrawsFiguresInASCII(t *testing.T) { golden.ASCII(t, pages()) }

// hostile is a page whose pods have names that Prometheus may know, and any load.
type hostile struct {
	*deployments.View
	t *rapid.T
}

func (h hostile) SetSnapshot(s *kube.Snapshot) {
	h.View.SetSnapshot(s)
	h.SetGauge(gauge.New(extreme(h.t, s)))
}

// extreme gives every revision of a snapshot a pod with any load.
func extreme(t *rapid.T, s *kube.Snapshot) *metrics.Picture {
	p := &fake.Prometheus{}
	for i, r := range s.Rollouts {
		r.Deployment.Ref.Namespace, r.Deployment.Ref.Name = "ns", fmt.Sprint("d", i)
		for j, rev := range r.Revisions {
			rev.ReplicaSet.Ref.Namespace, rev.ReplicaSet.Ref.Name = "ns", fmt.Sprintf("d%d-%d", i, j)
			p.Pods = append(p.Pods, fake.Pod{Namespace: "ns", Name: rev.ReplicaSet.Ref.Name + "-abcde", At: fake.Steady(fake.Load{
				Rate: rapid.Float64Range(0, 1e9).Draw(t, "rate"), Errors: rapid.Float64Range(0, 1).Draw(t, "errors"),
				Median: rapid.Float64Range(1e-6, 1e4).Draw(t, "median"),
			})})
		}
	}
	return p.Picture(fixture.Now(), time.Minute)
}

func TestFrameHasItsSizeWhateverTheFigures(t *testing.T) {
	golden.AnyFigures(t, func(t *rapid.T) hostile { return hostile{deployments.New(), t} },
		keymap.Figure, keymap.SortFigure, keymap.Down, keymap.SortColumn)
}

// load of one Deployment of shop.
type load struct {
	name string
	at   func(time.Time) fake.Load
}

// loaded is a page of complete Deployments with these loads and no other.
func loaded(loads ...load) *deployments.View {
	p, s := &fake.Prometheus{}, fixture.Empty()
	s.Scope.Namespace = ""
	for _, l := range loads {
		r := fixture.Rollout(fixture.Spec{
			Namespace: "shop", Name: l.name, Phase: kube.Complete, Revisions: []fixture.Rev{{Number: 1, Want: 1, Ready: 1}},
		})
		s.Rollouts = append(s.Rollouts, r)
		if pod := r.Revisions[0].Pods[0]; l.at != nil {
			p.Pods = append(p.Pods, fake.Pod{Namespace: pod.Ref.Namespace, Name: pod.Ref.Name, At: l.at})
		}
	}
	s.Health.Resources["deployments"] = kube.ResourceHealth{State: kube.Live}
	v := page(s)
	v.SetGauge(gauge.New(p.Picture(fixture.Now(), 30*time.Minute)))
	return v
}

func steady(l fake.Load) func(time.Time) fake.Load { return fake.Steady(l) }

// from is a load until some minutes ago, and another since.
func from(minutes float64, before, after fake.Load) func(time.Time) fake.Load {
	return func(at time.Time) fake.Load {
		if fixture.Now().Sub(at).Minutes() > minutes {
			return before
		}
		return after
	}
}

func TestWhatIsLoud(t *testing.T) {
	ok, th := fake.Load{Rate: 20, Median: 0.02}, theme.Dark(false)
	errs := func(ratio float64) fake.Load { return fake.Load{Rate: 20, Median: 0.02, Errors: ratio} }
	slow := fake.Load{Rate: 20, Median: 0.1}
	for name, c := range map[string]struct {
		at    func(time.Time) fake.Load
		paint theme.Style
		text  string
	}{
		"quiet":        {steady(ok), th.Dim, "95ms"},
		"few-errors":   {steady(errs(0.009)), th.Dim, "0.9%"},
		"some-errors":  {steady(errs(0.011)), th.Waiting, "1.1%"},
		"not-so-many":  {steady(errs(0.049)), th.Waiting, "4.9%"},
		"many-errors":  {steady(errs(0.051)), th.Broken, "5.1%"},
		"rises":        {from(6, ok, slow), th.Waiting, "▲ 473ms"},
		"falls":        {from(6, slow, ok), th.Dim, "▼ 95ms"},
		"nobody-asks":  {steady(fake.Load{}), th.Faint, "no req"},
		"not-measured": {nil, th.Faint, "-"},
	} {
		v := loaded(load{name, c.at})
		require.Contains(t, golden.Line(t, v, 100, " "+name+" "), c.paint.Paint(c.text), name)
		v.SetGauge(fixture.In(v.Gauge(), metrics.Stale))
		paint := th.Faint
		if c.paint == th.Waiting || c.paint == th.Broken {
			paint = th.Dim
		}
		require.Contains(t, golden.Line(t, v, 100, " "+name+" "), paint.Paint(c.text), "%s, when it is old", name)
	}
}

func TestBarsOfWhatIsWellAreQuiet(t *testing.T) {
	v, th := measured(), theme.Dark(false)
	bars := strings.Repeat(th.Glyphs.Spark[2], 8)
	require.Contains(t, golden.Line(t, v, 160, " feature-flags "), th.Faint.Paint(bars))
	require.Contains(t, golden.Line(t, v, 160, " embedder "), th.Dim.Paint(bars), "it is not complete")
}
