package main

import (
	"time"

	"fader/kube"
	"fader/kube/fade"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// course is a move that takes time and several writes. The table of them is courses.
type course struct {
	kind    fade.Kind
	use     string
	short   string
	example string
	of      kube.Kind
	flag    func(*pflag.FlagSet, *courseFlags)
	check   func(*courseFlags) error
	make    func(*courseFlags, *kube.Snapshot, kube.Ref) (fade.Course, error)
}

// courseFlags are those of all courses together.
type courseFlags struct {
	moveFlags
	finish, takeBack bool

	to, at         string
	steps          []string
	every          time.Duration
	stable, canary string
	home           string
}

func courses() []course {
	return []course{
		{
			kind: fade.Shift, use: "shift service/NAME --to N|N% [--steps 10%,25%,50%] [--every D]",
			short:   "Move replicas from a stable Deployment to its canary, or back, with a constant total",
			example: "  fader shift service/checkout --to 50% --steps 10%,25%,50% --every 30s",
			of:      kube.KindService, flag: shiftFlags, check: checkShift, make: makeShift,
		},
		{
			kind: fade.Promote, use: "promote service/NAME",
			short:   "Give the stable Deployment the canary's images, and bring the replicas home",
			example: "  fader promote service/checkout --yes",
			of:      kube.KindService, flag: promoteFlags, check: checkPromote, make: makePromote,
		},
		{
			kind: fade.Abort, use: "abort service/NAME",
			short:   "Bring all replicas to the stable Deployment, and the canary to 0",
			example: "  fader abort service/checkout --yes",
			of:      kube.KindService, flag: pairFlags, check: checkPair, make: makeAbort,
		},
		{
			kind: fade.Hold, use: "hold TYPE/NAME --at N|N%",
			short:   "Let a rollout go on to so many updated pods, and pause it there",
			example: "  fader hold deploy/fraud-model --at 2 --yes --timeout 20m",
			of:      kube.KindDeployment, flag: holdFlags, check: checkHold, make: makeHold,
		},
	}
}

func newCourses(s streams, scope *scopeFlags) []*cobra.Command {
	var out []*cobra.Command
	for _, c := range courses() {
		out = append(out, c.command(s, scope))
	}
	return out
}

const courseHelp = "fader conducts it and stays until it is done; ctrl-c stops it where it is and says so. It stands in the\n" +
	"journal: what was left half-way goes on with --finish, or goes back with --take-back.\n\n" +
	"Without a terminal nothing is asked: give --yes, or --confirm NAME in a protected context.\n\n" +
	"Exit status: 0 done, 1 refused, failed or stopped, 2 usage, 3 held half-way (hold), 4 the time was up."

func (c course) command(s streams, scope *scopeFlags) *cobra.Command {
	f := &courseFlags{moveFlags: moveFlags{concurrency: 1}}
	cmd := &cobra.Command{
		Use: c.use, Short: c.short, Example: c.example, Long: c.short + ".\n\n" + courseHelp,
		RunE: func(cmd *cobra.Command, args []string) error {
			f.given = cmd.Flags().Changed
			name, err := c.read(f, scope, args)
			if err != nil {
				return err
			}
			m := mover{streams: s, scope: scope, flags: &f.moveFlags, wanted: []wish{{names: []string{name}}}, now: time.Now}
			return (&conductor{mover: m, course: c, flags: f, name: name}).run(cmd.Context())
		},
	}
	f.common(cmd.Flags())
	f.wait = true
	cmd.Flags().Lookup("wait").DefValue = "true"
	cmd.Flags().Lookup("wait").Usage = "fader always stays until it is done"
	cmd.Flags().Lookup("timeout").Usage = "stop where it is after this time (1s, 2m, 3h); 0 never does"
	cmd.Flags().BoolVar(&f.finish, "finish", false, "go on with the one that was left half-way")
	cmd.Flags().BoolVar(&f.takeBack, "take-back", false, "take back the one that was left half-way")
	c.flag(cmd.Flags(), f)
	return cmd
}

// read turns the command line into the name of what it is about.
func (c course) read(f *courseFlags, scope *scopeFlags, args []string) (string, error) {
	if err := f.validate(); err != nil {
		return "", err
	}
	parts, err := verb{kind: c.of}.parts(scope, args)
	if err != nil {
		return "", err
	}
	switch {
	case !f.wait:
		return "", usage("--wait=false cannot be: fader conducts it, and has to stay until it is done")
	case f.finish && f.takeBack:
		return "", usage("--finish or --take-back, not both")
	case !f.finish && !f.takeBack:
		err = c.check(f)
	}
	if err == nil {
		err = none(parts[0].words)
	}
	return parts[0].names[0], err
}
