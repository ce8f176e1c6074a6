package rollout

import "time"

// Result of executing a plan.
type Result string

const (
	// Sent stands in the journal before the patch goes out. Where no other line
	// follows, fader was stopped before the answer came.
	Sent     Result = "sent"
	Applied  Result = "applied"
	Conflict Result = "conflict" // the object changed since the plan was made; nothing was done
	Refused  Result = "refused"  // by the gateway or the server; nothing was done
	Unclear  Result = "unclear"  // the answer was lost and reading again did not settle it
)

// Receipt is what became of a plan. It is one line of the journal.
type Receipt struct {
	Plan    Plan   `json:"plan"`
	Result  Result `json:"result"`
	Message string `json:"message"` // one sentence: what happened, and for a failure what to do
	Who     string `json:"who"`     // the user of the kubeconfig, else of the machine
	// Why it was made where a guard decided on it, "" for a person's own.
	Why      string    `json:"why,omitempty"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	// ResourceVersion of the object after the write; "" where nothing was written.
	ResourceVersion string `json:"resourceVersion,omitempty"`
	// Course is the longer move that this one was a step of, "" for none.
	Course string `json:"course,omitempty"`
	// Batch is equal for moves that were confirmed together, "" for one of its own.
	Batch string `json:"batch,omitempty"`
	// Outcome is what came of an applied move; nil where nobody watched it that long.
	Outcome *Outcome `json:"outcome,omitempty"`
	// Outcomes are all that were written down of it, the oldest first: stalled, and
	// then complete. Only a journal that was read has them.
	Outcomes []Outcome `json:"-"`
}
