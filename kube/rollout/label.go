package rollout

import (
	"fmt"
	"strings"

	"fader/kube"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// draftLabel sets or removes one label of a pod. Services select by labels, so
// this takes a pod out of traffic, or puts it in, without ending it.
func draftLabel(m *move) error {
	pod := m.target.(*corev1.Pod)
	if finished(pod) {
		return fmt.Errorf("%s has ended and gets no traffic any more", m.ref())
	}
	key, value, remove, err := labelChange(m.plan.Intent.Label)
	if err != nil {
		return err
	}
	was, had := pod.Labels[key]
	switch {
	case remove && !had:
		return fmt.Errorf("%s has no label %s", m.ref(), key)
	case !remove && had && was == value:
		return fmt.Errorf("%s already has %s=%s", m.ref(), key, value)
	}
	after := m.want.(*corev1.Pod)
	var written any
	back := Intent{Verb: Label, Label: key + "-"}
	if had {
		back.Label = key + "=" + was
	}
	if remove {
		delete(after.Labels, key)
	} else {
		if after.Labels == nil {
			after.Labels = map[string]string{}
		}
		after.Labels[key], written = value, value
	}
	m.plan.Title = fmt.Sprintf("Label %s %s", m.ref(), m.plan.Intent.Label)
	m.plan.Action = "Label"
	m.command = []string{"label", "pod", pod.Name, m.plan.Intent.Label}
	if had && !remove {
		m.command = append(m.command, "--overwrite")
	}
	m.describeLabel(pod, after.Labels)
	m.inverse(back)
	m.plan.PatchType, m.plan.Patch, err = mergePatch(pod, map[string]any{
		"metadata": map[string]any{"labels": map[string]any{key: written}},
	})
	return err
}

func (m *move) describeLabel(pod *corev1.Pod, after map[string]string) {
	var leaves, joins, vain []string
	for _, s := range m.services {
		in, out := selects(s.Spec.Selector, pod.Labels), selects(s.Spec.Selector, after)
		switch {
		case in && !out:
			leaves = append(leaves, s.Name)
			m.warnLast(s, pod)
		case out && !in && !hasAnyPort(pod, namedPorts(s)):
			vain = append(vain, fmt.Sprintf("%s joins Service %s and gets nothing from it: it does not have port %s", pod.Name, s.Name, portNames(namedPorts(s))))
		case out && !in:
			joins = append(joins, s.Name)
		}
	}
	if len(leaves) > 0 {
		m.effect(fmt.Sprintf("%s leaves Service %s: no new connection reaches it; it goes on running", pod.Name, strings.Join(leaves, ", ")))
	}
	if len(joins) > 0 {
		m.effect(fmt.Sprintf("%s joins Service %s: traffic reaches it as soon as it is ready", pod.Name, strings.Join(joins, ", ")))
	}
	m.effect(vain...)
	if len(leaves)+len(joins)+len(vain) == 0 {
		m.effect("no Service gains or loses the pod")
	}
	m.note("labels of a pod last as long as the pod: its successor has those of the template")
	m.warnOrphan(pod, after)
}

// warnLast says that the Service would be left without a ready pod.
func (m *move) warnLast(s *corev1.Service, leaving *corev1.Pod) {
	for _, pod := range m.pods {
		if pod.UID != leaving.UID && isReady(pod) && selects(s.Spec.Selector, pod.Labels) && hasAnyPort(pod, namedPorts(s)) {
			return
		}
	}
	m.warn(fmt.Sprintf("Service %s is left without a ready pod: its traffic fails", s.Name))
}

func portNames(ports []corev1.ServicePort) string {
	var names []string
	for _, p := range ports {
		names = append(names, p.TargetPort.StrVal)
	}
	return strings.Join(names, ", ")
}

// warnOrphan says what happens to a pod whose labels leave its ReplicaSet.
func (m *move) warnOrphan(pod *corev1.Pod, after map[string]string) {
	for _, set := range m.replicaSets {
		selector, err := metav1.LabelSelectorAsSelector(set.Spec.Selector)
		if err != nil || selector.Matches(labels.Set(after)) || !selector.Matches(labels.Set(pod.Labels)) {
			continue
		}
		m.warn(fmt.Sprintf("%s selects by this label: it lets the pod go and makes a new one in its place; the orphan stays, uncounted and without an owner, until somebody removes it",
			kube.Clean("ReplicaSet "+set.Name)))
	}
}

func toldLabel(p *Plan) string { return fmt.Sprintf("labelled %s %s", p.Target(), p.Intent.Label) }
