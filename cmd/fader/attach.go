package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"fader/kube"
	"fader/kube/cluster"
)

// interruptible ends with ctrl-c or SIGTERM. The second of them ends the process.
func interruptible(ctx context.Context) (context.Context, func()) {
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// attached runs a command without a screen on the cluster that its flags name, until
// it is done or interrupted.
func attached(ctx context.Context, scope *scopeFlags, s streams, run func(context.Context, *connection) error) error {
	ctx, stop := interruptible(ctx)
	defer stop()
	c, closeAll, err := attach(scope, s)
	if err != nil {
		return err
	}
	defer closeAll()
	return run(ctx, c)
}

// attach opens the cluster for a command without a screen.
func attach(scope *scopeFlags, s streams) (*connection, func(), error) {
	log, closeLog, _ := openLog() // without a log fader works all the same
	restore, err := cluster.Quiet(log)
	if err != nil {
		closeLog()
		return nil, nil, err
	}
	closeAll := func() { restore(); closeLog() }
	c, err := connect(scope, cluster.Options{
		Log: log, Interactive: s.interactive,
		Warn: func(text string) { fmt.Fprintln(s.err, "Warning: "+text) },
	})
	if err != nil {
		closeAll()
		return nil, nil, err
	}
	return c, closeAll, nil
}

// whole waits for the first picture that is whole, and live.
func whole(ctx context.Context, f feed) (*kube.Snapshot, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	for {
		s, err := f.Next(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			return nil, fmt.Errorf("the cluster could not be read within %s", connectTime)
		}
		if err != nil {
			return nil, fmt.Errorf("read the cluster: %w", err)
		}
		switch s.Health.State {
		case kube.Syncing:
			continue
		case kube.Live:
			return withSurroundings(ctx, f, s), nil
		}
		return nil, errors.New(s.Health.Message)
	}
}

// surroundingsTime is how long a command waits for what causes rest on besides the
// workloads: events and nodes.
const surroundingsTime = 2 * time.Second

// withSurroundings returns the first live snapshot that no resource is still read
// for, and the newest one where that takes too long.
func withSurroundings(ctx context.Context, f feed, s *kube.Snapshot) *kube.Snapshot {
	ctx, cancel := context.WithTimeout(ctx, surroundingsTime)
	defer cancel()
	for isReading(s.Health) {
		next, err := f.Next(ctx)
		if err != nil || next.Health.State != kube.Live {
			return s
		}
		s = next
	}
	return s
}

func isReading(h kube.Health) bool {
	for _, resource := range h.Resources {
		if resource.State == kube.Syncing {
			return true
		}
	}
	return false
}
