package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
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
	open := ""
	if len(args) == 1 {
		name, err := deploymentName(args[0])
		if err != nil {
			return err
		}
		open = name
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
	warnings := make(chan string, 8)
	options := cluster.Options{Log: log, Warn: func(text string) { offer(warnings, text) }}
	c, err := connect(scope, options)
	if err != nil {
		return err
	}
	if open != "" && scope.allNamespaces {
		return usage("%s names a Deployment, but -A no namespace: give -n instead", args[0])
	}
	if open != "" {
		open = c.cluster.Namespace + "/" + open
	}
	model := tui.New(tui.Options{
		Session: c.session(), Scope: c.scope, Open: open, Warnings: warnings, Now: time.Now, Log: log,
		Keys: c.settings.Keys, Theme: c.settings.Theme.Is, ASCII: c.settings.ASCII.Is, Notify: notify(c.settings.Notify),
		Contexts: func() ([]string, error) { return cluster.Contexts(scope.config) },
		Connect: func(name string) (tui.Session, error) {
			other, err := connect(scope.in(name), options)
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

// offer passes a warning on unless nobody keeps up with them.
func offer(to chan<- string, text string) {
	select {
	case to <- text:
	default:
	}
}
