package metrics

import (
	"math"
	"math/rand/v2"
	"sort"
	"time"
)

// service is a simulated revision: pods that answer requests, whose counters are
// scraped every 15 s, as Prometheus would find them.
type service struct {
	pods   int
	rate   float64 // requests a second, of all pods together
	median float64 // seconds
	errors float64 // ratio
}

// world is what befalls two revisions in common: load that wanders, dependencies
// that stall.
type world struct {
	random *rand.Rand
	load   []float64 // factor of requests, per scrape
	slow   []float64 // factor of latency, per scrape
}

const (
	simScrape = 15 * time.Second
	simSigma  = 0.6 // of log latency: p99 is four times the median
)

func simBounds() []float64 {
	return []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, math.Inf(1)}
}

// newWorld of so many scrapes. Load and latency are autocorrelated over minutes,
// and once in a while everything is slow.
func newWorld(random *rand.Rand, scrapes int) *world {
	w := &world{random: random, load: make([]float64, scrapes), slow: make([]float64, scrapes)}
	load, slow := 0.0, 0.0
	for i := range scrapes {
		load = 0.95*load + 0.08*random.NormFloat64()
		slow = 0.9*slow + 0.05*random.NormFloat64()
		w.load[i], w.slow[i] = math.Exp(load), math.Exp(slow)
		if random.Float64() < 0.02 {
			w.slow[i] *= 1 + 3*random.Float64()
		}
	}
	return w
}

// run a service: per pod and bucket the cumulative counters at every scrape, and
// the counters of errors behind them.
func (w *world) run(s service, from int) [][][]float64 {
	bounds := simBounds()
	pods := make([][][]float64, s.pods)
	own := 0.0
	wander := make([]float64, len(w.load))
	for i := range wander { // a revision's own unrest, the same for its pods
		own = 0.8*own + 0.02*w.random.NormFloat64()
		wander[i] = math.Exp(own)
	}
	for p := range pods {
		machine := math.Exp(0.05 * w.random.NormFloat64()) // some nodes are slower
		counters := make([]float64, len(bounds)+1)
		pods[p] = make([][]float64, len(w.load))
		for i := range w.load {
			if i >= from {
				factor := w.slow[i] * machine * wander[i]
				if w.random.Float64() < 0.03 { // its own stall: garbage, a cold cache
					factor *= 1 + w.random.Float64()
				}
				w.serve(counters, s.rate/float64(s.pods)*w.load[i]*simScrape.Seconds(), s.median*factor, s.errors)
				pods[p][i] = append([]float64(nil), counters...)
			}
		}
	}
	return pods
}

// serve about so many requests; the counters grow.
func (w *world) serve(counters []float64, requests, median, errors float64) {
	bounds := simBounds()
	before, sum := 0.0, 0.0
	for u, bound := range bounds {
		share := 0.5 * math.Erfc(-math.Log(bound/median)/simSigma/math.Sqrt2)
		if math.IsInf(bound, 1) {
			share = 1
		}
		sum += poisson(w.random, requests*(share-before))
		counters[u] += sum
		before = share
	}
	counters[len(bounds)] += poisson(w.random, requests*errors)
}

func poisson(random *rand.Rand, mean float64) float64 {
	if mean > 30 {
		return math.Max(0, math.Round(mean+math.Sqrt(mean)*random.NormFloat64()))
	}
	limit, k, product := math.Exp(-mean), 0.0, random.Float64()
	for product > limit {
		k++
		product *= random.Float64()
	}
	return k
}

// picture of what Prometheus would answer, up to a scrape, of services whose pods'
// counters are given.
func simPicture(services [][][][]float64, upTo int) (*Picture, [][]PodKey) {
	g := gridFor(30*time.Minute, simScrape)
	s := newSheet(g)
	s.first, s.columns = 0, make([][]float32, g.size)
	bounds := simBounds()
	var keys [][]PodKey
	var rows []*row
	var counters [][][]float64
	for i, pods := range services {
		var mine []PodKey
		for p := range pods {
			name := string(rune('a'+i)) + "-" + string(rune('a'+p))
			mine = append(mine, PodKey{"sim", name})
			subject := Subject{Pod, "sim", name}
			lat := &row{rowKey: rowKey{subject: subject, preset: 0, signal: latency}, bounds: bounds}
			for range bounds {
				lat.slots = append(lat.slots, s.index.slots)
				s.index.slots++
			}
			req := &row{rowKey: rowKey{subject: subject, preset: 0, signal: requests}, slots: []int32{s.index.slots, s.index.slots + 1}, classes: []class{{"2", true, false}, {"5", true, true}}}
			s.index.slots += 2
			s.index.put(lat)
			s.index.put(req)
			rows = append(rows, lat, req)
			counters = append(counters, pods[p])
		}
		keys = append(keys, mine)
	}
	end := time.Duration(upTo) * simScrape
	last := int(end / g.step)
	for i := range s.columns {
		t := time.Duration(last-g.size+1+i) * g.step
		column := grown(nil, int(s.index.slots))
		s.columns[i] = column
		for p := range counters {
			rates := simRate(counters[p], t, g.rate, upTo)
			if rates == nil {
				continue
			}
			lat, req := rows[2*p], rows[2*p+1]
			for u, slot := range lat.slots {
				column[slot] = float32(rates[u])
			}
			all, bad := rates[len(bounds)-1], rates[len(bounds)]
			column[req.slots[0]], column[req.slots[1]] = float32(all-bad), float32(bad)
		}
	}
	p := &Picture{State: Live, Step: g.step, Rate: g.rate, Scrape: simScrape, Window: 30 * time.Minute, sheet: s}
	return p, keys
}

// simRate is PromQL's rate() over the scrapes in (t-window, t], extrapolated to
// the whole window as PromQL does where the samples come close to its ends.
func simRate(counters [][]float64, t, window time.Duration, upTo int) []float64 {
	first, last := int((t-window)/simScrape)+1, int(t/simScrape)
	first, last = max(first, 0), min(last, upTo, len(counters)-1)
	if t <= 0 {
		return nil
	}
	first += sort.Search(max(0, last-first+1), func(i int) bool { return counters[first+i] != nil })
	for last > first && counters[last] == nil {
		last--
	}
	if last-first < 1 {
		return nil
	}
	sampled := float64(last-first) * simScrape.Seconds()
	gap := func(d time.Duration) float64 {
		if d.Seconds() > 1.1*simScrape.Seconds() {
			return simScrape.Seconds() / 2
		}
		return d.Seconds()
	}
	covered := sampled + gap(time.Duration(first)*simScrape-(t-window)) + gap(t-time.Duration(last)*simScrape)
	out := make([]float64, len(counters[last]))
	for u := range out {
		out[u] = (counters[last][u] - counters[first][u]) * covered / sampled / window.Seconds()
	}
	return out
}
