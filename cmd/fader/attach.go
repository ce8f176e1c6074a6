package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
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
	if err := c.login(ctx); err != nil {
		return err
	}
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
		Log: log, Interactive: s.interactive, PluginLimit: connectTime, PluginOutput: printPlugin(s.err),
		Warn: func(text string) { fmt.Fprintln(s.err, "Warning: "+text) },
	})
	if err != nil {
		closeAll()
		return nil, nil, err
	}
	return c, func() { c.cluster.Close(); closeAll() }, nil
}

// printPlugin prints each line that a credential plugin says once, as it comes.
func printPlugin(to io.Writer) func(cluster.PluginOutput) {
	return func(said cluster.PluginOutput) {
		if said.Running && len(said.Lines) > 0 {
			fmt.Fprintf(to, "%s: %s\n", said.Plugin, said.Lines[len(said.Lines)-1])
		}
	}
}

// whole waits for the first picture that is whole, and live.
func whole(ctx context.Context, f feed) (*kube.Snapshot, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	var last kube.Health
	for {
		s, err := f.Next(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			return nil, fmt.Errorf("the cluster could not be read within %s%s", connectTime, delay(last))
		}
		if err != nil {
			return nil, fmt.Errorf("read the cluster: %w", err)
		}
		switch last = s.Health; last.State {
		case kube.Syncing, kube.Lagging:
			continue
		case kube.Live:
			return withSurroundings(ctx, f, s), nil
		}
		return nil, errors.New(last.Message)
	}
}

// delay is why reading takes so long: what failed last, or the lists that are not
// complete; "" where neither is known.
func delay(h kube.Health) string {
	if h.Message != "" {
		return ": " + h.Message
	}
	var open []string
	for name, r := range h.Resources {
		if r.Unread && r.State == kube.Syncing {
			open = append(open, fmt.Sprintf("%s (%d so far)", name, r.Count))
		}
	}
	if len(open) == 0 {
		return ""
	}
	slices.Sort(open)
	return ": still reading " + strings.Join(open, ", ")
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
