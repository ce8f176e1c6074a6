package specimen

import (
	"fmt"
	"math/rand/v2"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// node is where the specimens are: the simulated kubelet of it says that it is Ready, so
	// that no controller evicts or collects them.
	node  = "specimens"
	image = "registry.example/specimen:v1"
	// handsOff is the annotation by which the simulated kubelets leave a pod alone.
	handsOff = "practice.fader/hands-off"
	// formLabel says which form a specimen has.
	formLabel = "practice.fader/form"
)

// New returns count specimens, form after form. Dates in them are before now.
func New(seed uint64, count int, namespace string, now time.Time) []Specimen {
	all, table := make([]Specimen, 0, count), forms()
	for i := range count {
		f := table[i%len(table)]
		// Each has a generator of its own: more forms or pods do not change the others.
		m := &maker{random: rand.New(rand.NewPCG(seed, uint64(i))), now: now}
		m.pod = &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{
				Name: fmt.Sprintf("%s-%04d", f.name, i), Namespace: namespace,
				Labels: map[string]string{formLabel: f.name}, Annotations: map[string]string{handsOff: "true"},
			},
			Spec: corev1.PodSpec{
				NodeName: node, AutomountServiceAccountToken: new(bool),
				// Those without a node are nobody's business either.
				SchedulerName: "nobody", Tolerations: []corev1.Toleration{{Operator: corev1.TolerationOpExists}},
			},
			Status: corev1.PodStatus{Phase: corev1.PodRunning},
		}
		for range 1 + m.random.IntN(3) {
			m.addContainer()
		}
		m.condition(corev1.PodScheduled, true, "")
		m.condition(corev1.PodReady, true, "")
		f.make(m)
		all = append(all, Specimen{Pod: m.pod, Deleted: m.deleted})
	}
	return all
}

func newContainer(name string) corev1.Container { return corev1.Container{Name: name, Image: image} }

// addContainer adds a container that runs and is ready.
func (m *maker) addContainer() {
	name := fmt.Sprintf("main-%d", len(m.pod.Spec.Containers))
	m.pod.Spec.Containers = append(m.pod.Spec.Containers, newContainer(name))
	m.pod.Status.ContainerStatuses = append(m.pod.Status.ContainerStatuses, corev1.ContainerStatus{Name: name, Image: image, Ready: true})
	m.run(m.all()[len(m.pod.Spec.Containers)-1:])
}

// anything draws everything: phase, reason, conditions, and each container's state, also
// what no kubelet reports together.
func (m *maker) anything() {
	m.phase(corev1.PodPhase(m.pick([]string{"Pending", "Running", "Succeeded", "Failed", "Unknown"})), "")
	if m.random.IntN(5) == 0 {
		m.pod.Status.Reason = m.pick(podReasons())
	}
	m.maybe(func() { m.inits(1+m.random.IntN(3), m.coin()) })
	for range m.random.IntN(3) {
		m.sidecar(m.coin(), m.coin())
	}
	m.condition(corev1.PodReady, m.coin(), "")
	m.maybe(func() { m.condition(corev1.PodInitialized, m.coin(), "") })
	all := append(m.all(), pointers(m.pod.Status.InitContainerStatuses)...)
	for _, status := range all {
		one := []*corev1.ContainerStatus{status}
		switch m.random.IntN(6) {
		case 0:
			m.wait(one, m.pick(append(waitingReasons(), "")))
		case 1:
			m.end(one, m.pick(append(exitReasons(), "", "Completed")), m.random.Int32N(2)*m.exitCode(), m.random.Int32N(2)*m.signal())
		case 2:
			m.run(one)
			status.Ready = m.coin()
		case 3:
			m.restart(status, m.coin())
		case 4:
			status.State = corev1.ContainerState{}
			status.Started = nil
		}
	}
}
