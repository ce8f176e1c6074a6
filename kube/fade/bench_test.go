package fade

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fader/kube"
	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
)

// bench is a Runner on a simulated cluster, with a real journal. It runs in a
// synctest bubble, whose seconds are the world's ticks.
type bench struct {
	*testing.T
	runner *Runner
	path   string // of the journal

	mu        sync.Mutex
	world     *world
	stale     string
	protected bool
	// answers to the next writes of one Deployment; without one they are applied.
	answers map[string][]rollout.Result
	// before a plan of that Deployment is made; may change the world.
	meddle   func(w *world, target string)
	after    func(target string) // a write of that Deployment was applied, and the course does not know yet
	planErrs map[string]int      // plans of that Deployment that fail first
	warnings map[string][]string // of plans, by Deployment
	feeds    []*feed
	sent     []string // what was written: "web-canary scale 3"
	words    []string // typed with each
}

func inBench(t *testing.T, stable, canary int32, test func(b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := &bench{
			T: t, world: newWorld(stable, canary), path: filepath.Join(t.TempDir(), "journal.jsonl"),
			answers: map[string][]rollout.Result{}, planErrs: map[string]int{}, meddle: func(*world, string) {}, after: func(string) {},
		}
		b.runner = b.another()
		ctx, cancel := context.WithCancel(t.Context())
		defer func() {
			b.runner.Close()
			synctest.Wait()
			cancel()
		}()
		go b.pass(ctx)
		test(b)
	})
}

// another Runner on the same cluster and journal, as the next process has one.
func (b *bench) another() *Runner {
	return NewRunner(Options{
		Desk:    func(func() kube.Health) Desk { return b },
		Watch:   func(kube.Scope) Feed { return b.watch() },
		Journal: rollout.NewJournal(b.path), Cluster: rollout.Identity{Context: "prod"}, Who: "ada", Now: time.Now,
	})
}

// pass lets the world's time pass.
func (b *bench) pass(ctx context.Context) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			b.mu.Lock()
			b.world.tick()
			b.show()
			b.mu.Unlock()
		case <-ctx.Done():
			return
		}
	}
}

// show the world to every feed.
func (b *bench) show() {
	for _, f := range b.feeds {
		s := b.world.snapshot()
		s.Health = b.health()
		select {
		case <-f.snapshots:
		default:
		}
		f.snapshots <- s
	}
}

func (b *bench) do(change func(w *world)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change(b.world)
}

func (b *bench) health() kube.Health {
	if b.stale != "" {
		return kube.Health{State: kube.Disconnected, Message: b.stale}
	}
	return kube.Health{State: kube.Live}
}

type feed struct {
	*bench
	snapshots chan *kube.Snapshot
	stopped   chan struct{}
	once      sync.Once
}

func (b *bench) watch() *feed {
	b.mu.Lock()
	defer b.mu.Unlock()
	f := &feed{bench: b, snapshots: make(chan *kube.Snapshot, 1), stopped: make(chan struct{})}
	b.feeds = append(b.feeds, f)
	b.show()
	return f
}

func (f *feed) Next(ctx context.Context) (*kube.Snapshot, error) {
	select {
	case s := <-f.snapshots:
		return s, nil
	case <-f.stopped:
		return nil, errors.New("stopped")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (f *feed) Health() kube.Health {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.health()
}

func (f *feed) Stop() { f.once.Do(func() { close(f.stopped) }) }

// Plan as the gateway makes it, as far as a course looks at it.
func (b *bench) Plan(_ context.Context, i rollout.Intent) (rollout.Plan, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.planErrs[i.Target.Name] > 0 {
		b.planErrs[i.Target.Name]--
		return rollout.Plan{}, errors.New("cannot read it")
	}
	b.meddle(b.world, i.Target.Name)
	p := rollout.Plan{
		Intent: i, Protected: b.protected, Kubectl: "kubectl -n shop " + words(i),
		Warnings: slices.Clone(b.warnings[i.Target.Name]),
		Checks:   []rollout.Check{{Name: "permitted", Passed: true}, {Name: "unchanged since"}},
	}
	for _, m := range b.world.members {
		if m.name == i.Target.Name && m.paused && i.Verb == rollout.Pause {
			return rollout.Plan{}, errors.New("it is already paused")
		}
		if m.name == i.Target.Name && i.Verb == rollout.Scale {
			p.Changes = []rollout.Change{{Path: "spec.replicas", Before: strconv.Itoa(int(m.replicas)), After: strconv.Itoa(int(i.Replicas))}}
		}
	}
	return p, nil
}

func words(i rollout.Intent) string {
	switch i.Verb {
	case rollout.Scale:
		return fmt.Sprintf("scale deployment/%s --replicas=%d", i.Target.Name, i.Replicas)
	case rollout.SetImage:
		return fmt.Sprintf("set image deployment/%s %s", i.Target.Name, i.Images)
	}
	return fmt.Sprintf("rollout %s deployment/%s", i.Verb, i.Target.Name)
}

// Execute a plan, or answer what the test wants.
func (b *bench) Execute(_ context.Context, p rollout.Plan, c rollout.Confirmation) rollout.Receipt {
	r := b.execute(p, c)
	if r.Result == rollout.Applied {
		b.after(p.Target().Name)
	}
	return r
}

func (b *bench) execute(p rollout.Plan, c rollout.Confirmation) rollout.Receipt {
	b.mu.Lock()
	defer b.mu.Unlock()
	name := p.Target().Name
	r := rollout.Receipt{Plan: p, Result: rollout.Applied, Course: c.Course, Started: time.Now()}
	if queue := b.answers[name]; len(queue) > 0 {
		r.Result, b.answers[name] = queue[0], queue[1:]
	}
	r.Message = fmt.Sprintf("%s of %s", r.Result, name)
	if r.Result != rollout.Applied {
		return r
	}
	b.sent, b.words = append(b.sent, words(p.Intent)), append(b.words, c.Typed)
	r.ResourceVersion = b.world.write(p.Intent)
	return r
}

// start a course.
func (b *bench) start(c Course) *Run {
	b.Helper()
	run, err := b.runner.Start(c, rollout.Confirmation{Typed: c.Subject().Name})
	require.NoError(b, err)
	return run
}

// ended waits for the end, for so long of the world's time.
func (b *bench) ended(run *Run) Progress {
	b.Helper()
	select {
	case <-run.Done():
	case <-time.After(5 * time.Minute):
		require.FailNow(b, "the course does not end", "%+v", run.Progress())
	}
	return run.Progress()
}

// until the progress is as wanted, for so long of the world's time.
func (b *bench) until(run *Run, wanted func(Progress) bool) Progress {
	b.Helper()
	patience := time.After(5 * time.Minute)
	for {
		if p := run.Progress(); wanted(p) {
			return p
		}
		select {
		case <-run.Changed():
		case <-run.Done():
			require.True(b, wanted(run.Progress()), "over: %+v", run.Progress())
		case <-patience:
			require.FailNow(b, "that does not happen", "%+v", run.Progress())
		}
	}
}

func in(state State) func(Progress) bool { return func(p Progress) bool { return p.State == state } }

// pair as it is now.
func (b *bench) pair() Pair {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.world.pair()
}

// stable is a copy of the Deployment as it is now.
func (b *bench) stable() member {
	b.mu.Lock()
	defer b.mu.Unlock()
	return *b.world.stable()
}

// replicas of both now.
func (b *bench) replicas() replicas {
	b.mu.Lock()
	defer b.mu.Unlock()
	return replicas{b.world.stable().replicas, b.world.canary().replicas}
}

func (b *bench) unfinished() []Leftover {
	b.Helper()
	all, err := b.runner.Unfinished()
	require.NoError(b, err)
	return all
}

// states of the lines that the journal has.
func (b *bench) lines() (states []rollout.CourseState) {
	b.Helper()
	entries, err := rollout.NewJournal(b.path).Read()
	require.NoError(b, err)
	require.Zero(b, entries.Damaged)
	for _, l := range entries.Courses {
		states = append(states, l.State)
	}
	return states
}
