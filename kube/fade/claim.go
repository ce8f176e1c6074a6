package fade

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"fader/kube"
	"fader/kube/rollout"
)

// claim writes the first line of a course, or of its continuation, unless
// somebody else conducts it or another one on the same Deployments. Two processes
// that claim at the same moment both write, and then both read who was first.
func (r *Runner) claim(c Course, fresh bool) error {
	if err := r.free(c, fresh); err != nil {
		return err
	}
	state, text := rollout.CourseBegun, "begun: nothing written yet"
	if !fresh {
		state, text = rollout.CourseStep, "taken up again"
	}
	if err := r.record(c, state, text); err != nil {
		return fmt.Errorf("the journal cannot be written, so nothing was begun: %w", err)
	}
	if err := r.first(c); err != nil {
		if fresh { // of a course that was taken up, the other one's lines count
			_ = r.record(c, rollout.CourseEnded, "not begun: "+err.Error())
		}
		return err
	}
	return nil
}

// free says why the course cannot be begun or taken up.
func (r *Runner) free(c Course, fresh bool) error {
	entries, err := r.Journal.Read()
	if err != nil {
		return fmt.Errorf("the journal cannot be read, so nothing was begun: %w", err)
	}
	known := false
	for _, f := range files(entries.Courses, r.lives) {
		same := f.course.ID == c.ID
		known = known || same
		switch {
		case same && f.ended:
			return fmt.Errorf("the course has ended (%s): start a new one", f.last.Text)
		case same && f.owned:
			return fmt.Errorf("%s conducts it already", who(f.owner))
		case same || f.ended || !r.touches(f.course, c):
		case f.owned:
			return fmt.Errorf("%s conducts another course there: %s", who(f.owner), f.course.Title())
		default:
			return fmt.Errorf("%q of %s was left half-way: finish it, take it back or let it be first",
				f.course.Title(), f.course.Began.Local().Format(time.DateTime))
		}
	}
	if !fresh && !known {
		return fmt.Errorf("the journal does not know this course: start a new one")
	}
	return nil
}

// first says whether this process was the first to claim the course, and the
// Deployments that it moves.
func (r *Runner) first(c Course) error {
	entries, err := r.Journal.Read()
	if err != nil {
		return fmt.Errorf("the journal cannot be read, so nothing was begun: %w", err)
	}
	for _, f := range files(entries.Courses, r.lives) {
		if f.course.ID == c.ID {
			if f.owned && f.owner != r.self {
				return fmt.Errorf("%s was a moment faster and conducts it", who(f.owner))
			}
			return nil // whatever stands further down came later
		}
		if f.owned && r.touches(f.course, c) {
			return fmt.Errorf("%s was a moment faster: %s", who(f.owner), f.course.Title())
		}
	}
	return fmt.Errorf("the journal did not keep the course, so nothing was begun")
}

// touches says that two courses move the same Deployment.
func (r *Runner) touches(a, b Course) bool {
	if !a.Cluster.Same(b.Cluster) {
		return false
	}
	for _, ref := range []kube.Ref{b.Stable, b.Canary, b.Target} {
		if ref != (kube.Ref{}) && a.Moves(ref) {
			return true
		}
	}
	return false
}

func who(p rollout.Process) string {
	if p == self() {
		return "this fader"
	}
	return "another fader (pid " + strconv.Itoa(p.PID) + ")"
}

// record writes a line about the course.
func (r *Runner) record(c Course, state rollout.CourseState, text string) error {
	whole, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode course: %w", err)
	}
	return r.Journal.RecordCourse(rollout.CourseLine{
		ID: c.ID, State: state, Text: text, At: r.Now(), Process: r.self, Course: whole,
	})
}
