package metrics

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

func TestOnePictureOfEverything(t *testing.T) {
	f := fleet(noon().Add(-10 * time.Minute))
	p := readFake(t, f, ReadOptions{Scope: Scope{Namespaces: []string{"shop"}}})
	require.Equal(t, Live, p.State)
	require.True(t, p.Filled)
	require.Equal(t, []PresetFound{{"http", []string{"shop"}}}, p.Presets)
	require.Equal(t, 15*time.Second, p.Scrape)
	require.Equal(t, time.Minute, p.Rate)
	require.Equal(t, 20*time.Second, p.Step)
	require.Equal(t, noon().Add(-7*time.Second), p.End().UTC())
	age, known := p.Age(noon())
	require.True(t, known)
	require.Less(t, age, 15*time.Second)

	old := p.Of([]PodKey{{"shop", "web-5c8b-aaaa0"}, {"shop", "web-5c8b-aaaa1"}, {"shop", "web-5c8b-aaaa2"}})
	require.Equal(t, 3, old.Found)
	require.Equal(t, 90, old.P99.Len())
	require.InDelta(t, 30, old.Now.Requests.V, 1e-3)
	require.InDelta(t, 0.01, old.Now.Errors.V, 1e-6)
	require.InDelta(t, 1800, old.Now.Count.V, 0.1)
	require.InDelta(t, 0.0947, old.Now.P99.V, 0.001)
	require.Equal(t, old.Now.P99, old.P99.At(89))
	require.Equal(t, HasTraffic, old.Now.Traffic)

	young := p.OfReplicaSet("shop", "web-7d9f")
	require.Equal(t, 1, young.Found)
	require.Equal(t, Value{}, young.P99.At(40), "before it was born")
	require.Equal(t, TrafficUnknown, young.Traffic(40))
	require.True(t, young.P99.At(89).Known)

	all := p.OfReplicaSets("shop", []string{"web-5c8b", "web-7d9f"})
	require.InDelta(t, 40, all.Now.Requests.V, 1e-3)
	require.Equal(t, all.Now, p.NowOfReplicaSets("shop", []string{"web-5c8b", "web-7d9f"}))
	require.Equal(t, young.Now, p.NowOf([]PodKey{{"shop", "web-7d9f-x2k4p"}}))

	none := p.Of([]PodKey{{"shop", "nobody"}})
	require.False(t, none.Known())
	require.Equal(t, Point{}, none.Now)
}

// Two queries at a refresh, whatever the number of pods and presets, and the tail
// only once the history is there.
func TestQueriesDoNotGrow(t *testing.T) {
	now := noon()
	f := fleet(now.Add(-time.Hour))
	f.with(fakePod{preset: "vllm", namespace: "ml", name: "llm-6f7-bbbbb", rate: 1, median: 0.4})
	f.with(fakePod{preset: "istio", namespace: "mesh", name: "api-6f7-ccccc", rate: 1, median: 0.4})
	o := ReadOptions{Clock: func() time.Time { return now }}.withDefaults()
	r := newReader(f, o)
	require.NoError(t, r.refresh(t.Context()))
	require.Len(t, f.exprs, 3, "who is there, and the two queries")
	require.Equal(t, 2, strings.Count(f.exprs[0], "http_request_duration_seconds_count["))
	require.NoError(t, r.fill(t.Context()))
	require.True(t, r.complete())
	require.Len(t, f.exprs, 5)
	for range 5 {
		now = now.Add(10 * time.Second)
		require.NoError(t, r.refresh(t.Context()))
	}
	require.Len(t, f.exprs, 5+5*2+2, "and twice who is there")
	for _, s := range f.asked[4:] {
		require.Equal(t, 2*20*time.Second, s.end.Sub(s.start), "three points")
		require.Zero(t, s.start.UnixNano()%int64(s.step))
	}
	longest := 0
	for _, e := range f.exprs[1:3] {
		longest = max(longest, len(e))
	}
	for i := range 200 {
		f.with(fakePod{preset: "http", namespace: "shop", name: "more-" + strings.Repeat("x", i%9) + "-abcde", rate: 1, median: 0.1})
	}
	before := len(f.exprs)
	require.NoError(t, r.refresh(t.Context()))
	require.Len(t, f.exprs, before+2)
	for _, e := range f.exprs[before:] {
		require.LessOrEqual(t, len(e), longest)
	}
}

// Whoever is scraped for the first time a moment after another is not overlooked
// for minutes; later on nobody asks that often.
func TestWhoComesSecondIsFoundSoon(t *testing.T) {
	now := noon()
	f := &fake{presets: Presets(), scrape: 15 * time.Second}
	f.with(fakePod{preset: "vllm", namespace: "ml", name: "llm-6f7-bbbbb", rate: 1, median: 0.4})
	r := newReader(f, ReadOptions{Clock: func() time.Time { return now }}.withDefaults())
	require.NoError(t, r.refresh(t.Context()))
	f.with(fakePod{preset: "http", namespace: "shop", name: "web-5c8b-aaaaa", rate: 9, median: 0.1})
	for range 2 {
		now = now.Add(10 * time.Second)
		require.NoError(t, r.refresh(t.Context()))
	}
	require.True(t, r.picture().OfReplicaSet("shop", "web-5c8b").Now.P99.Known)

	asked := func() (n int) {
		for _, e := range f.exprs {
			if strings.Contains(e, "count_over_time") {
				n++
			}
		}
		return n
	}
	before := asked()
	for range 60 {
		now = now.Add(10 * time.Second)
		require.NoError(t, r.refresh(t.Context()))
	}
	require.LessOrEqual(t, asked()-before, 7, "in ten minutes")
}

// A gap in the reading is filled, and what was published before stays as it was.
func TestTailMeetsWhatIsThere(t *testing.T) {
	now := noon()
	f := fleet(now.Add(-time.Hour))
	r := newReader(f, ReadOptions{Clock: func() time.Time { return now }}.withDefaults())
	require.NoError(t, r.refresh(t.Context()))
	first := r.picture()
	require.False(t, first.Filled)
	require.NoError(t, r.fill(t.Context()))
	second := r.picture()
	now = now.Add(4 * time.Minute)
	f.pods[0].rate = 100
	f.pods = append(f.pods, fakePod{preset: "http", namespace: "shop", name: "web-zzzz-bbbbb", rate: 1, median: 0.1})
	require.NoError(t, r.refresh(t.Context()))
	third := r.picture()
	require.True(t, third.Filled)
	for i := range 90 {
		require.True(t, third.OfReplicaSet("shop", "web-5c8b").Requests.At(i).Known, i)
	}
	require.InDelta(t, 120, third.OfReplicaSet("shop", "web-5c8b").Now.Requests.V, 0.01)
	require.InDelta(t, 30, second.OfReplicaSet("shop", "web-5c8b").Now.Requests.V, 0.01)
	require.InDelta(t, 30, first.OfReplicaSet("shop", "web-5c8b").Now.Requests.V, 0.01)
	require.False(t, second.OfReplicaSet("shop", "web-zzzz").Known())
	require.True(t, third.OfReplicaSet("shop", "web-zzzz").Known())
	require.True(t, second.Filled)
}

// Away for longer than the window: everything is read anew.
func TestLongAbsence(t *testing.T) {
	now := noon()
	f := fleet(now.Add(-24 * time.Hour))
	r := newReader(f, ReadOptions{Clock: func() time.Time { return now }}.withDefaults())
	require.NoError(t, r.refresh(t.Context()))
	require.NoError(t, r.fill(t.Context()))
	now = now.Add(3 * time.Hour)
	require.NoError(t, r.refresh(t.Context()))
	for !r.complete() {
		require.NoError(t, r.fill(t.Context()))
	}
	g := r.picture().OfReplicaSet("shop", "web-5c8b")
	for i := range 90 {
		require.True(t, g.P99.At(i).Known, i)
	}
}

// An answer that is too large is asked for in pieces.
func TestTooLargeAnswersComeInPieces(t *testing.T) {
	f := fleet(noon().Add(-time.Hour))
	f.refuse = func(_ string, s *span) error {
		if s != nil && s.end.Sub(s.start) > 4*s.step {
			return &Fault{Kind: TooLarge, Sentence: "too large"}
		}
		return nil
	}
	p := readFake(t, f, ReadOptions{})
	require.True(t, p.Filled)
	for i := range 90 {
		require.True(t, p.OfReplicaSet("shop", "web-5c8b").P99.At(i).Known, i)
	}

	f.refuse = func(_ string, s *span) error {
		if s != nil {
			return &Fault{Kind: TooLarge, Sentence: "too large"}
		}
		return nil
	}
	q, err := read(t.Context(), f, ReadOptions{Clock: atNoon}, true)
	require.True(t, isTooLarge(err))
	require.Equal(t, Stale, q.State)
	require.Equal(t, TooLarge, q.Fault().Kind)
}

// A query that fails takes nothing from the other.
func TestHalfAnAnswer(t *testing.T) {
	f := fleet(noon().Add(-time.Hour))
	f.refuse = func(expr string, s *span) error {
		if s != nil && !strings.Contains(expr, "_bucket") {
			return errors.New("boom")
		}
		return nil
	}
	p, err := read(t.Context(), f, ReadOptions{Clock: atNoon}, true)
	require.EqualError(t, err, "boom")
	g := p.OfReplicaSet("shop", "web-5c8b")
	require.True(t, g.Now.P99.Known)
	require.InDelta(t, 30, g.Now.Requests.V, 0.01, "counted by the histogram")
	require.False(t, g.Now.Errors.Known)
}

func TestNothingThatIsKnown(t *testing.T) {
	p := readFake(t, &fake{scrape: time.Second}, ReadOptions{})
	require.Equal(t, Nothing, p.State)
	require.False(t, p.Of([]PodKey{{"a", "b"}}).Known())
	require.Equal(t, 90, p.Of(nil).P99.Len())
	require.Nil(t, p.GPUs())
}

// The server's clock is the one that counts.
func TestSkewedClock(t *testing.T) {
	f := fleet(noon().Add(-time.Hour))
	f.late = 5 * time.Minute
	p := readFake(t, f, ReadOptions{})
	require.Equal(t, noon().Add(5*time.Minute-7*time.Second), p.End().UTC())
	age, known := p.Age(noon())
	require.True(t, known)
	require.Less(t, age, 15*time.Second)
}

func TestPodsThatAreGone(t *testing.T) {
	f := fleet(noon().Add(-time.Hour))
	f.pods[0].died = noon().Add(-10 * time.Minute)
	f.pods[3].died = noon().Add(-5 * time.Minute)
	p := readFake(t, f, ReadOptions{})
	g := p.OfReplicaSet("shop", "web-5c8b")
	require.InDelta(t, 30, g.Requests.At(10).V, 0.01, "the dead one's requests are not forgotten")
	require.InDelta(t, 20, g.Now.Requests.V, 0.01)
	dead := p.OfReplicaSet("shop", "web-7d9f")
	require.True(t, dead.Known())
	require.Equal(t, Point{}, dead.Now, "what is gone has no current value")
}

// Once most of a sheet belongs to the dead it is written anew.
func TestSheetForgetsTheDead(t *testing.T) {
	now := noon()
	f := fleet(now.Add(-100 * time.Hour))
	for i := range 200 {
		f.with(fakePod{preset: "http", namespace: "shop", name: "batch-" + strings.Repeat("y", i) + "-abcde", rate: 1, median: 0.1, died: now})
	}
	r := newReader(f, ReadOptions{Clock: func() time.Time { return now }}.withDefaults())
	fill := func() {
		require.NoError(t, r.refresh(t.Context()))
		for !r.complete() {
			require.NoError(t, r.fill(t.Context()))
		}
	}
	fill()
	require.Greater(t, int(r.sheet.index.slots), 1000)
	before := r.picture()
	now = now.Add(40 * time.Minute)
	fill()
	require.Less(t, int(r.sheet.index.slots), 100)
	require.InDelta(t, 30, r.picture().OfReplicaSet("shop", "web-5c8b").Now.Requests.V, 0.01)
	require.InDelta(t, 0.01, r.picture().OfReplicaSet("shop", "web-5c8b").Now.Errors.V, 1e-6)
	require.InDelta(t, 1, before.Of([]PodKey{{"shop", "batch-y-abcde"}}).Now.Requests.V, 0.01)
}

// The presets in order: a pod that exports two is shown by the first.
func TestFirstPresetCounts(t *testing.T) {
	f := fleet(noon().Add(-time.Hour))
	f.with(fakePod{preset: "istio", namespace: "shop", name: "web-5c8b-aaaa0", rate: 77, median: 3})
	f.with(fakePod{preset: "istio", namespace: "shop", name: "only-mesh-abcde", rate: 7, median: 0.04})
	p := readFake(t, f, ReadOptions{})
	require.InDelta(t, 10, p.Of([]PodKey{{"shop", "web-5c8b-aaaa0"}}).Now.Requests.V, 0.01)
	mesh := p.Of([]PodKey{{"shop", "only-mesh-abcde"}}).Now
	require.InDelta(t, 7, mesh.Requests.V, 0.01)
	require.InDelta(t, 0.2, mesh.P99.V, 0.06, "milliseconds are made seconds")
	require.Equal(t, []PresetFound{{"http", []string{"shop"}}, {"istio", []string{"shop"}}}, p.Presets)
}

// A namespace whose pods have just come has few samples, and is scraped no less often.
func TestTheYoungSayNothingOfTheInterval(t *testing.T) {
	presets := Presets()
	q := asker{presets: presets}.presence()
	counted := func(s signal, namespace string, n float64) *model.Sample {
		return &model.Sample{Metric: model.Metric{mark: model.LabelValue(part{0, s, ""}.mark()), model.LabelName(presets[0].Labels.Namespace): model.LabelValue(namespace)}, Value: model.SampleValue(n)}
	}
	answer := model.Vector{counted(samples, "shop", 24), counted(samples, "new", 2), counted(interval, "shop", 24)}
	found := presenceIn(q, answer, presets)
	require.Equal(t, 5*time.Second, found.scrape)
	require.Equal(t, []string{"shop", "new"}, found.namespaces[0])
	require.Zero(t, presenceIn(q, answer[:2], presets).scrape, "where all are young it is not known")
}

func TestScrapeIntervalIsFoundOut(t *testing.T) {
	for _, want := range []time.Duration{5, 15, 30, 60} {
		f := fleet(noon().Add(-time.Hour))
		f.scrape = want * time.Second
		p := readFake(t, f, ReadOptions{})
		require.Equal(t, f.scrape, p.Scrape)
		require.GreaterOrEqual(t, p.Rate, 4*p.Scrape)
		require.Zero(t, p.Rate%p.Step)
	}
	p := readFake(t, fleet(noon()), ReadOptions{ScrapeInterval: time.Minute})
	require.Equal(t, time.Minute, p.Scrape)
	require.Equal(t, 4*time.Minute, p.Rate)
}

func TestUsualInterval(t *testing.T) {
	for _, c := range []struct{ samples, want float64 }{{121, 1}, {120, 1}, {60, 2}, {24, 5}, {23, 5}, {9, 15}, {8, 15}, {7, 15}, {4, 30}, {2, 60}, {1, 120}} {
		require.Equal(t, time.Duration(c.want)*time.Second, usualInterval(detectOver.Seconds()/c.samples), "%v samples", c.samples)
	}
}

// Series that end do not end the asking, and one hasty measurement does not throw
// the history away.
func TestPresenceIsRemembered(t *testing.T) {
	before := presence{presets: []int{2}, gpus: true, scrape: 30 * time.Second}
	seen := presence{presets: []int{1}, scrape: 15 * time.Second}
	require.Equal(t, presence{presets: []int{1, 2}, gpus: true, scrape: 30 * time.Second}, seen.after(before, 30*time.Second))
	require.Equal(t, 15*time.Second, seen.after(before, 15*time.Second).scrape)
	require.Equal(t, time.Minute, presence{scrape: time.Minute}.after(before, 0).scrape)
	require.Equal(t, 30*time.Second, presence{}.after(before, 0).scrape)
}

func TestRemarksAreKeptAndCleaned(t *testing.T) {
	f := fleet(noon())
	odd := "PromQL warning: \x1b[31mhistogram\x07\n mixed"
	f.remarks = remarksOf([]string{odd, odd}, []string{"PromQL info: might be no counter"})
	f.extra = []*model.SampleStream{{Metric: model.Metric{mark: "2.0", "namespace": "Evil\x1b", "pod": "a", "le": "1"}, Values: []model.SamplePair{{Value: 1}}}}
	p := readFake(t, f, ReadOptions{})
	require.Equal(t, []string{"PromQL warning: [31mhistogram mixed", `1 series of the preset "http" have no usable label pod: they belong to nobody`}, p.Warnings)
	require.Equal(t, []string{"PromQL info: might be no counter"}, p.Infos)
}

// What is read for one look asks each thing once, and for the newest points only.
func TestNewestAsksForNoHistory(t *testing.T) {
	f := fleet(noon().Add(-time.Hour))
	asked := 0
	f.refuse = func(_ string, s *span) error {
		if s != nil {
			asked++
			require.Less(t, s.end.Sub(s.start), time.Minute)
		}
		return nil
	}
	p, err := read(t.Context(), f, ReadOptions{Clock: atNoon, NoGPUs: true}, false)
	require.NoError(t, err)
	require.Equal(t, 2, asked, "latency and traffic")
	require.Equal(t, Live, p.State)
	require.True(t, p.OfReplicaSet("shop", "web-5c8b").Now.P99.Known)
	require.False(t, p.Filled)
}
