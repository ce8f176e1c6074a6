package fade

import (
	"fmt"
	"time"

	"fader/kube"
	"fader/kube/rollout"
)

// next decides what comes next on a course, from where it is and what is seen. It
// is pure: it has no clock and does no I/O, and what it returns is all that the
// runner does. The position that comes back is where the course is now.
func next(p position, s sight, now time.Time) (position, decision) {
	if s.stale != "" {
		return p, wait(Waiting, s.stale+": waits until it is live again")
	}
	if p.course.Kind == Hold {
		return p, nextOfHold(&p, s)
	}
	for _, side := range []*side{&s.stable, &s.canary} {
		if !side.found {
			return p, halt(fmt.Sprintf("%s does not exist any more: the course ends here", side.ref))
		}
		if p.behind(side) {
			return p, wait(Waiting, fmt.Sprintf("waiting until the change of %s shows", side.ref))
		}
	}
	if s.blind != "" {
		return p, wait(Waiting, s.blind+": waits, because it lowers nothing blindly")
	}
	if d, placed := place(&p, s); !placed {
		return p, d
	}
	if d, through := nextOfImages(&p, s); !through {
		return p, d
	}
	d := nextOfPair(&p, s, now)
	return p, d
}

// place finds out where the replicas are, and whether they are where the course
// left them: whoever scales one of the two meanwhile has another plan than this.
func place(p *position, s sight) (decision, bool) {
	have := replicas{s.stable.level.Desired, s.canary.level.Desired}
	if p.placed {
		for _, one := range []struct {
			side      *side
			has, want int32
		}{{&s.stable, have.stable, p.at.stable}, {&s.canary, have.canary, p.at.canary}} {
			if one.has != one.want {
				return halt(fmt.Sprintf("somebody else%s scaled %s to %d, it was to have %d: the course ends here, nothing more is written",
					suspect(one.side), one.side.ref, one.has, one.want)), false
			}
		}
		return decision{}, true
	}
	c := &p.course
	switch began := (replicas{c.Total - c.From, c.From}); {
	case p.fresh && have != began:
		return halt(fmt.Sprintf("replicas are %s by now and were %s: look again, nothing was written", have, began)), false
	case !p.legit(have):
		return halt(fmt.Sprintf("replicas are %s, which no step of this course leaves behind: somebody else%s scaled them, so it can neither be finished nor taken back",
			have, suspect(&s.stable)+suspect(&s.canary))), false
	}
	if p.fresh || c.Floor == 0 {
		c.Floor = min(c.Total, s.ready())
		c.Dip = dip(*c, s)
	}
	p.at, p.placed = have, true
	return decision{}, true
}

// suspect names the autoscaler of a side, "" for none.
func suspect(s *side) string {
	if s.autoscaler == "" {
		return ""
	}
	return fmt.Sprintf(" (HorizontalPodAutoscaler %s?)", s.autoscaler)
}

// nextOfPair moves the replicas: raise one side, wait for it, lower the other.
func nextOfPair(p *position, s sight, now time.Time) decision {
	c := &p.course
	if p.holding {
		if p.until.IsZero() || now.Before(p.until) {
			d := wait(Holding, holdingText(p))
			d.wake = p.until
			return d
		}
		*p = p.proceed()
	}
	to := p.target()
	stable, canary := scaling{"stable", &s.stable, p.at.stable, to.stable}, scaling{"canary", &s.canary, p.at.canary, to.canary}
	for _, pair := range [][2]scaling{{stable, canary}, {canary, stable}} {
		// The total is never fallen short of: where one is to grow, the other shrinks.
		if up, down := pair[0], pair[1]; down.at > down.to {
			return p.leg(up, down)
		}
	}
	if text := unsettled(stable, canary); text != "" {
		return p.going(wait(Lowering, text))
	}
	if c.Return {
		return done(fmt.Sprintf("taken back: stable %d, canary %d", to.stable, to.canary))
	}
	if c.Step < len(c.Steps) {
		c.Step++
	}
	if c.Step == len(c.Steps) {
		return done(fmt.Sprintf("done: stable %d, canary %d", to.stable, to.canary))
	}
	if c.Every != 0 {
		p.holding, p.until = true, time.Time{}
		if c.Every > 0 {
			p.until = now.Add(c.Every)
		}
	}
	return again()
}

// scaling is one side of a leg.
type scaling struct {
	name   string
	side   *side
	at, to int32
}

// leg raises one side, waits for it, and lowers the other.
func (p *position) leg(up, down scaling) decision {
	if up.at < up.to {
		d := scale(up, fmt.Sprintf("raising %s %d → %d", up.name, up.at, up.to))
		d.state, d.at = Raising, p.at
		d.setAt(up)
		return p.going(d)
	}
	if text := p.notUp(up); text != "" {
		return p.going(wait(Waiting, text))
	}
	d := scale(down, fmt.Sprintf("lowering %s %d → %d", down.name, down.at, down.to))
	d.state, d.at = Lowering, p.at
	d.setAt(down)
	return p.going(d)
}

// notUp says what is awaited of the side that was raised; "" where it is up. The
// floor rests on it: this side has then at least up.to - missing ready endpoints,
// the other keeps down.to, or as many as it has where those are fewer (a ReplicaSet
// removes pods first that are not ready), and up.to + down.to - missing is the
// floor. A canary that has broken down holds nothing up that way.
func (p *position) notUp(up scaling) string {
	wanted := max(0, up.to-p.missing(up))
	l := up.side.level
	switch ready := min(l.Available, up.side.endpoints()); {
	case !up.side.observed:
		return fmt.Sprintf("waiting until the Deployment controller has seen the change of %s", up.side.ref)
	case up.side.rolling:
		return fmt.Sprintf("waiting for the rollout of %s under way%s", up.side.ref, because(up.side))
	case l.Available < wanted:
		return fmt.Sprintf("waiting for %d of %d %s pods to become available%s", wanted-l.Available, up.to, up.name, because(up.side))
	case ready < wanted:
		text := fmt.Sprintf("waiting for %d of %d %s pods to become ready endpoints of %s", wanted-ready, up.to, up.name, p.course.Service)
		if up.side.missing != "" {
			text += ": " + up.side.missing
		}
		return text
	}
	return ""
}

// missing pods that hold nothing up: those of the stable that were missing when
// the course began. Who flees to it from a bad canary must not wait for them.
func (p *position) missing(up scaling) int32 {
	if up.name == "stable" {
		return p.course.Total - p.course.Floor
	}
	return 0
}

// unsettled says whose pods have yet to go, once everything is written.
func unsettled(sides ...scaling) string {
	for _, s := range sides {
		switch {
		case !s.side.observed:
			return fmt.Sprintf("waiting until the Deployment controller has seen the change of %s", s.side.ref)
		case s.side.current > s.to:
			return fmt.Sprintf("waiting for %d %s pods to go", s.side.current-s.to, s.name)
		case s.side.endpoints() > s.to: // pods are seen by another watch than their number
			return fmt.Sprintf("waiting for %d %s pods to leave the ready endpoints", s.side.endpoints()-s.to, s.name)
		}
	}
	return ""
}

// because adds why the sides are not what they should be, as far as is known.
func because(sides ...*side) string {
	for _, s := range sides {
		if s.why != "" && !s.complete {
			return ": " + s.why
		}
	}
	return ""
}

// going back is one state, whatever is being done for it; the text tells.
func (p *position) going(d decision) decision {
	if p.course.Return {
		d.state = TakingBack
	}
	return d
}

func scale(s scaling, text string) decision {
	target := s.side.ref
	target.Kind = kube.KindDeployment
	return decision{
		act: actWrite, text: text, expect: s.at,
		intent: rollout.Intent{Verb: rollout.Scale, Target: target, Replicas: s.to},
	}
}

// setAt is where the replicas are once the scaling is written.
func (d *decision) setAt(s scaling) {
	if s.name == "stable" {
		d.at.stable = s.to
	} else {
		d.at.canary = s.to
	}
}

func holdingText(p *position) string {
	c := p.course
	text := fmt.Sprintf("holding after step %d of %d at canary %d of %d", c.Step, len(c.Steps), p.at.canary, c.Total)
	if p.until.IsZero() {
		return text + ": goes on when you say so"
	}
	return text + ": goes on at " + p.until.Local().Format(time.TimeOnly)
}
