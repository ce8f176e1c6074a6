package metrics

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

// fake answers the queries that fader makes, by their marks: it knows no PromQL,
// only which series each part of a query stands for.
type fake struct {
	mu      sync.Mutex
	presets []Preset
	pods    []fakePod
	gpus    []*model.SampleStream // as they are, at any time
	extra   []*model.SampleStream // added to every answer of a range
	scrape  time.Duration
	asked   []span
	survey  func(expr string) model.Vector // answers surveys; nil: nothing is found
	surveys int
	exprs   []string
	late    time.Duration
	refuse  func(expr string, s *span) error
	remarks remarks
	limit   int64
}

// fakePod exports one preset.
type fakePod struct {
	preset, namespace, name string
	born, died              time.Time
	rate                    float64 // requests a second
	errors                  float64 // ratio
	median                  float64 // seconds
}

func (f *fake) skew() time.Duration { return f.late }

func (f *fake) answerLimit() int64 { return max(f.limit, 1<<20) }

func (f *fake) instant(_ context.Context, expr string, _ time.Time) (model.Vector, remarks, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if strings.Contains(expr, surveyMark) || strings.HasPrefix(expr, "histogram_sum(") {
		f.surveys++
		if f.survey == nil {
			return nil, remarks{}, nil
		}
		return f.survey(expr), remarks{}, nil
	}
	f.exprs = append(f.exprs, expr)
	if f.refuse != nil {
		if err := f.refuse(expr, nil); err != nil {
			return nil, remarks{}, err
		}
	}
	var out model.Vector
	for _, m := range marksIn(expr) {
		for _, p := range f.pods {
			if m.preset < len(f.presets) && p.preset == f.presets[m.preset].Name {
				out = append(out, &model.Sample{
					Metric: model.Metric{mark: model.LabelValue(m.text), model.LabelName(f.presets[m.preset].Labels.Namespace): model.LabelValue(p.namespace)},
					Value:  model.SampleValue(detectOver / f.scrape),
				})
			}
		}
		if m.preset == len(f.presets) && len(f.gpus) > 0 {
			out = append(out, &model.Sample{Metric: model.Metric{mark: model.LabelValue(m.text)}, Value: model.SampleValue(detectOver / f.scrape)})
		}
	}
	return out, f.remarks, nil
}

func (f *fake) ranged(_ context.Context, expr string, s span) (model.Matrix, remarks, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked, f.exprs = append(f.asked, s), append(f.exprs, expr)
	if f.refuse != nil {
		if err := f.refuse(expr, &s); err != nil {
			return nil, remarks{}, err
		}
	}
	var out model.Matrix
	for _, m := range marksIn(expr) {
		for _, p := range f.pods {
			if p.preset == f.presets[m.preset].Name {
				out = append(out, p.series(f.presets[m.preset], m, s)...)
			}
		}
	}
	if strings.Contains(expr, gpuPresence) {
		for _, g := range f.gpus {
			out = append(out, spread(g, s))
		}
	}
	return append(out, f.extra...), f.remarks, nil
}

type fakeMark struct {
	text   string
	preset int
	signal signal
}

func marksIn(expr string) []fakeMark {
	var out []fakeMark
	for _, found := range regexp.MustCompile(`"`+mark+`","(\d+)\.(\d+)"`).FindAllStringSubmatch(expr, -1) {
		preset, _ := strconv.Atoi(found[1])
		number, _ := strconv.Atoi(found[2])
		out = append(out, fakeMark{found[1] + "." + found[2], preset, signal(number)})
	}
	return out
}

// spread the first value of a series over a span.
func spread(s *model.SampleStream, over span) *model.SampleStream {
	out := &model.SampleStream{Metric: s.Metric}
	for at := over.start; !at.After(over.end); at = at.Add(over.step) {
		out.Values = append(out.Values, model.SamplePair{Timestamp: model.TimeFromUnixNano(at.UnixNano()), Value: s.Values[0].Value})
	}
	return out
}

func fakeBounds() []float64 {
	return []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, math.Inf(1)}
}

// share of requests that take at most v.
func (p fakePod) share(v float64) float64 {
	if math.IsInf(v, 1) {
		return 1
	}
	return 0.5 * math.Erfc(-math.Log(v/p.median)/0.6/math.Sqrt2)
}

func (p fakePod) series(preset Preset, m fakeMark, over span) []*model.SampleStream {
	labels := func(more ...string) model.Metric {
		out := model.Metric{mark: model.LabelValue(m.text), model.LabelName(preset.Labels.Namespace): model.LabelValue(p.namespace), model.LabelName(preset.Labels.Pod): model.LabelValue(p.name)}
		for i := 0; i < len(more); i += 2 {
			out[model.LabelName(more[i])] = model.LabelValue(more[i+1])
		}
		return out
	}
	one := func(v float64, metric model.Metric) *model.SampleStream {
		s := &model.SampleStream{Metric: metric}
		for at := over.start; !at.After(over.end); at = at.Add(over.step) {
			if !at.Before(p.born) && (p.died.IsZero() || at.Before(p.died)) {
				s.Values = append(s.Values, model.SamplePair{Timestamp: model.TimeFromUnixNano(at.UnixNano()), Value: model.SampleValue(v)})
			}
		}
		return s
	}
	unit := preset.Unit.seconds()
	var out []*model.SampleStream
	switch m.signal {
	case latency, firstToken:
		for _, b := range fakeBounds() {
			out = append(out, one(p.rate*p.share(b), labels(model.BucketLabel, strconv.FormatFloat(b/unit, 'g', -1, 64))))
		}
	case requests:
		if len(preset.Failures) == 0 {
			return append(out, one(p.rate*(1-p.errors), labels()))
		}
		label := preset.Failures[0].Label
		out = append(out, one(p.rate*(1-p.errors), labels(label, "200")), one(p.rate*p.errors, labels(label, "503")))
	case failed:
		out = append(out, one(p.rate*p.errors, labels()))
	case spent:
		out = append(out, one(p.rate*(1-p.errors)*p.median/unit, labels()))
	case waiting:
		out = append(out, one(p.rate*3, labels()))
	case cacheUse:
		out = append(out, one(0.5, labels()))
	case newest:
		end := float64(over.end.UnixNano()) / 1e9
		out = append(out, one(math.Floor(end/7)*7, model.Metric{mark: model.LabelValue(m.text)}))
	}
	alive := out[:0]
	for _, s := range out {
		if len(s.Values) > 0 {
			alive = append(alive, s)
		}
	}
	return alive
}

// ServeHTTP is the API of Prometheus in front of the fake.
func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var value any
	var err error
	var said remarks
	kind := "vector"
	if strings.HasSuffix(r.URL.Path, "/query_range") {
		kind = "matrix"
		value, said, err = f.ranged(r.Context(), r.FormValue("query"), spanOf(r.Form))
	} else {
		value, said, err = f.instant(r.Context(), r.FormValue("query"), time.Time{})
	}
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(http.StatusUnprocessableEntity)
		fmt.Fprintf(w, `{"status":"error","errorType":"execution","error":%q}`, err.Error())
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{
		"status": "success", "warnings": said.warnings, "infos": said.infos, "data": map[string]any{"resultType": kind, "result": value},
	})
}

func spanOf(form url.Values) span {
	number := func(name string) float64 { v, _ := strconv.ParseFloat(form.Get(name), 64); return v }
	at := func(name string) time.Time { return time.UnixMilli(int64(number(name) * 1000)) }
	return span{at("start"), at("end"), time.Duration(number("step") * float64(time.Second))}
}

// fleet of two revisions of a Deployment in a namespace.
func fleet(born time.Time) *fake {
	f := &fake{presets: Presets(), scrape: 15 * time.Second}
	for i := range 3 {
		f.pods = append(f.pods, fakePod{preset: "http", namespace: "shop", name: fmt.Sprintf("web-5c8b-aaaa%d", i), rate: 10, errors: 0.01, median: 0.02})
	}
	return f.with(fakePod{preset: "http", namespace: "shop", name: "web-7d9f-x2k4p", rate: 10, errors: 0.02, median: 0.053, born: born})
}

func (f *fake) with(p fakePod) *fake {
	f.pods = append(f.pods, p)
	return f
}

// noon is when most tests happen: in the middle of a step.
func noon() time.Time { return time.Date(2026, 11, 21, 12, 0, 7, 0, time.UTC) }

func atNoon() time.Time { return noon() }

func readFake(t *testing.T, f *fake, o ReadOptions) *Picture {
	t.Helper()
	if o.Clock == nil {
		o.Clock = atNoon
	}
	if f.presets == nil {
		f.presets = Presets()
	}
	p, err := read(t.Context(), f, o, true)
	require.NoError(t, err)
	return p
}

func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// serveCanned answers every range query with the same matrix.
func serveCanned(b *testing.B, answer model.Matrix) string {
	b.Helper()
	body, err := json.Marshal(map[string]any{"status": "success", "data": map[string]any{"resultType": "matrix", "result": answer}})
	require.NoError(b, err)
	b.Logf("the answer is %.1f MB", float64(len(body))/1e6)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	}))
	b.Cleanup(s.Close)
	return s.URL
}
