package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fader/kube"
	"fader/kube/outcome"
	"fader/kube/rollout"
)

// waiter watches what comes of the moves of one command.
type waiter struct {
	streams
	journal *rollout.Journal
	now     func() time.Time
	bulk    bool // each line names its object
	told    map[kube.Ref]string
}

// wait watches the moves that were made until each has settled or stalled, and
// gives each receipt its outcome. s is the last snapshot that was read. An error
// says that it gave up before; the outcomes are as they were last seen.
func (x *waiter) wait(ctx context.Context, f feed, s *kube.Snapshot, receipts []rollout.Receipt) error {
	watches := map[int]*outcome.Watch{}
	for i, r := range receipts {
		if r.Result == rollout.Applied {
			watches[i] = outcome.New(r)
		}
	}
	snapshots, ended := read(ctx, f)
	second := time.NewTicker(time.Second)
	defer second.Stop()
	var denied denial
	for {
		open := 0
		for i, w := range watches {
			o := w.Observe(s, x.now())
			receipts[i].Outcome = &o
			x.tell(receipts[i])
			if o.State == rollout.Pending {
				open++
			}
		}
		if open == 0 {
			return x.record(receipts)
		}
		if why := denied.observe(s.Health, x.now()); why != nil {
			return errors.Join(notSeen(why, open), x.record(receipts))
		}
		select {
		case s = <-snapshots:
		case <-second.C:
		case err := <-ended:
			return errors.Join(gaveUp(err, open), x.record(receipts))
		}
	}
}

// read passes the feed's snapshots on until it ends.
func read(ctx context.Context, f feed) (<-chan *kube.Snapshot, <-chan error) {
	snapshots, ended := make(chan *kube.Snapshot), make(chan error, 1)
	go func() {
		for {
			s, err := f.Next(ctx)
			if err != nil {
				ended <- err
				return
			}
			select {
			case snapshots <- s:
			case <-ctx.Done():
				ended <- ctx.Err()
				return
			}
		}
	}()
	return snapshots, ended
}

// gaveUp says why the waiting ended, and what it leaves: moves that stand.
func gaveUp(why error, open int) error {
	what := "the move was made and stands, but has not settled"
	if open > 1 {
		what = fmt.Sprintf("the moves were made and stand, but %d of them have not settled", open)
	}
	switch {
	case errors.Is(why, context.DeadlineExceeded):
		return exitError{exitTimedOut, errors.New("the time is up: " + what)}
	case errors.Is(why, context.Canceled):
		return exitError{exitFailed, errors.New("interrupted: " + what)}
	}
	return exitError{exitFailed, fmt.Errorf("the cluster cannot be watched any more (%w): %s", why, what)}
}

// tell says how far a move is whenever that is something else than before.
func (x *waiter) tell(r rollout.Receipt) {
	text := r.Outcome.Text
	if x.bulk {
		text = r.Plan.Target().String() + ": " + text
	}
	if r.Outcome.State != rollout.Pending || x.told[r.Plan.Target()] == text {
		return // what it comes to is the result, and printed as such
	}
	x.told[r.Plan.Target()] = text
	fmt.Fprintln(x.err, text)
}

// record writes what came of the moves into the journal.
func (x *waiter) record(receipts []rollout.Receipt) error {
	for _, r := range receipts {
		if r.Outcome == nil || r.Outcome.State == rollout.Pending {
			continue
		}
		if err := x.journal.Settle(r, *r.Outcome); err != nil {
			return fmt.Errorf("what came of %s is not in the journal: %w", r.Plan.Target(), err)
		}
	}
	return nil
}

// endings are the exit statuses of moves that were waited for.
func endings() map[rollout.State]int {
	return map[rollout.State]int{
		rollout.Pending: exitTimedOut, rollout.Complete: exitComplete, rollout.Held: exitPaused,
		rollout.Stalled: exitFailed, rollout.Gone: exitFailed, rollout.Superseded: exitFailed, rollout.Unknown: exitFailed,
	}
}
