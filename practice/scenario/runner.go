package scenario

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// Beginning says what a scenario starts from.
type Beginning bool

const (
	// Fresh is a cluster that has nothing of the scenario.
	Fresh Beginning = false
	// Again is one that may have: it is removed first.
	Again Beginning = true
)

// loopPause is how long a loop rests after a step of it failed, for instance because a
// user deleted its Deployment.
const loopPause = 5 * time.Second

// Runner plays scenarios against one cluster. Its methods may be called concurrently.
type Runner struct {
	typed   kubernetes.Interface
	dynamic dynamic.Interface
	speed   float64

	mu      sync.Mutex
	playing map[string]*Run
	ended   bool
	all     sync.WaitGroup
}

// NewRunner makes a Runner for the cluster that config leads to. Sleeps are divided by speed.
func NewRunner(config *rest.Config, speed float64) (*Runner, error) {
	typed, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("make a client: %w", err)
	}
	dyn, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("make a dynamic client: %w", err)
	}
	return &Runner{typed: typed, dynamic: dyn, speed: speed, playing: map[string]*Run{}}, nil
}

// Run is one playing of one scenario.
type Run struct {
	cancel  context.CancelFunc
	first   chan struct{} // closed after the first step, or when the run ends before
	settled chan struct{} // closed when only a loop is left, or nothing
	ended   chan struct{}

	mu  sync.Mutex
	err error
}

// First is closed when the first step is done or has failed.
func (r *Run) First() <-chan struct{} { return r.first }

// Settled is closed when every step that ends is done, or one has failed.
func (r *Run) Settled() <-chan struct{} { return r.settled }

// Err returns why the run failed; nil while it has not.
func (r *Run) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// Start plays the scenario called name in the background until it ends or ctx does. A
// playing of it that is going on is ended first. say gets a line for every step.
func (r *Runner) Start(ctx context.Context, name string, from Beginning, say func(string)) (*Run, error) {
	s, err := load(name)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	run := &Run{cancel: cancel, first: make(chan struct{}), settled: make(chan struct{}), ended: make(chan struct{})}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		cancel()
		return nil, errors.New("the cluster is being stopped")
	}
	before := r.playing[name]
	r.playing[name] = run
	r.all.Go(func() {
		defer close(run.ended)
		defer cancel()
		if before != nil {
			before.cancel()
			<-before.ended
		}
		r.play(ctx, run, s, from, say)
	})
	return run, nil
}

// Wait returns when every run has ended, and lets no more start. The contexts they were
// started with end them.
func (r *Runner) Wait() {
	r.mu.Lock()
	r.ended = true
	r.mu.Unlock()
	r.all.Wait()
}

// play plays one scenario and closes run's channels on the way.
func (r *Runner) play(ctx context.Context, run *Run, s Scenario, from Beginning, say func(string)) {
	first, settled := sync.OnceFunc(func() { close(run.first) }), sync.OnceFunc(func() { close(run.settled) })
	defer settled()
	defer first()
	fail := func(err error) {
		run.mu.Lock()
		defer run.mu.Unlock()
		run.err = fmt.Errorf("play scenario %s: %w", s.Name, err)
	}
	if from == Again {
		say("removing what it made before")
		if err := r.remove(ctx, s); err != nil {
			fail(err)
			return
		}
	}
	for _, step := range s.Steps {
		if step.Loop != nil {
			say("and so on, for ever")
			settled()
			r.loop(ctx, s, step.Loop)
			return
		}
		say(step.String())
		if err := r.do(ctx, s, step); err != nil {
			if ctx.Err() == nil {
				say("failed: " + err.Error())
			}
			fail(err)
			return
		}
		first()
	}
	say("done")
}

// loop repeats steps until ctx ends. A failed step is not the end: a user may have
// deleted what it is about, and may bring it back.
func (r *Runner) loop(ctx context.Context, s Scenario, steps []Step) {
	for ctx.Err() == nil {
		for _, step := range steps {
			if err := r.do(ctx, s, step); err != nil {
				_ = sleep(ctx, loopPause)
				break
			}
		}
	}
}

// String says in a few words what the step does.
func (s Step) String() string {
	switch {
	case s.Apply != "":
		return "apply " + s.Apply
	case s.Set != nil:
		return fmt.Sprintf("set %s to %s", s.Set.Deployment, s.Set.Image)
	case s.Scale != nil:
		return fmt.Sprintf("scale %s to %d", s.Scale.Deployment, s.Scale.Replicas)
	case s.Traffic != nil:
		return fmt.Sprintf("send %v requests a second to %s", s.Traffic.Rate, s.Traffic.Service)
	case s.Pause != "":
		return "pause " + s.Pause
	case s.Resume != "":
		return "resume " + s.Resume
	case s.Wait != nil:
		return fmt.Sprintf("wait until %s is %s", s.Wait.Deployment, s.Wait.Until)
	default:
		return fmt.Sprintf("sleep %s", time.Duration(s.Sleep))
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
