package prometheus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	client "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/discovery"
	"github.com/prometheus/prometheus/discovery/targetgroup"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/scrape"
	"github.com/prometheus/prometheus/tsdb"
)

const (
	// blockRange is how much the head holds before it becomes a block. Half of it is how old
	// a new series may begin in order: the hour of history that a cluster starts with.
	blockRange = 150 * time.Minute
	retention  = 3 * time.Hour
	// lateWindow is how old samples of a series that goes on already may be.
	lateWindow = 2 * time.Hour

	maxSamples   = 50_000_000 // of one query: Prometheus' own default
	queryTimeout = 2 * time.Minute
	readTimeout  = 10 * time.Second // of the head of a request
	lookback     = 5 * time.Minute
)

// server is one running Prometheus.
type server struct {
	options  options
	config   *config.Config
	token    string
	log      *slog.Logger
	registry *client.Registry
	started  time.Time

	db     *tsdb.DB
	scrape *scrape.Manager
	engine *promql.Engine
	parser parser.Parser
}

// Run runs Prometheus with its command line flags until the process is asked to stop.
func Run(args []string) error {
	o, err := parseOptions(args)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	s, err := open(o, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		return err
	}
	return errors.Join(s.serve(ctx), s.close())
}

// open reads the configuration and opens the data.
func open(o options, log *slog.Logger) (*server, error) {
	s := &server{options: o, log: log, registry: client.NewRegistry(), started: time.Now()}
	token, err := os.ReadFile(o.tokenFile)
	if err != nil {
		return nil, fmt.Errorf("read the write token: %w", err)
	}
	s.token = strings.TrimSpace(string(token))
	if s.config, err = config.LoadFile(o.config, false, log); err != nil {
		return nil, fmt.Errorf("read prometheus' configuration: %w", err)
	}
	if s.db, err = tsdb.Open(o.data, log, s.registry, storageOptions(), tsdb.NewDBStats()); err != nil {
		return nil, fmt.Errorf("open the data: %w", err)
	}
	s.parser = parser.NewParser(parser.Options{})
	s.engine = promql.NewEngine(promql.EngineOpts{
		Logger: log, Reg: s.registry, MaxSamples: maxSamples, Timeout: queryTimeout, LookbackDelta: lookback,
		NoStepSubqueryIntervalFn: func(int64) int64 { return time.Duration(s.config.GlobalConfig.EvaluationInterval).Milliseconds() },
		EnableAtModifier:         true, EnableNegativeOffset: true, Parser: s.parser,
	})
	s.scrape, err = scrape.NewManager(&scrape.Options{DiscoveryReloadOnStartup: true}, log, nil, nil, s.db, s.registry)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make the scrape manager: %w", err), s.close())
	}
	return s, nil
}

func storageOptions() *tsdb.Options {
	o := tsdb.DefaultOptions()
	o.MinBlockDuration, o.MaxBlockDuration = blockRange.Milliseconds(), blockRange.Milliseconds()
	o.RetentionDuration = retention.Milliseconds()
	o.OutOfOrderTimeWindow = lateWindow.Milliseconds()
	// The supervisor starts one of us only; a killed one must leave nothing in the way.
	o.NoLockfile = true
	return o
}

// serve scrapes and answers until ctx is cancelled.
func (s *server) serve(ctx context.Context) error {
	if err := s.scrape.ApplyConfig(s.config); err != nil {
		return fmt.Errorf("configure the scrape manager: %w", err)
	}
	targets := make(chan map[string][]*targetgroup.Group)
	go func() { _ = s.scrape.Run(targets) }() // it has no error to return
	defer s.scrape.Stop()
	listener, err := net.Listen("tcp4", s.options.listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{Handler: s.handler(), ReadHeaderTimeout: readTimeout}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	targets <- staticTargets(s.config)
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve prometheus: %w", err)
	}
	return nil
}

func (s *server) close() error {
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close the data: %w", err)
	}
	return nil
}

// staticTargets returns the static targets of every job.
func staticTargets(c *config.Config) map[string][]*targetgroup.Group {
	targets := map[string][]*targetgroup.Group{}
	for _, job := range c.ScrapeConfigs {
		for _, found := range job.ServiceDiscoveryConfigs {
			if static, ok := found.(discovery.StaticConfig); ok {
				targets[job.JobName] = append(targets[job.JobName], static...)
			}
		}
	}
	return targets
}
