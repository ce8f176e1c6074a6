package guard

import (
	"context"
	"fmt"

	"fader/kube/rollout"
)

// Desk is the gateway: kube/rollout.
type Desk interface {
	Plan(context.Context, rollout.Intent) (rollout.Plan, error)
	Execute(context.Context, rollout.Plan, rollout.Confirmation) rollout.Receipt
}

// Deed is what became of an order to act.
type Deed struct {
	Verb rollout.Verb
	// Plan that was made; its Title is "" where there is none.
	Plan rollout.Plan
	// Receipt of the gateway; its Result is "" where it was not asked.
	Receipt rollout.Receipt
	// Refused is why it did not act, one sentence; "" where it did.
	Refused string
}

// Reason is what the journal and the change-cause say of why a guard acted.
func (g Guard) Reason() string { return "guard: " + g.Text }

// Plan what is to be done, and say why it is not what was armed. The plan is the
// one that would be executed.
func (g Guard) Plan(ctx context.Context, desk Desk, intent rollout.Intent) (rollout.Plan, string) {
	p, err := desk.Plan(ctx, intent)
	if err != nil {
		return p, err.Error()
	}
	return p, g.unlike(p, intent)
}

// Act does what Observe has handed out, through the gateway. It waits for the API
// server, and never sends anything twice.
func (g Guard) Act(ctx context.Context, desk Desk, intent rollout.Intent) Deed {
	d := Deed{Verb: intent.Verb}
	if d.Plan, d.Refused = g.Plan(ctx, desk, intent); d.Refused != "" {
		return d
	}
	d.Receipt = desk.Execute(ctx, d.Plan, rollout.Confirmation{Typed: g.Typed, Why: g.Reason()})
	if d.Receipt.Result != rollout.Applied {
		d.Refused = d.Receipt.Message
	}
	return d
}

// unlike says in which way a plan is not what was armed; "" where it is. That the
// object is another of the same name is found by the gateway: the target has its UID.
func (g Guard) unlike(p rollout.Plan, intent rollout.Intent) string {
	failed := p.Blocked()
	switch {
	case p.Template != g.Release.Template:
		return fmt.Sprintf("the pod template of %s is another one than the guard was armed on", g.Target)
	case p.Intent.Verb != intent.Verb || p.Intent.ReplicaSet != intent.ReplicaSet:
		return fmt.Sprintf("the plan (%s) is another one than was armed", p.Title)
	case failed != nil && failed.Detail != "":
		return failed.Name + ": " + failed.Detail
	case failed != nil:
		return failed.Name + ": no"
	case p.Protected && g.Typed != p.Word():
		return fmt.Sprintf("%s is protected, and %s was not typed when the guard was armed", p.Cluster, p.Word())
	}
	return ""
}

// Acted is the guard after its deed. Where the answer was lost it counts as done:
// a guard does not write twice to find out.
func (g Guard) Acted(d Deed) Guard {
	switch {
	case d.Receipt.Result != rollout.Applied && d.Receipt.Result != rollout.Unclear:
		g.Note = fmt.Sprintf("it did not %s: %s", d.Verb, d.Refused)
	case d.Receipt.Result == rollout.Applied && d.Verb == rollout.Undo:
		g.did = d.Verb
		g = g.enter(Undone, fmt.Sprintf("%s, because %s", d.Receipt.Message, g.Text), d.Receipt.Finished)
	default:
		g.did = d.Verb
		g.Note = d.Receipt.Message
	}
	return g
}
