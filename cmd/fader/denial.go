package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fader/kube"
)

// denialTime is how long a command goes on watching while its credentials are not
// accepted (401) or its rights do not suffice (403): a token may be renewed, a role
// may be being changed.
const denialTime = 20 * time.Second

// denial notices that what a command watches may not be read any more, for good. The
// zero value has seen nothing.
type denial struct {
	since time.Time // of the first refusal after the last live picture
	read  bool      // a live picture was seen
}

// observe returns why the command has to end, nil while it may go on: at once where
// the right was lacking from the start, else after denialTime.
func (d *denial) observe(h kube.Health, now time.Time) error {
	switch {
	case h.State == kube.Live:
		d.since, d.read = time.Time{}, true
		return nil
	case h.State != kube.Forbidden && h.State != kube.NeedsLogin:
		return nil
	case d.since.IsZero():
		d.since = now
	}
	switch after := now.Sub(d.since); {
	case !d.read && h.State == kube.Forbidden:
		return errors.New(h.Message)
	case after >= denialTime:
		return fmt.Errorf("not readable for %s: %s", after.Round(time.Second), h.Message)
	}
	return nil
}

// notSeen says why the moves of a command were not watched to their end.
func notSeen(why error, open int) error {
	what := "the move was made; how it ended is not known"
	if open > 1 {
		what = fmt.Sprintf("the moves were made; how %d of them ended is not known", open)
	}
	return exitError{exitFailed, fmt.Errorf("%s: %w", what, why)}
}

// nextWithin is Next, but returns the last snapshot again where none comes for a
// time. Before the first it waits.
func nextWithin(ctx context.Context, f feed, limit time.Duration, last *kube.Snapshot) (*kube.Snapshot, error) {
	if last == nil {
		return f.Next(ctx)
	}
	short, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	s, err := f.Next(short)
	if err != nil && short.Err() != nil && ctx.Err() == nil {
		return last, nil
	}
	return s, err
}
