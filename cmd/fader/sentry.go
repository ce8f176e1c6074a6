package main

import (
	"context"
	"fmt"
	"time"

	"fader/kube"
	"fader/kube/guard"
	"fader/kube/rollout"
	"fader/metrics"
)

// sentry guards the rollout of one command line.
type sentry struct {
	mover
	flags *guardFlags
	name  string

	guard    guard.Guard
	snapshot *kube.Snapshot
	picture  *metrics.Picture
	blind    time.Time // since when figures are missing that could be there; zero: they are not
	deed     *guard.Deed
	said     string // the last line, as far as it is another than before
}

// run arms the guard and stays until it is over.
func (x *sentry) run(ctx context.Context) error {
	if len(x.flags.writes()) > 0 {
		if err := x.askable(); err != nil {
			return err
		}
	}
	return attached(ctx, x.scope, x.streams, x.guardOn)
}

// guardOn arms the guard on its cluster and stays.
func (x *sentry) guardOn(ctx context.Context, c *connection) error {
	w := c.start(kube.Scope{Namespace: c.cluster.Namespace})
	defer w.Stop()
	poller, err := x.poller(ctx, c)
	if err != nil {
		return err
	}
	defer poller.Stop()
	if x.snapshot, err = whole(ctx, w); err != nil {
		return err
	}
	desk := c.desk(x.flags.dryRun == "client")
	if err := x.arm(ctx, c, desk); err != nil {
		return err
	}
	return x.finish(x.stand(ctx, desk, w, poller))
}

// poller of the figures, which cannot be done without.
func (x *sentry) poller(ctx context.Context, c *connection) (*metrics.Poller, error) {
	finding, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	p, err := c.prometheus(finding)
	switch {
	case err != nil:
		return nil, usage("a guard needs figures, and Prometheus cannot be used: %w", err)
	case p.Client == nil:
		return nil, usage("a guard needs figures, and no Prometheus is set or was found in the cluster: give --prometheus URL, or --prometheus service/NAMESPACE/NAME")
	case p.Found && len(x.flags.writes()) > 0:
		return nil, usage("a guard that acts by itself wants a Prometheus that was named, and %s was found: "+
			"whoever may make a Service can make it look like one; give --prometheus service/NAMESPACE/NAME", p.Client.Called())
	}
	o := p.Poll
	o.Scope, o.NoGPUs = metrics.Scope{Namespaces: []string{c.cluster.Namespace}}, true
	return p.Client.Poll(ctx, o)
}

// target in the newest snapshot, nil where it is not there.
func (x *sentry) target() *kube.Rollout {
	for _, r := range x.snapshot.Rollouts {
		if r.Ref().Name == x.name {
			return r
		}
	}
	return nil
}

// arm the guard: what it may have to do is planned and confirmed now, since nobody
// can be asked then.
func (x *sentry) arm(ctx context.Context, c *connection, desk *rollout.Desk) error {
	r := x.target()
	if r == nil {
		return fmt.Errorf("there is no Deployment %s in namespace %s", x.name, x.snapshot.Scope.Namespace)
	}
	order := guard.Order{Target: r.Ref(), Limits: x.flags.limits, OnBreach: x.flags.action(), For: x.flags.observe}
	g, err := guard.Arm(order, r, x.now())
	if err != nil {
		return err
	}
	x.guard = g
	if r.Deployment.Paused || !x.flags.executes() {
		return nil
	}
	for _, action := range x.flags.writes() {
		planning, cancel := context.WithTimeout(ctx, planTime)
		p, unlike := g.Plan(planning, desk, g.Intent(action))
		cancel()
		if unlike != "" && (p.Blocked() != nil || !p.Protected) {
			return fmt.Errorf("the guard could not %s it: %s", action, unlike)
		}
		batch := rollout.Batch{Plans: []rollout.Plan{p}}
		if x.flags.output == "" {
			fmt.Fprintf(x.out, "What the guard may do, as it would be now:\n")
		}
		if err := x.show(batch); err != nil {
			return err
		}
		if x.guard.Typed, err = x.confirm(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

// stand watches until the guard is over.
func (x *sentry) stand(ctx context.Context, desk guard.Desk, f feed, poller *metrics.Poller) error {
	snapshots, ended := read(ctx, f)
	pictures, broke := readPictures(ctx, poller)
	second := time.NewTicker(time.Second)
	defer second.Stop()
	limit := after(x.flags.timeout)
	for {
		if over, err := x.look(ctx, desk); over {
			return err
		}
		select {
		case x.snapshot = <-snapshots:
		case x.picture = <-pictures:
		case <-second.C:
		case <-limit:
			return exitError{exitTimedOut, fmt.Errorf("the time is up: nothing guards %s any more (%s: %s)", x.guard.Target, x.guard.State, x.guard.Text)}
		case err := <-ended:
			if ctx.Err() != nil {
				return exitError{exitFailed, fmt.Errorf("interrupted: nothing guards %s any more", x.guard.Target)}
			}
			return exitError{exitFailed, fmt.Errorf("the cluster cannot be watched any more: %w", err)}
		case err := <-broke:
			if ctx.Err() != nil {
				continue // the watch says so too
			}
			return exitError{exitFailed, fmt.Errorf("the figures cannot be read any more: %w", err)}
		}
	}
}

// readPictures passes the poller's pictures on until it ends.
func readPictures(ctx context.Context, p *metrics.Poller) (<-chan *metrics.Picture, <-chan error) {
	pictures, ended := make(chan *metrics.Picture), make(chan error, 1)
	go func() {
		for {
			picture, err := p.Next(ctx)
			if err != nil {
				ended <- err
				return
			}
			select {
			case pictures <- picture:
			case <-ctx.Done():
				ended <- ctx.Err()
				return
			}
		}
	}()
	return pictures, ended
}
