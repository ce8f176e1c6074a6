package traffic

import (
	"cmp"
	"slices"
	"time"
)

const (
	// longestStep bounds what is made up for at once, when the machine was asleep.
	longestStep = 60 * time.Second
	// arrival is how long a pod is unknown before it counts as one that no Service wants: it
	// runs a moment before it is an endpoint. In seconds.
	arrival = 3.0
)

// Fleet is all pods that serve. It is not safe for concurrent use.
type Fleet struct {
	seed  uint64
	epoch time.Time
	now   float64 // seconds since epoch

	flows  map[string]*flow  // by Service
	births map[string]*birth // by Service
	pods   map[string]*pod   // by ID
	seen   map[string]float64
	slots  map[string][]slot // by node
	nodes  []Node
}

// New makes an empty Fleet. The same seed gives the same traffic.
func New(seed uint64, now time.Time) *Fleet {
	return &Fleet{
		seed: seed, epoch: now, flows: map[string]*flow{}, births: map[string]*birth{},
		pods: map[string]*pod{}, seen: map[string]float64{}, slots: map[string][]slot{},
	}
}

// Advance lets time pass until now with the World as it is. It returns the histories that
// end with it: Gather does not tell of their pods until Release names them.
func (f *Fleet) Advance(w World, now time.Time) []History {
	from := f.now
	f.now = now.Sub(f.epoch).Seconds()
	if f.now <= from {
		f.now = from
		return nil
	}
	from = max(from, f.now-longestStep.Seconds())
	known := map[string]Pod{}
	for _, p := range w.Pods {
		known[p.ID] = p
		if _, ok := f.seen[p.ID]; !ok {
			f.seen[p.ID] = f.now
		}
	}
	f.forget(known)
	f.place(w.Nodes, w.Pods)
	rates, awaited := f.spread(w.Services)
	for _, p := range w.Pods {
		rate, wanted := rates[p.ID]
		isNew := f.pods[p.ID] == nil
		if !p.Running || (isNew && (awaited[p.ID] || (!wanted && f.now-f.seen[p.ID] < arrival))) {
			continue
		}
		f.pod(p).advance(from, f.now, rate)
	}
	return f.bear(w.Services, known)
}

// spread returns the rate that each endpoint gets, and which pods are waited for by a
// Service that is not born yet.
func (f *Fleet) spread(services []Service) (rates map[string]float64, awaited map[string]bool) {
	rates, awaited = map[string]float64{}, map[string]bool{}
	for _, s := range services {
		rate := f.flow(s).rate(f.now)
		if !f.born(s) {
			for _, id := range slices.Concat(s.Ready, s.Starting) {
				awaited[id] = true
			}
			continue
		}
		for _, id := range s.Ready {
			rates[id] += rate / float64(len(s.Ready))
		}
		for _, id := range s.Starting {
			rates[id] += 0
		}
	}
	return rates, awaited
}

// flow returns the load of a Service, turned to what it is to be now.
func (f *Fleet) flow(s Service) *flow {
	key := s.key()
	if f.flows[key] == nil {
		f.flows[key] = newFlow(key, s.Load)
	}
	f.flows[key].turn(s.Load, f.now)
	return f.flows[key]
}

// pod returns the simulation of a pod, a new one if there is none. Who annotates a pod
// that runs changes how long it takes and how often it fails from then on.
func (f *Fleet) pod(p Pod) *pod {
	known := f.pods[p.ID]
	if known == nil {
		known = newPod(p, f.seed, p.Loaded.Sub(f.epoch).Seconds())
		f.pods[p.ID] = known
	}
	known.Behaviour.Latency, known.Behaviour.Errors = p.Behaviour.Latency, p.Behaviour.Errors
	return known
}

// forget drops what is known of pods that are gone or do not run.
func (f *Fleet) forget(known map[string]Pod) {
	for id := range f.pods {
		if !known[id].Running {
			delete(f.pods, id)
		}
	}
	for id := range f.seen {
		if _, ok := known[id]; !ok {
			delete(f.seen, id)
		}
	}
}

// Release lets Gather tell of pods whose history has arrived.
func (f *Fleet) Release(ids []string) {
	for _, id := range ids {
		if p := f.pods[id]; p != nil {
			p.held = false
		}
	}
}

// Gather returns every series as it is now, pods in the order of their names, then devices.
func (f *Fleet) Gather() []Sample {
	all := make([]*pod, 0, len(f.pods))
	for _, p := range f.pods {
		if !p.held {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b *pod) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	var samples []Sample
	for _, p := range all {
		p.tell(f.now, &samples)
	}
	for _, node := range f.nodes {
		for _, s := range f.slots[node.Name] {
			if p := f.pods[s.holder.ID]; p == nil || !p.held {
				s.tell(node, p, &samples)
			}
		}
	}
	return samples
}

// tell adds what a pod tells about its requests.
func (p *pod) tell(now float64, samples *[]Sample) {
	if p.Serves {
		p.dialect.tell(p, now, collect(samples, Label{"namespace", p.Namespace}, Label{"pod", p.Name}))
	}
}
