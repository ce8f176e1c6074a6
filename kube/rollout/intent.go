package rollout

import "fader/kube"

// Verb is a move of the trade.
type Verb string

const (
	Pause   Verb = "pause"
	Resume  Verb = "resume"
	Scale   Verb = "scale"
	Restart Verb = "restart"
	Undo    Verb = "undo"
	// SetImage sets images of the template's containers.
	SetImage Verb = "image"
	// SetStrategy sets maxSurge and maxUnavailable.
	SetStrategy Verb = "strategy"
	// Flip gives a Service another selector.
	Flip Verb = "flip"
	// Label sets or removes one label of a pod, which takes it into or out of a Service.
	Label Verb = "label"
	// Disown gives up fader's ownership of fields, so that a server-side apply of
	// somebody else is not refused. No value changes.
	Disown Verb = "disown"
)

// ChangesTemplate says that the move writes the pod template, and with it the
// change-cause.
func (v Verb) ChangesTemplate() bool { return v == Restart || v == Undo || v == SetImage }

// Intent is what the operator wants done, with the target captured when the key
// was pressed. It is comparable and serialises into the journal.
type Intent struct {
	Verb   Verb     `json:"verb"`
	Target kube.Ref `json:"target"` // with its UID: a recreated namesake is another target
	// Replicas wanted, for Scale.
	Replicas int32 `json:"replicas,omitempty"`
	// Revision to go back to, for Undo; 0 means the one before the present, as kubectl has it.
	Revision int64 `json:"revision,omitempty"`
	// ReplicaSet names the revision for an Undo where its number may change or
	// is not its own: a revision that comes back is renumbered, its ReplicaSet
	// keeps its name. Inverses set it; it wins over Revision.
	ReplicaSet string `json:"replicaSet,omitempty"`
	// Pause leaves the Deployment paused after an Undo; it is set where the undo
	// takes back a move on a paused Deployment.
	Pause bool `json:"pause,omitempty"`
	// Images for SetImage, as kubectl set image takes them: "model=fraud:v3
	// sidecar=proxy:2", separated by spaces.
	Images string `json:"images,omitempty"`
	// Cause is written as the change-cause with a change of the template; "" lets
	// fader word one for SetImage, takes that of the old revision for Undo, and
	// leaves it alone for Restart.
	Cause string `json:"cause,omitempty"`
	// MaxSurge and MaxUnavailable for SetStrategy, a number or a percentage:
	// "1", "25%"; "" leaves it as it is.
	MaxSurge       string `json:"maxSurge,omitempty"`
	MaxUnavailable string `json:"maxUnavailable,omitempty"`
	// Selector is how a Flip changes the Service's selector: "version=green", and
	// "release-" for a key that is taken out, separated by commas.
	Selector string `json:"selector,omitempty"`
	// Unready lets a Flip go ahead although fewer pods are ready behind the new
	// selector than behind the present one: the operator typed the Service's name.
	Unready bool `json:"unready,omitempty"`
	// Fields that a Disown gives up, as the API server names them (.spec.replicas),
	// one a line; "" for all that fader owns.
	Fields string `json:"fields,omitempty"`
	// Label that a Label move writes: "status=enabled", or "status-" to remove it.
	Label string `json:"label,omitempty"`
}
