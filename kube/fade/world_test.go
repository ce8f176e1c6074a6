package fade

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"fader/kube"
	"fader/kube/rollout"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
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

// snapshot of the world as the watch shows it.
func (w *world) snapshot() *kube.Snapshot {
	o := kube.Objects{
		Deployments: []*kube.Deployment{}, ReplicaSets: []*kube.ReplicaSet{}, Pods: []*kube.Pod{},
		Services: []*kube.Service{kube.NewService(&corev1.Service{
			ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web", UID: "service"},
			Spec:       corev1.ServiceSpec{Selector: map[string]string{"app": "web"}},
		})},
		Slices: []*kube.EndpointSlice{},
	}
	slice := &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web-1", Labels: map[string]string{discoveryv1.LabelServiceName: "web"}},
	}
	for _, m := range w.members {
		o.Deployments = append(o.Deployments, kube.NewDeployment(m.deployment()))
		for _, image := range m.images() {
			o.ReplicaSets = append(o.ReplicaSets, kube.NewReplicaSet(m.replicaSet(image)))
		}
		for _, p := range m.pods {
			o.Pods = append(o.Pods, kube.NewPod(m.pod(p)))
		}
		for _, name := range w.sliced[m.name] {
			slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{
				Addresses: []string{"10.0.0.1"}, TargetRef: &corev1.ObjectReference{Kind: "Pod", Namespace: "shop", Name: name, UID: types.UID(name)},
			})
		}
	}
	o.Slices = append(o.Slices, kube.NewEndpointSlice(slice))
	s := kube.Build(o, nil)
	s.Health = kube.Health{State: kube.Live}
	return s
}

func (m *member) images() []string {
	images := []string{m.image}
	for _, p := range m.pods {
		if !slices.Contains(images, p.image) {
			images = append(images, p.image)
		}
	}
	return images
}

func (m *member) template(image string) corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: m.labels},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "web", Image: image}}},
	}
}

func (m *member) deployment() *appsv1.Deployment {
	replicas, surge := m.replicas, intstr.FromInt32(1)
	none := intstr.FromInt32(0)
	d := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "shop", Name: m.name, UID: types.UID(m.name), Generation: m.generation, ResourceVersion: strconv.Itoa(m.version),
		},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas, Paused: m.paused, Template: m.template(m.image),
			Strategy: appsv1.DeploymentStrategy{RollingUpdate: &appsv1.RollingUpdateDeployment{MaxSurge: &surge, MaxUnavailable: &none}},
		},
	}
	s := &d.Status
	s.ObservedGeneration, s.Replicas = m.observed, int32(len(m.pods))
	for _, p := range m.pods {
		s.UpdatedReplicas += one(p.image == m.image)
		s.ReadyReplicas += one(p.isReady())
		s.AvailableReplicas += one(m.available(p))
	}
	return d
}

func (m *member) replicaSet(image string) *appsv1.ReplicaSet {
	rs := &appsv1.ReplicaSet{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "shop", Name: m.name + "-" + image, UID: types.UID(m.name + image),
			OwnerReferences: []metav1.OwnerReference{{Kind: "Deployment", Name: m.name, UID: types.UID(m.name), Controller: new(true)}},
		},
		Spec: appsv1.ReplicaSetSpec{Template: m.template(image)},
	}
	for _, p := range m.pods {
		if p.image == image {
			rs.Status.Replicas++
			rs.Status.ReadyReplicas += one(p.isReady())
			rs.Status.AvailableReplicas += one(m.available(p))
		}
	}
	rs.Spec.Replicas = &rs.Status.Replicas
	return rs
}

func (m *member) pod(p *simulated) *corev1.Pod {
	status := corev1.ConditionFalse
	if p.isReady() {
		status = corev1.ConditionTrue
	}
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "shop", Name: p.name, UID: types.UID(p.name), Labels: m.labels,
			OwnerReferences: []metav1.OwnerReference{{Kind: "ReplicaSet", Name: m.name + "-" + p.image, UID: types.UID(m.name + p.image), Controller: new(true)}},
		},
		Status: corev1.PodStatus{Phase: corev1.PodRunning, Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: status}}},
	}
}

func one(yes bool) int32 {
	if yes {
		return 1
	}
	return 0
}

// pair of the world as it is.
func (w *world) pair() Pair {
	pairs := Pairs(w.snapshot(), kube.Ref{Kind: kube.KindService, Namespace: "shop", Name: "web", UID: "service"})
	return pairs[0]
}
