package rollout

import (
	"time"

	"fader/kube"

	"k8s.io/apimachinery/pkg/types"
)

// Identity is the cluster that a plan was made for.
type Identity struct {
	Context string `json:"context"`
	Server  string `json:"server"` // URL of the API server, its path included
	// UID of the namespace kube-system, which stays when the address changes; ""
	// where it is not known.
	UID string `json:"uid,omitempty"`
}

// Same reports whether both are one cluster under one context. What the addresses
// are counts only where a UID is not known.
func (i Identity) Same(other Identity) bool {
	if i.Context != other.Context {
		return false
	}
	if i.UID != "" && other.UID != "" {
		return i.UID == other.UID
	}
	return i.Server == other.Server
}

// WithUID is the identity with the UID that can be read, where it has none.
func (i Identity) WithUID(uid func() string) Identity {
	if i.UID == "" && uid != nil {
		i.UID = uid()
	}
	return i
}

// Plan is a move worked out against the live object: the one source for the
// preview, the execution, the journal, the kubectl line and the tests.
type Plan struct {
	// Intent as it was understood: the UID of the live object and the revision
	// meant by 0 are filled in, so that planning it again means the same.
	Intent   Intent    `json:"intent"`
	Cluster  Identity  `json:"cluster"`
	Title    string    `json:"title"`  // "Undo ml/fraud-model to revision 8"
	Action   string    `json:"action"` // label of the confirming button: "Undo"
	Changes  []Change  `json:"changes"`
	Effect   []string  `json:"effect,omitempty"`   // what will happen to pods and capacity
	Notes    []string  `json:"notes,omitempty"`    // what else is worth knowing
	Warnings []string  `json:"warnings,omitempty"` // who will fight it, what is risky
	Checks   []Check   `json:"checks,omitempty"`
	Kubectl  string    `json:"kubectl"` // the equivalent command line
	MadeAt   time.Time `json:"madeAt"`
	// Protected asks for the object's name to be typed before the plan is executed.
	Protected bool `json:"protected,omitempty"`
	// Typed is what is to be typed where it is not the target's name; see Word.
	Typed string `json:"-"`
	// Overrule says that the check which failed may be overruled by typing Word:
	// the intent is planned again with Unready.
	Overrule bool `json:"-"`

	// Takes are the fields that the move takes from others who apply the object
	// server-side: their next apply of another value is refused.
	Takes []Taken `json:"takes,omitempty"`
	// Disowns are the fields that fader gives up, in a write of its own, as soon as
	// the move is applied: it makes them again what their applier had.
	Disowns []string `json:"disowns,omitempty"`

	// Patch is sent to the target, or its Subresource ("" or "scale"), with the precondition that UID
	// and ResourceVersion are still those the plan was made from. Where only the
	// status has moved since, as it does all through a rollout, the gateway
	// carries the precondition forward to what it has just read.
	// Patch never goes into the journal: a template may carry what is nobody else's business.
	Patch           []byte          `json:"-"`
	PatchType       types.PatchType `json:"-"`
	Subresource     string          `json:"subresource,omitempty"`
	UID             string          `json:"uid"`
	ResourceVersion string          `json:"resourceVersion"`
	// Template is the digest of the pod template that a Deployment had when it was
	// read, as kube.Deployment has it; 0 for what is none.
	Template uint64 `json:"-"`
	// Inverse takes the move back; nil where nothing can.
	Inverse *Intent `json:"inverse,omitempty"`

	// from is the object the plan was made from: what has been edited since is
	// found by comparing with it. want is what the write leaves behind: a lost
	// answer is settled by comparing with it. A Plan without them (made by hand,
	// read from a journal) is never executed.
	from, want object
}

// Change is one field: "" means absent.
type Change struct {
	Path   string `json:"path"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Check is one thing that was verified while the plan was made.
type Check struct {
	Name   string `json:"name"` // "permitted", "server dry run", "unchanged since 14:03:20 (rv 81733)"
	Passed bool   `json:"passed"`
	Detail string `json:"detail,omitempty"` // why not
}

// Blocked returns the first check that failed, nil when the plan may be executed.
func (p Plan) Blocked() *Check {
	for i := range p.Checks {
		if !p.Checks[i].Passed {
			return &p.Checks[i]
		}
	}
	return nil
}

// Word is what the operator types to confirm a protected plan, or to overrule
// its gate.
func (p Plan) Word() string {
	if p.Typed != "" {
		return p.Typed
	}
	return p.Target().Name
}

// Target of the plan.
func (p Plan) Target() kube.Ref { return p.Intent.Target }
