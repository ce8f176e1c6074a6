package rollout

import (
	"errors"
	"fmt"
	"time"
)

// WayBack is the intent that takes back a move of the journal, which may be of
// any session. An error is one sentence: why there is no way, or why not here.
func (e Entries) WayBack(r Receipt, here Identity) (Intent, error) {
	target := r.Plan.Target()
	switch {
	case r.Result == Unclear || r.Result == Sent:
		return Intent{}, fmt.Errorf("whether this was done is not known: look at %s first", target)
	case r.Result != Applied:
		return Intent{}, errors.New("nothing was done, so there is nothing to take back")
	case !r.Plan.Cluster.Same(here):
		return Intent{}, elsewhere(r.Plan.Cluster, here)
	case r.Course != "":
		return Intent{}, errors.New("this is a step of a longer move: half of it is not taken back, the whole may be")
	case r.Plan.Inverse == nil:
		return Intent{}, errors.New("nothing takes this back: what was there before is not kept")
	}
	if by, taken := e.takenBackBy(r); taken {
		return Intent{}, fmt.Errorf("already taken back at %s by %s", by.Started.Local().Format(time.DateTime), by.Who)
	}
	return *r.Plan.Inverse, nil
}

func elsewhere(there, here Identity) error {
	switch {
	case there.Context == here.Context && there.Server == here.Server:
		return fmt.Errorf("this was done on another cluster that stood at %s then: its objects are not those of today", there.Server)
	case there.Context == here.Context:
		return fmt.Errorf("this was done on %s, and %s is %s here: find the context of that server", there.Server, here, here.Server)
	}
	return fmt.Errorf("this was done on %s and here is %s: change the context first", there, here)
}

// takenBackBy is the move that took another back.
func (e Entries) takenBackBy(r Receipt) (Receipt, bool) {
	for _, later := range e.Since(r) {
		if takesBack(later.Plan.Intent, *r.Plan.Inverse) {
			return later, true
		}
	}
	return Receipt{}, false
}

// Since are the moves applied after r to the same object of the same cluster,
// the oldest first.
func (e Entries) Since(r Receipt) []Receipt {
	var later []Receipt
	for _, o := range e.Receipts {
		if o.Result == Applied && o.Started.After(r.Started) && o.Plan.Target() == r.Plan.Target() && o.Plan.Cluster.Same(r.Plan.Cluster) {
			later = append(later, o)
		}
	}
	return later
}
