package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"fader/cmd/fader/config"
	"fader/kube/cluster"
	"fader/tui"
	"fader/views/theme"

	tea "charm.land/bubbletea/v2"
	"github.com/spf13/pflag"
)

// deskFlags win over the environment and the configuration.
type deskFlags struct {
	readOnly   bool
	theme      string
	ascii      bool
	prometheus string
	changed    func(name string) bool
}

// add makes the flags: those of every command, and those of the desk alone.
func (f *deskFlags) add(all, desk *pflag.FlagSet) {
	all.BoolVar(&f.readOnly, "readonly", false, "change nothing: every move is refused")
	all.StringVar(&f.prometheus, "prometheus", "", "where figures come from: a URL, service/NAMESPACE/NAME[:PORT] through the API server, or none; looked for in the cluster where it is not given")
	desk.StringVar(&f.theme, "theme", "auto", strings.Join(theme.Names(), ", ")+"; auto asks the terminal for its background")
	desk.BoolVar(&f.ascii, "ascii", false, "draw with ASCII characters only")
	f.changed = func(name string) bool { return all.Changed(name) || desk.Changed(name) }
}

// given are the flags that were given.
func (f *deskFlags) given() (g config.Given, err error) {
	if f.changed("readonly") {
		g.ReadOnly = config.Value[bool]{Is: f.readOnly, From: "--readonly"}
	}
	if f.changed("theme") {
		g.Theme = config.Value[string]{Is: f.theme, From: "--theme"}
	}
	if f.changed("ascii") {
		g.ASCII = config.Value[bool]{Is: f.ascii, From: "--ascii"}
	}
	if f.changed("prometheus") {
		server, wrong := config.NewServer(f.prometheus)
		if wrong != "" {
			return g, usage("--prometheus cannot be used: %s", wrong) // what was given may hold a password
		}
		g.Prometheus = config.Value[config.Server]{Is: server, From: "--prometheus"}
	}
	return g, nil
}

func (f *deskFlags) validate() error {
	if known := theme.Names(); !slices.Contains(known, f.theme) {
		return usage("--theme %q is unknown: give %s", f.theme, strings.Join(known, ", "))
	}
	return nil
}

// runDesk opens the interactive desk.
func runDesk(ctx context.Context, s streams, scope *scopeFlags, args []string) error {
	wanted := ""
	if len(args) == 1 {
		name, err := deploymentName(args[0])
		if err != nil {
			return err
		}
		wanted = name
	}
	if !s.interactive {
		return usage("the desk needs a terminal: without one, use %s status", name())
	}
	log, closeLog, _ := openLog() // without a log fader works all the same
	defer closeLog()
	restore, err := cluster.Quiet(log)
	if err != nil {
		return err
	}
	defer restore()
	warnings, logins := make(chan string, 8), make(chan tui.Login, 16)
	var opened clusters
	defer opened.close()
	open := func(scope *scopeFlags) (*connection, error) {
		return connect(scope, cluster.Options{
			Log: log, Screen: true, PluginLimit: screenLoginTime, Warn: func(text string) { offer(warnings, text) },
			PluginOutput: func(said cluster.PluginOutput) { replace(logins, tui.Login(said)) },
		})
	}
	c, err := opened.add(open(scope))
	if err != nil {
		return err
	}
	if wanted != "" && scope.allNamespaces {
		return usage("%s names a Deployment, but -A no namespace: give -n instead", args[0])
	}
	if wanted != "" {
		wanted = c.cluster.Namespace + "/" + wanted
	}
	model := tui.New(tui.Options{
		Session: c.session(), Scope: c.scope, Open: wanted, Warnings: warnings, Logins: logins, Now: time.Now, Log: log,
		Keys: c.settings.Keys, Theme: c.settings.Theme.Is, ASCII: c.settings.ASCII.Is, Notify: notify(c.settings.Notify),
		Contexts: func() ([]string, error) { return cluster.Contexts(scope.config) },
		Connect: func(name string) (tui.Session, error) {
			other, err := opened.add(open(scope.in(name)))
			if err != nil {
				return tui.Session{}, err
			}
			return other.session(), nil
		},
	})
	return play(ctx, s, model, log)
}

// play runs the program until it quits.
func play(ctx context.Context, s streams, model *tui.Model, log *slog.Logger) error {
	defer model.Stop()
	if ctx == nil {
		ctx = context.Background()
	}
	program := tea.NewProgram(model, tea.WithContext(ctx), tea.WithInput(s.in), tea.WithOutput(s.out))
	ended := mustEnd(program, s.in, log)
	_, err := program.Run()
	ended()
	if err = errors.Join(err, model.Err()); err != nil {
		log.Error("the desk stopped", "err", err)
		return fmt.Errorf("the desk stopped: %w", err)
	}
	return nil
}

// screenLoginTime is how long a credential plugin may run while there is a screen to
// show what it says: a person may have to fetch a phone.
const screenLoginTime = 10 * time.Minute

// clusters are those that were connected to. Courses go on on one after the screen
// has turned to another, so that they are closed together at the end.
type clusters struct {
	mu  sync.Mutex
	all []*cluster.Cluster
}

func (s *clusters) add(c *connection, err error) (*connection, error) {
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, c.cluster)
	return c, nil
}

func (s *clusters) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.all {
		c.Close()
	}
}

// replace puts the newest into a channel, and drops the oldest where there is no room.
func replace[T any](into chan T, newest T) {
	for {
		select {
		case into <- newest:
			return
		default:
		}
		select {
		case <-into:
		default:
		}
	}
}

// offer passes a warning on unless nobody keeps up with them.
func offer(to chan<- string, text string) {
	select {
	case to <- text:
	default:
	}
}
