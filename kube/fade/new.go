package fade

import (
	"strings"
	"time"

	"fader/kube"
)

// NewShift moves the pair's canary from what it has to the last of steps, through
// the others; see Steps. The pair must have come from a snapshot.
func NewShift(p Pair, steps []int32, every time.Duration) Course {
	c := p.course(Shift)
	c.Steps, c.Every = steps, every
	return c
}

// NewPromote makes the canary's images the stable's, and then brings the canary to
// home replicas and the stable to the rest. home is what the canary had before it
// was shifted; 1 is a good guess.
func NewPromote(p Pair, home int32) Course {
	c := p.course(Promote)
	c.Steps = []int32{min(max(0, home), c.Total)}
	c.Images, c.Before = images(p)
	return c
}

// NewAbort brings all replicas to the pair's stable, and the canary to 0.
func NewAbort(p Pair) Course {
	c := p.course(Abort)
	c.Steps = []int32{0}
	return c
}

// NewHold lets the rollout go on, resuming it where it is paused, until so many
// updated pods are available, and pauses it then.
func NewHold(target *kube.Rollout, pods int32) Course {
	d := target.Deployment
	return Course{Kind: Hold, Target: d.Ref, Total: d.Replicas.Desired, Steps: []int32{pods}, Paused: d.Paused}
}

func (p Pair) course(kind Kind) Course {
	stable, canary := p.Stable.Deployment, p.Canary.Deployment
	return Course{
		Kind: kind, Service: p.Service, Stable: stable.Ref, Canary: canary.Ref,
		Total: p.Total(), From: canary.Replicas.Desired,
	}
}

// images that the stable's containers get from the canary's of the same name, and
// what they have before; both "" where they are equal.
func images(p Pair) (after, before string) {
	has := make(map[string]string)
	for _, c := range p.Canary.Deployment.Containers {
		has[c.Name] = c.Image
	}
	var to, from []string
	for _, c := range p.Stable.Deployment.Containers {
		if image, both := has[c.Name]; both && image != c.Image {
			to, from = append(to, c.Name+"="+image), append(from, c.Name+"="+c.Image)
		}
	}
	return strings.Join(to, " "), strings.Join(from, " ")
}
