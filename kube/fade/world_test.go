package fade

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"fader/kube"
	"fader/kube/rollout"
)

// world is a cluster in which one tick is a second: a Service, the Deployments
// behind it, a controller that makes and deletes pods, and pods that become ready.
type world struct {
	now     time.Time
	version int
	number  int // of pods, so far
	members []*member
	// delay before a pod that is made becomes ready, in ticks; negative for never.
	delay func(m *member) int
	// asleep says that the Deployment controller does nothing in this tick.
	asleep func() bool
	// sliced are the ready pods as the slices had them before the last tick, where
	// the slices lag.
	slicesLag func() bool
	sliced    map[string][]string // by Deployment, names of pods
}

type member struct {
	name       string
	labels     map[string]string
	replicas   int32
	generation int64
	observed   int64
	version    int
	image      string
	paused     bool
	minReady   int // ticks
	pods       []*simulated
}

type simulated struct {
	name      string
	image     string
	age       int
	ready     int // the tick of its age at which it becomes ready; negative for never
	sick      int // ticks for which it is not ready, by a disturbance
	disturbed bool
}

func (p *simulated) isReady() bool { return p.sick == 0 && p.ready >= 0 && p.age >= p.ready }

func (m *member) available(p *simulated) bool {
	return p.isReady() && p.age >= p.ready+m.minReady
}

func newWorld(stable, canary int32) *world {
	w := &world{
		now:       time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC),
		delay:     func(*member) int { return 2 },
		asleep:    func() bool { return false },
		slicesLag: func() bool { return false },
		sliced:    map[string][]string{},
	}
	w.add("web-stable", stable, map[string]string{"app": "web", "track": "stable"})
	w.add("web-canary", canary, map[string]string{"app": "web", "track": "canary"})
	w.settle()
	return w
}

// add a Deployment whose pods are all ready.
func (w *world) add(name string, replicas int32, labels map[string]string) *member {
	m := &member{name: name, labels: labels, replicas: replicas, generation: 1, observed: 1, image: "web:v1"}
	if labels["track"] == "canary" {
		m.image = "web:v2"
	}
	w.members = append(w.members, m)
	w.touch(m)
	return m
}

// settle makes the pods that are wanted, all of them ready at once.
func (w *world) settle() {
	for _, m := range w.members {
		for int32(len(m.pods)) < m.replicas {
			w.number++
			m.pods = append(m.pods, &simulated{name: fmt.Sprintf("%s-%03d", m.name, w.number), image: m.image, age: 100})
		}
		m.observed = m.generation
	}
	w.slice()
}

func (w *world) stable() *member { return w.members[0] }
func (w *world) canary() *member { return w.members[1] }

func (w *world) touch(m *member) {
	w.version++
	m.version = w.version
}

// ready pods of both, as they really are.
func (w *world) ready() (n int32) {
	for _, m := range w.members[:2] {
		for _, p := range m.pods {
			if p.isReady() {
				n++
			}
		}
	}
	return n
}

// disturbed pods are those that are not ready because of what was done to them.
func (w *world) disturbed() (n int32) {
	for _, m := range w.members[:2] {
		for _, p := range m.pods {
			if p.disturbed && !p.isReady() {
				n++
			}
		}
	}
	return n
}

// write applies an intent, as the gateway would, and returns the resourceVersion.
func (w *world) write(i rollout.Intent) string {
	for _, m := range w.members {
		if m.name != i.Target.Name {
			continue
		}
		switch i.Verb {
		case rollout.Scale:
			m.replicas = i.Replicas
		case rollout.Pause:
			m.paused = true
		case rollout.Resume:
			m.paused = false
		case rollout.SetImage:
			for _, image := range pairsOf(i.Images) {
				m.image = image
			}
		}
		m.generation++
		w.touch(m)
		return strconv.Itoa(m.version)
	}
	panic("no such Deployment: " + i.Target.Name)
}

// tick lets a second pass.
func (w *world) tick() {
	w.now = w.now.Add(time.Second)
	for _, m := range w.members {
		for _, p := range m.pods {
			p.age++
			p.sick = max(0, p.sick-1)
			p.disturbed = p.disturbed && !p.isReady()
		}
		if !w.asleep() {
			w.control(m)
		}
	}
	if !w.slicesLag() {
		w.slice()
	}
}

// control does what the Deployment and ReplicaSet controllers do: pods that are
// not ready go first, then the youngest; a new image comes in one by one, with
// maxSurge 1 and maxUnavailable 0.
func (w *world) control(m *member) {
	was := len(m.pods)
	m.observed = m.generation
	old := func(p *simulated) bool { return p.image != m.image }
	rolling := slices.ContainsFunc(m.pods, old)
	for int32(len(m.pods)) < m.replicas || rolling && !m.paused && int32(len(m.pods)) == m.replicas {
		w.create(m)
	}
	for int32(len(m.pods)) > m.replicas {
		slices.SortStableFunc(m.pods, func(a, b *simulated) int {
			return cmp.Or(rank(a)-rank(b), a.age-b.age)
		})
		victim := 0
		fresh := slices.IndexFunc(m.pods, func(p *simulated) bool { return !old(p) })
		if rolling && !m.paused && fresh >= 0 && int32(len(m.pods)) == m.replicas+1 {
			if !m.available(m.pods[fresh]) {
				break
			}
			victim = slices.IndexFunc(m.pods, old)
		}
		m.pods = slices.Delete(m.pods, victim, victim+1)
	}
	if was != len(m.pods) || rolling {
		w.touch(m)
	}
}

func rank(p *simulated) int {
	if p.isReady() {
		return 1
	}
	return 0
}

func (w *world) create(m *member) {
	w.number++
	image := m.image
	if m.paused && len(m.pods) > 0 {
		image = m.pods[0].image
	}
	m.pods = append(m.pods, &simulated{name: fmt.Sprintf("%s-%03d", m.name, w.number), image: image, ready: w.delay(m)})
}

// slice writes the slices.
func (w *world) slice() {
	w.sliced = map[string][]string{}
	for _, m := range w.members {
		for _, p := range m.pods {
			if p.isReady() {
				w.sliced[m.name] = append(w.sliced[m.name], p.name)
			}
		}
	}
}

// pair of the world as it is.
func (w *world) pair() Pair {
	pairs := Pairs(w.snapshot(), kube.Ref{Kind: kube.KindService, Namespace: "shop", Name: "web", UID: "service"})
	return pairs[0]
}
