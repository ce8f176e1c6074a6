package fade

import (
	"errors"
	"fmt"
)

// possible says why a course cannot begin, or cannot go on, as things are: one
// sentence, nil where it can. fresh is one that has not begun.
func possible(c Course, fresh bool, s sight) error {
	if c.Kind == Hold {
		return possibleHold(c, fresh, s)
	}
	for _, side := range []*side{&s.stable, &s.canary} {
		if !side.found {
			return fmt.Errorf("%s does not exist any more: look again", side.ref)
		}
	}
	if s.blind != "" {
		return errors.New(s.blind)
	}
	p := begin(c, fresh)
	if d, placed := place(&p, s); !placed {
		return errors.New(d.text)
	}
	if !fresh || c.Kind == Abort {
		return nil // a way out is never barred
	}
	return possibleForward(c, s)
}

// possibleForward are the doors that are shut to whoever begins something new.
func possibleForward(c Course, s sight) error {
	if c.Total == 0 {
		return fmt.Errorf("%s and %s have no replicas: scale one up first", c.Stable, c.Canary.Name)
	}
	if c.last() == c.From && c.Images == "" {
		return fmt.Errorf("there is nothing to do: %s already has %d of %d replicas", c.Canary, c.From, c.Total)
	}
	for _, side := range []*side{&s.stable, &s.canary} {
		switch {
		case side.paused:
			return fmt.Errorf("%s is paused: resume or undo it first", side.ref)
		case !side.observed:
			return fmt.Errorf("the Deployment controller has not seen the last change of %s: try again in a moment", side.ref)
		case side.rolling:
			return fmt.Errorf("a rollout of %s is under way: let it finish, or undo it, first", side.ref)
		case side.missing != "" && side == &s.canary && c.last() > c.From:
			return fmt.Errorf("%s cannot take over: %s of Service %s", side.ref, side.missing, c.Service.Name)
		case side.autoscaler != "" && c.last() != c.From:
			return fmt.Errorf("HorizontalPodAutoscaler %s scales %s and would take each step back within 15 s: remove or suspend it first", side.autoscaler, side.ref)
		}
	}
	return nil
}

func possibleHold(c Course, fresh bool, s sight) error {
	t, n := &s.stable, c.last()
	switch {
	case !t.found:
		return fmt.Errorf("%s does not exist any more: look again", t.ref)
	case !fresh:
		return nil
	case n < 1 || n >= c.Total:
		return fmt.Errorf("a hold at %d of %d pods cannot be: 1 to %d", n, c.Total, c.Total-1)
	case t.complete:
		return fmt.Errorf("no rollout of %s is under way: there is nothing to hold", t.ref)
	case t.level.Updated >= n:
		return fmt.Errorf("%s already has %d updated pods available: pause it, or hold at more", t.ref, t.level.Updated)
	}
	return nil
}
