package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"fader/keymap"
	"fader/kube/cluster"
	"fader/tui"

	tea "charm.land/bubbletea/v2"
	"github.com/spf13/pflag"
)

// deskFlags are those of the interactive desk.
type deskFlags struct {
	readOnly bool
	theme    string
	ascii    bool
}

func (f *deskFlags) add(flags *pflag.FlagSet) {
	flags.BoolVar(&f.readOnly, "readonly", false, "change nothing: every move is refused")
	flags.StringVar(&f.theme, "theme", "auto", "dark, light, or auto: asks the terminal for its background")
	flags.BoolVar(&f.ascii, "ascii", false, "draw with ASCII characters only")
}

func (f *deskFlags) validate() error {
	switch f.theme {
	case "auto", "dark", "light":
		return nil
	}
	return usage("--theme %q is unknown: give auto, dark or light", f.theme)
}

// runDesk opens the interactive desk.
func runDesk(ctx context.Context, s streams, scope *scopeFlags, flags deskFlags, args []string) error {
	if err := flags.validate(); err != nil {
		return err
	}
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
		Session: c.session(flags.readOnly), Scope: c.scope, Open: open, Warnings: warnings,
		Keys: keymap.Default(), Theme: flags.theme, ASCII: flags.ascii, ReadOnly: flags.readOnly, Now: time.Now,
		Contexts: func() ([]string, error) { return cluster.Contexts(scope.config) },
		Connect: func(name string) (tui.Session, error) {
			other, err := connect(scope.in(name), options)
			if err != nil {
				return tui.Session{}, err
			}
			return other.session(flags.readOnly), nil
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
	_, err := tea.NewProgram(model, tea.WithContext(ctx), tea.WithInput(s.in), tea.WithOutput(s.out)).Run()
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
