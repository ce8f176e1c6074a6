package deployments_test

import (
	"context"
	"errors"
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

	"github.com/charmbracelet/x/ansi"
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

// in a state is what a gauge says after its picture came to that state.
func in(g *gauge.Gauge, state metrics.State) *gauge.Gauge {
	p := *g.Picture
	p.State = state
	if state == metrics.Stale {
		p.Since, p.Err = fixture.Now(), errors.New("Prometheus at http://prometheus.example:9090 does not answer")
	}
	return gauge.New(&p)
}

// never is a picture without any figures, in some state.
func never(state metrics.State) *gauge.Gauge {
	p := (&fake.Prometheus{}).Picture(fixture.Now(), 30*time.Minute)
	if state != metrics.Nothing {
		p.At = time.Time{}
	}
	return in(gauge.New(p), state)
}

func pages() map[string]*deployments.View {
	s := fixture.Full()
	with := func(g *gauge.Gauge) *deployments.View {
		v := page(s)
		v.SetGauge(g)
		return v
	}
	return map[string]*deployments.View{
		"measured": measured(), "outdated": with(in(gauge.New(full()), metrics.Stale)),
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
	rapid.Check(t, func(t *rapid.T) {
		v := golden.Open(hostile{deployments.New(), t}, fixture.Hostile(t))
		for range 3 {
			w, h := rapid.IntRange(0, 220).Draw(t, "w"), rapid.IntRange(0, 60).Draw(t, "h")
			golden.Sized(t, v.Render(w, h), w, h)
			v.Handle(rapid.SampledFrom([]keymap.Action{keymap.Figure, keymap.SortFigure, keymap.Down, keymap.SortColumn}).Draw(t, "action"))
			v.SetGauge(in(v.Gauge(), metrics.State(rapid.IntRange(0, 4).Draw(t, "state"))))
			golden.Sized(t, v.Render(w, h), w, h)
		}
	})
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

// line of a frame that has some words, with its colours.
func line(t *testing.T, v *deployments.View, w int, words string) string {
	for _, l := range v.Render(w, 30) {
		if strings.Contains(ansi.Strip(l), words) {
			return l
		}
	}
	require.Fail(t, "no line with "+words)
	return ""
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
		require.Contains(t, line(t, v, 100, " "+name+" "), c.paint.Paint(c.text), name)
		v.SetGauge(in(v.Gauge(), metrics.Stale))
		paint := th.Faint
		if c.paint == th.Waiting || c.paint == th.Broken {
			paint = th.Dim
		}
		require.Contains(t, line(t, v, 100, " "+name+" "), paint.Paint(c.text), "%s, when it is old", name)
	}
}

func TestBarsOfWhatIsWellAreQuiet(t *testing.T) {
	v, th := measured(), theme.Dark(false)
	bars := strings.Repeat(th.Glyphs.Spark[2], 8)
	require.Contains(t, line(t, v, 120, " feature-flags "), th.Faint.Paint(bars))
	require.Contains(t, line(t, v, 120, " embedder "), th.Dim.Paint(bars), "it is not complete")
}

func TestEveryFigureInTurn(t *testing.T) {
	v := measured()
	ingest := func() string { return strings.Join(strings.Fields(ansi.Strip(line(t, v, 200, " ingest "))), " ") }
	for _, want := range []struct{ title, row string }{
		{"p99     ERR   REQ/S", "175ms 0.1% 30/s"},
		{"p95     ERR   REQ/S", "91ms 0.1% 30/s"},
		{"p50     ERR   REQ/S", "31ms 0.1% 30/s"},
		{"ERR     p99   REQ/S", "0.1% 175ms 30/s"},
		{"REQ/S     ERR     p99", "30/s 0.1% 175ms"},
		{"TTFT     ERR   REQ/S", "- 0.1% 30/s"},
		{"p99     ERR   REQ/S", "175ms 0.1% 30/s"},
	} {
		require.Regexp(t, strings.Join(strings.Fields(want.title), ` +`), text(v.Render(200, 50)))
		require.Contains(t, ingest(), want.row, want.title)
		require.True(t, v.Handle(keymap.Figure))
	}

	v = loaded(load{"cart", steady(fake.Load{Rate: 1, Median: 1})})
	for range 5 {
		v.Handle(keymap.Figure)
	}
	require.Regexp(t, `p99 +ERR +REQ/S`, text(v.Render(200, 50)), "nobody times first tokens")
}

func TestSortedByTheFigureShown(t *testing.T) {
	loads := func(a, b float64) []load {
		return []load{
			{"first", steady(fake.Load{Rate: 20, Median: a})},
			{"nothing", nil},
			{"second", steady(fake.Load{Rate: 2, Median: b})},
		}
	}
	v := loaded(loads(0.02, 0.2)...)
	order := func() string { return strings.Join(names(v), " ") }
	v.SetCursor(v.Snapshot().Rollouts[0].Ref())
	require.Equal(t, "first nothing second", order())
	require.True(t, v.Handle(keymap.SortFigure))
	require.Equal(t, "second first nothing", order(), "the slowest first, and last what is not known")
	require.Regexp(t, `p99▼`, text(v.Render(120, 30)))

	for range 4 {
		v.Handle(keymap.Figure)
	}
	require.Regexp(t, `REQ/S▼`, text(v.Render(120, 30)))
	require.Equal(t, "first second nothing", order(), "sorted by what is shown now")
	v.Handle(keymap.SortFigure)
	require.Equal(t, "nothing second first", order(), "and the other way round")
	v.Handle(keymap.SortFigure)

	other := loaded(loads(0.02, 0.002)...)
	v.Handle(keymap.Figure)
	v.SetGauge(other.Gauge())
	require.Regexp(t, `p99▼`, text(v.Render(120, 30)))
	require.Equal(t, "first second nothing", order(), "a new picture sorts anew")
	here, _ := v.Cursor()
	require.Equal(t, "first", here.Name, "the cursor stays")
}

func TestNothingJumpsFromPictureToPicture(t *testing.T) {
	for _, w := range []int{60, 80, 120, 200} {
		var titles []string
		for _, l := range []fake.Load{{}, {Rate: 1, Median: 0.0001}, {Rate: 1e8, Median: 9, Errors: 0.999}} {
			v := loaded(load{"cart", steady(l)})
			title, _, _ := strings.Cut(text(v.Render(w, 30)), "\n")
			titles = append(titles, title)
		}
		require.Equal(t, titles[0], titles[1])
		require.Equal(t, titles[0], titles[2])
	}
}

func TestFiguresComeAndGoWithoutLosingAnything(t *testing.T) {
	s := fixture.Full()
	v := page(s)
	before := text(v.Render(120, 30))
	v.SetFilter("ml")
	v.Handle(keymap.Down)
	v.Handle(keymap.Mark)
	v.Handle(keymap.Down)
	here, _ := v.Cursor()
	require.False(t, v.Handle(keymap.Figure), "there are none")
	require.False(t, v.Handle(keymap.SortFigure))

	v.SetGauge(gauge.New(full()))
	require.Contains(t, text(v.Render(120, 30)), "p99")
	there, _ := v.Cursor()
	require.Equal(t, here, there)
	require.Len(t, v.Marked(), 1)
	require.Equal(t, "ml", v.Filter())

	v.SetGauge(nil)
	there, _ = v.Cursor()
	require.Equal(t, here, there)
	v.ClearMarks()
	v.SetFilter("")
	v.Handle(keymap.Top)
	require.Equal(t, before, text(v.Render(120, 30)), "no Prometheus, no room for figures")
}

func TestWhatGoesWhenItGetsNarrow(t *testing.T) {
	v := measured()
	for w, want := range map[int]struct{ there, gone []string }{
		60:  {[]string{"PHASE", "DEPLOYMENT", "READY", "ROLLOUT"}, []string{"p99", "LAST"}},
		70:  {[]string{"PHASE", "DEPLOYMENT", "READY", "ROLLOUT", "p99"}, []string{"ERR", "NAMESPACE", "LAST"}},
		80:  {[]string{"PHASE", "DEPLOYMENT", "READY", "ROLLOUT", "p99", "ERR"}, []string{"NAMESPACE", "LAST"}},
		90:  {[]string{"NAMESPACE", "p99", "ERR"}, []string{"LAST"}},
		120: {[]string{"NAMESPACE", "p99", "ERR", "LAST 30m", "AGE", "CAUSE"}, []string{"IMAGE"}},
		200: {[]string{"NAMESPACE", "p99", "ERR", "LAST 30m", "AGE", "CAUSE", "IMAGE", "REQ/S", "UPDATED", "REV", "BY"}, nil},
	} {
		title, _, _ := strings.Cut(text(v.Render(w, 30)), "\n")
		for _, words := range want.there {
			require.Contains(t, title, words, w)
		}
		for _, words := range want.gone {
			require.NotContains(t, title, words, w)
		}
	}
}

func TestWhatIsSaidOfFigures(t *testing.T) {
	s := fixture.Full()
	with := func(g *gauge.Gauge) *deployments.View {
		v := page(s)
		v.SetGauge(g)
		return v
	}
	g := gauge.New(full())
	for _, c := range []struct {
		name string
		row  string
		view *deployments.View
		says []string
	}{
		{"a canary", "fraud-model", with(g), []string{
			"1 new pod is in its init container", "9 against 8: p99 +150 ms (95% CI", "· slower",
			"errors 0.4% against 0.04%", "more errors", "p50 30ms · p95 122ms · p99 229ms · 75/s · errors 0.2% · p99 rising for 12m",
		}},
		{"it rises", "web", with(g), []string{"5 new pods cannot pull", "p99 rising for 6m"}},
		{"nobody asks", "mailer", with(g), []string{"successfully rolled out", "no requests"}},
		{"not measured", "gateway", with(g), []string{"Prometheus has no figures for shop/gateway"}},
		{"tokens", "llm-70b", with(g), []string{"first token p99 "}},
		{"old", "fraud-model", with(in(g, metrics.Stale)), []string{
			"figures are from 14:03:22: Prometheus at http://prometheus.example:9090 does not answer", "9 against 8", "229ms",
		}},
		{"never any", "fraud-model", with(never(metrics.Stale)), []string{"no figures yet: Prometheus at http://prometheus.example:9090 does not answer", "no figures were read yet"}},
		{"nothing", "fraud-model", with(never(metrics.Nothing)), []string{"Prometheus has no figures for ml/fraud-model"}},
		{"starting", "fraud-model", with(never(metrics.Starting)), []string{"figures are being read …"}},
	} {
		c.view.SetFilter("/" + c.row)
		frame := text(c.view.Render(140, 40))
		for _, words := range c.says {
			require.Contains(t, frame, words, c.name)
		}
	}
	v := with(never(metrics.Starting))
	require.NotRegexp(t, `cart .* - `, text(v.Render(120, 40)), "nothing is said before the first answer")
}

func TestTheVerdictIsNeverCutOff(t *testing.T) {
	for _, size := range [][2]int{{50, 15}, {60, 15}, {60, 21}, {80, 21}} {
		v := measured()
		v.SetFilter("fraud-model")
		require.Regexp(t, `9 against 8: .*slower`, text(v.Render(size[0], size[1])))
	}
	v := measured()
	v.SetFilter("llm-70b")
	require.Contains(t, text(v.Render(100, 21)), "first token p99 4.6s", "what is known goes before")
	require.Contains(t, text(v.Render(100, 40)), "12 against 11: unknown (there are no figures of 12)", "what is not")
	narrow := text(v.Render(60, 21))
	require.Contains(t, narrow, "→ S: set maxSurge 0", "what can be done goes before it too")
	require.NotContains(t, narrow, "12 against 11")
}

func TestARevisionThatServesWorseIsMarked(t *testing.T) {
	v, th := measured(), theme.Dark(false)
	require.Contains(t, line(t, v, 140, " ranker "), th.Waiting.Paint("▲ 216ms"), "it does not rise, and is slower than before")
	require.Contains(t, line(t, v, 140, " ranker "), th.Waiting.Paint("slower than 3"))
	require.Contains(t, line(t, v, 140, " fraud-model "), th.Waiting.Paint("0.2%"), "more errors than 8, few as they are")
	require.Contains(t, line(t, v, 140, " web "), "ImagePull", "what is broken is said first")
	v.SetGauge(in(v.Gauge(), metrics.Stale))
	require.Contains(t, line(t, v, 140, " ranker "), th.Dim.Paint("slower than 3"))
	v.SetGauge(nil)
	require.Contains(t, line(t, v, 140, " ranker "), "Paused")

	canary := func(median, errors float64) *deployments.View {
		v := loaded(
			load{"cart", steady(fake.Load{Rate: 90, Median: 0.02})},
			load{"cart-canary", steady(fake.Load{Rate: 30, Median: median, Errors: errors})},
		)
		stable := v.Snapshot().Rollouts[0]
		require.NotContains(t, text(v.Render(140, 40)), "than cart", "nobody has said that they belong together")
		v.SetStable(func(r *kube.Rollout) *kube.Rollout {
			if r.Ref().Name == "cart-canary" {
				return stable
			}
			return nil
		})
		v.Handle(keymap.Bottom)
		return v
	}
	v = canary(0.06, 0)
	require.Contains(t, line(t, v, 200, " cart-canary "), th.Waiting.Paint("slower than cart"))
	require.NotContains(t, line(t, v, 200, " cart "), "than")
	require.Contains(t, text(v.Render(140, 40)), "cart-canary against cart: p99 +")
	v = canary(0.02, 0.1)
	require.Contains(t, line(t, v, 200, " cart-canary "), th.Waiting.Paint("more errors than cart"))
	require.Contains(t, line(t, v, 200, " cart-canary "), th.Broken.Paint("10%"))
	require.NotContains(t, line(t, v, 200, " cart-canary "), "▲", "it is not slower")
}

// big is a picture of one pod of each of many Deployments.
func big(s *kube.Snapshot) *gauge.Gauge {
	p := &fake.Prometheus{}
	for i, r := range s.Rollouts {
		pod := r.Revisions[0].Pods[0]
		p.Pods = append(p.Pods, fake.Pod{
			Namespace: pod.Ref.Namespace, Name: pod.Ref.Name, At: fake.Steady(fake.Load{Rate: 5, Median: 0.001 * float64(1+i%97)}),
		})
	}
	clock := func() time.Time { return fixture.Now() }
	c, err := metrics.Open(metrics.Options{URL: "http://prometheus.example:9090", RoundTripper: p, Clock: clock, MaxBody: 1 << 30, Timeout: time.Minute})
	if err != nil {
		panic(err)
	}
	picture, err := c.Read(context.Background(), metrics.ReadOptions{Window: 2 * time.Minute, Clock: clock})
	if err != nil {
		panic(err)
	}
	return gauge.New(picture)
}

// A picture of thousands costs what is on the screen, until rows are sorted by it;
// then a value of each, and no more.
func TestAPictureHasABudget(t *testing.T) {
	s := fixture.Big(300)
	v := page(s)
	picture := big(s).Picture
	v.SetGauge(gauge.New(picture))
	show := func() {
		v.SetGauge(gauge.New(picture))
		v.Render(200, 50)
	}
	require.LessOrEqual(t, testing.AllocsPerRun(3, show), 45*80.0)
	v.Handle(keymap.SortFigure)
	require.LessOrEqual(t, testing.AllocsPerRun(3, show), 45*80.0+300*20)
	now := fixture.Now()
	require.LessOrEqual(t, testing.AllocsPerRun(3, func() {
		now = now.Add(time.Second)
		v.SetNow(now)
		v.Render(200, 50)
	}), 800.0, "a second later nothing is worked out again")
}

func BenchmarkPictureOf10000(b *testing.B) {
	s := fixture.Big(10_000)
	v := page(s)
	picture := big(s).Picture
	v.SetGauge(gauge.New(picture))
	for _, sorted := range []bool{false, true} {
		b.Run(fmt.Sprintf("sorted=%v", sorted), func(b *testing.B) {
			if sorted {
				v.Handle(keymap.SortFigure)
			}
			b.ReportAllocs()
			for b.Loop() {
				v.SetGauge(gauge.New(picture))
				v.Render(200, 50)
			}
		})
	}
}
