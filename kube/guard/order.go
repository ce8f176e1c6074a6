package guard

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"fader/kube"
	"fader/kube/rollout"
	"fader/metrics"
)

// Action is what is done when a limit breaks.
type Action string

// The actions. Nothing is what most observations ask for.
const (
	Nothing Action = ""
	Notify  Action = "notify"
	Propose Action = "propose"
	Pause   Action = "pause"
	Undo    Action = "undo"
)

// Writes says that the action changes the cluster without asking again.
func (a Action) Writes() bool { return a == Pause || a == Undo }

// Order is what an operator arms.
type Order struct {
	Target   kube.Ref
	Limits   metrics.Limits
	OnBreach Action
	// For is how long the limits have to be kept once the rollout is complete.
	For time.Duration
	// Typed is the word typed when it was armed, for a protected context.
	Typed string
}

// sound says what is wrong with an order whatever the cluster looks like.
func (o Order) sound() error {
	switch l := o.Limits; {
	case o.Target.Name == "":
		return errors.New("a guard needs a Deployment to watch")
	case l.MaxP99 <= 0 && l.MaxErrors <= 0 && !l.NotWorse:
		return errors.New("a guard needs a limit: a p99, an error ratio, or not to be worse than the other revision")
	case o.OnBreach != Notify && o.OnBreach != Propose && !o.OnBreach.Writes():
		return fmt.Errorf("%q is nothing that a guard does: notify, propose, pause or undo", excerpt(string(o.OnBreach)))
	case o.For < 0:
		return errors.New("the time that a guard goes on watching cannot be below zero")
	}
	return nil
}

// Release is what is judged: the revision that was new when the guard was armed.
type Release struct {
	Template uint64 // digest of its pod template
	Revision int64  // its number; 0 where it was not known yet
	// Back is the revision that an undo goes back to, named by its ReplicaSet, which
	// keeps its name; "" where there is none.
	Back       string
	BackNumber int64
	BackCause  string // its change-cause; "" where it has none
}

// releaseOf a rollout as it is now.
func releaseOf(r *kube.Rollout) Release {
	release := Release{Template: r.Deployment.TemplateDigest}
	if fresh := r.NewRevision(); fresh != nil {
		release.Revision = fresh.ReplicaSet.Revision
	}
	if back := WayBack(r); back != nil {
		release.Back, release.BackNumber = back.ReplicaSet.Ref.Name, back.ReplicaSet.Revision
		release.BackCause = back.ReplicaSet.ChangeCause
	}
	return release
}

// WayBack is the revision to go back to: of those that still answer the one with
// the most pods that do, else the one before. Nil for none.
func WayBack(r *kube.Rollout) *kube.Revision {
	var back *kube.Revision
	for _, rev := range r.Revisions {
		if !rev.New && (back == nil || rev.Serving() > back.Serving()) {
			back = rev
		}
	}
	return back
}

// Intent of a move that the guard makes or proposes.
func (g Guard) Intent(do Action) rollout.Intent {
	if do == Undo {
		return rollout.Intent{
			Verb: rollout.Undo, Target: g.Target, Revision: g.Release.BackNumber, ReplicaSet: g.Release.Back, Cause: g.cause(),
		}
	}
	return rollout.Intent{Verb: rollout.Pause, Target: g.Target}
}

// cause is the change-cause of an undo: that of the revision gone back to, by which
// people know it, and why a guard went there. Until a limit breaks, which one it
// will be is not known.
func (g Guard) cause() string {
	why := "guard: the limit that broke"
	if g.State == Breached {
		why = g.Reason()
	}
	before, _, _ := strings.Cut(g.Release.BackCause, " (guard: ")
	if before == "" || strings.HasPrefix(before, "guard: ") {
		return why
	}
	return before + " (" + why + ")"
}
