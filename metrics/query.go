package metrics

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// signal is what a series says.
type signal uint8

const (
	latency    signal = iota // cumulative rates of a histogram's buckets
	firstToken               // the same, of the time to the first token
	requests                 // per second, by the labels that tell failures
	failed                   // per second, besides requests
	spent                    // time spent by requests, per second
	waiting                  // requests that wait
	cacheUse                 // ratio
	newest                   // Unix time of the newest sample
	samples                  // in the last detectOver
	utilization
	memoryUsed
	memoryFree
	xid
	interval // samples of those that were there before the last detectOver
	signals  = iota
)

// mark is the label by which the parts of one query are told apart.
const mark = "fader"

// part of a query: one preset's series of one signal.
type part struct {
	preset int // its number among the presets
	signal signal
	expr   string // yields labels of the preset, le for histograms
}

func (p part) mark() string { return strconv.Itoa(p.preset) + "." + strconv.Itoa(int(p.signal)) }

// query is several parts asked in one go: every preset's series come in one
// answer, each marked with the part it belongs to.
type query struct {
	expr  string
	parts map[string]part
}

func join(parts []part) query {
	q := query{parts: make(map[string]part, len(parts))}
	exprs := make([]string, len(parts))
	for i, p := range parts {
		q.parts[p.mark()] = p
		exprs[i] = "label_replace(" + p.expr + `,"` + mark + `",` + strconv.Quote(p.mark()) + `,"","")`
	}
	q.expr = strings.Join(exprs, " or ")
	return q
}

// asker makes the queries for one scope.
type asker struct {
	presets []Preset
	scope   Scope
	rate    time.Duration // window of rate()
}

// timing is the one latency query, of the presets of these numbers.
func (a asker) timing(of []int) query {
	var parts []part
	for _, i := range of {
		p := a.presets[i]
		if p.Latency != "" {
			parts = append(parts, part{i, latency, a.sumRate(p, p.Latency+"_bucket", "le")})
		}
		if p.FirstToken != "" {
			parts = append(parts, part{i, firstToken, a.sumRate(p, p.FirstToken+"_bucket", "le")})
		}
	}
	return join(parts)
}

// traffic is the one query for all the rest: requests, failures, time spent,
// gauges, and how new the newest sample is.
func (a asker) traffic(of []int) query {
	var parts []part
	for _, i := range of {
		p := a.presets[i]
		parts = append(parts, part{i, requests, a.sumRate(p, p.requests(), p.failureLabels()...)})
		if p.Failed != "" {
			parts = append(parts, part{i, failed, a.sumRate(p, p.Failed)})
		}
		if p.Duration != "" {
			parts = append(parts, part{i, spent, a.sumRate(p, p.Duration)})
		}
		if len(p.Waiting) > 0 {
			parts = append(parts, part{i, waiting, a.gauge(p, "sum", p.Waiting)})
		}
		if len(p.CacheUse) > 0 {
			parts = append(parts, part{i, cacheUse, a.gauge(p, "max", p.CacheUse)})
		}
		parts = append(parts, part{i, newest, "max(timestamp(" + a.selector(p, p.timed()) + "))"})
	}
	return join(parts)
}

// presence is the one query that finds out which presets have series, and how
// often they are scraped.
func (a asker) presence() query {
	var parts []part
	over := "[" + promDuration(detectOver) + "]"
	for i, p := range a.presets {
		from, by := a.selector(p, p.timed()), "max by ("+p.Labels.Namespace+")"
		counted := "count_over_time(" + from + over + ")"
		// The interval is told by those that have been there all the while, and still are.
		parts = append(parts, part{i, samples, by + "(" + counted + ")"},
			part{i, interval, by + "(" + counted + " and " + from + " and (" + from + " offset " + promDuration(detectOver) + "))"})
	}
	gpus := part{len(a.presets), samples, "max(count_over_time(" + gpuPresence + over + "))"}
	return join(append(parts, gpus))
}

// sumRate is the rate of a counter per pod (or workload, or service), and per
// value of more labels.
func (a asker) sumRate(p Preset, metric string, more ...string) string {
	by := append(p.Labels.identifying(), more...)
	return "sum by (" + strings.Join(by, ",") + ")(rate(" + a.selector(p, metric) + "[" + promDuration(a.rate) + "]))"
}

// gauge is the first of some metrics that has data, per pod.
func (a asker) gauge(p Preset, how string, metrics []string) string {
	exprs := make([]string, len(metrics))
	for i, m := range metrics {
		exprs[i] = how + " by (" + strings.Join(p.Labels.identifying(), ",") + ")(" + a.selector(p, m) + ")"
	}
	if len(exprs) == 1 {
		return exprs[0]
	}
	return "(" + strings.Join(exprs, " or ") + ")"
}

// selector of a metric's series in the scope.
func (a asker) selector(p Preset, metric string) string {
	var matchers []string
	for _, label := range slices.Sorted(maps.Keys(p.Match)) {
		matchers = append(matchers, label+"="+strconv.Quote(p.Match[label]))
	}
	if len(a.scope.Namespaces) > 0 {
		matchers = append(matchers, matcher(p.Labels.Namespace, a.scope.Namespaces))
	}
	if len(a.scope.Pods) > 0 && p.Labels.Pod != "" {
		matchers = append(matchers, matcher(p.Labels.Pod, a.scope.Pods))
	}
	if p.Labels.usual() { // what a pod passes on is another's
		matchers = append(matchers, exportedPod+`=""`)
	}
	if len(matchers) == 0 {
		return metric
	}
	return metric + "{" + strings.Join(matchers, ",") + "}"
}

// promDuration as PromQL writes it.
func promDuration(d time.Duration) string {
	if d%time.Second == 0 {
		return strconv.FormatInt(int64(d/time.Second), 10) + "s"
	}
	return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
}
