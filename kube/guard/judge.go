package guard

import (
	"fmt"
	"time"

	"fader/kube"
	"fader/kube/rollout"
	"fader/metrics"
)

// judge the figures of the release.
func (g Guard) judge(s Sight) (Guard, News) {
	fresh := s.Rollout.NewRevision()
	switch {
	case fresh == nil:
		return g.halt("the Deployment controller has made no ReplicaSet of the pod template yet", s.Now), News{}
	case s.Gauge == nil || s.Gauge.Picture == nil || s.Gauge.Picture.State == metrics.Starting:
		return g.halt("no figures were read yet", s.Now), News{}
	}
	g.figures = g.figures.of(s.Gauge, fresh)
	sight := metrics.Sight{Picture: s.Gauge.Picture, Group: g.figures.group, Now: s.Now}
	if g.Limits.NotWorse {
		g, sight.Other = g.compared(s)
	}
	meter, reading := g.meter.Observe(sight)
	if reading.State == metrics.NoData {
		return g.halt(reading.Sentence, s.Now), News{}
	}
	g.meter, g.Judged = meter, true
	g.Broken, g.Needed = reading.Broken, reading.Needed
	g.P99, g.Errors = sight.Group.Now.P99, sight.Group.Now.Errors
	// Fewer readings in a row than are needed are no breach, whatever they say.
	if reading.State == metrics.Breached && reading.Broken >= reading.Needed {
		return g.breach(s, reading)
	}
	g = g.enter(Watching, reading.Sentence, s.Now)
	if reading.State != metrics.WithinLimits || reading.Broken > 0 {
		g.kept = time.Time{}
		return g, News{}
	}
	g.handed = false
	return g.keep(s), News{}
}

// compared is the group that the release must not be worse than: the revision that
// serves beside it, also after its last pod is gone, else the stable Deployment.
func (g Guard) compared(s Sight) (Guard, metrics.Group) {
	if back := WayBack(s.Rollout); back != nil && back.Serving() > 0 {
		g.other = back.ReplicaSet.Ref.Name
	}
	for _, rev := range s.Rollout.Revisions {
		if !rev.New && rev.ReplicaSet.Ref.Name == g.other {
			return g, s.Gauge.Revision(rev)
		}
	}
	if s.Stable != nil {
		return g, s.Gauge.Deployment(s.Stable)
	}
	return g, metrics.Group{}
}

// keep watching figures that are within the limits, until the time is over.
func (g Guard) keep(s Sight) Guard {
	if s.Rollout.Verdict() != kube.VerdictSuccess || s.Rollout.Deployment.Replicas.Desired == 0 {
		g.kept = time.Time{}
		return g
	}
	if g.kept.IsZero() {
		g.kept = s.Now
	}
	if s.Now.Sub(g.kept) < g.For {
		return g
	}
	text := g.called() + " is complete and its limits were kept"
	switch {
	case !g.Broke.IsZero():
		text = fmt.Sprintf("%s is complete; its limits are kept now and were broken at %s", g.called(), g.Broke.Local().Format(time.TimeOnly))
	case g.For > 0:
		text += " for " + g.For.String()
	}
	return g.enter(Done, text, s.Now)
}

// breach of a limit: what is to be done is handed out once.
func (g Guard) breach(s Sight, reading metrics.Reading) (Guard, News) {
	g.kept = time.Time{}
	g = g.enter(Breached, reading.Sentence, s.Now)
	if g.Broke.IsZero() {
		g.Broke = s.Now
	}
	if g.handed {
		return g, News{}
	}
	g.handed = true
	news := g.due(s.Rollout)
	switch {
	case news.Do == Propose:
		news.Intent = g.proposal(s.Rollout)
	case news.Do.Writes():
		news.Intent = g.Intent(news.Do)
	}
	return g, news
}

// due is what is to be done in a breach that has just begun.
func (g Guard) due(r *kube.Rollout) News {
	paused := r.Deployment.Paused
	switch {
	case g.OnBreach == Notify:
		return News{Do: Notify}
	case g.did != "":
		return News{Do: Notify, Why: "the guard has acted once and does not act again"}
	case g.OnBreach == Pause && paused:
		return News{Do: Notify, Why: "it is paused already"}
	case g.OnBreach == Pause && r.Verdict() == kube.VerdictSuccess:
		return News{Do: Propose, Why: "the rollout is complete: a pause would hold nothing back"}
	case g.OnBreach == Undo && paused && !g.wasPaused:
		return News{Do: Propose, Why: "somebody has paused it since: what becomes of it is theirs to say"}
	}
	return News{Do: g.OnBreach}
}

// proposal is the pause of a rollout that goes on, else the way back.
func (g Guard) proposal(r *kube.Rollout) rollout.Intent {
	standsStill := r.Deployment.Paused || r.Verdict() == kube.VerdictSuccess
	switch {
	case g.Release.Back != "" && (standsStill || g.OnBreach == Undo):
		return g.Intent(Undo)
	case standsStill:
		return rollout.Intent{} // there is nothing to pause, and no way back
	}
	return g.Intent(Pause)
}

// Proposal is what a person may do about a breach, for when the guard could not.
func (g Guard) Proposal(r *kube.Rollout) rollout.Intent { return g.proposal(r) }
