package tui

import (
	"fader/kube/fade"
	"fader/kube/rollout"

	tea "charm.land/bubbletea/v2"
)

// returnable says that the course is over, has written something, and that this
// can be taken back.
func (m *Model) returnable(c *voyage) bool {
	p := c.progress
	switch {
	case !p.State.Over() || c.back || c.by != m.opts.Courses:
		return false
	case p.Unfinished:
		return true
	case p.Course.Return || len(p.Receipts) == 0:
		return false
	case p.Course.Kind == fade.Hold:
		return p.State == fade.Done && !p.Course.Paused // resuming it is all there is
	}
	return true
}

// lastCourse is the course that ended last, where it can be taken back and nothing
// that can be was done since; nil otherwise.
func (m *Model) lastCourse() *voyage {
	if len(m.courses.ended) == 0 || !m.returnable(m.courses.ended[0]) {
		return nil
	}
	c := m.courses.ended[0]
	last, moved := m.opts.Desk.Last()
	if written := c.progress.Receipts; moved && len(written) > 0 && last.Started.After(written[len(written)-1].Finished) {
		return nil
	}
	return c
}

// planWayBack plans what takes a course back that is over. One that was left
// half-way turns round; of one that has ended another one goes back.
func (m *Model) planWayBack(c *voyage) tea.Cmd {
	of := c.progress.Course
	back := passage{notice: "takes back: " + of.Title(), back: true}
	switch {
	case c.progress.Unfinished:
		back.course = of.TakeBack()
		return m.planCourse(back)
	case of.Kind == fade.Hold:
		return m.planCmd(rollout.Intent{Verb: rollout.Resume, Target: of.Target}, back.notice)
	}
	pair := fade.Pair{Service: of.Service, Stable: m.snapshot.Rollout(of.Stable), Canary: m.snapshot.Rollout(of.Canary)}
	if pair.Stable == nil || pair.Canary == nil {
		m.say(bad, of.Stable.String()+" and "+of.Canary.String()+" are not both in sight: look at "+of.Stable.Namespace+" first")
		return nil
	}
	back.course = fade.NewShift(pair, []int32{of.From}, 0)
	if of.Images != "" {
		back.course.Kind, back.course.Images, back.course.Before = fade.Promote, of.Before, of.Images
	}
	return m.planCourse(back)
}
