package rollout

import (
	"encoding/json"
	"fmt"
	"time"

	"fader/kube"
)

// State of a move that was applied: what has come of it so far.
type State string

const (
	Pending    State = "pending"    // under way, or not to be told at the moment
	Complete   State = "complete"   // what the move promised is there
	Stalled    State = "stalled"    // it does not get on by itself; it may yet, if a hand is laid on
	Held       State = "held"       // stopped on purpose, half-way: the Deployment is paused
	Gone       State = "gone"       // the object was deleted first
	Superseded State = "superseded" // somebody wrote another spec first
	Unknown    State = "unknown"    // what would tell may not be seen
)

// Settled says that the state is the last one. A stalled move is not settled: it
// may still come to an end when somebody helps.
func (s State) Settled() bool { return s != Pending && s != Stalled && s != "" }

// Outcome is what came of an applied move, as far as it was watched.
type Outcome struct {
	State State `json:"state"`
	// Text is one sentence in the past tense: "rolled out in 42s: 3 of 3 pods of
	// revision 10 ready".
	Text string `json:"text"`
	// Took is from the moment the move was begun to At.
	Took time.Duration `json:"tookNanoseconds"`
	At   time.Time     `json:"at"`
}

// settlement is a line of the journal that belongs to a receipt further up.
type settlement struct {
	Started time.Time `json:"started"` // of the receipt, as is the intent
	Intent  Intent    `json:"intent"`
	Outcome Outcome   `json:"outcome"`
}

// Settle appends what came of a move that is in the journal. A move may have
// several such lines, stalled and complete in the end: the last one counts.
func (j *Journal) Settle(r Receipt, o Outcome) error {
	line, err := json.Marshal(map[string]settlement{"settled": {r.Started, r.Plan.Intent, o}})
	if err != nil {
		return fmt.Errorf("encode outcome: %w", err)
	}
	return j.append(line)
}

// settle gives an outcome to its receipt; one without a receipt says nothing.
func (e *Entries) settle(s *settlement) {
	key := sending{s.Started.UnixNano(), s.Intent}
	for i := len(e.Receipts) - 1; i >= 0; i-- {
		r := &e.Receipts[i]
		if key == (sending{r.Started.UnixNano(), r.Plan.Intent}) {
			s.Outcome.Text = kube.Clean(s.Outcome.Text)
			r.Outcome, r.Outcomes = &s.Outcome, append(r.Outcomes, s.Outcome)
			return
		}
	}
}
