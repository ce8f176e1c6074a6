package main

import (
	"cmp"
	"context"
	"strings"
	"time"

	"fader/kube"
	"fader/kube/rollout"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// verb is a move of the command line. The table of them is verbs.
type verb struct {
	use     string
	short   string
	example string
	kind    kube.Kind // of what is moved
	also    kube.Kind // another kind that may be named instead; "" for none
	// bulk takes several objects, and Deployments by selector.
	bulk bool
	// together moves all of the objects or none.
	together bool
	flag     func(*pflag.FlagSet, *moveFlags) // those of its own; nil for none
	// intent is what is wanted of every object of a group, the target left open.
	intent func(f *moveFlags, words []string) (rollout.Intent, error)
}

// moveFlags are those of all moves together.
type moveFlags struct {
	dryRun      string
	yes         bool
	confirm     string
	output      string
	wait        bool
	timeout     time.Duration
	concurrency int

	replicas, revision       string
	cause                    string
	maxSurge, maxUnavailable string
	unready                  bool

	given func(flag string) bool
}

// common are the flags of every move.
func (f *moveFlags) common(flags *pflag.FlagSet) {
	flags.StringVar(&f.dryRun, "dry-run", "none", "none, client (only show the plan) or server (the plan, rehearsed by the server)")
	flags.BoolVarP(&f.yes, "yes", "y", false, "do it without asking")
	flags.StringVar(&f.confirm, "confirm", "", "do it without asking; the object's name, as a protected context wants it typed")
	flags.StringVarP(&f.output, "output", "o", "", "json or yaml")
	flags.BoolVar(&f.wait, "wait", false, "wait until it has settled")
	flags.DurationVar(&f.timeout, "timeout", 0, "with --wait: give up after this time (1s, 2m, 3h); 0 never does")
}

func (f *moveFlags) validate() error {
	switch {
	case f.dryRun != "none" && f.dryRun != "client" && f.dryRun != "server":
		return usage("--dry-run %q is unknown: give none, client or server", f.dryRun)
	case !isForm(f.output):
		return usage("-o %q is unknown: give json or yaml", f.output)
	case f.timeout < 0:
		return usage("--timeout %s is below zero", f.timeout)
	case f.concurrency < 1:
		return usage("--concurrency %d is below one", f.concurrency)
	case f.given("confirm") && f.confirm == "":
		return usage("--confirm is empty: give the object's name")
	}
	return nil
}

// executes says that more than a look is wanted.
func (f *moveFlags) executes() bool { return f.dryRun == "none" }

// newMoves are the commands that change something, and those that show what
// could be gone back to.
func newMoves(s streams, scope *scopeFlags) []*cobra.Command {
	var out []*cobra.Command
	for _, v := range verbs() {
		out = append(out, v.command(scope, func(ctx context.Context, f *moveFlags, wanted []wish) error {
			m := &mover{streams: s, scope: scope, flags: f, verb: v, wanted: wanted, now: time.Now}
			return m.run(ctx)
		}))
	}
	out = append(out, newCourses(s, scope)...)
	return append(out, newHistory(s, scope), newDiff(s, scope))
}

// command reads the command line and leaves the rest to do.
func (v verb) command(scope *scopeFlags, do func(context.Context, *moveFlags, []wish) error) *cobra.Command {
	f := &moveFlags{concurrency: 1}
	cmd := &cobra.Command{
		Use: v.use, Short: v.short, Example: v.example, Long: v.short + ".\n\n" + moveHelp,
		RunE: func(cmd *cobra.Command, args []string) error {
			f.given = cmd.Flags().Changed
			wanted, err := v.read(f, scope, args)
			if err != nil {
				return err
			}
			return do(cmd.Context(), f, wanted)
		},
	}
	f.common(cmd.Flags())
	if v.bulk {
		cmd.Flags().IntVar(&f.concurrency, "concurrency", 4, "of several objects, so many at once")
	}
	if v.flag != nil {
		v.flag(cmd.Flags(), f)
	}
	return cmd
}

const moveHelp = "Shows the plan (changes, effect, warnings, checks, the kubectl command), asks, and does it.\n" +
	"Without a terminal nothing is asked: give --yes, or --confirm NAME in a protected context.\n\n" +
	"Exit status: 0 done (with --wait: and complete), 1 refused, failed, stalled or done only in part,\n" +
	"2 usage, 3 paused or held, 4 the time was up."

// wish is what is wanted of some objects.
type wish struct {
	names  []string // none: those of the selector
	intent rollout.Intent
	kind   kube.Kind // of the objects; "" for that of the verb
}

// read turns the command line into wishes. It asks no server.
func (v verb) read(f *moveFlags, scope *scopeFlags, args []string) ([]wish, error) {
	if err := f.validate(); err != nil {
		return nil, err
	}
	other := v.kindNamed(args)
	v.kind = cmp.Or(other, v.kind)
	parts, err := v.parts(scope, args)
	if err != nil {
		return nil, err
	}
	var wanted []wish
	for _, g := range parts {
		intent, err := v.intent(f, g.words)
		if err != nil {
			return nil, err
		}
		wanted = append(wanted, wish{names: g.names, intent: intent, kind: other})
	}
	return wanted, nil
}

// kindNamed is the other kind that the verb takes, where the first argument names
// one of it; "" where not.
func (v verb) kindNamed(args []string) kube.Kind {
	if v.also != "" && len(args) > 0 {
		if typed, _, _ := strings.Cut(args[0], "/"); namesKind(v.also, typed) {
			return v.also
		}
	}
	return ""
}

// parts are the objects that the arguments name, and what is said about them.
func (v verb) parts(scope *scopeFlags, args []string) ([]group, error) {
	if scope.selector != "" && !v.selects() {
		return nil, usage("-l chooses Deployments, and not for this: give %s/NAME", strings.ToLower(string(v.kind)))
	}
	parts, err := groups(v.kind, args)
	if err != nil {
		return nil, err
	}
	return v.aimed(scope, parts)
}

// selects says that Deployments can be chosen by a selector.
func (v verb) selects() bool { return v.bulk && v.kind == kube.KindDeployment }

// aimed refuses a command line that names too few or too many objects.
func (v verb) aimed(scope *scopeFlags, parts []group) ([]group, error) {
	word := strings.ToLower(string(v.kind))
	switch {
	case scope.selector != "" && len(parts) > 0:
		return nil, usage("give names or -l, not both")
	case scope.selector != "":
		return []group{{}}, nil
	case len(parts) == 0 && v.selects():
		return nil, usage("nothing to move: give %s/NAME, or a selector with -l", word)
	case len(parts) == 0:
		return nil, usage("nothing to move: give %s/NAME", word)
	case scope.allNamespaces:
		return nil, usage("a name, but -A no namespace: give -n instead")
	case !v.bulk && (len(parts) > 1 || len(parts[0].names) > 1):
		return nil, usage("one %s at a time", v.kind)
	}
	return parts, nil
}
