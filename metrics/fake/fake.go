package fake

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"fader/metrics"

	"github.com/prometheus/common/model"
)

// Scrape is how often the fake says that it scrapes.
const Scrape = 15 * time.Second

// Prometheus holds what it answers. It must not change while it is asked.
type Prometheus struct {
	Pods []Pod
	GPUs []GPU
}

// Pod exports one preset.
type Pod struct {
	Preset          string // the name of one of metrics.Presets; "": http
	Cluster         string // "": the label is not there
	Namespace, Name string
	Born, Died      time.Time // zero: always, never
	At              func(time.Time) Load
}

// Load of a pod at a moment.
type Load struct {
	Rate    float64 // requests a second
	Errors  float64 // ratio
	Median  float64 // seconds, of a log-normal whose p99 is four times that
	Waiting float64 // requests, where the preset has them
	Cache   float64 // ratio, where the preset has it
}

// Steady is the same load at any time.
func Steady(l Load) func(time.Time) Load { return func(time.Time) Load { return l } }

// GPU of a node, as DCGM reports it.
type GPU struct {
	Cluster        string // "": the label is not there
	UUID           string
	Node           string
	Index          int
	Model          string
	Namespace, Pod string  // that hold it; "" for nobody
	Utilization    float64 // ratio
	UsedMiB        float64
	FreeMiB        float64
	Xid            float64
	XidAt          time.Time // when it came; zero: always there
}

// Client of the fake, without a network.
func (p *Prometheus) Client(clock func() time.Time) *metrics.Client {
	c, err := metrics.Open(metrics.Options{URL: "http://prometheus.example:9090", RoundTripper: p, Clock: clock})
	if err != nil {
		panic(err) // the options above are right
	}
	return c
}

// Picture of all that the fake has, over window, at a moment.
func (p *Prometheus) Picture(now time.Time, window time.Duration) *metrics.Picture {
	clock := func() time.Time { return now }
	picture, _ := p.Client(clock).Read(context.Background(), metrics.ReadOptions{Window: window, Clock: clock})
	return picture
}

// RoundTrip answers a request from memory.
func (p *Prometheus) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	answer := w.Result()
	answer.Request = r
	answer.Header.Del("Date") // its clock is the caller's
	answer.Body = io.NopCloser(bytes.NewReader(w.Body.Bytes()))
	return answer, nil
}

// ServeHTTP is as much of Prometheus' API as fader asks.
func (p *Prometheus) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var kind string
	var value any
	switch query := r.FormValue("query"); {
	case strings.HasSuffix(r.URL.Path, "/query_range"):
		kind, value = "matrix", p.ranged(query, spanOf(r.Form))
	case strings.HasSuffix(r.URL.Path, "/query"):
		kind, value = "vector", p.instant(query)
	default:
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"status": "success", "data": map[string]any{"resultType": kind, "result": value},
	})
}

// span of a range query; both ends belong to it.
type span struct {
	start, end time.Time
	step       time.Duration
}

func spanOf(form url.Values) span {
	number := func(name string) float64 { v, _ := strconv.ParseFloat(form.Get(name), 64); return v }
	at := func(name string) time.Time { return time.UnixMilli(int64(number(name) * 1000)) }
	return span{at("start"), at("end"), time.Duration(number("step") * float64(time.Second))}
}

// Signals, by the numbers that marks have.
const (
	latency = iota
	firstToken
	requests
	failed
	spent
	waiting
	cacheUse
	newest
	samples // of presence: answered by instant
)

type mark struct {
	text           string
	preset, signal int
}

func marksIn(query string) []mark {
	marks := regexp.MustCompile(`"fader","(\d+)\.(\d+)"`)
	var all []mark
	for _, found := range marks.FindAllStringSubmatch(query, -1) {
		preset, _ := strconv.Atoi(found[1])
		signal, _ := strconv.Atoi(found[2])
		all = append(all, mark{found[1] + "." + found[2], preset, signal})
	}
	return all
}

// has says that a pod exports the preset of that number.
func (p Pod) has(presets []metrics.Preset, number int) bool {
	name := p.Preset
	if name == "" {
		name = "http"
	}
	return number < len(presets) && presets[number].Name == name
}

// instant answers which presets there are.
func (p *Prometheus) instant(query string) model.Vector {
	presets := metrics.Presets()
	var out model.Vector
	add := func(m mark, labels model.Metric) {
		labels["fader"] = model.LabelValue(m.text)
		out = append(out, &model.Sample{Metric: labels, Value: 20})
	}
	for _, m := range marksIn(query) {
		for _, pod := range p.Pods {
			if pod.has(presets, m.preset) {
				add(m, model.Metric{model.LabelName(presets[m.preset].Labels.Namespace): model.LabelValue(pod.Namespace)})
			}
		}
		if m.preset == len(presets) && len(p.GPUs) > 0 {
			add(m, model.Metric{})
		}
	}
	return out
}

func (p *Prometheus) ranged(query string, over span) model.Matrix {
	presets := metrics.Presets()
	var out model.Matrix
	for _, m := range marksIn(query) {
		for _, pod := range p.Pods {
			if pod.has(presets, m.preset) {
				out = append(out, pod.series(presets[m.preset], m, over)...)
			}
		}
	}
	if strings.Contains(query, "DCGM_FI_DEV_FB_USED") {
		for _, g := range p.GPUs {
			out = append(out, g.series(over)...)
		}
	}
	return out
}

func bounds() []float64 {
	return []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, math.Inf(1)}
}

// share of requests that take at most v, of a log-normal.
func (l Load) share(v float64) float64 {
	if math.IsInf(v, 1) {
		return 1
	}
	return 0.5 * math.Erfc(-math.Log(v/l.Median)/0.6/math.Sqrt2)
}

func unit(p metrics.Preset) float64 {
	switch p.Unit {
	case metrics.Milliseconds:
		return 1e-3
	case metrics.Microseconds:
		return 1e-6
	}
	return 1
}

func (p Pod) series(preset metrics.Preset, m mark, over span) []*model.SampleStream {
	one := func(value func(Load) float64, more ...string) *model.SampleStream {
		return over.stream(labelled(preset, p, m, more...), func(at time.Time) (float64, bool) {
			alive := !at.Before(p.Born) && (p.Died.IsZero() || at.Before(p.Died))
			return value(p.At(at)), alive
		})
	}
	answered := func(l Load) float64 { return l.Rate * (1 - l.Errors) }
	broken := func(l Load) float64 { return l.Rate * l.Errors }
	var out []*model.SampleStream
	switch m.signal {
	case latency, firstToken:
		for _, b := range bounds() {
			le := strconv.FormatFloat(b/unit(preset), 'g', -1, 64)
			out = append(out, one(func(l Load) float64 { return l.Rate * l.share(b) }, model.BucketLabel, le))
		}
	case requests:
		if len(preset.Failures) == 0 {
			return some(one(answered))
		}
		label := preset.Failures[0].Label
		out = append(out, one(answered, label, "200"), one(broken, label, "503"))
	case failed:
		out = append(out, one(broken))
	case spent:
		out = append(out, one(func(l Load) float64 { return answered(l) * l.Median / unit(preset) }))
	case waiting:
		out = append(out, one(func(l Load) float64 { return l.Waiting }))
	case cacheUse:
		out = append(out, one(func(l Load) float64 { return l.Cache }))
	case newest:
		out = append(out, over.stream(model.Metric{"fader": model.LabelValue(m.text)}, func(at time.Time) (float64, bool) {
			return float64(at.Unix() - 3), true
		}))
	}
	return some(out...)
}

// some leaves out series without a value: Prometheus does.
func some(all ...*model.SampleStream) []*model.SampleStream {
	kept := all[:0]
	for _, s := range all {
		if len(s.Values) > 0 {
			kept = append(kept, s)
		}
	}
	return kept
}

func labelled(preset metrics.Preset, p Pod, m mark, more ...string) model.Metric {
	out := model.Metric{
		"fader":                                  model.LabelValue(m.text),
		model.LabelName(preset.Labels.Namespace): model.LabelValue(p.Namespace),
		model.LabelName(preset.Labels.Pod):       model.LabelValue(p.Name),
	}
	if p.Cluster != "" {
		out["cluster"] = model.LabelValue(p.Cluster)
	}
	for i := 0; i < len(more); i += 2 {
		out[model.LabelName(more[i])] = model.LabelValue(more[i+1])
	}
	return out
}

// stream of values over a span.
func (over span) stream(labels model.Metric, value func(time.Time) (float64, bool)) *model.SampleStream {
	s := &model.SampleStream{Metric: labels}
	for at := over.start; !at.After(over.end) && over.step > 0; at = at.Add(over.step) {
		if v, ok := value(at); ok {
			s.Values = append(s.Values, model.SamplePair{Timestamp: model.TimeFromUnixNano(at.UnixNano()), Value: model.SampleValue(v)})
		}
	}
	return s
}

func (g GPU) series(over span) []*model.SampleStream {
	var out []*model.SampleStream
	for name, v := range map[string]float64{
		"DCGM_FI_DEV_GPU_UTIL": 100 * g.Utilization, "DCGM_FI_DEV_FB_USED": g.UsedMiB,
		"DCGM_FI_DEV_FB_FREE": g.FreeMiB, "DCGM_FI_DEV_XID_ERRORS": g.Xid,
	} {
		labels := model.Metric{
			model.MetricNameLabel: model.LabelValue(name), "Hostname": model.LabelValue(g.Node),
			"gpu": model.LabelValue(strconv.Itoa(g.Index)), "modelName": model.LabelValue(g.Model),
			"cluster": model.LabelValue(g.Cluster), "UUID": model.LabelValue(g.UUID),
			"exported_namespace": model.LabelValue(g.Namespace), "exported_pod": model.LabelValue(g.Pod),
		}
		out = append(out, over.stream(labels, func(at time.Time) (float64, bool) {
			if name == "DCGM_FI_DEV_XID_ERRORS" && at.Before(g.XidAt) {
				return 0, true
			}
			return v, true
		}))
	}
	return out
}
