package metrics

import (
	"math"
	"strings"
	"time"
)

// Traffic says whether there are requests to speak of.
type Traffic uint8

// The three. Without traffic there is no latency and no error ratio: that is no
// lack of data, and no 0 either.
const (
	TrafficUnknown Traffic = iota
	NoTraffic
	HasTraffic
)

// Point is what is known of a group at one moment.
type Point struct {
	At            time.Time
	Traffic       Traffic
	P50, P95, P99 Value // seconds
	Mean          Value // seconds; known only where there is no histogram
	Requests      Value // per second
	Errors        Value // ratio
	Count         Value // requests in the window that the point is about
}

// Group is a set of pods (a revision, a Deployment), or whatever else series
// belong to, as if it were one.
type Group struct {
	Found int // of those asked for, how many have series

	P50, P95, P99 Series // seconds
	Mean          Series // seconds; all gaps where there are quantiles
	Requests      Series // per second
	Errors        Series // ratio
	Now           Point  // the newest that is current; Unknown where none is
	// Unread is the doubt about requests whose labels do not say whether they failed, where
	// there were such requests at the moment of Now; the zero Doubt where there were none.
	Unread Doubt

	rate   time.Duration // of a point
	scrape time.Duration
	times  histogram
	counts []counts // per point
}

// counts of requests at a point, per second.
type counts struct {
	all      float64 // NaN: not known
	labelled float64 // those of which it is known whether they failed
	failed   float64
	spent    float64 // seconds; NaN: not known
	timed    float64 // those that spent is about
}

// Known says that some of the group's points are known.
func (g Group) Known() bool { return g.Found > 0 }

// Traffic at a step of the series.
func (g Group) Traffic(i int) Traffic {
	switch v := g.Requests.At(i); {
	case !v.Known:
		return TrafficUnknown
	case v.V == 0:
		return NoTraffic
	}
	return HasTraffic
}

// At is what is known at a step of the series.
func (g Group) At(i int) Point {
	p := Point{
		Traffic: g.Traffic(i), P50: g.P50.At(i), P95: g.P95.At(i), P99: g.P99.At(i), Mean: g.Mean.At(i),
		Requests: g.Requests.At(i), Errors: g.Errors.At(i), At: g.Requests.Time(i),
	}
	p.Count = Value{V: p.Requests.V * g.rate.Seconds(), Known: p.Requests.Known}
	return p
}

// Of some pods. What their series were before they had this picture's pods' names
// is not in it: see OfReplicaSet.
func (p *Picture) Of(pods []PodKey) Group {
	subjects := make([]Subject, len(pods))
	for i, pod := range pods {
		subjects[i] = Subject{Pod, pod.Namespace, pod.Name}
	}
	return p.OfSubjects(subjects)
}

// OfReplicaSet is a group of all pods that the ReplicaSet of that name has or had
// in the window, those included that are gone: the history of a revision does not
// forget its dead. Which they are is told by their names.
func (p *Picture) OfReplicaSet(namespace, name string) Group {
	return p.OfSubjects(p.sheet.index.owners[ownerNamed(namespace, name)])
}

// OfReplicaSets is one group of the pods of several: a Deployment.
func (p *Picture) OfReplicaSets(namespace string, names []string) Group {
	var subjects []Subject
	for _, name := range names {
		subjects = append(subjects, p.sheet.index.owners[ownerNamed(namespace, name)]...)
	}
	return p.OfSubjects(subjects)
}

// OfDeployment is one group of all pods that a Deployment of that name has or had in the
// window, as their names tell; where there are none, what a mesh says of it as a whole.
func (p *Picture) OfDeployment(namespace, name string) Group {
	var subjects []Subject
	for o, pods := range p.sheet.index.owners {
		if o.namespace == namespace && isHashed(o.name, name) {
			subjects = append(subjects, pods...)
		}
	}
	if g := p.OfSubjects(subjects); g.Known() {
		return g
	}
	return p.OfWorkload(namespace, name)
}

// isHashed reports that a ReplicaSet's name is the Deployment's and a template hash.
func isHashed(replicaSet, deployment string) bool {
	hash, ok := strings.CutPrefix(replicaSet, deployment+"-")
	return ok && hash != "" && strings.Trim(hash, "bcdfghjklmnpqrstvwxz2456789") == ""
}

// OfWorkload is what a mesh says of a Deployment as a whole, where it says nothing
// of its pods.
func (p *Picture) OfWorkload(namespace, name string) Group {
	return p.OfSubjects([]Subject{{Workload, namespace, name}})
}

// OfService is what an ingress says of the requests for a Service.
func (p *Picture) OfService(namespace, name string) Group {
	return p.OfSubjects([]Subject{{Service, namespace, name}})
}

// OfSubjects is a group of anything.
func (p *Picture) OfSubjects(subjects []Subject) Group {
	g := Group{
		P50: p.blank(), P95: p.blank(), P99: p.blank(), Mean: p.blank(), Requests: p.blank(), Errors: p.blank(),
		rate: p.Rate, scrape: p.Scrape,
	}
	members := make([]picked, 0, len(subjects))
	var timed []*row
	for _, s := range subjects {
		before := len(members)
		for _, cluster := range p.clusters() {
			rows := p.sheet.index.pick(s, cluster)
			if rows[latency] == nil && rows[requests] == nil && rows[spent] == nil {
				continue
			}
			members = append(members, rows)
			if rows[latency] != nil {
				timed = append(timed, rows[latency])
			}
		}
		if len(members) > before {
			g.Found++
		}
	}
	if g.Found == 0 {
		return g
	}
	g.times = p.sheet.sum(timed)
	g.times.into(&g.P50, &g.P95, &g.P99)
	g.counts = make([]counts, len(p.sheet.columns))
	for t, column := range p.sheet.columns {
		g.counts[t] = countsOf(members, column)
		g.count(t)
	}
	g.Now = g.current(p.patience())
	if g.Now.Errors.AtLeast || !g.Now.Errors.Known {
		g.Unread = p.unreadOf(members, g.Requests.index(g.Now.At))
	}
	return g
}

// NowOf some pods: the same as Of(pods).Now, for a fraction of the work.
func (p *Picture) NowOf(pods []PodKey) Point { return p.recent().Of(pods).Now }

// NowOfReplicaSets is the same as OfReplicaSets(…).Now, for a fraction of the work.
func (p *Picture) NowOfReplicaSets(namespace string, names []string) Point {
	return p.recent().OfReplicaSets(namespace, names).Now
}

// recent is the picture without the history.
func (p *Picture) recent() *Picture {
	few, cut := *p, len(p.sheet.columns)-p.patience()-1
	if cut > 0 {
		s := *p.sheet
		s.first, s.columns = s.first+int64(cut), s.columns[cut:]
		few.sheet = &s
	}
	return &few
}

// into the series of the median, the 95th and the 99th percentile.
func (h histogram) into(p50, p95, p99 *Series) {
	var k scratch
	for t := range h.counts {
		if h.counts[t] == nil {
			continue
		}
		bounds, counts := k.known(h, t)
		for _, q := range []struct {
			of     float64
			series *Series
		}{{0.5, p50}, {0.95, p95}, {0.99, p99}} {
			v, atLeast := quantile(q.of, bounds, counts)
			q.series.set(t, v, atLeast)
		}
	}
}

// countsOf the members' requests at one point.
func countsOf(members []picked, column []float32) counts {
	c := counts{all: math.NaN(), spent: math.NaN()}
	if column == nil {
		return c
	}
	for i := range members {
		c.add(&members[i], column)
	}
	return c
}

// add a member. One that has a histogram and no counter is counted by it.
func (c *counts) add(m *picked, column []float32) {
	mine := math.NaN()
	sum := func(v float64) {
		if v == v {
			mine = orZero(mine) + v
		}
	}
	if r := m[requests]; r != nil {
		for i, slot := range r.slots {
			v := at(column, slot)
			sum(v)
			if r.classes[i].known && v == v {
				c.labelled += v
				if r.classes[i].failed {
					c.failed += v
				}
			}
		}
		if f := m[failed]; f != nil {
			// The counter of failures stands beside that of successes.
			v, ok := at(column, f.slots[0]), orZero(mine)
			if v == v {
				c.labelled, c.failed = c.labelled+v+ok, c.failed+v
				sum(v)
			}
		}
	} else if r := m[latency]; r != nil && math.IsInf(r.bounds[len(r.bounds)-1], 1) {
		sum(at(column, r.slots[len(r.slots)-1]))
	}
	if r := m[spent]; r != nil {
		if v := at(column, r.slots[0]); v == v && mine == mine {
			c.spent, c.timed = orZero(c.spent)+v, c.timed+mine
		}
	}
	if mine == mine {
		c.all = orZero(c.all) + mine
	}
}

// unclear reports that there were requests of which it is not known whether they failed.
func (c counts) unclear() bool { return c.all-c.labelled > 1e-6*c.all }

// count writes a point of the series that are counted. Where some requests do not say
// whether they failed, those that say so are the least that failed, unless none did.
func (g *Group) count(t int) {
	c := g.counts[t]
	g.Requests.Values[t] = c.all
	switch {
	case c.unclear() && c.failed > 0:
		g.Errors.set(t, c.failed/c.all, true)
	case c.labelled > 0 && !c.unclear():
		g.Errors.set(t, c.failed/c.labelled, false)
	}
	if c.timed > 0 {
		g.Mean.Values[t] = c.spent / c.timed
	}
}

// current point: the newest that is known, unless it is too old.
func (g *Group) current(patience int) Point {
	_, i := g.Requests.Last()
	if i < 0 || i < g.Requests.Len()-1-patience {
		return Point{}
	}
	return g.At(i)
}

func orZero(v float64) float64 {
	if v != v {
		return 0
	}
	return v
}
