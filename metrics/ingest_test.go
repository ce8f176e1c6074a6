package metrics

import (
	"math"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

// merged is a picture of one answer to a latency query and one to a traffic query
// of the presets, over the last three points.
func merged(t *testing.T, presets []Preset, answer model.Matrix) (*Picture, *ingest) {
	t.Helper()
	r := newReader(&fake{}, ReadOptions{Presets: presets, Clock: atNoon}.withDefaults())
	r.grid = gridFor(30*time.Minute, 15*time.Second)
	r.sheet = newSheet(r.grid)
	last := r.grid.tick(noon())
	q := r.asker.timing([]int{0})
	for mark, p := range r.asker.traffic([]int{0}).parts {
		q.parts[mark] = p
	}
	in := r.merge(q, answer, r.grid.span(last-2, last), last)
	p := r.picture()
	return p, in
}

// stream of three points, the newest at the last tick.
func stream(values [3]float64, labels ...string) *model.SampleStream {
	s := &model.SampleStream{Metric: model.Metric{}}
	for i := 0; i < len(labels); i += 2 {
		s.Metric[model.LabelName(labels[i])] = model.LabelValue(labels[i+1])
	}
	g := gridFor(30*time.Minute, 15*time.Second)
	for i, v := range values {
		at := g.time(g.tick(noon()) - 2 + int64(i))
		s.Values = append(s.Values, model.SamplePair{Timestamp: model.TimeFromUnixNano(at.UnixNano()), Value: model.SampleValue(v)})
	}
	return s
}

func bucket(values [3]float64, pod, le string) *model.SampleStream {
	return stream(values, mark, "0.0", "namespace", "shop", "pod", pod, "le", le)
}

func coded(values [3]float64, pod, code string) *model.SampleStream {
	return stream(values, mark, "0.2", "namespace", "shop", "pod", pod, "code", code)
}

func httpOnly() []Preset { return []Preset{generic("http", "http_request_duration_seconds")} }

func flat(v float64) [3]float64 { return [3]float64{v, v, v} }

// F44: what is no figure is a gap, never 0.
func TestWhatIsNoFigureIsAGap(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	p, _ := merged(t, httpOnly(), model.Matrix{
		bucket([3]float64{nan, inf, 5}, "a", "1"),
		bucket([3]float64{nan, inf, 10}, "a", "2"),
		bucket([3]float64{nan, inf, 10}, "a", "+Inf"),
		coded([3]float64{nan, -3, 10}, "a", "200"),
		coded([3]float64{nan, nan, 0}, "a", "500"),
	})
	g := p.Of([]PodKey{{"shop", "a"}})
	for _, i := range []int{87, 88} {
		require.Equal(t, TrafficUnknown, g.Traffic(i))
		require.False(t, g.P99.At(i).Known)
		require.False(t, g.Requests.At(i).Known)
		require.False(t, g.Errors.At(i).Known)
	}
	require.Equal(t, Value{V: 1, Known: true}, g.P50.At(89))
	require.Equal(t, Value{V: 0, Known: true}, g.Errors.At(89))
}

func TestNoTrafficIsAStateOfItsOwn(t *testing.T) {
	p, _ := merged(t, httpOnly(), model.Matrix{
		bucket(flat(0), "a", "1"), bucket(flat(0), "a", "+Inf"), coded(flat(0), "a", "200"),
	})
	now := p.Of([]PodKey{{"shop", "a"}}).Now
	require.Equal(t, NoTraffic, now.Traffic)
	require.Equal(t, Value{V: 0, Known: true}, now.Requests)
	require.False(t, now.P99.Known)
	require.False(t, now.Errors.Known)
}

func TestBucketsThatAreMissingOrOdd(t *testing.T) {
	for name, c := range map[string]struct {
		answer model.Matrix
		want   Value
	}{
		"no +Inf":              {model.Matrix{bucket(flat(5), "a", "1"), bucket(flat(10), "a", "2")}, Value{}},
		"no le":                {model.Matrix{bucket(flat(5), "a", ""), bucket(flat(5), "a", "1"), bucket(flat(10), "a", "2"), bucket(flat(10), "a", "+Inf")}, Value{V: 1, Known: true}},
		"le that is no number": {model.Matrix{bucket(flat(5), "a", "NaN"), bucket(flat(5), "a", "one"), bucket(flat(5), "a", "1"), bucket(flat(10), "a", "+Inf")}, Value{V: 1, Known: true}},
		"two names of a bound": {model.Matrix{bucket(flat(2), "a", "1"), bucket(flat(3), "a", "1.0"), bucket(flat(10), "a", "2"), bucket(flat(10), "a", "+Inf")}, Value{V: 1, Known: true}},
		"beyond the last":      {model.Matrix{bucket(flat(1), "a", "1"), bucket(flat(10), "a", "+Inf")}, Value{V: 1, Known: true, AtLeast: true}},
		"not monotone":         {model.Matrix{bucket(flat(10), "a", "1"), bucket(flat(4), "a", "2"), bucket(flat(10), "a", "+Inf")}, Value{V: .5, Known: true}},
	} {
		t.Run(name, func(t *testing.T) {
			p, _ := merged(t, httpOnly(), c.answer)
			require.Equal(t, c.want, p.Of([]PodKey{{"shop", "a"}}).Now.P50)
		})
	}
}

// F44: points that were not asked for are not believed.
func TestPointsOutsideOfWhatWasAsked(t *testing.T) {
	s := coded(flat(1), "a", "200")
	s.Values = append(s.Values,
		model.SamplePair{Timestamp: model.TimeFromUnixNano(noon().Add(time.Hour).UnixNano()), Value: 9},
		model.SamplePair{Timestamp: model.TimeFromUnixNano(noon().Add(-12345 * time.Millisecond).UnixNano()), Value: 9},
		model.SamplePair{Timestamp: math.MinInt64 / 2, Value: 9})
	future := stream([3]float64{1e9, 9e18, float64(noon().Unix()) - 20}, mark, "0.7")
	p, in := merged(t, httpOnly(), model.Matrix{s, future})
	require.Equal(t, 3, in.odd)
	require.Contains(t, in.remarks(), "3 points at times that were not asked for are left out")
	g := p.Of([]PodKey{{"shop", "a"}})
	low, high, _ := g.Requests.Range()
	require.Equal(t, [2]float64{1, 1}, [2]float64{low, high})
	require.Equal(t, float64(noon().Unix())-20, in.newest, "a sample from the future is not the newest")
}

// F44, F42: what belongs to nobody, or to a name that cannot be one.
func TestSeriesOfNobody(t *testing.T) {
	p, in := merged(t, httpOnly(), model.Matrix{
		stream(flat(1), mark, "0.2", "namespace", "shop"),
		stream(flat(1), mark, "0.2", "pod", "a"),
		stream(flat(1), mark, "0.2", "namespace", "shop", "pod", "a\x1b[2J"),
		stream(flat(1), mark, "0.2", "namespace", `sh"op`, "pod", "a"),
		stream(flat(1), mark, "7.7", "namespace", "shop", "pod", "a"),
		stream(flat(1), "namespace", "shop", "pod", "a"),
		{Metric: model.Metric{mark: "0.0", "namespace": "shop", "pod": "native", "le": "1"}, Histograms: []model.SampleHistogramPair{{}}},
		nil,
	})
	require.Equal(t, map[int]int{0: 4}, in.nobody)
	require.False(t, p.Of([]PodKey{{"shop", "a"}}).Known())
	require.False(t, p.Of([]PodKey{{"shop", "native"}}).Known())
}

// Whether requests failed is not known where no label says so.
func TestErrorsNeedALabel(t *testing.T) {
	p, _ := merged(t, httpOnly(), model.Matrix{stream(flat(1), mark, "0.2", "namespace", "shop", "pod", "a")})
	now := p.Of([]PodKey{{"shop", "a"}}).Now
	require.Equal(t, HasTraffic, now.Traffic)
	require.False(t, now.Errors.Known)

	p, _ = merged(t, httpOnly(), model.Matrix{
		coded(flat(6), "a", "200"), coded(flat(1), "a", "404"), coded(flat(3), "a", "503"),
		stream(flat(10), mark, "0.2", "namespace", "shop", "pod", "a", "status", "5xx"),
	})
	require.InDelta(t, 13.0/20, p.Of([]PodKey{{"shop", "a"}}).Now.Errors.V, 1e-6)
}

func TestMeanWhereThereIsNoHistogram(t *testing.T) {
	series := func(s signal, v float64) *model.SampleStream {
		return stream(flat(v), mark, part{0, s, ""}.mark(), "namespace", "ml", "pod", "t")
	}
	p, _ := merged(t, []Preset{triton()}, model.Matrix{series(spent, 500_000), series(requests, 8), series(failed, 2)})
	now := p.Of([]PodKey{{"ml", "t"}}).Now
	require.InDelta(t, 10, now.Requests.V, 1e-6)
	require.InDelta(t, 0.2, now.Errors.V, 1e-6)
	require.InDelta(t, 0.05, now.Mean.V, 1e-6, "half a second a second, by ten requests")
	require.False(t, now.P99.Known)
}

// Pods with other buckets than the rest: the sum does not go down where they have
// no bound.
func TestOtherBuckets(t *testing.T) {
	p, _ := merged(t, httpOnly(), model.Matrix{
		bucket(flat(90), "a", "0.1"), bucket(flat(99), "a", "0.5"), bucket(flat(100), "a", "+Inf"),
		bucket(flat(50), "b", "0.2"), bucket(flat(100), "b", "0.6"), bucket(flat(100), "b", "+Inf"),
	})
	both := p.Of([]PodKey{{"shop", "a"}, {"shop", "b"}})
	require.Equal(t, []float64{.1, .2, .5, .6, math.Inf(1)}, both.times.bounds)
	require.Equal(t, []float64{90, 140, 149, 199, 200}, both.times.counts[89])
	require.InDelta(t, 0.12, both.Now.P50.V, 1e-6)
	require.InDelta(t, 0.598, both.Now.P99.V, 1e-6)
}

// The same buckets: exactly the sum of PromQL's sum by (le).
func TestSameBucketsAreAdded(t *testing.T) {
	p, _ := merged(t, httpOnly(), model.Matrix{
		bucket(flat(1), "a", "0.1"), bucket(flat(2), "a", "0.5"), bucket(flat(4), "a", "+Inf"),
		bucket([3]float64{math.NaN(), 10, 10}, "b", "0.1"), bucket([3]float64{math.NaN(), 20, 20}, "b", "0.5"), bucket([3]float64{math.NaN(), 40, 40}, "b", "+Inf"),
	})
	g := p.Of([]PodKey{{"shop", "a"}, {"shop", "b"}, {"shop", "nobody"}})
	require.Equal(t, 2, g.Found)
	require.Equal(t, []float64{1, 2, 4}, g.times.counts[87])
	require.Equal(t, []float64{11, 22, 44}, g.times.counts[89])
	require.Same(t, &p.sheet.index.rows[rowKey{subject: Subject{Pod, "shop", "a"}, signal: latency}].bounds[0], &p.sheet.index.rows[rowKey{subject: Subject{Pod, "shop", "b"}, signal: latency}].bounds[0])
}

func TestWorkloadsAndServices(t *testing.T) {
	p, _ := merged(t, []Preset{istio()}, model.Matrix{
		stream(flat(4), mark, "0.2", "destination_workload_namespace", "shop", "destination_workload", "web", "response_code", "200"),
	})
	require.InDelta(t, 4, p.OfWorkload("shop", "web").Now.Requests.V, 1e-6)
	p, _ = merged(t, []Preset{ingress("ingress-nginx-exported", "exported_")}, model.Matrix{
		stream(flat(3), mark, "0.2", "exported_namespace", "shop", "exported_service", "web", "status", "200"),
		stream(flat(1), mark, "0.2", "exported_namespace", "shop", "exported_service", "web", "status", "502"),
	})
	require.InDelta(t, 0.25, p.OfService("shop", "web").Now.Errors.V, 1e-6)
}
