package fade

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
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
	// ClusterUID reads the Identity's UID from the cluster, as rollout.Options has it.
	ClusterUID func() string
	Who        string
	Now        func() time.Time
}

// Runner conducts the courses on one cluster. Its methods may be called from
// several goroutines at once.
type Runner struct {
	Options
	self  rollout.Process
	lives func(rollout.Process) bool

	mu      sync.Mutex
	runs    []*Run
	started int // courses, so far
}

// NewRunner returns a runner that conducts nothing yet.
func NewRunner(o Options) *Runner { return &Runner{Options: o, self: self(), lives: lives} }

// here is the cluster, with its UID where that can be read.
func (r *Runner) here() rollout.Identity { return r.Cluster.WithUID(r.ClusterUID) }

// Start begins a course, or goes on with one that was left half-way, and returns
// when it stands in the journal. The confirmation is the operator's for the whole
// course: in a protected context Typed is the name of Course.Subject. The error is
// one sentence for a person; nothing was written to the cluster then.
func (r *Runner) Start(c Course, confirmation rollout.Confirmation) (*Run, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fresh := c.ID == ""
	if fresh {
		r.started++
		c.Cluster, c.Who, c.Began = r.here(), r.Who, r.Now()
		c.ID = fmt.Sprintf("%s-%d-%d", strconv.FormatInt(c.Began.UnixNano(), 36), r.self.PID, r.started)
	}
	if err := r.sound(c); err != nil {
		return nil, err
	}
	if err := r.claim(c, fresh); err != nil {
		return nil, err
	}
	run := newRun(r, begin(c, fresh), confirmation)
	r.runs = append(slices.DeleteFunc(r.runs, (*Run).over), run)
	return run, nil
}

// sound says what is wrong with a course whatever the cluster looks like.
func (r *Runner) sound(c Course) error {
	if !c.Cluster.Same(r.here()) {
		return fmt.Errorf("the course is of %s and this is %s", c.Cluster, r.Cluster)
	}
	if !slices.Contains([]Kind{Shift, Hold, Promote, Abort}, c.Kind) {
		return fmt.Errorf("%q is no course that fader knows", c.Kind)
	}
	if len(c.Steps) == 0 {
		return fmt.Errorf("there is no way to go: the canary already has %d of %d replicas", c.From, c.Total)
	}
	for _, n := range c.Steps {
		if n < 0 || n > c.Total {
			return fmt.Errorf("%d replicas cannot be: 0 to %d", n, c.Total)
		}
	}
	return nil
}

// Unfinished are the courses on this cluster that can be finished or taken back.
func (r *Runner) Unfinished() ([]Leftover, error) {
	entries, err := r.Journal.Read()
	if err != nil {
		return nil, err
	}
	here := r.here()
	var all []Leftover
	for _, f := range files(entries.Courses, r.lives) {
		if !f.ended && !f.owned && f.course.Cluster.Same(here) {
			all = append(all, f.leftover())
		}
	}
	return all, nil
}

// Leave lets an unfinished course be: the journal does not offer it any more.
func (r *Runner) Leave(c Course) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.claim(c, false); err != nil {
		return err
	}
	return r.record(c, rollout.CourseEnded, "left as it is")
}

// Running are the courses under way in this process, the oldest first.
func (r *Runner) Running() []*Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(r.runs), (*Run).over)
}

// Close closes every course under way, as Run.Close does.
func (r *Runner) Close() {
	for _, run := range r.Running() {
		run.Close()
	}
}
