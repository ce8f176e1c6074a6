package fade

import (
	"time"

	"fader/kube/rollout"
)

// act is what the runner is to do.
type act string

const (
	actWait  act = "wait"  // for another snapshot, an order, or the moment `wake`
	actWrite act = "write" // the intent
	actAgain act = "again" // the position has changed: decide anew
	actEnd   act = "end"
)

// decision is what comes next on a course.
type decision struct {
	act   act
	state State
	text  string // one sentence
	// intent to write, and the replicas its target must have for that; where the
	// course is once it is written.
	intent rollout.Intent
	expect int32
	at     replicas
	told   rolloutWrite
	wake   time.Time // zero for never
	// wrong: it ends and was not to.
	wrong bool
}

func wait(state State, text string) decision { return decision{act: actWait, state: state, text: text} }
func again() decision                        { return decision{act: actAgain} }
func done(text string) decision              { return decision{act: actEnd, state: Done, text: text} }

// halt ends the course because of what somebody else did.
func halt(text string) decision {
	return decision{act: actEnd, state: Stopped, text: text, wrong: true}
}
