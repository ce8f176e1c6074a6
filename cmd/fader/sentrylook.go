package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fader/kube"
	"fader/kube/fade"
	"fader/kube/gauge"
	"fader/kube/guard"
	"fader/kube/rollout"
)

// sight is what the guard sees now.
func (x *sentry) sight() guard.Sight {
	s := guard.Sight{Now: x.now()}
	if h := x.snapshot.Health; h.State != kube.Live {
		s.Unseen = fmt.Sprintf("the cluster is not seen as it is (%s): %s", h.State, h.Message)
	}
	s.Rollout = x.snapshot.Rollout(x.guard.Target)
	s.Stable = fade.Stable(x.snapshot, x.guard.Target)
	if x.picture != nil {
		s.Gauge = gauge.ForPods(x.picture, x.snapshot.Pods)
	}
	return s
}

// look once, and do what is to be done. over says that the command ends, with err.
func (x *sentry) look(ctx context.Context, desk guard.Desk) (over bool, err error) {
	s := x.sight()
	var news guard.News
	x.guard, news = x.guard.Observe(s)
	x.say()
	if news.Do.Writes() {
		return true, x.act(ctx, desk, news.Intent)
	}
	return x.verdict(ctx, desk, s, news)
}

// verdict says whether the command ends here.
func (x *sentry) verdict(ctx context.Context, desk guard.Desk, s guard.Sight, news guard.News) (bool, error) {
	g := &x.guard
	x.waitForFigures(s)
	switch {
	case g.State == guard.Done && g.Broke.IsZero():
		return true, nil
	case g.State.Over():
		return true, exitError{exitFailed, errors.New(g.Text)}
	case news.Do == guard.Propose:
		return true, exitError{exitFailed, fmt.Errorf("%s. Nothing was done: %s", g.Text, news.Why)}
	case g.State == guard.Breached && x.flags.onBreach == onExit:
		return true, exitError{exitFailed, errors.New(g.Text)}
	case s.Unseen != "":
		return false, nil
	case g.Paused && s.Rollout.Verdict() != kube.VerdictSuccess:
		return true, exitError{exitPaused, fmt.Errorf("%s is paused: it will not become complete", g.Target)}
	case s.Rollout.Verdict() == kube.VerdictFailed:
		return true, exitError{exitFailed, errors.New("the rollout failed: " + s.Rollout.Status)}
	case x.blind.IsZero() || x.now().Sub(x.blind) < x.flags.noDataFor || x.flags.onNo == onWait:
		return false, nil
	case x.flags.onNo == string(guard.Pause):
		return true, x.act(ctx, desk, g.Intent(guard.Pause))
	}
	return true, exitError{exitTimedOut, fmt.Errorf("no data since %s: %s", x.blind.Format(time.TimeOnly), g.Text)}
}

// waitForFigures keeps since when figures are missing: from when a pod of the
// revision is ready, since there is nothing to measure before.
func (x *sentry) waitForFigures(s guard.Sight) {
	ready := s.Unseen != ""
	if s.Rollout != nil {
		fresh := s.Rollout.NewRevision()
		ready = ready || fresh != nil && fresh.Serving() > 0
	}
	switch {
	case x.guard.State != guard.Halted || !ready:
		x.blind = time.Time{}
	case x.blind.IsZero():
		x.blind = x.now()
	}
}

// act makes the one move of a guard, or says in a dry run which it would be.
func (x *sentry) act(ctx context.Context, desk guard.Desk, intent rollout.Intent) error {
	status := exitFailed
	if x.guard.State == guard.Halted {
		status = exitTimedOut
	}
	if x.flags.executes() {
		return x.write(ctx, desk, intent, status)
	}
	ctx, cancel := context.WithTimeout(ctx, planTime)
	defer cancel()
	d := guard.Deed{Verb: intent.Verb}
	d.Plan, d.Refused = x.guard.Plan(ctx, desk, intent)
	x.deed = &d
	if x.flags.dryRun == "client" && d.Plan.Title != "" {
		d.Refused = "" // a desk that is read-only checks nothing but that
	}
	if d.Refused != "" {
		return exitError{status, fmt.Errorf("%s. The guard could not %s it: %s", x.guard.Text, d.Verb, d.Refused)}
	}
	return exitError{status, fmt.Errorf("%s. Dry run (%s): nothing was changed, the guard would do: %s", x.guard.Text, x.flags.dryRun, d.Plan.Title)}
}

func (x *sentry) write(ctx context.Context, desk guard.Desk, intent rollout.Intent, status int) error {
	ctx, cancel := context.WithTimeout(ctx, planTime+executeTime)
	defer cancel()
	why := x.guard.Text
	d := x.guard.Act(ctx, desk, intent)
	x.deed, x.guard = &d, x.guard.Acted(d)
	if d.Refused != "" {
		return exitError{status, fmt.Errorf("%s. The guard did not %s it: %s", why, d.Verb, d.Refused)}
	}
	if x.flags.output == "" {
		fmt.Fprintf(x.out, "%s, because %s\n", d.Receipt.Message, why)
	}
	return exitError{status, nil}
}
