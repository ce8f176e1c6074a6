package fade

import (
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/resourceversion"
)

// replicas of a pair.
type replicas struct{ stable, canary int32 }

func (r replicas) sum() int32     { return r.stable + r.canary }
func (r replicas) String() string { return fmt.Sprintf("%d + %d", r.stable, r.canary) }

// position is where a course is: the course itself, which is in the journal, and
// what only this process knows. Nothing of the latter is needed to go on.
type position struct {
	course Course
	// fresh: it has not been looked at yet, by this process or any other.
	fresh bool
	// placed: it has been looked at, and `at` is known.
	placed bool
	// at are the replicas wanted now, as they were found or last written.
	at replicas
	// wrote are the resourceVersions of this process's last writes, by name of the
	// Deployment: what is seen of it counts from there on.
	wrote map[string]string
	// told: this process has written the images (Promote), or resumed or paused
	// (Hold); who undoes that is somebody else.
	told rolloutWrite
	// until when it holds between two steps, where holding.
	holding bool
	until   time.Time
}

// rolloutWrite is the last write of a course that was no scaling.
type rolloutWrite string

const (
	toldNothing rolloutWrite = ""
	toldImages  rolloutWrite = "images"
	toldBefore  rolloutWrite = "images before"
	toldResume  rolloutWrite = "resume"
	toldPause   rolloutWrite = "pause"
)

// begin puts a course where it begins, or goes on.
func begin(c Course, fresh bool) position {
	return position{course: c, fresh: fresh, wrote: map[string]string{}}
}

// target replicas of what is under way.
func (p *position) target() replicas {
	goal := p.course.goal()
	return replicas{p.course.Total - goal, goal}
}

// legit says that the replicas can be so without anybody else's hand: each side has
// what some step leaves it with, and the total is not fallen short of.
func (p *position) legit(have replicas) bool {
	canary := append([]int32{p.course.From}, p.course.Steps...)
	return have.sum() >= p.course.Total && slices.Contains(canary, have.canary) &&
		slices.Contains(canary, p.course.Total-have.stable)
}

// behind says that what is seen of the side is older than what was written to it.
func (p *position) behind(s *side) bool {
	wrote := p.wrote[s.ref.Name]
	if wrote == "" || wrote == s.version {
		return false
	}
	order, err := resourceversion.CompareResourceVersion(s.version, wrote)
	return err == nil && order < 0
}

// halfway says that the replicas are more than the total, or a promotion is not
// through: a place where nobody means to stay.
func (p *position) halfway() bool {
	c := p.course
	switch {
	case c.Kind == Hold:
		return false
	case !p.placed:
		return !p.fresh // who left it half-way before knew
	case c.Kind == Promote:
		return p.at != replicas{c.Total - c.From, c.From} || p.told != toldNothing || !p.fresh
	}
	return p.at.sum() != c.Total
}

// touched says that the course has written something, as far as is known.
func (p *position) touched() bool {
	return !p.fresh || p.told != toldNothing || len(p.wrote) > 0
}

// takeBack turns round.
func (p position) takeBack() position {
	p.course = p.course.TakeBack()
	p.holding, p.until = false, time.Time{}
	return p
}

// proceed ends the pause between two steps.
func (p position) proceed() position {
	p.holding, p.until = false, time.Time{}
	return p
}

// written takes a write that was applied into account: where it leaves the course,
// and from which resourceVersion on its Deployment counts.
func (p position) written(d decision, version string) position {
	wrote := make(map[string]string, len(p.wrote)+1)
	for name, v := range p.wrote {
		wrote[name] = v
	}
	wrote[d.intent.Target.Name] = version
	p.wrote = wrote
	p.at, p.told = d.at, d.told
	return p
}
