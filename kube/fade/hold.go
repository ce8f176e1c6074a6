package fade

import (
	"fmt"

	"fader/kube"
	"fader/kube/rollout"
)

// nextOfHold lets a rollout go on to N available updated pods, and pauses it.
func nextOfHold(p *position, s sight) decision {
	c, t := &p.course, &s.stable
	if !t.found {
		return halt(fmt.Sprintf("%s does not exist any more: the course ends here", t.ref))
	}
	if p.behind(t) {
		return wait(Rolling, fmt.Sprintf("waiting until the change of %s shows", t.ref))
	}
	p.placed = true
	held := fmt.Sprintf("%d of %d updated pods available", t.level.Updated, t.level.Desired)
	if c.Return {
		switch {
		case !c.Paused:
			return done("the rollout goes on as before: " + held)
		case t.paused:
			return done("paused again: " + held)
		}
		return tell(p, t, rollout.Pause, "pausing again: "+held)
	}
	switch n := c.last(); {
	case t.paused && t.level.Updated >= n:
		return done("paused: " + held)
	case t.paused && p.told == toldResume:
		return halt(fmt.Sprintf("somebody else paused %s: %s", t.ref, held))
	case t.paused && p.told == toldPause:
		return done("paused, and a pod was lost since: " + held)
	case t.paused:
		return tell(p, t, rollout.Resume, fmt.Sprintf("resuming until %d updated pods are available", n))
	case !t.observed:
		return wait(Rolling, fmt.Sprintf("waiting until the Deployment controller has seen the change of %s", t.ref))
	case t.complete:
		return done("the rollout completed before it could be held: " + held)
	case p.told == toldPause:
		return halt(fmt.Sprintf("somebody else resumed %s: %s", t.ref, held))
	case t.level.Updated >= n:
		return tell(p, t, rollout.Pause, "pausing: "+held)
	default:
		return wait(Rolling, fmt.Sprintf("waiting for %d of %d updated pods to become available, only while fader runs%s", n-t.level.Updated, n, because(t)))
	}
}

// tell the rollout to pause or to resume.
func tell(p *position, t *side, verb rollout.Verb, text string) decision {
	target := t.ref
	target.Kind = kube.KindDeployment
	told := toldResume
	if verb == rollout.Pause {
		told = toldPause
	}
	return p.going(decision{
		act: actWrite, state: Rolling, text: text, at: p.at, told: told, expect: t.level.Desired,
		intent: rollout.Intent{Verb: verb, Target: target},
	})
}
