package fade

import (
	"fmt"
	"iter"
	"strings"

	"fader/kube"
	"fader/kube/rollout"
)

// nextOfImages gives a promotion's stable the canary's images, or its own again
// on the way back, and waits until that is rolled out. through says that there is
// nothing (more) of that to do.
func nextOfImages(p *position, s sight) (d decision, through bool) {
	c := &p.course
	if c.Kind != Promote || c.Images == "" {
		return decision{}, true
	}
	want, other, tells := c.Images, c.Before, toldImages
	if c.Return {
		want, other, tells = c.Before, c.Images, toldBefore
	}
	switch {
	case runs(&s.stable, want):
		if text := unrolled(&s.stable, c.Total-c.Floor); text != "" {
			return p.going(wait(Rolling, text)), false
		}
		return decision{}, true
	case p.told == tells, !runs(&s.stable, other):
		return halt(fmt.Sprintf("somebody else set the image of %s: the course ends here, nothing more is written", s.stable.ref)), false
	}
	target := s.stable.ref
	target.Kind = kube.KindDeployment
	return p.going(decision{
		act: actWrite, state: Rolling, at: p.at, told: tells, expect: p.at.stable,
		text:   fmt.Sprintf("setting the image of %s: %s", target, want),
		intent: rollout.Intent{Verb: rollout.SetImage, Target: target, Images: want},
	}), false
}

// runs says that the side's containers have these images: "web=shop/web:v2 proxy=…".
func runs(s *side, images string) bool {
	for container, image := range pairsOf(images) {
		if s.images[container] != image {
			return false
		}
	}
	return true
}

// pairsOf "web=shop/web:v2 proxy=…" are the containers with their images, in order.
func pairsOf(images string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for word := range strings.FieldsSeq(images) {
			if container, image, _ := strings.Cut(word, "="); !yield(container, image) {
				return
			}
		}
	}
}

// unrolled says what is awaited of a rollout; "" where it is complete but for pods
// that were missing when the course began.
func unrolled(s *side, missing int32) string {
	switch {
	case !s.observed:
		return fmt.Sprintf("waiting until the Deployment controller has seen the change of %s", s.ref)
	case s.rolling, s.level.Updated < s.level.Desired-missing:
		return fmt.Sprintf("waiting for the rollout of %s: %d of %d updated pods available%s", s.ref, s.level.Updated, s.level.Desired, because(s))
	}
	return ""
}

// dip is how many pods the stable's own strategy may take away while a
// promotion's images roll out.
func dip(c Course, s sight) int32 {
	if c.Kind != Promote || c.Images == "" {
		return 0
	}
	return min(s.stable.strategy.Unavailable, c.Floor)
}
