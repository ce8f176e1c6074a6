package outcome

import (
	"time"

	"fader/kube"
	"fader/kube/rollout"

	"k8s.io/apimachinery/pkg/util/resourceversion"
)

const (
	// patience is how long something has to be broken before it is said: pods that
	// go away are broken for a moment, and a registry may have a bad second.
	patience = 10 * time.Second
	// switchTime is how long endpoints may take to follow a selector or a label.
	switchTime = 10 * time.Second
)

// Watch follows one applied move. Make it with New; it is no use to several
// goroutines at once.
type Watch struct {
	receipt rollout.Receipt
	last    rollout.Outcome
	rival   string    // a later move on the same object, by its title
	broken  time.Time // since when the trouble there is has been seen; zero for none

	over     bool   // nothing will be told any more, though it is stalled
	begun    bool   // the move has been seen in a snapshot
	template uint64 // what it made of the pod template
}

// New watches what comes of an applied move.
func New(r rollout.Receipt) *Watch {
	return &Watch{receipt: r, last: rollout.Outcome{State: rollout.Pending, Text: "not seen in the cluster yet"}}
}

// Receipt of the move that is watched.
func (w *Watch) Receipt() rollout.Receipt { return w.receipt }

// Target of the move.
func (w *Watch) Target() kube.Ref { return w.receipt.Plan.Target() }

// Outcome as it was last observed.
func (w *Watch) Outcome() rollout.Outcome { return w.last }

// Follow tells the watch of a later move on the same object, which may be what
// keeps this one from its end.
func (w *Watch) Follow(later rollout.Receipt) {
	if later.Plan.Target() == w.Target() {
		w.rival = later.Plan.Title
	}
}

// Over says that the outcome is the last.
func (w *Watch) Over() bool { return w.over || w.last.State.Settled() }

// Observe looks at a snapshot, which may be one that it has seen already: time
// counts too. What is over stays as it is. A stalled move is through in the end,
// or held, or it stays stalled: that somebody had to take it back is no other
// outcome of it.
func (w *Watch) Observe(s *kube.Snapshot, now time.Time) rollout.Outcome {
	if w.Over() {
		return w.last
	}
	o := w.look(s, now)
	if w.last.State == rollout.Stalled && o.State != rollout.Complete && o.State != rollout.Held {
		w.over = o.State.Settled()
		return w.last
	}
	o.Took, o.At = now.Sub(w.receipt.Started), now
	w.last = o
	return o
}

// look is the outcome without its times.
func (w *Watch) look(s *kube.Snapshot, now time.Time) rollout.Outcome {
	switch {
	case s.Health.Stale():
		return pending("not known at the moment: what is shown is not live (%s)", lost(s.Health))
	case s.Scope.Namespace != "" && s.Scope.Namespace != w.Target().Namespace:
		return pending("out of sight: only namespace %s is shown", s.Scope.Namespace)
	}
	switch w.receipt.Plan.Intent.Verb {
	case rollout.Flip:
		return w.flip(s, now)
	case rollout.Label:
		return w.label(s, now)
	case rollout.Disown:
		return outcome(rollout.Complete, "done: no value has changed")
	}
	return w.rollout(s, now)
}

// lost is the state of a connection that is not live, with its reason.
func lost(h kube.Health) string {
	if h.Message == "" {
		return string(h.State)
	}
	return string(h.State) + ": " + h.Message
}

// caughtUp says that an object of that version has the move in it. An error means
// that this server's versions do not tell.
func (w *Watch) caughtUp(version string) (bool, error) {
	order, err := resourceversion.CompareResourceVersion(version, w.receipt.ResourceVersion)
	return order >= 0, err
}

// elapsed is how long ago the move was begun, in words.
func (w *Watch) elapsed(now time.Time) string { return words(now.Sub(w.receipt.Started)) }

// endpointsLate says that endpoints have had their time.
func (w *Watch) endpointsLate(now time.Time) bool { return now.Sub(w.receipt.Started) >= switchTime }

// superseded names who wrote another spec, as far as that is known.
func (w *Watch) superseded(now time.Time, what, guess string) rollout.Outcome {
	by := ""
	switch {
	case w.rival != "":
		by = " by " + w.rival
	case guess != "":
		by = " by " + guess
	}
	return outcome(rollout.Superseded, "%s again%s after %s, before it settled", what, by, w.elapsed(now))
}

// gone says that the object is not there any more, or another under its name.
func (w *Watch) gone(now time.Time, another bool) rollout.Outcome {
	if another {
		return outcome(rollout.Gone, "deleted and created again before this settled")
	}
	return outcome(rollout.Gone, "deleted after %s, before this settled", w.elapsed(now))
}

// blind says what keeps the watch from seeing one of these resources. What is
// forbidden will not come; anything else may.
func blind(s *kube.Snapshot, resources ...string) (rollout.Outcome, bool) {
	for _, name := range resources {
		switch state := s.Health.Resources[name].State; state {
		case kube.Live:
		case kube.Forbidden, kube.Missing:
			return outcome(rollout.Unknown, "written, but what came of it cannot be told: %s are %s", name, state), true
		default:
			return pending("not known at the moment: %s are not live", name), true
		}
	}
	return rollout.Outcome{}, false
}
