package main

import (
	"slices"
	"time"

	"fader/kube/guard"
	"fader/metrics"

	"github.com/spf13/cobra"
)

// guardFlags are those of `fader guard`.
type guardFlags struct {
	moveFlags
	maxP99, maxErrors string
	notWorse          bool
	onBreach, onNo    string
	noDataFor         time.Duration
	observe           time.Duration

	limits metrics.Limits // as they were read
}

// Words of --on-breach and --on-no-data beside the guard's own.
const (
	onExit = "exit"
	onWait = "wait"
)

const guardHelp = "Watch the new revision's figures until the rollout is complete, and act when it breaks a limit.\n" +
	"A limit is broken by three refreshes in a row. What is judged are the pods of the revision that is new\n" +
	"when the command starts; a newer one ends it. It acts once, through the same checks as any move, and\n" +
	"stands in the journal with the figures it acted on. It prints a line per change of state.\n\n" +
	"Without figures it neither passes nor acts: --on-no-data says what then, counted from the moment at\n" +
	"which a pod of the revision is ready. pause and undo need --yes, or --confirm NAME in a protected\n" +
	"context, where nobody can be asked. --dry-run says on a breach what would be done.\n\n" +
	"Exit status: 0 the rollout is complete and the limits were kept, 1 a limit was broken (or the rollout\n" +
	"failed, was replaced or is gone), 2 usage, 3 paused by somebody else, 4 the time was up, or it ended\n" +
	"without data. It is never 0 without data."

func newGuard(s streams, scope *scopeFlags) *cobra.Command {
	f := &guardFlags{moveFlags: moveFlags{concurrency: 1}}
	cmd := &cobra.Command{
		Use:   "guard TYPE/NAME --max-p99 D | --max-errors R | --not-worse",
		Short: "Guard a rollout by its latency and errors, and pause or undo it when it breaks a limit",
		Long:  guardHelp,
		Example: "  fader guard deploy/web --max-p99 300ms --max-errors 1% --on-breach pause --yes\n" +
			"  fader guard deploy/web --not-worse --on-breach undo --for 10m --timeout 1h --yes\n" +
			"  fader guard deploy/web --max-errors 0.5% --on-no-data exit -o json",
		RunE: func(cmd *cobra.Command, args []string) error {
			f.given = cmd.Flags().Changed
			name, err := oneDeployment(scope, args)
			if err != nil {
				return err
			}
			if err := f.complete(); err != nil {
				return err
			}
			m := mover{streams: s, scope: scope, flags: &f.moveFlags, wanted: []wish{{names: []string{name}}}, now: time.Now}
			return (&sentry{mover: m, flags: f, name: name}).run(cmd.Context())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.maxP99, "max-p99", "", "the highest p99 latency, like 300ms or 1.2s")
	flags.StringVar(&f.maxErrors, "max-errors", "", "the highest part of failed requests, like 1% or 0.01")
	flags.BoolVar(&f.notWorse, "not-worse", false, "neither slower nor with more errors than the revision that serves beside it")
	flags.StringVar(&f.onBreach, "on-breach", onExit, "pause, undo, exit or notify (say so, and watch on)")
	flags.StringVar(&f.onNo, "on-no-data", onWait, "wait, pause or exit")
	flags.DurationVar(&f.noDataFor, "no-data-for", 2*time.Minute, "how long figures may be missing before --on-no-data counts")
	flags.DurationVar(&f.observe, "for", 0, "how long the limits have to be kept after the rollout is complete; 0: until it is")
	flags.DurationVar(&f.timeout, "timeout", 0, "give up after this time (1s, 2m, 3h); 0 never does")
	flags.StringVar(&f.dryRun, "dry-run", "none", "none, client or server: say what would be done")
	flags.BoolVarP(&f.yes, "yes", "y", false, "pause or undo without asking")
	flags.StringVar(&f.confirm, "confirm", "", "pause or undo without asking; the object's name, as a protected context wants it typed")
	flags.StringVarP(&f.output, "output", "o", "", "json or yaml")
	return cmd
}

// complete reads and checks the flags.
func (f *guardFlags) complete() (err error) {
	if err := f.validate(); err != nil {
		return err
	}
	if f.limits.MaxP99, err = guard.ParseLatency(f.maxP99); err != nil {
		return usage("--max-p99: %w", err)
	}
	if f.limits.MaxErrors, err = guard.ParseRatio(f.maxErrors); err != nil {
		return usage("--max-errors: %w", err)
	}
	f.limits.NotWorse = f.notWorse
	switch {
	case f.limits.MaxP99 == 0 && f.limits.MaxErrors == 0 && !f.notWorse:
		return usage("which limit? Give --max-p99 300ms, --max-errors 1%% or --not-worse")
	case !slices.Contains([]string{string(guard.Pause), string(guard.Undo), onExit, string(guard.Notify)}, f.onBreach):
		return usage("--on-breach %q is unknown: give pause, undo, exit or notify", excerpt(f.onBreach))
	case !slices.Contains([]string{onWait, string(guard.Pause), onExit}, f.onNo):
		return usage("--on-no-data %q is unknown: give wait, pause or exit", excerpt(f.onNo))
	case f.observe < 0:
		return usage("--for %s is below zero", f.observe)
	case f.noDataFor < 0:
		return usage("--no-data-for %s is below zero", f.noDataFor)
	}
	return nil
}

// action is what the guard is armed with.
func (f *guardFlags) action() guard.Action {
	if f.onBreach == onExit {
		return guard.Notify
	}
	return guard.Action(f.onBreach)
}

// writes are the moves that it may make; none in a dry run.
func (f *guardFlags) writes() []guard.Action {
	var all []guard.Action
	if a := f.action(); a.Writes() {
		all = append(all, a)
	}
	if f.onNo == string(guard.Pause) && f.action() != guard.Pause {
		all = append(all, guard.Pause)
	}
	return all
}
