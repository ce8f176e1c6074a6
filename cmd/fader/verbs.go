package main

import (
	"regexp"
	"strings"

	"fader/kube"
	"fader/kube/rollout"

	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/util/validation"
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
		{
			use: "image TYPE/NAME CONTAINER=IMAGE...", short: "Set images of containers",
			example: "  fader image deploy/fraud-model model=fraud:v3 --cause 'model v3' --yes --wait",
			kind:    kube.KindDeployment, intent: imageIntent,
			flag: func(flags *pflag.FlagSet, f *moveFlags) {
				flags.StringVar(&f.cause, "cause", "", "the change-cause; fader words one where none is given")
			},
		},
		{
			use: "strategy TYPE/NAME --max-surge N --max-unavailable N", short: "Set maxSurge and maxUnavailable, the way out of a surge deadlock",
			example: "  fader strategy deploy/ranker --max-surge 0 --max-unavailable 1",
			kind:    kube.KindDeployment, intent: strategyIntent,
			flag: func(flags *pflag.FlagSet, f *moveFlags) {
				flags.StringVar(&f.maxSurge, "max-surge", "", "a number or a percentage")
				flags.StringVar(&f.maxUnavailable, "max-unavailable", "", "a number or a percentage")
			},
		},
		{
			use: "flip TYPE/NAME... KEY=VALUE...", short: "Give Services another selector, when the pods behind it are ready",
			example: "  fader flip service/storefront version=green\n  fader flip svc/web svc/api version=green --yes --wait",
			kind:    kube.KindService, bulk: true, together: true, intent: flipIntent,
			flag: func(flags *pflag.FlagSet, f *moveFlags) {
				flags.BoolVar(&f.unready, "unready", false, "although fewer pods are ready than now; wants --confirm")
			},
		},
		{
			use: "label TYPE/NAME... KEY=VALUE | KEY-", short: "Take pods into a Service or out of it by a label",
			example: "  fader label pod/web-x2k4p pod/web-9k2lm status=enabled\n  fader label pod/web-x2k4p status-",
			kind:    kube.KindPod, bulk: true, intent: labelIntent,
		},
		{
			use: "disown TYPE/NAME... | -l SELECTOR", short: "Give up the fields that fader owns, so that a server-side apply is not refused",
			example: "  fader disown deploy/web\n  fader disown service/storefront --yes",
			kind:    kube.KindDeployment, also: kube.KindService, bulk: true, intent: plain(rollout.Disown),
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

func imageIntent(f *moveFlags, words []string) (rollout.Intent, error) {
	if len(words) == 0 {
		return rollout.Intent{}, usage("which image? Give CONTAINER=IMAGE, like model=fraud:v3")
	}
	for _, word := range words {
		container, image, _ := strings.Cut(word, "=")
		if container == "" || image == "" || strings.ContainsAny(word, " \t\n") {
			return rollout.Intent{}, usage("%q sets no image: give CONTAINER=IMAGE, like model=fraud:v3", excerpt(word))
		}
	}
	return rollout.Intent{Verb: rollout.SetImage, Images: strings.Join(words, " "), Cause: f.cause}, nil
}

func strategyIntent(f *moveFlags, words []string) (rollout.Intent, error) {
	if !f.given("max-surge") && !f.given("max-unavailable") {
		return rollout.Intent{}, usage("which strategy? Give --max-surge or --max-unavailable, a number or a percentage")
	}
	form := regexp.MustCompile(`^[0-9]{1,8}%?$`)
	for _, flag := range []struct{ name, text string }{{"max-surge", f.maxSurge}, {"max-unavailable", f.maxUnavailable}} {
		if f.given(flag.name) && !form.MatchString(flag.text) {
			return rollout.Intent{}, usage("--%s %q is neither a number nor a percentage: give one like 1 or 25%%", flag.name, excerpt(flag.text))
		}
	}
	return rollout.Intent{Verb: rollout.SetStrategy, MaxSurge: f.maxSurge, MaxUnavailable: f.maxUnavailable}, none(words)
}

func flipIntent(f *moveFlags, words []string) (rollout.Intent, error) {
	if len(words) == 0 {
		return rollout.Intent{}, usage("to which pods? Give what of the selector becomes another, like version=green")
	}
	for _, word := range words {
		if err := label(word); err != nil {
			return rollout.Intent{}, err
		}
	}
	return rollout.Intent{Verb: rollout.Flip, Selector: strings.Join(words, ","), Unready: f.unready}, nil
}

func labelIntent(_ *moveFlags, words []string) (rollout.Intent, error) {
	if len(words) != 1 {
		return rollout.Intent{}, usage("one label, please, and %d are given: KEY=VALUE, or KEY- to remove it", len(words))
	}
	return rollout.Intent{Verb: rollout.Label, Label: words[0]}, label(words[0])
}

// label refuses what the API server would.
func label(word string) error {
	key, value, set := strings.Cut(word, "=")
	if !set {
		key = strings.TrimSuffix(word, "-")
	}
	if len(validation.IsQualifiedName(key)) > 0 || len(validation.IsValidLabelValue(value)) > 0 {
		return usage("%q is no label: give KEY=VALUE or KEY-, of letters, digits, '-', '_' and '.'", excerpt(word))
	}
	return nil
}
