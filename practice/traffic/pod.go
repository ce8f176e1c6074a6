package traffic

import (
	"hash/fnv"
	"math/rand/v2"
)

// code is how a request was answered.
type code uint8

const (
	codeOK         code = iota
	codeError           // 500
	codeLost            // 502: nobody listens yet
	codeOverloaded      // 503: the line is full
	codes               // how many there are
)

func (c code) String() string { return [codes]string{"200", "500", "502", "503"}[c] }

const (
	// refusal is about how long it takes to be told no, in seconds.
	refusal = 0.002
	// firstToken is the share of its service time after which a model says its first word.
	firstToken = 0.08
	// calmness is how much of the load of the second before stays in what a pod calls its load.
	calmness = 0.7
)

// pod is the simulation of one run of a pod. Times are seconds since the fleet's epoch.
type pod struct {
	Pod
	loaded  float64
	random  *rand.Rand
	queue   *queue
	dialect dialect

	served  []answer // those that have not ended yet
	answers [codes]*histogram
	first   *histogram // time to first token; nil unless the dialect has it
	busy    float64    // how much of its workers is used, from 0 to 1, over the last seconds
	work    float64    // seconds of service begun since busy was last worked out

	held bool // it is not to be told yet: its history is on its way
}

// answer is a request that has been let in.
type answer struct {
	end, took, firstToken float64
	code                  code
}

func newPod(p Pod, seed uint64, loaded float64) *pod {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(p.ID))             // a hash never fails
	speaks, _ := dialectOf(p.Behaviour.Dialect) // behaviours have none that is unknown
	s := &pod{
		Pod: p, loaded: loaded, random: rand.New(rand.NewPCG(seed, hash.Sum64())),
		queue: newQueue(p.Behaviour.Workers, p.Behaviour.Queue), dialect: speaks,
	}
	s.histogram(codeOK)
	if p.Behaviour.Errors > 0 {
		s.histogram(codeError)
	}
	if s.dialect.firstToken != nil {
		s.first = newHistogram(s.dialect.firstToken)
	}
	return s
}

func (p *pod) histogram(c code) *histogram {
	if p.answers[c] == nil {
		p.answers[c] = newHistogram(p.dialect.bounds)
	}
	return p.answers[c]
}

// advance lets requests come at the given rate from from to to.
func (p *pod) advance(from, to, rate float64) {
	if rate > 0 {
		for at := from + p.random.ExpFloat64()/rate; at < to; at += p.random.ExpFloat64() / rate {
			p.request(at)
		}
	}
	p.settle(to)
	p.busy = calmness*p.busy + (1-calmness)*min(1, p.work/(to-from)/float64(p.Behaviour.Workers))
	p.work = 0
}

// request lets one request come.
func (p *pod) request(at float64) {
	if at < p.loaded {
		p.refuse(codeLost)
		return
	}
	service := p.Behaviour.Latency.draw(p.random) * p.Behaviour.Warmup.at(at-p.loaded)
	end, ok := p.queue.offer(at, service)
	if !ok {
		p.refuse(codeOverloaded)
		return
	}
	p.work += service
	as := codeOK
	if p.random.Float64() < p.Behaviour.Errors {
		as = codeError
	}
	p.served = append(p.served, answer{end: end, took: end - at, firstToken: end - at - service*(1-firstToken), code: as})
}

func (p *pod) refuse(as code) {
	p.histogram(as).observe(refusal * (0.5 + p.random.Float64()) * p.dialect.unit)
}

// settle counts the requests that have ended by now.
func (p *pod) settle(now float64) {
	open := p.served[:0]
	for _, a := range p.served {
		if a.end > now {
			open = append(open, a)
			continue
		}
		p.histogram(a.code).observe(a.took * p.dialect.unit)
		if p.first != nil && a.code == codeOK {
			p.first.observe(a.firstToken)
		}
	}
	p.served = open
}
