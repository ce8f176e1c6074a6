package fade

import (
	"slices"
	"strconv"
	"strings"

	"fader/kube"
	"fader/kube/rollout"
)

// imagePath is what the path of a container's image begins with.
const imagePath = "spec.template.spec.containers["

// stage is one write of a course that is still ahead.
type stage struct {
	step          int // from 0
	name          string
	target        kube.Ref
	path          string // of the field
	before, after string
}

// route are the writes ahead of a course, in the order in which they come.
func route(c Course, have replicas, s sight) []stage {
	if c.Kind == Hold {
		return routeOfHold(c, &s.stable)
	}
	all := routeOfImages(c, &s.stable)
	last := len(c.Steps) - 1
	if c.Return {
		c.Step, last = 0, 0
	}
	for ; c.Step <= last; c.Step++ {
		to := replicas{c.Total - c.goal(), c.goal()}
		leg := []stage{
			scaled(c.Step, "stable", c.Stable, have.stable, to.stable),
			scaled(c.Step, "canary", c.Canary, have.canary, to.canary),
		}
		if to.stable < have.stable {
			slices.Reverse(leg) // what grows comes first
		}
		for _, write := range leg {
			if write.before != write.after {
				all = append(all, write)
			}
		}
		have = to
	}
	return all
}

func scaled(step int, name string, target kube.Ref, before, after int32) stage {
	return stage{step, name, target, "spec.replicas", strconv.Itoa(int(before)), strconv.Itoa(int(after))}
}

func routeOfImages(c Course, stable *side) []stage {
	want := c.Images
	if c.Return {
		want = c.Before
	}
	var all []stage
	for container, image := range pairsOf(want) {
		if has := stable.images[container]; has != image {
			all = append(all, stage{0, "stable", c.Stable, imagePath + container + "].image", has, image})
		}
	}
	return all
}

func routeOfHold(c Course, t *side) []stage {
	var all []stage
	if t.paused && !c.Return {
		all = append(all, stage{0, "", c.Target, "spec.paused", "true", "false"})
	}
	if !c.Return || c.Paused && !t.paused {
		all = append(all, stage{0, "", c.Target, "spec.paused", "false", "true"})
	}
	return all
}

// intent of the write; that of images says all of them at once.
func (w *stage) intent(ahead []stage) rollout.Intent {
	target := w.target
	target.Kind = kube.KindDeployment
	i := rollout.Intent{Verb: w.verb(), Target: target}
	switch i.Verb {
	case rollout.Scale:
		i.Replicas = number(w.after)
	case rollout.SetImage:
		var words []string
		for _, other := range ahead {
			if container, isImage := strings.CutPrefix(other.path, imagePath); isImage {
				words = append(words, strings.TrimSuffix(container, "].image")+"="+other.after)
			}
		}
		i.Images = strings.Join(words, " ")
	}
	return i
}
