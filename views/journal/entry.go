package journal

import (
	"strings"
	"time"

	"fader/kube"
	"fader/kube/rollout"
)

// Entry is a row: a move, or a course, which is a longer move of several writes.
type Entry struct {
	Receipt rollout.Receipt // zero for a course
	Course  *Course         // nil for a move
}

// Course is what the journal knows of a course.
type Course struct {
	ID      string
	Title   string
	Target  kube.Ref // the Service of a pair, the Deployment of a hold
	Cluster rollout.Identity
	Who     string
	Began   time.Time
	Lines   []rollout.CourseLine // the oldest first, never empty
}

func (c *Course) last() rollout.CourseLine { return c.Lines[len(c.Lines)-1] }

// over says that nobody has to do anything about it any more.
func (c *Course) over() bool { return c.last().State == rollout.CourseEnded }

func (e Entry) started() time.Time {
	if e.Course != nil {
		return e.Course.Began
	}
	return e.Receipt.Started
}

func (e Entry) target() kube.Ref {
	if e.Course != nil {
		return e.Course.Target
	}
	return e.Receipt.Plan.Target()
}

func (e Entry) cluster() rollout.Identity {
	if e.Course != nil {
		return e.Course.Cluster
	}
	return e.Receipt.Plan.Cluster
}

func (e Entry) who() string {
	if e.Course != nil {
		return e.Course.Who
	}
	return e.Receipt.Who
}

// move is the title without the object, which has a column of its own.
func (e Entry) move() string {
	name := e.target().String()
	return strings.Replace(strings.Replace(e.title(), " of "+name, "", 1), " "+name, "", 1)
}

// title is what was done; a step of a course says so.
func (e Entry) title() string {
	switch {
	case e.Course != nil:
		return e.Course.Title
	case e.Receipt.Course != "":
		return e.Receipt.Plan.Title + " (a step)"
	}
	return e.Receipt.Plan.Title
}

// result is what became of it when it was sent, or where the course is.
func (e Entry) result() string {
	if e.Course != nil {
		return string(e.Course.last().State)
	}
	return string(e.Receipt.Result)
}

// state is what came of it; "" where that was not watched to an end.
func (e Entry) state() rollout.State {
	if e.Receipt.Outcome == nil {
		return ""
	}
	return e.Receipt.Outcome.State
}

// took is how long it was until it had settled, or until it was known that
// nothing was done; below zero where no end is known.
func (e Entry) took() time.Duration {
	r := e.Receipt
	switch {
	case e.Course != nil && e.Course.over():
		return e.Course.last().At.Sub(e.Course.Began)
	case e.Course != nil:
		return -1
	case r.Outcome != nil:
		return r.Outcome.Took
	case r.Result == rollout.Applied || r.Finished.IsZero():
		return -1
	}
	return r.Finished.Sub(r.Started)
}
