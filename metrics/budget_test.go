package metrics

import (
	"fmt"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// crowd of pods in Deployments of ten, with twelve buckets each.
func crowd(pods int) *fake {
	f := &fake{presets: httpOnly(), scrape: 15 * time.Second, limit: 32 << 20}
	for i := range pods {
		f.with(fakePod{preset: "http", namespace: fmt.Sprintf("ns-%d", i/100), name: fmt.Sprintf("web-%d-5c8b-aaa%02d", i/10, i%10), rate: 10, errors: 0.01, median: 0.02})
	}
	return f
}

// allocated bytes by a piece of work.
func allocated(work func()) float64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	work()
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc - before.TotalAlloc)
}

// A thousand pods: what the history takes and what a refresh adds to it. Pictures
// share all columns but the newest.
func TestMemoryOfAThousandPods(t *testing.T) {
	now := noon()
	f := crowd(1000)
	r := newReader(f, ReadOptions{Presets: f.presets, Clock: func() time.Time { return now }}.withDefaults())
	require.NoError(t, r.refresh(t.Context()))
	for !r.complete() {
		require.NoError(t, r.fill(t.Context()))
	}
	before := r.picture()
	values := 0
	for _, c := range before.sheet.columns {
		values += len(c)
	}
	require.Equal(t, 1000*(len(fakeBounds())+2)*90, values)

	now = now.Add(20 * time.Second)
	last := r.grid.tick(now)
	answer, _, err := f.ranged(t.Context(), r.feeds[0].query.expr, r.grid.span(last-2, last))
	require.NoError(t, err)
	merge := allocated(func() { r.merge(r.feeds[0].query, answer, r.grid.span(last-2, last), last) })
	t.Logf("%d series: a merge of three points allocates %.1f MB; the history is %.1f MB", len(answer), merge/1e6, float64(values)*4/1e6)
	require.Less(t, merge, 4e6)
	after := r.picture()
	require.Same(t, &before.sheet.columns[50][0], &after.sheet.columns[49][0], "columns are shared")
	require.Same(t, before.sheet.index, after.sheet.index, "nothing new: the same index")

	var groups int
	one := allocated(func() {
		for d := range 100 {
			if after.OfReplicaSet(fmt.Sprintf("ns-%d", d/10), fmt.Sprintf("web-%d-5c8b", d)).Now.P99.Known {
				groups++
			}
		}
	})
	require.Equal(t, 100, groups)
	t.Logf("a group of ten pods allocates %.1f kB", one/100/1e3)
	require.Less(t, one/100, 40e3)
}

func BenchmarkMergeTail(b *testing.B) {
	f := crowd(1000)
	r := newReader(f, ReadOptions{Presets: f.presets, Clock: atNoon}.withDefaults())
	require.NoError(b, r.refresh(b.Context()))
	last := r.grid.tick(noon())
	s := r.grid.span(last-2, last)
	answer, _, err := f.ranged(b.Context(), r.feeds[0].query.expr, s)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		r.merge(r.feeds[0].query, answer, s, last)
	}
}

func BenchmarkFetchTail(b *testing.B) {
	f := crowd(1000)
	r := newReader(f, ReadOptions{Presets: f.presets, Clock: atNoon}.withDefaults())
	require.NoError(b, r.refresh(b.Context()))
	last := r.grid.tick(noon())
	s := r.grid.span(last-2, last)
	answer, _, err := f.ranged(b.Context(), r.feeds[0].query.expr, s)
	require.NoError(b, err)
	url := serveCanned(b, answer)
	c, err := Open(Options{URL: url})
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		got, _, err := c.ranged(b.Context(), "x", s)
		require.NoError(b, err)
		require.Len(b, got, len(answer))
	}
}

func BenchmarkGroups(b *testing.B) {
	f := crowd(1000)
	r := newReader(f, ReadOptions{Presets: f.presets, Clock: atNoon}.withDefaults())
	require.NoError(b, r.refresh(b.Context()))
	for !r.complete() {
		require.NoError(b, r.fill(b.Context()))
	}
	p := r.picture()
	b.ReportAllocs()
	for b.Loop() {
		for d := range 100 {
			p.OfReplicaSet(fmt.Sprintf("ns-%d", d/10), fmt.Sprintf("web-%d-5c8b", d))
		}
	}
}

func BenchmarkCompare(b *testing.B) {
	w := newWorld(seeded(3), 240)
	stable := w.run(service{pods: 3, rate: 37, median: 0.02, errors: 0.002}, 0)
	canary := w.run(service{pods: 1, rate: 12, median: 0.053, errors: 0.03}, 100)
	p, keys := simPicture([][][][]float64{canary, stable}, 239)
	x, y := p.Of(keys[0]), p.Of(keys[1])
	b.ReportAllocs()
	for b.Loop() {
		Compare(x, y, CompareOptions{})
	}
}

func BenchmarkQuantile(b *testing.B) {
	bounds, counts := simBounds(), make([]float64, 12)
	for i := range counts {
		counts[i] = math.Sqrt(float64(i))
	}
	b.ReportAllocs()
	for b.Loop() {
		quantile(0.99, bounds, counts)
	}
}
