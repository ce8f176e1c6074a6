package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"fader/practice/scenario"
	"fader/practice/stage"
)

const (
	startTimeout = 90 * time.Second // until ready; 30 s is the promise, a loaded machine is not an error
	pollEvery    = 50 * time.Millisecond
	watchEvery   = time.Second // how often components are checked for having ended by themselves
)

// Options say what Up starts.
type Options struct {
	Dir       string
	Scenarios []string // names; may be empty
	Nodes     int      // plain nodes, besides the GPU nodes
	Speed     float64  // 2 means that everything simulated goes twice as fast
	// ScrapeInterval is how often Prometheus looks at the pods.
	ScrapeInterval time.Duration
	Self           string // path of this binary
	Now            time.Time
	Out            io.Writer // gets the one line `ready`
	Log            io.Writer // gets what a person may want to know meanwhile
}

func (o Options) validate() error {
	if o.Nodes < MinNodes || o.Nodes > MaxNodes {
		return fmt.Errorf("--nodes must be from %d to %d, not %d", MinNodes, MaxNodes, o.Nodes)
	}
	return errors.Join(stage.ValidSpeed(o.Speed), validScrapeInterval(o.ScrapeInterval))
}

// supervisor is one running cluster.
type supervisor struct {
	options   Options
	layout    layout
	ports     ports
	client    kubernetes.Interface
	runner    *scenario.Runner
	processes map[string]*process
	logMu     sync.Mutex

	prometheusToken string
}

// Up runs a practice cluster until ctx is cancelled, which is not an error. It returns
// when all of its children are gone.
func Up(ctx context.Context, options Options) (err error) {
	if err := options.validate(); err != nil {
		return err
	}
	l, err := prepareDir(options.Dir)
	if err != nil {
		return err
	}
	lock, err := takeLock(l)
	if err != nil {
		return err
	}
	defer lock.Close()
	s := &supervisor{options: options, layout: l, processes: map[string]*process{}}
	config, err := s.prepare()
	if err != nil {
		return err
	}
	// Scenarios and the control socket end before the components do.
	ctx, cancel := context.WithCancel(ctx)
	defer s.shutdown()
	defer cancel()
	err = s.run(ctx, config)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// prepare writes every file the components need and returns the admin's client settings.
func (s *supervisor) prepare() (*rest.Config, error) {
	if err := s.layout.clear(); err != nil {
		return nil, err
	}
	var err error
	if s.ports, err = newPorts(); err != nil {
		return nil, err
	}
	ca, err := writePKI(s.layout, s.options.Now)
	if err != nil {
		return nil, err
	}
	stages, err := stage.Render(s.options.Speed, s.ports.kubelet)
	if err != nil {
		return nil, err
	}
	if err := writeConfigs(s.layout, s.ports, stages); err != nil {
		return nil, err
	}
	if err := writeAuditPolicy(s.layout); err != nil {
		return nil, err
	}
	if s.prometheusToken, err = writePrometheus(s.layout, s.ports, s.options.ScrapeInterval); err != nil {
		return nil, err
	}
	users, err := newCredentials("https://"+hostPort(s.ports.api), ca)
	if err != nil {
		return nil, err
	}
	if err := users.write(s.layout); err != nil {
		return nil, err
	}
	launcher := newLauncher()
	for _, name := range Components() {
		s.processes[name] = &process{
			name: name, args: arguments(s.layout, s.ports, name), self: s.options.Self,
			home: s.layout.path("data"), log: s.layout.log(name), launcher: launcher,
		}
	}
	return &rest.Config{
		Host: users.server, BearerToken: users.tokens[Admin], TLSClientConfig: rest.TLSClientConfig{CAData: ca},
		QPS: 500, Burst: 1000, Timeout: 15 * time.Second, UserAgent: "practice",
	}, nil
}

// run starts everything, says `ready`, and keeps it until ctx is cancelled.
func (s *supervisor) run(ctx context.Context, config *rest.Config) error {
	listener, remove, err := listenControl(s.layout)
	if err != nil {
		return err
	}
	defer remove()
	defer listener.Close()
	if s.client, err = kubernetes.NewForConfig(config); err != nil {
		return fmt.Errorf("make a client: %w", err)
	}
	if s.runner, err = scenario.NewRunner(config, s.options.Speed); err != nil {
		return err
	}
	// Whatever happens, no scenario writes to a cluster that is being taken down.
	ctx, cancel := context.WithCancel(ctx)
	defer s.runner.Wait()
	nodes, err := s.serveKubelets(ctx, config)
	if err != nil {
		cancel()
		return err
	}
	defer nodes.all.Wait()
	defer cancel()
	starting, done := context.WithTimeout(ctx, startTimeout)
	defer done()
	if err := s.startComponents(starting, config); err != nil {
		return err
	}
	// It starts while the scenarios do: nothing of theirs waits for it.
	if err := s.processes[Prometheus].start(); err != nil {
		return err
	}
	if err := s.startScenarios(ctx, starting); err != nil {
		return err
	}
	nodes.flow(ctx)
	probe := newProbe(s.layout, s.ports)
	if err := s.until(starting, Prometheus+" to answer", func(ctx context.Context) bool { return probe.up(ctx, Prometheus) }); err != nil {
		return err
	}
	go serveControl(ctx, listener, s.handle)
	fmt.Fprintln(s.options.Out, "ready")
	s.keep(ctx)
	return nil
}

// startComponents starts the components in order and waits until the nodes are Ready.
func (s *supervisor) startComponents(ctx context.Context, config *rest.Config) error {
	probe := newProbe(s.layout, s.ports)
	for _, name := range controlPlane() {
		if err := s.processes[name].start(); err != nil {
			return err
		}
		// The others find each other by themselves; these two are what everything waits for.
		if name == Etcd || name == APIServer {
			if err := s.until(ctx, name+" to answer", func(ctx context.Context) bool { return probe.up(ctx, name) }); err != nil {
				return err
			}
		}
		if name == APIServer {
			if err := createNodes(ctx, s.client, s.options.Nodes); err != nil {
				return err
			}
			if err := s.registerMetrics(ctx, config); err != nil {
				return err
			}
		}
	}
	for _, name := range []string{ControllerManager, Scheduler} {
		if err := s.until(ctx, name+" to be healthy", func(ctx context.Context) bool { return probe.up(ctx, name) }); err != nil {
			return err
		}
	}
	return s.until(ctx, "the nodes to be Ready", func(ctx context.Context) bool {
		ready, err := nodesReady(ctx, s.client)
		return err == nil && ready == s.options.Nodes+gpuNodes
	})
}

// startScenarios starts the scenarios and waits until each has applied its first manifests.
// They run until ctx ends; only the wait is bound by starting.
func (s *supervisor) startScenarios(ctx, starting context.Context) error {
	runs := map[string]*scenario.Run{}
	for _, name := range s.options.Scenarios {
		run, err := s.runner.Start(ctx, name, scenario.Fresh, func(line string) { s.say("%s: %s", name, line) })
		if err != nil {
			return err
		}
		runs[name] = run
	}
	for name, run := range runs {
		select {
		case <-run.First():
			if err := run.Err(); err != nil {
				return fmt.Errorf("start scenario %s: %w", name, err)
			}
		case <-starting.Done():
			return fmt.Errorf("wait for the first manifests of scenario %s: %w", name, starting.Err())
		}
	}
	return nil
}

// until polls check until it is true. It gives up when a component ends or ctx does.
func (s *supervisor) until(ctx context.Context, what string, check func(context.Context) bool) error {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for !check(ctx) {
		for _, name := range Components() {
			if ended, err := s.processes[name].ended(); ended {
				return fmt.Errorf("%s ended while the cluster was starting: %w (its log: %s)", name, err, s.layout.log(name))
			}
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w (logs: %s)", what, ctx.Err(), s.layout.path("logs"))
		}
	}
	return nil
}

// keep starts components again that ended although nobody asked for it, as the kubelet
// does with a control plane's static pods.
func (s *supervisor) keep(ctx context.Context) {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		for _, name := range Components() {
			ended, why := s.processes[name].ended()
			if !ended {
				continue
			}
			s.say("%s ended by itself (%v); starting it again", name, why)
			if err := s.processes[name].start(); err != nil {
				s.say("%v", err)
			}
		}
	}
}

// handle answers one request of the control socket.
func (s *supervisor) handle(ctx context.Context, r Request, say func(string)) error {
	if r.Verb == "scenario" {
		return s.replay(ctx, r.Names, say)
	}
	act, ok := map[string]func(*process) error{
		"stop": (*process).stop, "kill": (*process).kill, "start": (*process).start,
		"freeze": (*process).freeze, "thaw": (*process).thaw,
	}[r.Verb]
	if !ok {
		return fmt.Errorf("unknown verb %q", r.Verb)
	}
	for _, name := range r.Names {
		if err := knownComponent(name); err != nil {
			return err
		}
	}
	for _, name := range r.Names {
		if err := act(s.processes[name]); err != nil {
			return err
		}
	}
	return nil
}

// replay runs scenarios from their beginning and returns when their steps that end are
// done. They belong to the cluster: they go on when the asking command goes away.
func (s *supervisor) replay(ctx context.Context, names []string, say func(string)) error {
	var runs []*scenario.Run
	for _, name := range names {
		run, err := s.runner.Start(ctx, name, scenario.Again, func(line string) { say(name + ": " + line) })
		if err != nil {
			return err
		}
		runs = append(runs, run)
	}
	var errs []error
	for _, run := range runs {
		select {
		case <-run.Settled():
			errs = append(errs, run.Err())
		case <-ctx.Done():
			return errors.New("the cluster is being stopped")
		}
	}
	return errors.Join(errs...)
}

// shutdown ends every component that is running: clients first and together, then the
// API server, then etcd. Nothing is kept, so nothing gets longer than patience.
func (s *supervisor) shutdown() {
	for _, names := range [][]string{{Kwok, Scheduler, ControllerManager, Prometheus, APIServer}, {Etcd}} {
		var wait sync.WaitGroup
		for _, name := range names {
			if p := s.processes[name]; p != nil {
				wait.Go(func() { _ = p.stop() }) // its only error is that it is not running
			}
		}
		wait.Wait()
	}
}

func (s *supervisor) say(format string, args ...any) {
	s.logMu.Lock()
	defer s.logMu.Unlock()
	fmt.Fprintf(s.options.Log, format+"\n", args...)
}

// Self returns the path to start this binary by. On Linux it stays good when the file
// is replaced by a newer build while the cluster runs.
func Self() (string, error) {
	const linux = "/proc/self/exe"
	if _, err := os.Stat(linux); err == nil {
		return linux, nil
	}
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find this program: %w", err)
	}
	return exec.LookPath(path)
}
