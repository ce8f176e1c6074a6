package rollout

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"fader/kube"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// perSlice is how many endpoints the controller puts into one slice.
const perSlice = 100

// checkReady names the gate of a flip.
const checkReady = "ready behind the new selector"

// draftFlip gives a Service another selector: its traffic goes from the pods of
// one colour to those of the other, all at once.
func draftFlip(m *move) error {
	service := m.target.(*corev1.Service)
	if err := flippable(service); err != nil {
		return err
	}
	after, err := selectorWith(service.Spec.Selector, m.plan.Intent.Selector)
	if err != nil {
		return err
	}
	if len(after) == 0 {
		return fmt.Errorf("the selector of %s would be empty, which selects nothing: leave a label in it", m.ref())
	}
	change := changeBetween(service.Spec.Selector, after)
	if change == "" {
		return fmt.Errorf("%s already selects %s", m.ref(), selectorText(after))
	}
	m.plan.Intent.Selector = change
	m.plan.Title = fmt.Sprintf("Flip %s to %s", m.ref(), change)
	m.plan.Action = "Flip"
	m.want.(*corev1.Service).Spec.Selector = after
	m.command = []string{"set", "selector", "service", service.Name, selectorText(after)}
	sides := m.sides(service, after)
	m.describeFlip(service, sides)
	m.gate(sides)
	m.inverse(Intent{Verb: Flip, Selector: changeBetween(after, service.Spec.Selector)})
	m.plan.PatchType, m.plan.Patch, err = jsonPatch(
		service,
		operation{Op: "test", Path: "/spec/selector", Value: service.Spec.Selector},
		operation{Op: "replace", Path: "/spec/selector", Value: after},
	)
	return err
}

// flippable says why the Service cannot be flipped at all.
func flippable(s *corev1.Service) error {
	name := s.Namespace + "/" + s.Name
	switch {
	case s.Spec.Type == corev1.ServiceTypeExternalName:
		return fmt.Errorf("%s is an ExternalName Service, an alias of %s: it selects no pods and cannot be flipped", name, kube.Clean(s.Spec.ExternalName))
	case len(s.Spec.Selector) == 0:
		return fmt.Errorf("%s has no selector: somebody else writes its endpoints, and a flip would change nothing", name)
	}
	return nil
}

// side is what stands behind a selector.
type side struct {
	selector map[string]string
	matching int
	ready    int // of them ready, and serving the port that the Service asks for
	portless int // of them ready, but without the named port
	backers  []string
}

// flipSides are a Service's pods before and after.
type flipSides struct{ now, then side }

func (m *move) sides(s *corev1.Service, after map[string]string) flipSides {
	return flipSides{now: m.behind(s, s.Spec.Selector), then: m.behind(s, after)}
}

// behind counts the pods that a selector would put behind the Service.
func (m *scene) behind(s *corev1.Service, selector map[string]string) side {
	found := side{selector: selector}
	for _, pod := range m.pods {
		if !selects(selector, pod.Labels) || finished(pod) {
			continue
		}
		found.matching++
		switch {
		case !isReady(pod):
		case !hasPorts(s, pod):
			found.portless++
		default:
			found.ready++
		}
	}
	for _, d := range m.deployments {
		if selects(selector, d.Spec.Template.Labels) {
			found.backers = append(found.backers, d.Name)
		}
	}
	return found
}

func finished(p *corev1.Pod) bool {
	return p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed
}

func isReady(p *corev1.Pod) bool {
	if p.DeletionTimestamp != nil {
		return false
	}
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}

// hasPorts says that the pod has every port that the Service asks for by name: an
// endpoint without it gets no traffic, ready or not.
func hasPorts(s *corev1.Service, p *corev1.Pod) bool {
	for _, port := range s.Spec.Ports {
		if port.TargetPort.Type == intstr.String && !hasPort(p, port.TargetPort.StrVal) {
			return false
		}
	}
	return true
}

func hasPort(p *corev1.Pod, name string) bool {
	for _, list := range [][]corev1.Container{p.Spec.Containers, p.Spec.InitContainers} {
		for i := range list {
			if slices.ContainsFunc(list[i].Ports, func(c corev1.ContainerPort) bool { return c.Name == name }) {
				return true
			}
		}
	}
	return false
}

// missing says why the flip may not be made, "" where it may: what is ready
// behind the new selector must carry what is ready behind the present one.
func (f flipSides) missing(s *scene) string {
	wanted := max(1, f.now.ready)
	if f.then.ready >= wanted {
		return ""
	}
	text := fmt.Sprintf("%d of %s matching %s are ready, and %d are needed (%d are ready behind the Service now)",
		f.then.ready, pods(int32(f.then.matching)), selectorText(f.then.selector), wanted, f.now.ready)
	if f.then.matching == 0 {
		text = fmt.Sprintf("no pod matches %s", selectorText(f.then.selector))
		if hint := s.leftover(f); hint != "" {
			text += ": " + hint
		}
	}
	if f.then.portless > 0 {
		text += fmt.Sprintf("; %s without the port that the Service names", pods(int32(f.then.portless)))
	}
	return text
}

// leftover names a key of the old selector that keeps the new pods out.
func (s *scene) leftover(f flipSides) string {
	for _, key := range slices.Sorted(maps.Keys(f.then.selector)) {
		without := maps.Clone(f.then.selector)
		delete(without, key)
		n := 0
		for _, pod := range s.pods {
			if selects(without, pod.Labels) && !finished(pod) {
				n++
			}
		}
		if f.now.selector[key] == f.then.selector[key] && n > 0 {
			return fmt.Sprintf("%s would match without %s=%s (take it out with %s-)", pods(int32(n)), key, f.then.selector[key], key)
		}
	}
	return ""
}

// gate adds the check of what is ready; the operator may overrule it by typing
// the Service's name.
func (m *move) gate(f flipSides) {
	missing := kube.Clean(f.missing(m.scene))
	switch {
	case missing == "":
		m.plan.Intent.Unready = false
		m.plan.Checks = append(m.plan.Checks, Check{Name: checkReady, Passed: true})
	case m.plan.Intent.Unready:
		m.warn("overruled: " + missing)
		m.plan.Checks = append(m.plan.Checks, Check{Name: checkReady, Passed: true, Detail: "overruled by the operator"})
	default:
		m.plan.Overrule = true
		m.plan.Checks = append(m.plan.Checks, Check{Name: checkReady, Detail: missing})
	}
}

func (m *move) describeFlip(s *corev1.Service, f flipSides) {
	m.effect(fmt.Sprintf("traffic goes from %s to %s", f.now, f.then))
	switch {
	case max(f.now.matching, f.then.matching) > perSlice:
		m.effect(fmt.Sprintf("more than %d endpoints stand in several slices, which change one after the other: for a moment both sides serve, or fewer", perSlice))
	case f.now.ready > 0 && f.then.ready >= f.now.ready:
		m.effect(fmt.Sprintf("never fewer than %d ready endpoints: the slice is written anew in one go, and watched until it holds only the new pods", f.now.ready))
	}
	m.note(fmt.Sprintf("the pods of %s stay as they are, for the way back", listOr(f.now.backers, "the old side")))
	if s.Spec.ClusterIP == corev1.ClusterIPNone {
		m.warn("a headless Service: clients resolve its name themselves and go on using the addresses they remember, so the switch is as slow as their caches")
	}
	if s.Spec.PublishNotReadyAddresses {
		m.warn("publishNotReadyAddresses: pods get traffic before they are ready")
	}
	if twins := m.twins(s); len(twins) > 0 {
		m.warn(fmt.Sprintf("%s the same pods and %s behind: flip them together where they belong together", listed2(twins, "selects", "select"), stays(len(twins))))
	}
	if lost := leftBehind(f); lost != "" {
		m.note(lost)
	}
	m.fights("the selector")
}

func stays(n int) string {
	if n == 1 {
		return "stays"
	}
	return "stay"
}

// String is "storefront-blue (3 of 3 pods ready)".
func (s side) String() string {
	return fmt.Sprintf("%s (%d of %s ready)", listOr(s.backers, selectorText(s.selector)), s.ready, pods(int32(s.matching)))
}

func listOr(names []string, otherwise string) string {
	if len(names) == 0 {
		return otherwise
	}
	return strings.Join(names, ", ")
}

func listed2(names []string, one, many string) string {
	verb := many
	if len(names) == 1 {
		verb = one
	}
	return "Service " + strings.Join(names, ", ") + " " + verb
}

// twins are other Services that select what this one selects now.
func (m *move) twins(s *corev1.Service) []string {
	var names []string
	for _, other := range m.services {
		if other.UID != s.UID && maps.Equal(other.Spec.Selector, s.Spec.Selector) {
			names = append(names, other.Name)
		}
	}
	return names
}

// leftBehind says that the new selector still matches pods of the old side.
func leftBehind(f flipSides) string {
	var both []string
	for _, name := range f.now.backers {
		if slices.Contains(f.then.backers, name) {
			both = append(both, name)
		}
	}
	if len(both) == 0 {
		return ""
	}
	return fmt.Sprintf("%s stays behind the Service", strings.Join(both, ", "))
}

// stillReady asks the gate again, a moment before the patch.
func stillReady(s *scene, p *Plan) string {
	if p.Intent.Unready {
		return ""
	}
	service, then := s.target.(*corev1.Service), p.want.(*corev1.Service).Spec.Selector
	f := flipSides{now: s.behind(service, service.Spec.Selector), then: s.behind(service, then)}
	if missing := f.missing(s); missing != "" {
		return "nothing was done: since the preview, " + missing
	}
	return ""
}

func toldFlip(p *Plan) string { return fmt.Sprintf("flipped %s to %s", p.Target(), p.Intent.Selector) }
