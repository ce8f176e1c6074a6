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
)

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
}
