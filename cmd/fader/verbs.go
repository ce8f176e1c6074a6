package main

import (
	"fader/kube"
	"fader/kube/rollout"

	"github.com/spf13/pflag"
)

// verbs is the table of moves that are one write to each object.
func verbs() []verb {
	return []verb{
		{
			use: "pause TYPE/NAME... | -l SELECTOR", short: "Stop rollouts where they are",
			example: "  fader pause deploy/web\n  fader pause -l team=checkout --yes",
			kind:    kube.KindDeployment, bulk: true, intent: plain(rollout.Pause),
		},
		{
			use: "resume TYPE/NAME... | -l SELECTOR", short: "Let paused rollouts go on",
			example: "  fader resume deploy/web --yes --wait",
			kind:    kube.KindDeployment, bulk: true, intent: plain(rollout.Resume),
		},
		{
			use: "restart TYPE/NAME... | -l SELECTOR", short: "Replace all pods by the strategy",
			example: "  fader restart deploy/web deploy/cart --yes --wait --timeout 10m",
			kind:    kube.KindDeployment, bulk: true, intent: plain(rollout.Restart),
		},
		{
			use: "scale TYPE/NAME... | -l SELECTOR --replicas N", short: "Set the number of replicas",
			example: "  fader scale deploy/web --replicas 6",
			kind:    kube.KindDeployment, bulk: true, intent: scaleIntent,
			flag: func(flags *pflag.FlagSet, f *moveFlags) {
				flags.StringVar(&f.replicas, "replicas", "", "how many, from 0")
			},
		},
		{
			use: "undo TYPE/NAME... | -l SELECTOR", short: "Go back to an earlier revision, also of a paused or stuck rollout",
			example: "  fader undo deploy/web\n  fader undo deploy/web --to-revision 4 --yes -o json",
			kind:    kube.KindDeployment, bulk: true, intent: undoIntent,
			flag: func(flags *pflag.FlagSet, f *moveFlags) {
				flags.StringVar(&f.revision, "to-revision", "0", "which, as history numbers them; 0 is the one before")
			},
		},
	}
}

// plain is an intent that needs no more than a target.
func plain(v rollout.Verb) func(*moveFlags, []string) (rollout.Intent, error) {
	return func(_ *moveFlags, words []string) (rollout.Intent, error) {
		return rollout.Intent{Verb: v}, none(words)
	}
}

// none refuses words where nothing is to be set.
func none(words []string) error {
	if len(words) > 0 {
		return usage("%q is not understood: there is nothing to set here", words[0])
	}
	return nil
}

func scaleIntent(f *moveFlags, words []string) (rollout.Intent, error) {
	if !f.given("replicas") {
		return rollout.Intent{}, usage("how many? Give --replicas N")
	}
	n, err := replicas("--replicas", f.replicas)
	if err != nil {
		return rollout.Intent{}, err
	}
	return rollout.Intent{Verb: rollout.Scale, Replicas: n}, none(words)
}

func undoIntent(f *moveFlags, words []string) (rollout.Intent, error) {
	n, err := revision("--to-revision", f.revision)
	if err != nil {
		return rollout.Intent{}, err
	}
	return rollout.Intent{Verb: rollout.Undo, Revision: n}, none(words)
}
