package guard

import (
	"time"

	"fader/kube"
	"fader/kube/gauge"
	"fader/kube/rollout"
	"fader/metrics"
)

// State is how a guard is.
type State uint8

// The states. A guard is Halted until there are figures to judge.
const (
	Halted   State = iota // nothing can be judged: it neither passes nor acts
	Watching              // the limits are kept
	Breached              // a limit is broken
	// The rest are ends.
	Done       // the rollout is complete, and the limits were kept long enough
	Undone     // the guard took the release back
	Superseded // the Deployment has another pod template than the one that was armed
	Gone       // the Deployment is deleted, or deleted and created again
)

// String is the state's word.
func (s State) String() string {
	return [...]string{"halted", "watching", "breached", "done", "undone", "superseded", "gone"}[s]
}

// Over says that there is nothing to watch any more.
func (s State) Over() bool { return s >= Done }

// Sight is what a guard sees.
type Sight struct {
	// Rollout that is guarded; nil where it is gone.
	Rollout *kube.Rollout
	// Stable is the Deployment that this one is the canary of, nil for none.
	Stable *kube.Rollout
	Gauge  *gauge.Gauge // nil before there are figures
	// Unseen says why the rollout cannot be seen as it is, "" where it can.
	Unseen string
	Now    time.Time // by our clock
}

// News of an observation.
type News struct {
	// Changed says that the state is another one than before.
	Changed bool
	Before  State
	// Do is what is to be done now. It is said once in a breach.
	Do Action
	// Intent of what is to be done or proposed; no verb where there is nothing.
	Intent rollout.Intent
	// Why nothing more is done than Do says; "" where it is what was armed.
	Why string
}

// Standing is how a guard stands, for a person.
type Standing struct {
	Order
	Release Release
	Armed   time.Time
	State   State
	Since   time.Time // of the state
	// Text is one sentence: what is broken, why nothing can be judged, how it ended.
	Text string
	// Note is what else is to be known of it; "" for nothing.
	Note string
	// P99 in seconds and Errors as a ratio, as they were judged last.
	P99, Errors metrics.Value
	// Broken of the Needed refreshes in a row that make a breach broke a limit.
	Broken, Needed int
	// Judged says that figures could be judged at least once.
	Judged bool
	// Broke is when a limit broke for the first time; zero: never.
	Broke time.Time
	// Paused says that the Deployment is paused, and By that the guard did it.
	Paused, By bool
}
