package rollout

import (
	"fmt"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

func draftScale(m *move) error {
	was, wanted := desired(m.deployment), m.plan.Intent.Replicas
	if wanted < 0 {
		return fmt.Errorf("%d replicas cannot be: 0 or more", wanted)
	}
	if wanted == was {
		return fmt.Errorf("%s already has %s", m.ref(), count(int64(was), "replica"))
	}
	m.plan.Title = fmt.Sprintf("Scale %s to %s", m.ref(), count(int64(wanted), "replica"))
	m.plan.Action = "Scale"
	m.plan.Subresource = "scale"
	m.after.Spec.Replicas = &wanted
	m.command = []string{"scale", m.name(), "--replicas=" + strconv.Itoa(int(wanted))}
	m.effect(scaleEffect(was, wanted))
	if !settled(m.scene, m.book) && total(m.book) > 0 {
		m.note("a rollout is under way: the change is spread over its revisions in proportion")
	}
	if wanted == 0 {
		m.describeEnd()
	}
	m.warnGrowth(was, wanted)
	m.warn(autoscalerFights(m.scene, wanted)...)
	m.note(unseen(m.scene)...)
	m.fights("replicas")
	m.inverse(Intent{Verb: Scale, Replicas: was})
	return m.merge(map[string]any{"replicas": wanted})
}

// describeEnd says what the Deployment's Services are left with when all of its
// pods go.
func (m *move) describeEnd() {
	var left, kept []string
	for _, s := range m.services {
		if !selects(s.Spec.Selector, m.deployment.Spec.Template.Labels) || s.Spec.Type == corev1.ServiceTypeExternalName {
			continue
		}
		if n := m.readyOfOthers(s); n > 0 {
			kept = append(kept, fmt.Sprintf("Service %s keeps %s", s.Name, count(int64(n), "ready pod")))
		} else {
			left = append(left, s.Name)
		}
	}
	switch end := fmt.Sprintf("all %s of %s go", pods(total(m.book)), m.ref()); {
	case len(kept) == 0:
		m.warn("nothing will serve: " + end)
	case len(left) > 0:
		m.warn(fmt.Sprintf("nothing will serve behind Service %s: %s; %s", strings.Join(left, ", "), end, strings.Join(kept, ", ")))
	default:
		m.effect(strings.Join(kept, ", ") + " of others")
	}
	if m.scene.unseen != "" {
		m.note("not known whether others stand behind its Services: " + m.scene.unseen)
	}
}

// readyOfOthers counts the pods behind a Service that are ready and not the
// Deployment's.
func (m *move) readyOfOthers(s *corev1.Service) int {
	own := make(map[types.UID]bool, len(m.replicaSets))
	for _, set := range m.replicaSets {
		own[set.UID] = true
	}
	ports, n := namedPorts(s), 0
	for _, pod := range m.around {
		owner := metav1.GetControllerOf(pod)
		if finished(pod) || !isReady(pod) || !selects(s.Spec.Selector, pod.Labels) || owner != nil && own[owner.UID] {
			continue
		}
		if hasAnyPort(pod, ports) {
			n++
		}
	}
	return n
}

func scaleEffect(was, wanted int32) string {
	if wanted > was {
		more := wanted - was
		noun := "pods"
		if more == 1 {
			noun = "pod"
		}
		return fmt.Sprintf("%d → %d: %d more %s", was, wanted, more, noun)
	}
	return fmt.Sprintf("%d → %d: %s %s", was, wanted, pods(was-wanted), goes(was-wanted))
}

func toldScale(p *Plan) string {
	return fmt.Sprintf("scaled %s %d → %d", p.Target(), desired(p.from.(*appsv1.Deployment)), p.Intent.Replicas)
}
