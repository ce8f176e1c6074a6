package rollout

import (
	"fmt"
	"slices"
	"strings"

	"fader/kube"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Taken is a field that a move takes from a field manager who applies it
// server-side: the next apply of another value is refused as long as fader owns it.
type Taken struct {
	Manager string `json:"manager"`
	Field   string `json:"field"` // as the API server names it: .spec.replicas
	// Was is the value before the move, as JSON; "" where it is long or private.
	Was string `json:"was,omitempty"`
}

// force says whether a field manager overrules conflicts when it applies.
type force int

const (
	mayForce force = iota // an operator of its own
	forces
	refused // the API server refuses its apply, unless a person adds the flag
)

// applier is a field manager by the tool behind it.
type applier struct {
	manager, tool string
	force         force
}

func appliers() []applier {
	return []applier{
		{"kustomize-controller", "Flux", forces},
		{"helm-controller", "Flux", mayForce},
		{"argocd-controller", "Argo CD", forces},
		{"argocd-application-controller", "Argo CD", forces},
		{"helm", "Helm", refused},
		{"kubectl", "kubectl", refused},
		{"Terraform", "Terraform", refused},
		{"HashiCorp", "Terraform", refused},
		{"kapp-server", "kapp", refused},
		{"fleetagent", "Rancher Fleet", mayForce},
		{"fleet-agent", "Rancher Fleet", mayForce},
	}
}

func applierOf(manager string) applier {
	for _, a := range appliers() {
		if a.manager == manager {
			return a
		}
	}
	return applier{manager: manager}
}

// applierFights says what becomes of the next apply of everybody who applies the
// object server-side, and notes in the plan what the move takes from them.
func (c *contest) applierFights() {
	for i := range c.target.GetManagedFields() {
		e := &c.target.GetManagedFields()[i]
		if e.Operation != metav1.ManagedFieldsOperationApply || e.Manager == fieldManager || e.Subresource == "status" {
			continue
		}
		by := applierOf(e.Manager)
		if e.FieldsV1 == nil {
			if by.tool == "" && c.manager.Reaction != kube.Controls {
				c.warn(fmt.Sprintf("applied by %q (server-side apply): may be reverted if it sets %s", e.Manager, c.about))
			}
			continue
		}
		taken, removed := c.take(e)
		switch {
		case by.force == forces || by.tool == "" && c.manager.Reaction == kube.Controls:
			// the manager's own sentence says it
		case len(taken) > 0:
			c.warn(c.conflict(by, paths(taken)))
		case len(removed) > 0:
			c.warn(fmt.Sprintf("%s: its next apply sets %s again", c.appliedBy(by), paths(removed)))
		default:
			c.heldConflict(by)
		}
	}
}

// take notes the fields of an applier that the move changes: those that fader owns
// from then on, and those that it removes and nobody owns.
func (c *contest) take(e *metav1.ManagedFieldsEntry) (taken, removed []changedField) {
	for _, f := range fieldsOf(e).changed(c.before, c.after) {
		if f.after == nil {
			removed = append(removed, f)
			continue
		}
		taken = append(taken, f)
		c.plan.Takes = append(c.plan.Takes, Taken{Manager: kube.Clean(e.Manager), Field: kube.Clean(f.path), Was: valueBefore(f)})
	}
	return taken, removed
}

// longestWas bounds a value that the journal keeps of a field.
const longestWas = 256

// valueBefore is the value of a field before the move, "" where the journal must
// not hold it.
func valueBefore(f changedField) string {
	if private(f.path) {
		return ""
	}
	if was := asJSON(f.before); len(was) <= longestWas {
		return was
	}
	return ""
}

func (c *contest) appliedBy(by applier) string {
	if by.tool != "" && by.tool == c.manager.Tool {
		return c.manager.String()
	}
	return fmt.Sprintf("applied server-side by %q", by.manager)
}

// conflict says that an apply which sets another value than fader's is refused.
func (c *contest) conflict(by applier, fields string) string {
	next := "its next apply of another value"
	if by.tool == "Helm" {
		next = "the next helm upgrade to another value"
	}
	what := fmt.Sprintf("%s: %s is refused, conflict with %q on %s", c.appliedBy(by), next, fieldManager, fields)
	if by.force == mayForce {
		what = fmt.Sprintf("%s: its next apply sets %s again where it forces conflicts, and is refused where not", c.appliedBy(by), fields)
	}
	return what + fmt.Sprintf("; `fader disown %s` gives that up", c.name())
}

// heldConflict says the same of fields that fader owns since an earlier move.
func (c *contest) heldConflict(by applier) {
	var held []changedField
	for _, e := range c.own() {
		for _, f := range specOnly(fieldsOf(e).changed(c.before, c.after)) {
			if f.after != nil && !slices.Contains(c.plan.Disowns, f.path) {
				held = append(held, f)
			}
		}
	}
	if len(held) > 0 {
		c.warn(fmt.Sprintf("%s: refused if it sets %s, which fader owns since an earlier move; `fader disown %s` gives that up",
			c.appliedBy(by), paths(held), c.name()))
	}
}

// own are the entries of managedFields that are fader's.
func (m *move) own() []*metav1.ManagedFieldsEntry {
	var mine []*metav1.ManagedFieldsEntry
	for i := range m.target.GetManagedFields() {
		if e := &m.target.GetManagedFields()[i]; e.Manager == fieldManager {
			mine = append(mine, e)
		}
	}
	return mine
}

// disown notes in the plan which fields fader gives up once the move is made: those
// that it took from an applier, and that become again what the applier had. It
// returns true where that is all that the move changes.
func (c *contest) disown() (all bool) {
	var returned, unclaimed []string
	var whose string
	for _, e := range c.own() {
		for _, f := range fieldsOf(e).changed(c.before, c.after) {
			taken, by := c.lastTaken(f.path)
			switch {
			case f.after == nil: // what is removed is nobody's
			case taken == nil:
				unclaimed = append(unclaimed, f.path)
			case by.Plan.Inverse != nil && takesBack(c.plan.Intent, *by.Plan.Inverse), taken.Was != "" && taken.Was == asJSON(f.after):
				returned, whose = append(returned, f.path), taken.Manager
			}
		}
	}
	if len(returned) == 0 {
		return false
	}
	c.plan.Disowns = slices.Concat(returned, unclaimed)
	c.effect(fmt.Sprintf("then fader gives up %s in a second write, so that the next apply by %q is not refused", shortList(returned), whose))
	return len(slices.DeleteFunc(returned, func(path string) bool { return !strings.HasPrefix(path, ".spec") })) >= len(c.paths)
}

// lastTaken is the last move that took a field of the object from an applier.
func (c *contest) lastTaken(path string) (*Taken, *Receipt) {
	for i := range slices.Backward(c.earlier) {
		r := &c.earlier[i]
		for j := range r.Plan.Takes {
			if r.Plan.Takes[j].Field == path {
				return &r.Plan.Takes[j], r
			}
		}
	}
	return nil, nil
}

// fieldList is how an intent names fields: one a line, for their keys may hold
// every other separator.
func fieldList(fields []string) string { return strings.Join(fields, "\n") }
