package rollout

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"fader/kube"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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
	ready    int // of them ready, and having the ports that the Service asks for
	// missing are the ready pods without a port, by the port's name.
	missing map[string]int
	backers []backer
}

// backer is an owner of pods behind a selector: a Deployment by its name, another
// with its kind.
type backer struct {
	name            string
	ready, matching int
}

// flipSides are a Service's pods before and after.
type flipSides struct{ now, then side }

func (m *scene) sides(s *corev1.Service, after map[string]string) flipSides {
	ports := namedPorts(s)
	needed := m.portsBehind(ports, s.Spec.Selector) // a port that no pod has today is missed by nobody
	if len(needed) == 0 {
		needed = m.portsBehind(ports, after)
	}
	if len(needed) == 0 {
		needed = ports
	}
	return flipSides{now: m.behind(s.Spec.Selector, ports, false), then: m.behind(after, needed, true)}
}

// namedPorts are the ports that pods have to give by name. Clients of a headless
// Service ask for the pods' addresses only.
func namedPorts(s *corev1.Service) []corev1.ServicePort {
	var named []corev1.ServicePort
	for _, port := range s.Spec.Ports {
		if port.TargetPort.Type == intstr.String && s.Spec.ClusterIP != corev1.ClusterIPNone {
			named = append(named, port)
		}
	}
	return named
}

// portsBehind are those ports that a pod has which the selector selects.
func (m *scene) portsBehind(ports []corev1.ServicePort, selector map[string]string) []corev1.ServicePort {
	var found []corev1.ServicePort
	for _, port := range ports {
		if slices.ContainsFunc(m.pods, func(p *corev1.Pod) bool {
			return !finished(p) && selects(selector, p.Labels) && hasPort(p, port)
		}) {
			found = append(found, port)
		}
	}
	return found
}

// behind counts the pods that a selector puts behind a Service. They have to have
// all of the ports, or one of them at least.
func (m *scene) behind(selector map[string]string, ports []corev1.ServicePort, all bool) side {
	found := side{selector: selector, missing: map[string]int{}}
	owners := map[string]*backer{}
	of := func(name string) *backer {
		if owners[name] == nil {
			owners[name] = &backer{name: name}
		}
		return owners[name]
	}
	for _, d := range m.deployments {
		if selects(selector, d.Spec.Template.Labels) {
			of(d.Name)
		}
	}
	for _, pod := range m.pods {
		if !selects(selector, pod.Labels) || finished(pod) {
			continue
		}
		owner := of(m.ownerOf(pod))
		found.matching++
		owner.matching++
		if !isReady(pod) {
			continue
		}
		var missing []corev1.ServicePort
		for _, port := range ports {
			if !hasPort(pod, port) {
				missing = append(missing, port)
			}
		}
		if len(missing) > 0 && (all || len(missing) == len(ports)) {
			for _, port := range missing {
				found.missing[port.TargetPort.StrVal]++
			}
			continue
		}
		found.ready++
		owner.ready++
	}
	for _, name := range slices.Sorted(maps.Keys(owners)) {
		found.backers = append(found.backers, *owners[name])
	}
	slices.SortStableFunc(found.backers, func(a, b backer) int { return cmp.Compare(b.matching, a.matching) })
	return found
}

// ownerOf a pod: the Deployment's name, "StatefulSet store", or that it has none.
func (m *scene) ownerOf(pod *corev1.Pod) string {
	owner := metav1.GetControllerOf(pod)
	if owner == nil {
		return "pods without owner"
	}
	if owner.Kind == string(kube.KindReplicaSet) {
		// a Deployment calls its ReplicaSets by its own name and the hash
		name, found := strings.CutSuffix(owner.Name, "-"+pod.Labels[appsv1.DefaultDeploymentUniqueLabelKey])
		if found && slices.ContainsFunc(m.deployments, func(d *appsv1.Deployment) bool { return d.Name == name }) {
			return name
		}
	}
	return owner.Kind + " " + owner.Name
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

// hasPort says that a container of the pod, or a sidecar, has a port of the name
// and protocol that the Service port asks for. An endpoint without it gets no
// traffic for that port, ready or not.
func hasPort(p *corev1.Pod, port corev1.ServicePort) bool {
	has := func(c corev1.Container) bool {
		return slices.ContainsFunc(c.Ports, func(own corev1.ContainerPort) bool {
			return own.Name == port.TargetPort.StrVal && protocol(own.Protocol) == protocol(port.Protocol)
		})
	}
	sidecar := func(c corev1.Container) bool {
		return c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways && has(c)
	}
	return slices.ContainsFunc(p.Spec.Containers, has) || slices.ContainsFunc(p.Spec.InitContainers, sidecar)
}

// hasAnyPort says that the pod has one of the ports at least, or that there are
// none to have: a Service whose ports these are reaches it.
func hasAnyPort(p *corev1.Pod, ports []corev1.ServicePort) bool {
	return len(ports) == 0 || slices.ContainsFunc(ports, func(port corev1.ServicePort) bool { return hasPort(p, port) })
}

func protocol(p corev1.Protocol) corev1.Protocol { return cmp.Or(p, corev1.ProtocolTCP) }

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
	for _, port := range slices.Sorted(maps.Keys(f.then.missing)) {
		text += "; " + kube.MissingPort(f.then.missing[port], "pod", port)
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
	oldSide := "the old side"
	if len(f.now.backers) > 0 {
		oldSide = f.now.owners()
	}
	m.note(fmt.Sprintf("the pods of %s stay as they are, for the way back", oldSide))
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

// maxOwners is how many owners of pods a line names.
const maxOwners = 4

// String is "storefront-blue (3 of 3 pods ready)", or, where there are several,
// "api (2 of 2), StatefulSet store (3 of 3): 5 of 5 pods ready".
func (s side) String() string {
	sum := fmt.Sprintf("%d of %s ready", s.ready, pods(int32(s.matching)))
	if len(s.backers) < 2 {
		return fmt.Sprintf("%s (%s)", s.owners(), sum)
	}
	var all []string
	for i, b := range s.backers {
		if i == maxOwners {
			all = append(all, fmt.Sprintf("and %d more", len(s.backers)-maxOwners))
			break
		}
		all = append(all, fmt.Sprintf("%s (%d of %d)", b.name, b.ready, b.matching))
	}
	return strings.Join(all, ", ") + ": " + sum
}

// owners of the pods, by name.
func (s side) owners() string {
	if len(s.backers) == 0 {
		return selectorText(s.selector)
	}
	var names []string
	for i, b := range s.backers {
		if i == maxOwners {
			names = append(names, fmt.Sprintf("%d more", len(s.backers)-maxOwners))
			break
		}
		names = append(names, b.name)
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
	for _, b := range f.now.backers {
		if slices.ContainsFunc(f.then.backers, func(other backer) bool { return other.name == b.name }) {
			both = append(both, b.name)
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
	if missing := s.sides(service, then).missing(s); missing != "" {
		return "nothing was done: since the preview, " + missing
	}
	return ""
}

func toldFlip(p *Plan) string { return fmt.Sprintf("flipped %s to %s", p.Target(), p.Intent.Selector) }
