package fade

import (
	"time"

	"fader/kube/rollout"
)

// State of a course.
type State string

const (
	Starting   State = "starting"    // nothing was written yet
	Raising    State = "raising"     // one side is being raised
	Waiting    State = "waiting"     // for the raised pods, or for what is shown to be live again
	Lowering   State = "lowering"    // the other side is being lowered
	Rolling    State = "rolling"     // a rollout is under way: of a promotion's images, or towards a hold
	Holding    State = "holding"     // between two steps
	TakingBack State = "taking back" // all of the way back
	Done       State = "done"
	Stopped    State = "stopped" // by the operator, or because somebody else has a hand in it
	Failed     State = "failed"  // a write was refused, or nobody knows what became of it
)

// Over says that nothing more will happen.
func (s State) Over() bool { return s == Done || s == Stopped || s == Failed }

// Level of one side of a pair, or of a Hold's Target, as it was last seen.
type Level struct {
	Desired   int32 `json:"desired"`
	Ready     int32 `json:"ready"`
	Available int32 `json:"available"`
	// Updated pods that are available: what a Hold counts.
	Updated int32 `json:"updated"`
	// Endpoints of the Service that are ready; nil where they are not known.
	Endpoints *int32 `json:"endpoints,omitempty"`
}

// Progress of a course. It is a copy: nobody changes it.
type Progress struct {
	Course Course `json:"course"` // Step and Return say how far
	State  State  `json:"state"`
	// Stable and Canary as they were last seen; of a Hold Stable is the Target.
	Stable Level `json:"stable"`
	Canary Level `json:"canary"`
	// Text is one sentence: what is being done, or waited for and why.
	Text string `json:"text"`
	// Since when it is in this State.
	Since time.Time `json:"since"`
	// Until when it holds between two steps; zero where it does not, or until
	// Run.Continue.
	Until time.Time `json:"until,omitzero"`
	// Floor of ready endpoints that was promised, and the fewest that were seen;
	// Lowest is nil where none were seen yet. For Hold both mean nothing.
	Floor  int32  `json:"floor"`
	Lowest *int32 `json:"lowest,omitempty"`
	// Receipts of the writes so far, the oldest first.
	Receipts []rollout.Receipt `json:"receipts,omitempty"`
	// Err is why it Failed, or Stopped by itself; "" otherwise.
	Err string `json:"error,omitempty"`
	// Unfinished says that it was left half-way: it can be finished or taken back
	// with Runner.Start of Course, or of its TakeBack, now or by the next process.
	Unfinished bool `json:"unfinished,omitempty"`
}
