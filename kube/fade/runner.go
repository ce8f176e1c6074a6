package fade

import (
	"context"
	"errors"
	"time"

	"fader/kube"
	"fader/kube/rollout"
)

// Desk makes and executes plans: kube/rollout.
type Desk interface {
	Plan(context.Context, rollout.Intent) (rollout.Plan, error)
	Execute(context.Context, rollout.Plan, rollout.Confirmation) rollout.Receipt
}

// Feed delivers snapshots, the newest first: kube/watch.
type Feed interface {
	Next(context.Context) (*kube.Snapshot, error)
	Health() kube.Health
	Stop()
}

// Journal keeps courses: *rollout.Journal.
type Journal interface {
	RecordCourse(rollout.CourseLine) error
	Read() (rollout.Entries, error)
}

// Options of a Runner; all are required.
type Options struct {
	// Desk makes the gateway that a course writes through. It asks health how far
	// the course's own watch can be trusted, and not the watch of what is on the
	// screen, which may be of another scope by then.
	Desk func(health func() kube.Health) Desk
	// Watch starts a feed of a scope; the course stops it.
	Watch   func(kube.Scope) Feed
	Journal Journal
	Cluster rollout.Identity
	Who     string
	Now     func() time.Time
}

// Runner conducts the courses on one cluster. Its methods may be called from
// several goroutines at once.
type Runner struct {
	Options
}

// NewRunner returns a runner that conducts nothing yet.
func NewRunner(o Options) *Runner { return &Runner{Options: o} }

// Plan is the preview of a course: what all its steps change, the effect in
// words, who will fight it, and whether both Deployments may be written to. It
// writes nothing, and the gateway refuses to execute it: that is what Start is
// for. An error is one sentence for a person: the course cannot be.
func (r *Runner) Plan(ctx context.Context, c Course) (rollout.Plan, error) {
	return rollout.Plan{}, errors.New("not yet")
}

// Start begins a course, or goes on with one that was left half-way, and returns
// when it stands in the journal. The confirmation is the operator's for the whole
// course: in a protected context Typed is the name of Course.Subject.
func (r *Runner) Start(c Course, confirmation rollout.Confirmation) (*Run, error) {
	return nil, errors.New("not yet")
}

// Unfinished are the courses on this cluster that can be finished or taken back.
func (r *Runner) Unfinished() ([]Leftover, error) { return nil, nil }

// Leave lets an unfinished course be: the journal does not offer it any more.
func (r *Runner) Leave(c Course) error { return nil }

// Running are the courses under way in this process, the oldest first.
func (r *Runner) Running() []*Run { return nil }

// Close closes every course under way, as Run.Close does.
func (r *Runner) Close() {}
