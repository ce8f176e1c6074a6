package rollout

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fader/kube"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// draftDisown gives up fields that fader owns. The API server notes who set which
// field last, and refuses a server-side apply that would change a field of somebody
// else. Without this, a field that fader has written once is refused to Helm or
// kubectl for ever, also after the old value is back.
func draftDisown(m *move) error {
	mine := ownFields(m.target)
	if len(mine) == 0 {
		return fmt.Errorf("fader owns no field of %s: there is nothing to give up", m.ref())
	}
	fields := mine
	if m.plan.Intent.Fields != "" {
		fields = slices.DeleteFunc(strings.Split(m.plan.Intent.Fields, "\n"), func(f string) bool { return !slices.Contains(mine, f) })
		if len(fields) == 0 {
			return fmt.Errorf("fader does not own %s of %s any more", shortList(strings.Split(m.plan.Intent.Fields, "\n")), m.ref())
		}
		m.plan.Intent.Fields = fieldList(fields)
	}
	m.plan.Title = fmt.Sprintf("Give up fader's fields of %s", m.ref())
	m.plan.Action = "Give up"
	for _, f := range fields {
		m.plan.Changes = append(m.plan.Changes, Change{Path: "metadata.managedFields " + kube.Clean(f), Before: fieldManager})
	}
	m.want.SetManagedFields(disowned(m.target, m.plan.Intent.Fields))
	m.effect("no value changes and no pod is touched")
	for _, e := range m.target.GetManagedFields() {
		if e.Operation == metav1.ManagedFieldsOperationApply && e.Manager != fieldManager && e.Subresource != "status" {
			m.effect(fmt.Sprintf("the next apply by %q sets these fields to what its manifest has, and is not refused", e.Manager))
		}
	}
	m.note("kubectl has no command for it: it can only take fields over, with apply --server-side --force-conflicts")
	return patchDisown(m.target, m.plan)
}

func toldDisown(p *Plan) string {
	return fmt.Sprintf("gave up %s of %s", listOfFields(p), p.Target())
}

func listOfFields(p *Plan) string {
	if p.Intent.Fields == "" {
		return "all of fader's fields"
	}
	return shortList(strings.Split(p.Intent.Fields, "\n"))
}

// ownFields are the paths of all fields that fader owns of an object.
func ownFields(o metav1.Object) []string {
	var all []string
	for _, e := range o.GetManagedFields() {
		if e.Manager == fieldManager {
			all = append(all, fieldsOf(&e).leaves("")...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// disowned are the entries of managedFields without fader's fields: those listed,
// or all of them where the list is "".
func disowned(o metav1.Object, fields string) []metav1.ManagedFieldsEntry {
	var left []metav1.ManagedFieldsEntry
	for _, e := range o.GetManagedFields() {
		if e.Manager == fieldManager {
			if fields == "" {
				continue
			}
			set := fieldsOf(&e).without("", strings.Split(fields, "\n"))
			if len(set) == 0 {
				continue
			}
			e.FieldsV1 = metav1.NewFieldsV1(asJSON(set))
		}
		left = append(left, e)
	}
	return left
}

// patchDisown writes managedFields as a whole, guarded by the version that they
// were read from: the controllers of the object move their own entries about, so
// that no patch of a place in the list would hold.
func patchDisown(live object, p *Plan) error {
	left := disowned(live, p.Intent.Fields)
	if len(left) == 0 {
		left = []metav1.ManagedFieldsEntry{{}} // the API server takes an empty list for one left out
	}
	var err error
	p.PatchType, p.Patch, err = jsonPatch(live, operation{Op: "replace", Path: "/metadata/managedFields", Value: left})
	return err
}

// ownsSome says that fader owns some of the fields that the plan gives up.
func ownsSome(p *Plan, live object) bool {
	mine := ownFields(live)
	if p.Intent.Fields == "" {
		return len(mine) > 0
	}
	return slices.ContainsFunc(strings.Split(p.Intent.Fields, "\n"), func(f string) bool { return slices.Contains(mine, f) })
}

// giveBack gives up the fields of a move that has just been applied, by a plan and
// a receipt of its own, and says what came of it.
func (d *Desk) giveBack(ctx context.Context, p Plan, c Confirmation) string {
	intent := Intent{Verb: Disown, Target: p.Target(), Fields: fieldList(p.Disowns)}
	plan, err := d.Plan(ctx, intent)
	if err == nil {
		c.Typed = plan.Word()
		if r := d.Execute(ctx, plan, c); r.Result != Applied {
			err = errors.New(r.Message)
		}
	}
	if err != nil {
		return kube.Clean(fmt.Sprintf("but fader still owns %s (%v): fader disown %s/%s gives that up",
			shortList(p.Disowns), err, strings.ToLower(string(p.Target().Kind)), p.Target().Name))
	}
	return kube.Clean("fader gave up " + shortList(p.Disowns))
}

// earlierMoves are the moves that were applied to an object of which fader owns
// fields, by the journal and this session.
func (d *Desk) earlierMoves(o metav1.Object, target kube.Ref) []Receipt {
	if !slices.ContainsFunc(o.GetManagedFields(), func(e metav1.ManagedFieldsEntry) bool { return e.Manager == fieldManager }) {
		return nil
	}
	var entries Entries
	if journal, readable := d.Journal.(interface{ Read() (Entries, error) }); readable {
		entries, _ = journal.Read() // without it nothing is given up by itself
	}
	var earlier []Receipt
	for _, r := range entries.Receipts {
		at := r.Plan.Target()
		if r.Result == Applied && r.Plan.Cluster == d.Cluster && at.Kind == target.Kind &&
			at.Namespace == o.GetNamespace() && at.Name == o.GetName() && types.UID(at.UID) == o.GetUID() {
			earlier = append(earlier, r)
		}
	}
	return earlier
}
