package traffic

import (
	"slices"
	"time"
)

const (
	// settling is how long the ready endpoints of a new Service must not have changed before
	// its history is made, so that it is the history of all its pods. patience is how long
	// pods that are not ready yet are waited for. In seconds.
	settling, patience = 1.5, 15.0

	// historyStep is how far the points of a history are from each other. It is longer than
	// scrapes usually are: Prometheus has to take them all in at once.
	historyStep = 10 * time.Second
)

// History is what the pods of a Service did before it was first seen.
type History struct {
	Service string
	Pods    []string // their IDs
	Series  []Series
}

// Series is one series in the course of time, named as a Sample is.
type Series struct {
	Metric Metric
	Suffix string
	Labels []Label
	Points []Point
}

// Point is the value of a series at a time: milliseconds since 1970, as Prometheus has it.
type Point struct {
	Millis int64
	Value  float64
}

// birth is how far a Service is whose history is not made yet. Times are seconds.
type birth struct {
	ready        []string
	since, first float64 // when ready became what it is; when there first were any
	done         bool
}

// born tells whether a Service's traffic has begun. One with a history waits for its pods.
func (f *Fleet) born(s Service) bool {
	if s.History <= 0 {
		return true
	}
	b := f.births[s.key()]
	if b == nil {
		b = &birth{}
		f.births[s.key()] = b
	}
	ready := slices.Sorted(slices.Values(s.Ready))
	if !b.done && !slices.Equal(ready, b.ready) {
		if len(b.ready) == 0 {
			b.first = f.now
		}
		b.ready, b.since = ready, f.now
	}
	return b.done
}

// bear makes the histories of Services whose pods are all there.
func (f *Fleet) bear(services []Service, known map[string]Pod) []History {
	var histories []History
	for _, s := range services {
		b := f.births[s.key()]
		if b == nil || b.done || len(b.ready) == 0 {
			continue
		}
		settled := f.now-b.since >= settling && len(s.Starting) == 0
		if settled || f.now-b.first >= patience {
			b.done = true
			histories = append(histories, f.history(s, known))
		}
	}
	return histories
}

// history simulates the pods of a Service from when its history begins until now.
func (f *Fleet) history(s Service, known map[string]Pod) History {
	h := History{Service: s.key()}
	begin := f.now - s.History.Seconds()
	for _, id := range slices.Sorted(slices.Values(s.Ready)) {
		p, ok := known[id]
		if !ok || !p.Running || f.pods[id] != nil {
			continue
		}
		// It has been loaded for as long as there has been traffic.
		f.pods[id] = newPod(p, f.seed, begin-time.Hour.Seconds())
		h.Pods = append(h.Pods, id)
		h.Series = append(h.Series, f.replay(f.pods[id], f.flow(s), begin, float64(len(s.Ready)))...)
		f.pods[id].held = true
	}
	return h
}

// replay simulates one of n pods that share a flow, from begin until now.
func (f *Fleet) replay(p *pod, flow *flow, begin, n float64) []Series {
	step := historyStep.Seconds()
	steps := int((f.now - begin) / step)
	recorder := recorder{steps: steps}
	var samples []Sample
	for i := range steps {
		from := f.now - float64(steps-i)*step
		to := from + step
		p.advance(from, to, flow.rate(to)/n)
		// The last step is told by Gather, when its time has come.
		if i < steps-1 {
			samples = samples[:0]
			p.tell(to, &samples)
			f.tellHeld(p, &samples)
			recorder.add(f.epoch.Add(time.Duration(to*float64(time.Second))), samples)
		}
	}
	return recorder.series
}

// recorder sorts samples of many times by series.
type recorder struct {
	series []Series
	steps  int
}

func (r *recorder) add(at time.Time, samples []Sample) {
	for i, s := range samples {
		// Nearly always the series are told in the same row as before.
		at := at.UnixMilli()
		if i < len(r.series) && r.series[i].is(s) {
			r.series[i].Points = append(r.series[i].Points, Point{Millis: at, Value: s.Value})
			continue
		}
		j := slices.IndexFunc(r.series, func(known Series) bool { return known.is(s) })
		if j < 0 {
			j = min(i, len(r.series))
			r.series = slices.Insert(r.series, j, Series{Metric: s.Metric, Suffix: s.Suffix, Labels: s.Labels, Points: make([]Point, 0, r.steps)})
		}
		r.series[j].Points = append(r.series[j].Points, Point{Millis: at, Value: s.Value})
	}
}

// is tells whether s is a sample of the series.
func (s Series) is(one Sample) bool {
	return s.Metric.Name == one.Metric.Name && s.Suffix == one.Suffix && slices.Equal(s.Labels, one.Labels)
}
