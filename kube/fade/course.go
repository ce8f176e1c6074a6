package fade

import (
	"fmt"
	"time"

	"fader/kube"
	"fader/kube/rollout"
)

// Kind of a course.
type Kind string

const (
	Shift   Kind = "shift"   // replicas move from the stable to the canary, or back, in steps
	Hold    Kind = "hold"    // a rollout goes on to N available updated pods and is paused there
	Promote Kind = "promote" // the canary's images become the stable's, and the replicas go home
	Abort   Kind = "abort"   // all replicas to the stable, the canary to 0
)

// Forever is a pause between steps that only Run.Continue ends.
const Forever time.Duration = -1

// Course is what was asked, captured when the key was pressed, and how far it
// has come: all that is needed to go on with it. It serialises into the journal.
// NewShift, NewHold, NewPromote and NewAbort make one.
type Course struct {
	ID      string           `json:"id"` // "" before Runner.Start has given it one
	Kind    Kind             `json:"kind"`
	Cluster rollout.Identity `json:"cluster"`
	// Service, Stable and Canary of a pair; zero for Hold.
	Service kube.Ref `json:"service"`
	Stable  kube.Ref `json:"stable"`
	Canary  kube.Ref `json:"canary"`
	// Target of a Hold; zero otherwise.
	Target kube.Ref `json:"target"`
	// Total of replicas of the pair, or of the Target.
	Total int32 `json:"total"`
	// From is how many replicas the canary had when it began: the way back.
	From int32 `json:"from"`
	// Steps are the canary's replicas at the end of each step. For Promote and
	// Abort there is one, where the canary ends; for Hold one: the number of
	// updated pods that are to be available when it is paused.
	Steps []int32 `json:"steps"`
	// Every is the pause between steps: 0 for none, negative (Forever) for one
	// that lasts until Run.Continue.
	Every time.Duration `json:"every,omitempty"`
	// Images of a Promote, as rollout.SetImage takes them: "web=shop/web:v2", the
	// stable's containers that change. Before are what these have now.
	Images string `json:"images,omitempty"`
	Before string `json:"before,omitempty"`
	// Paused of a Hold: the Target was paused when it began.
	Paused bool      `json:"paused,omitempty"`
	Began  time.Time `json:"began"`
	Who    string    `json:"who,omitempty"`

	// Floor is what the ready endpoints of the pair are never lowered below: as
	// many as were ready when the course started, and no more than Total. For Hold 0.
	Floor int32 `json:"floor,omitempty"`
	// Dip is how many pods the stable's own strategy may take away besides while
	// a promotion's images roll out.
	Dip int32 `json:"dip,omitempty"`
	// Step under way, from 0; len(Steps) when all are done.
	Step int `json:"step"`
	// Return says that it is being taken back.
	Return bool `json:"return,omitempty"`
}

// TakeBack is the course that goes back to where c began. What c was on the way
// to is forgotten; what it has done so far is not.
func (c Course) TakeBack() Course {
	c.Return = true
	return c
}

// Subject is what a person types to confirm the course in a protected context,
// and what a list of courses calls it: the Service of a pair, the Target of a Hold.
func (c Course) Subject() kube.Ref {
	if c.Kind == Hold {
		return c.Target
	}
	return c.Service
}

// Moves says whether the course writes to that Deployment.
func (c Course) Moves(deployment kube.Ref) bool {
	if c.Kind == Hold {
		return deployment == c.Target
	}
	return deployment == c.Stable || deployment == c.Canary
}

// Title is what the course does, in one line: "Shift shop/checkout: canary 1 → 10 of 10".
func (c Course) Title() string {
	verb := map[Kind]string{Shift: "Shift", Hold: "Hold", Promote: "Promote", Abort: "Abort"}[c.Kind]
	if c.Return {
		verb = "Take back: " + verb
	}
	switch c.Kind {
	case Hold:
		return fmt.Sprintf("%s %s at %d of %d updated pods", verb, c.Target, c.last(), c.Total)
	case Promote:
		return fmt.Sprintf("%s %s to %s", verb, c.Canary, c.Stable.Name)
	case Abort:
		return fmt.Sprintf("%s %s: all %d replicas to %s", verb, c.Canary, c.Total, c.Stable.Name)
	default:
		return fmt.Sprintf("%s %s: canary %d → %d of %d", verb, c.Service, c.From, c.last(), c.Total)
	}
}

// last is where the steps end.
func (c Course) last() int32 {
	if len(c.Steps) == 0 {
		return c.From
	}
	return c.Steps[len(c.Steps)-1]
}

// goal is the canary's replicas at the end of what is under way.
func (c Course) goal() int32 {
	if c.Return || len(c.Steps) == 0 {
		return c.From
	}
	return c.Steps[min(c.Step, len(c.Steps)-1)]
}
