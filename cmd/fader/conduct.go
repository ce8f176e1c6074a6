package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"fader/kube"
	"fader/kube/fade"
	"fader/kube/rollout"
	"fader/kube/watch"
)

// stopTime is how long a course that is told to stop may take over the write
// under way.
const stopTime = 15 * time.Second

// conductor makes the course of one command line.
type conductor struct {
	mover
	course  course
	flags   *courseFlags
	name    string
	cluster rollout.Identity // once attached
}

// run goes the way of every move, and stays until the course is over.
func (x *conductor) run(ctx context.Context) error {
	if err := x.askable(); err != nil {
		return err
	}
	return attached(ctx, x.scope, x.streams, x.conduct)
}

// conduct the course on its cluster.
func (x *conductor) conduct(ctx context.Context, c *connection) error {
	x.cluster = c.identity()
	runner := c.runner(x.flags.dryRun == "client")
	defer runner.Close()
	wanted, err := x.wanted(ctx, c, runner)
	if err != nil {
		return err
	}
	batch, err := x.plan(ctx, runner, wanted, c.settings.ReadOnly.Is)
	if err != nil {
		return err
	}
	if err := x.show(batch); err != nil {
		return err
	}
	if !x.flags.executes() {
		return x.rehearsed(batch)
	}
	if blockers := batch.Blocked(); len(blockers) > 0 {
		return errors.Join(exitError{exitFailed, blocked(blockers[0])}, x.print(documents(batch, nil, "")))
	}
	typed, err := x.confirm(ctx, batch)
	if err != nil {
		return err
	}
	run, err := runner.Start(wanted, rollout.Confirmation{Typed: typed})
	if err != nil {
		return err
	}
	end, why := x.follow(ctx, run)
	return x.finish(batch.Plans[0], end, why)
}

// runner conducts courses on this cluster, each with a watch of its own.
func (c *connection) runner(readOnly bool) *fade.Runner {
	return fade.NewRunner(fade.Options{
		Desk: func(health func() kube.Health) fade.Desk {
			desk := c.desk(readOnly)
			desk.Health = health
			return desk
		},
		Watch:   func(scope kube.Scope) fade.Feed { return c.open(scope) },
		Journal: rollout.NewJournal(journalPath()), Cluster: c.identity(), ClusterUID: c.clusterUID, Who: c.who(), Now: time.Now,
	})
}

// wanted is the course that was asked for: a new one, or one that was left half-way.
func (x *conductor) wanted(ctx context.Context, c *connection, runner *fade.Runner) (fade.Course, error) {
	subject := kube.Ref{Kind: x.course.of, Namespace: c.cluster.Namespace, Name: x.name}
	if x.flags.finish || x.flags.takeBack {
		return x.left(runner, subject)
	}
	w := c.start(kube.Scope{Namespace: subject.Namespace})
	defer w.Stop()
	s, err := complete(ctx, w)
	if err != nil {
		return fade.Course{}, err
	}
	return x.course.make(x.flags, s, subject)
}

// complete waits for a picture that has the Services too, which join when they
// are there: what is forbidden or not known to the server does not come.
func complete(ctx context.Context, w *watch.Watch) (*kube.Snapshot, error) {
	s, err := whole(ctx, w)
	for err == nil && s.Health.Resources["services"].State == kube.Syncing {
		s, err = whole(ctx, w)
	}
	return s, err
}

func (x *conductor) left(runner *fade.Runner, subject kube.Ref) (fade.Course, error) {
	all, err := runner.Unfinished()
	if err != nil {
		return fade.Course{}, err
	}
	for _, l := range all {
		of := l.Course.Subject()
		switch {
		case l.Course.Kind != x.course.kind || of.Namespace != subject.Namespace || of.Name != subject.Name:
		case x.flags.takeBack:
			return l.Course.TakeBack(), nil
		default:
			return l.Course, nil
		}
	}
	return fade.Course{}, fmt.Errorf("no %s of %s was left half-way on this machine", x.course.kind, subject)
}

func (x *conductor) plan(ctx context.Context, runner *fade.Runner, c fade.Course, readOnly bool) (rollout.Batch, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	p, err := runner.Plan(ctx, c)
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("no plan could be made within %s: %w", connectTime, err)
	}
	if x.flags.dryRun == "client" && !readOnly {
		p.Checks = nil // a desk that is read-only checks nothing but that
	}
	return rollout.Batch{Plans: []rollout.Plan{p}}, err
}

// follow tells what the course does until it is over. Where the command is to
// end before (why), the course is stopped, and the write under way awaited.
func (x *conductor) follow(ctx context.Context, run *fade.Run) (p fade.Progress, why error) {
	interrupted, limit, close := ctx.Done(), after(x.flags.timeout), after(0)
	told, receipts := "", 0
	for {
		p = run.Progress()
		if p.Text != told && !p.State.Over() {
			told = p.Text
			fmt.Fprintln(x.err, p.Text)
		}
		for ; receipts < len(p.Receipts); receipts++ {
			x.tell(p.Receipts[receipts])
		}
		if p.State.Over() {
			<-run.Done()
			return run.Progress(), why
		}
		select {
		case <-run.Changed():
		case <-run.Done():
		case <-interrupted:
			interrupted, close, why = nil, after(stopTime), errors.New("interrupted")
			x.stop(run, why)
		case <-limit:
			limit, close, why = nil, after(stopTime), context.DeadlineExceeded
			x.stop(run, errors.New("the time is up"))
		case <-close:
			run.Close()
			return run.Progress(), why
		}
	}
}

// stop the course. The answer to a write under way may take a while: it is said
// that it is awaited, so that nobody asks for more with a kill.
func (x *conductor) stop(run *fade.Run, why error) {
	fmt.Fprintf(x.err, "%s: stops; a write that is under way is awaited, for %s at most\n", why, stopTime)
	run.Stop()
}

// after is a moment from now; 0 is never.
func after(d time.Duration) <-chan time.Time {
	if d <= 0 {
		return nil
	}
	return time.After(d)
}

// courseDocument is a course on -o json and yaml.
type courseDocument struct {
	Plan     *rollout.Plan  `json:"plan"`
	Receipts []*receiptItem `json:"receipts"` // of every write, in order
	Outcome  *outcomeItem   `json:"outcome"`
	Course   fade.Progress  `json:"course"`
}

// finish prints what came of the course and says how the command ends.
func (x *conductor) finish(p rollout.Plan, end fade.Progress, why error) error {
	shown, err := redacted(p)
	if err != nil {
		return err
	}
	took := end.Since.Sub(end.Course.Began)
	d := courseDocument{
		Plan: &shown, Course: end,
		Outcome: &outcomeItem{rollout.State(stateOf(end)), end.Text, took.Seconds(), end.Since},
	}
	d.Course.Receipts = nil // they stand beside it, without a plan each
	for _, r := range end.Receipts {
		d.Receipts = append(d.Receipts, newReceiptItem(r))
	}
	if x.flags.output != "" {
		err = writeAs(x.out, x.flags.output, d)
	} else if end.State == fade.Done {
		_, err = fmt.Fprintln(x.out, end.Text)
	}
	if err != nil {
		return err
	}
	return x.ending(end, why)
}

// stateOf is the state in which a course ended; a hold that holds says so.
func stateOf(p fade.Progress) string {
	if p.State == fade.Done && p.Course.Kind == fade.Hold && !p.Course.Return && p.Stable.Updated < p.Stable.Desired {
		return string(rollout.Held)
	}
	return string(p.State)
}

func (x *conductor) ending(p fade.Progress, why error) error {
	text := p.Text
	if p.Unfinished {
		again := rollout.CommandLine(name(), x.cluster, p.Course.Subject().Namespace,
			string(x.course.kind), strings.ToLower(string(x.course.of))+"/"+x.name)
		text += fmt.Sprintf(": %s with --finish goes on, with --take-back goes back", again)
	}
	switch {
	case stateOf(p) == string(rollout.Held):
		return exitError{exitPaused, nil}
	case p.State == fade.Done:
		return nil
	case errors.Is(why, context.DeadlineExceeded):
		return exitError{exitTimedOut, errors.New("the time is up: " + text)}
	case why != nil:
		return exitError{exitFailed, fmt.Errorf("%w: %s", why, text)}
	}
	return exitError{exitFailed, errors.New(text)}
}
