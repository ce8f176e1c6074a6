package guard

import (
	"errors"
	"fmt"
	"time"

	"fader/kube"
	"fader/kube/rollout"
	"fader/metrics"
)

// Guard watches one release. It is a value: what changes it returns the next one.
type Guard struct {
	Standing
	meter   metrics.Guard
	figures figures
	other   string    // ReplicaSet of the revision that it is compared with
	kept    time.Time // since when it is complete and keeps the limits; zero: it does not
	// handed says that what is to be done in this breach was handed out.
	handed bool
	// did is the write that it made, "" for none; it makes one in its life.
	did rollout.Verb
	// saw that its pause has arrived, and that it was resumed since.
	saw, resumed bool
	// wasPaused when it was armed.
	wasPaused bool
}

// Arm a guard on a rollout. The error is one sentence for a person.
func Arm(o Order, r *kube.Rollout, now time.Time) (Guard, error) {
	if err := o.sound(); err != nil {
		return Guard{}, err
	}
	g := Guard{
		Standing: Standing{
			Order: o, Release: releaseOf(r), Armed: now, State: Halted, Since: now, Text: "no figures yet", Paused: r.Deployment.Paused,
		},
		meter: metrics.Guard{Limits: o.Limits}, wasPaused: r.Deployment.Paused,
	}
	if o.OnBreach == Undo && g.Release.Back == "" {
		return Guard{}, fmt.Errorf("%s has no earlier revision to go back to: arm pause, propose or notify", o.Target)
	}
	return g, nil
}

// Observe the rollout and its figures.
func (g Guard) Observe(s Sight) (Guard, News) {
	if g.State.Over() {
		return g, News{Before: g.State}
	}
	before := g.State
	var news News
	switch {
	case s.Unseen != "":
		g = g.halt(s.Unseen, s.Now)
	case s.Rollout == nil:
		g = g.enter(Gone, g.Target.String()+" is gone: it was deleted, or deleted and created again", s.Now)
	case s.Rollout.Deployment.TemplateDigest != g.Release.Template:
		g = g.enter(Superseded, g.superseded(s.Rollout), s.Now)
	default:
		g = g.follow(s.Rollout)
		g, news = g.judge(s)
	}
	news.Before, news.Changed = before, g.State != before
	return g, news
}

// enter a state; the moment is kept where it is the same as before.
func (g Guard) enter(state State, text string, now time.Time) Guard {
	if state != g.State {
		g.State, g.Since = state, now
	}
	g.Text = text
	return g
}

// halt because nothing can be judged. What was counted towards a breach, and
// towards the end, counts no more.
func (g Guard) halt(why string, now time.Time) Guard {
	g.meter, _ = g.meter.Observe(metrics.Sight{Picture: &metrics.Picture{State: metrics.Stale, Err: errors.New(why)}})
	g.kept = time.Time{}
	g.P99, g.Errors, g.Broken = metrics.Value{}, metrics.Value{}, 0
	return g.enter(Halted, why, now)
}

// superseded says by what.
func (g Guard) superseded(r *kube.Rollout) string {
	switch fresh := r.NewRevision(); {
	case fresh != nil && fresh.ReplicaSet.Ref.Name == g.Release.Back:
		return g.called() + " was taken back: the guard on it has ended"
	case fresh != nil && fresh.ReplicaSet.Revision > 0:
		return fmt.Sprintf("revision %d has taken the place of %s: the guard on it has ended", fresh.ReplicaSet.Revision, g.called())
	}
	return "a newer pod template has taken the place of " + g.called() + ": the guard on it has ended"
}

// called is the release in a sentence.
func (g Guard) called() string {
	if g.Release.Revision == 0 {
		return "the release of " + g.Target.String()
	}
	return fmt.Sprintf("revision %d of %s", g.Release.Revision, g.Target)
}

// follow who pauses and resumes it, and its number once it has one.
func (g Guard) follow(r *kube.Rollout) Guard {
	if fresh := r.NewRevision(); g.Release.Revision == 0 && fresh != nil {
		g.Release.Revision = fresh.ReplicaSet.Revision
	}
	g.Paused = r.Deployment.Paused
	g.saw = g.saw || g.did == rollout.Pause && g.Paused
	g.By = g.did == rollout.Pause && g.Paused && !g.resumed
	if g.saw && !g.Paused && !g.resumed {
		g.resumed = true
		g.Note = "resumed since the guard paused it: from now on it only notifies"
	}
	return g
}
