package rollout

import (
	"fmt"
	"slices"
	"strings"

	"fader/kube"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// contest is what a move changes, held against what others keep as it is.
type contest struct {
	*move
	about         string   // what the verb changes: "the pod template", "replicas"
	before, after any      // the fields that people write, as the API has them
	paths         []string // the fields of spec that the move changes
	manager       kube.Manager
}

// fights adds who will fight the change: the tools that hold the object to what is
// written elsewhere, each only for fields that it is known to set. It is called
// when the verb has made its changes to want.
func (m *move) fights(about string) {
	c, err := m.contest(about)
	if err != nil {
		m.note(fmt.Sprintf("not known who sets %s again: %v", about, err))
		return
	}
	if c.disown() {
		return // what everybody else has is what the move puts back
	}
	c.managerFight()
	c.manifestFight()
	c.applierFights()
}

func (m *move) contest(about string) (*contest, error) {
	before, err := written(m.target)
	if err != nil {
		return nil, err
	}
	after, err := written(m.want)
	if err != nil {
		return nil, err
	}
	c := &contest{move: m, about: about, before: before, after: after, manager: managerOf(m.target)}
	d := &differ{}
	d.compare("", before, after)
	for _, change := range d.changes {
		if strings.HasPrefix(change.Path, "spec") {
			c.paths = append(c.paths, change.Path)
		}
	}
	return c, nil
}

func managerOf(o object) kube.Manager {
	switch o := o.(type) {
	case *corev1.Service:
		return kube.ServiceManagerOf(o)
	case *corev1.Pod:
		return kube.Manager{} // its ReplicaSet owns it, and sets nothing back
	default:
		meta := metav1.ObjectMeta{
			Namespace: o.GetNamespace(), Name: o.GetName(), Labels: o.GetLabels(), Annotations: o.GetAnnotations(),
			OwnerReferences: o.GetOwnerReferences(), ManagedFields: o.GetManagedFields(),
		}
		return kube.ManagerOf(&meta)
	}
}

// evidence is what is known of whether a tool sets the fields that a move changes.
type evidence int

const (
	unproven evidence = iota // nothing tells
	sets                     // its manifest has another value for some of them
	agrees                   // the move makes them what its manifest has
	leaves                   // its manifest has none of them
)

// managerFight says what the manager of the object does about the change.
func (c *contest) managerFight() {
	by := c.manager
	if by.Reaction == kube.Unmanaged {
		return
	}
	if by.Reaction == kube.Controls {
		c.warn(c.controllerFight())
		if !c.isRolloutsService() {
			return
		}
		// Argo Rollouts writes its own key and leaves the rest of the selector to others.
		c.manager = kube.ManagerOf(&metav1.ObjectMeta{Labels: c.target.GetLabels(), ManagedFields: c.target.GetManagedFields()})
		c.managerFight()
		return
	}
	known, fields := c.evidenceOf(by)
	switch {
	case known == leaves:
		c.note(fmt.Sprintf("%s does not set %s: it stays until somebody changes it", strings.TrimPrefix(by.String(), "managed by "), shortList(c.paths)))
	case known == agrees || known == sets && c.serverSide(by.Tool):
		// nothing is set back, or what becomes of it is said with the conflict
	default:
		c.warn(by.String() + ": " + reactionTo(by, known == sets, c.named(fields)))
	}
}

// reactionTo is what a manager does about a change of what, a field that it is
// known to set or not.
func reactionTo(by kube.Manager, sets bool, what string) string {
	switch {
	case by.Reaction == kube.Reconciles && sets:
		return fmt.Sprintf("its next reconcile sets %s again", what)
	case by.Reaction == kube.Reconciles:
		return fmt.Sprintf("reverted at the next reconcile if its source sets %s", what)
	case by.Reaction == kube.Syncs && sets:
		return fmt.Sprintf("out of sync from now on; self-heal or the next sync sets %s again", what)
	case by.Reaction == kube.Syncs:
		return fmt.Sprintf("out of sync from now on, and reverted by self-heal or the next sync if its source sets %s", what)
	case by.Reaction == kube.ReleasesByFlux && sets:
		return fmt.Sprintf("its next Helm upgrade sets %s again, or drift correction at once where it is on", what)
	case by.Reaction == kube.ReleasesByFlux:
		return fmt.Sprintf("its next Helm upgrade, or drift correction where it is on, sets %s again if the chart sets it", what)
	case by.Tool == "Helm" && sets:
		return fmt.Sprintf("the next helm upgrade or rollback sets %s again", what)
	case by.Tool == "Helm":
		return fmt.Sprintf("the next helm upgrade or rollback sets %s again if the chart sets it", what)
	case sets:
		return fmt.Sprintf("its next run sets %s again", what)
	default:
		return fmt.Sprintf("its next run sets %s again if its source does", what)
	}
}

// controllerFight says what a controller does that owns the object.
func (c *contest) controllerFight() string {
	by := c.manager
	switch {
	case c.isRolloutsService():
		verb := "it writes %s in this selector"
		if s, ok := c.target.(*corev1.Service); ok && s.Spec.Selector[kube.RolloutsHashKey] != c.want.(*corev1.Service).Spec.Selector[kube.RolloutsHashKey] {
			verb = "it sets %s back"
		}
		return fmt.Sprintf("%s: "+verb+"; promote or abort there", by, kube.RolloutsHashKey)
	case by.Kind == "":
		return fmt.Sprintf("%s: it sets %s back; change it there", by, c.about)
	}
	return fmt.Sprintf("%s: its controller sets %s back; change that instead", by, c.about)
}

// isRolloutsService says that Argo Rollouts writes the object without owning it.
func (c *contest) isRolloutsService() bool {
	return c.manager.Tool == "Argo Rollouts" && c.manager.Kind == ""
}

// evidenceOf a manager: what it has applied server-side tells most, then the
// manifest that client-side apply left, then what it wrote.
func (c *contest) evidenceOf(by kube.Manager) (evidence, []changedField) {
	for _, e := range c.entries(by.Tool) {
		if e.Operation == metav1.ManagedFieldsOperationApply && e.FieldsV1 != nil {
			return c.evidenceIn(e)
		}
	}
	if m, applied := manifestOf(c.target); by.Reaction == kube.Syncs && applied {
		return c.evidenceOfManifest(m)
	}
	for _, e := range c.entries(by.Tool) {
		if e.FieldsV1 == nil {
			continue
		}
		known, fields := c.evidenceIn(e)
		if known == sets && !slices.ContainsFunc(fields, func(f changedField) bool { return !mayBeDefault(f.path) }) {
			return unproven, nil // whoever creates an object is noted for its defaults too
		}
		return known, fields
	}
	return unproven, nil
}

// mayBeDefault says that the API server fills in the field where a manifest has none.
func mayBeDefault(path string) bool {
	return path == ".spec.replicas" || strings.HasPrefix(path, ".spec.strategy")
}

// evidenceIn an entry of managedFields. A field that it lacks may have been taken
// over by hand before: that is no proof.
func (c *contest) evidenceIn(e *metav1.ManagedFieldsEntry) (evidence, []changedField) {
	if fields := specOnly(fieldsOf(e).changed(c.before, c.after)); len(fields) > 0 {
		return sets, fields
	}
	for i := range c.target.GetManagedFields() {
		other := &c.target.GetManagedFields()[i]
		if other.Manager != e.Manager && other.Operation == metav1.ManagedFieldsOperationUpdate &&
			len(specOnly(fieldsOf(other).changed(c.before, c.after))) > 0 {
			return unproven, nil
		}
	}
	return leaves, nil
}

func (c *contest) evidenceOfManifest(m manifest) (evidence, []changedField) {
	if m == nil {
		return unproven, nil
	}
	fields, agreed := m.changed(c.before, c.after)
	fields = specOnly(fields)
	switch {
	case len(fields) > 0:
		return sets, fields
	case agreed:
		return agrees, nil
	}
	return leaves, nil
}

func specOnly(fields []changedField) []changedField {
	return slices.DeleteFunc(fields, func(f changedField) bool { return !strings.HasPrefix(f.path, ".spec") })
}

// entries of managedFields that a tool wrote, status left out.
func (c *contest) entries(tool string) []*metav1.ManagedFieldsEntry {
	var found []*metav1.ManagedFieldsEntry
	for i := range c.target.GetManagedFields() {
		e := &c.target.GetManagedFields()[i]
		if e.Subresource != "status" && applierOf(e.Manager).tool == tool {
			found = append(found, e)
		}
	}
	return found
}

// serverSide says that a tool applies server-side and does not force: its conflict
// is told on its own.
func (c *contest) serverSide(tool string) bool {
	return slices.ContainsFunc(c.entries(tool), func(e *metav1.ManagedFieldsEntry) bool {
		return e.Operation == metav1.ManagedFieldsOperationApply && applierOf(e.Manager).force != forces
	})
}

// named is what the verb changes where all of it is among the fields, else the
// fields by their paths.
func (c *contest) named(fields []changedField) string {
	if len(specOnly(slices.Clone(fields))) >= len(c.paths) || len(fields) == 0 {
		return c.about
	}
	return paths(fields)
}

func paths(fields []changedField) string {
	var list []string
	for _, f := range fields {
		list = append(list, f.path)
	}
	return shortList(list)
}

// shortList names two and counts the others.
func shortList(list []string) string {
	const most = 2
	if more := len(list) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), more)
	}
	return strings.Join(list, " and ")
}

// manifestFight says what the next `kubectl apply` does, where no tool that
// reconciles applied the object.
func (c *contest) manifestFight() {
	m, applied := manifestOf(c.target)
	if !applied || c.manager.Reaction != kube.Unmanaged && c.manager.Reaction != kube.Deploys {
		return
	}
	switch known, fields := c.evidenceOfManifest(m); known {
	case sets:
		c.warn(fmt.Sprintf("was made with kubectl apply: the next apply of its manifest sets %s again", c.named(fields)))
	case leaves:
		c.note(fmt.Sprintf("the manifest of the last kubectl apply does not set %s: it stays until somebody changes it", shortList(c.paths)))
	case unproven:
		c.warn(fmt.Sprintf("was made with kubectl apply: the next apply sets %s again if its manifest does", c.about))
	}
}

// kedaLabel is on the autoscalers that KEDA makes for its ScaledObjects.
const kedaLabel = "scaledobject.keda.sh/name"

// autoscalerFights says what the autoscalers do to a Deployment that is scaled by hand.
func autoscalerFights(s *scene, wanted int32) []string {
	var warnings []string
	for i := range s.autoscalers {
		hpa := &s.autoscalers[i]
		low, high := int32(1), hpa.Spec.MaxReplicas
		if hpa.Spec.MinReplicas != nil {
			low = *hpa.Spec.MinReplicas
		}
		who := "HorizontalPodAutoscaler " + hpa.Name
		scaled := hpa.Labels[kedaLabel]
		if scaled != "" {
			who = fmt.Sprintf("KEDA's ScaledObject %s (through %s)", scaled, who)
		}
		text := fmt.Sprintf("%s (%d..%d) scales it: it will change replicas back within 15 s where its metrics say so", who, low, high)
		if blind := withoutMetrics(hpa); blind != "" {
			text = fmt.Sprintf("%s (%d..%d) has no metrics (%s): it does nothing while replicas stay in that range", who, low, high, blind)
		}
		switch {
		case wanted == 0 && scaled != "":
			text = who + " scales it: it scales back up as soon as a trigger is active, or to its minimum"
		case desired(s.deployment) == 0 && scaled != "":
			text = who + " scales it: it scales back to 0 if no trigger is active and its minimum is 0"
		case wanted == 0:
			text = fmt.Sprintf("%s (%d..%d) scales it: 0 replicas disable the autoscaler until someone scales up again", who, low, high)
		case desired(s.deployment) == 0:
			text = fmt.Sprintf("%s (%d..%d) was disabled by 0 replicas: it takes over again", who, low, high)
		case wanted < low || wanted > high:
			text = fmt.Sprintf("%s keeps it between %d and %d: it will change replicas back within 15 s", who, low, high)
		}
		if scaled != "" {
			text += "; the annotation autoscaling.keda.sh/paused-replicas on the ScaledObject makes it stand still"
		}
		warnings = append(warnings, text)
	}
	return warnings
}

// withoutMetrics is why an autoscaler has no metrics to scale by, "" where it has.
func withoutMetrics(hpa *autoscalingv2.HorizontalPodAutoscaler) string {
	if a := kube.NewAutoscaler(hpa); a.NoMetrics {
		return a.Blind
	}
	return ""
}

// unseen is a note for what could not be looked at: not knowing is not none.
func unseen(s *scene) []string {
	if s.blind == "" {
		return nil
	}
	return []string{"not known whether an autoscaler scales it: " + s.blind}
}
