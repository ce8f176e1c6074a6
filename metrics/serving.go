package metrics

import "math"

// Serving is what servers of language models say besides: how long a request
// waits for its first token, how many wait, and how full the KV cache is.
type Serving struct {
	Found int // of the pods, how many say so

	P50, P95, P99 Series // seconds to the first token
	Waiting       Series // requests, of all pods together
	CacheUse      Series // ratio, of the fullest pod

	P50Now, P95Now, P99Now  Value
	WaitingNow, CacheUseNow Value
}

// Serving of some pods.
func (p *Picture) Serving(pods []PodKey) Serving {
	s := Serving{P50: p.blank(), P95: p.blank(), P99: p.blank(), Waiting: p.blank(), CacheUse: p.blank()}
	var first, queues, caches []*row
	for _, pod := range pods {
		found := 0
		for _, cluster := range p.clusters() {
			rows := p.sheet.index.pick(Subject{Pod, pod.Namespace, pod.Name}, cluster)
			if rows[firstToken] == nil && rows[waiting] == nil && rows[cacheUse] == nil {
				continue
			}
			found = 1
			first, queues, caches = push(first, rows[firstToken]), push(queues, rows[waiting]), push(caches, rows[cacheUse])
		}
		s.Found += found
	}
	if s.Found == 0 {
		return s
	}
	p.sheet.sum(first).into(&s.P50, &s.P95, &s.P99)
	p.fold(s.Waiting, queues, func(a, b float64) float64 { return a + b })
	p.fold(s.CacheUse, caches, math.Max)
	s.P50Now, s.P95Now, s.P99Now = p.current(s.P50), p.current(s.P95), p.current(s.P99)
	s.WaitingNow, s.CacheUseNow = p.current(s.Waiting), p.current(s.CacheUse)
	return s
}

func push(rows []*row, r *row) []*row {
	if r == nil {
		return rows
	}
	return append(rows, r)
}

// fold gauges of several rows into one series.
func (p *Picture) fold(into Series, rows []*row, how func(a, b float64) float64) {
	for t, column := range p.sheet.columns {
		for _, r := range rows {
			v := at(column, r.slots[0])
			switch sum := into.Values[t]; {
			case v != v:
			case sum != sum:
				into.Values[t] = v
			default:
				into.Values[t] = how(sum, v)
			}
		}
	}
}
