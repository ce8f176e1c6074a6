package rollout

import (
	"fmt"
	"time"

	"fader/kube"
)

const readOnly = "fader runs read-only: start it without --readonly to make moves"

// Confirmation is what the operator did to confirm a plan.
type Confirmation struct {
	// Typed is the name typed where the plan is Protected.
	Typed string
	// Course names the longer move that this one is a step of; "" for a move of
	// its own. Steps are not what Desk.Last offers to take back: taking back
	// half of a course would lower capacity.
	Course string
	// Batch names the moves that were confirmed together, "" for one of its own.
	Batch string
	// Why the move is made, for the journal, where no person decided on it: a guard,
	// and on what figures. "" for a person's own.
	Why string
}

// refusal says why the gateway does not let a plan through; "" where it does.
// Nothing of it is left to the caller: whatever was checked when the plan was
// made may have changed while it was looked at.
func (d *Desk) refusal(p *Plan, c Confirmation) string {
	for _, reason := range []func(*Plan, Confirmation) string{
		d.refuseReadOnly, d.refuseElsewhere, d.refuseUnmade, d.refuseBlocked, d.refuseStale, d.refuseUntyped,
	} {
		if text := reason(p, c); text != "" {
			return kube.Clean(text)
		}
	}
	return ""
}

func (d *Desk) refuseReadOnly(*Plan, Confirmation) string {
	if d.ReadOnly {
		return d.readOnly()
	}
	return ""
}

// readOnly is the sentence that refuses, with who says so where that is known.
func (d *Desk) readOnly() string {
	if d.ReadOnlyBy == "" {
		return readOnly
	}
	return fmt.Sprintf("fader runs read-only here: %s says so", d.ReadOnlyBy)
}

func (d *Desk) refuseElsewhere(p *Plan, _ Confirmation) string {
	if !p.Cluster.Same(d.Cluster) {
		return fmt.Sprintf("the plan was made for %s and this is %s: make it again here", p.Cluster, d.Cluster)
	}
	return ""
}

func (d *Desk) refuseUnmade(p *Plan, _ Confirmation) string {
	if p.from == nil || p.want == nil || len(p.Patch) == 0 {
		return "this plan was not made from a live object: make it again"
	}
	return ""
}

func (d *Desk) refuseBlocked(p *Plan, _ Confirmation) string {
	if failed := p.Blocked(); failed != nil {
		return fmt.Sprintf("%s: %s", failed.Name, failed.Detail)
	}
	return ""
}

func (d *Desk) refuseStale(*Plan, Confirmation) string {
	health := d.Health()
	if !health.Stale() {
		return ""
	}
	text := fmt.Sprintf("what is shown is not live (%s since %s): moves wait until it is", health.State, health.Since.Local().Format(time.TimeOnly))
	if health.Since.IsZero() {
		text = fmt.Sprintf("what is shown is not live (%s): moves wait until it is", health.State)
	}
	if health.Message != "" {
		text += " · " + health.Message
	}
	return text
}

func (d *Desk) refuseUntyped(p *Plan, c Confirmation) string {
	if (d.Protected || p.Protected) && c.Typed != p.Target().Name {
		return fmt.Sprintf("%s is protected: type %s to confirm", d.Cluster, p.Target().Name)
	}
	return ""
}

// String names the cluster for a person.
func (i Identity) String() string {
	if i.Context == "" {
		return i.Server
	}
	return i.Context
}
