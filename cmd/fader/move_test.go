package main

import (
	"bytes"
	"context"
	"math"
	"strings"
	"testing"

	"fader/kube"
	"fader/kube/rollout"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
	"k8s.io/cli-runtime/pkg/genericclioptions"
)

// reading is what a command line comes to before any server is asked.
func reading(t *testing.T, line ...string) (wanted []wish, err error) {
	t.Helper()
	scope := &scopeFlags{config: genericclioptions.NewConfigFlags(true)}
	root := &cobra.Command{Use: "fader", SilenceErrors: true, SilenceUsage: true}
	root.PersistentFlags().StringVarP(&scope.selector, "selector", "l", "", "")
	root.PersistentFlags().BoolVarP(&scope.allNamespaces, "all-namespaces", "A", false, "")
	for _, v := range verbs() {
		root.AddCommand(v.command(scope, func(_ context.Context, _ *moveFlags, w []wish) error {
			wanted = w
			return nil
		}))
	}
	root.SetArgs(line)
	return wanted, root.Execute()
}

func TestACommandLineIsReadAsKubectlReadsIt(t *testing.T) {
	one := func(intent rollout.Intent, names ...string) []wish { return []wish{{names: names, intent: intent}} }
	for line, want := range map[string][]wish{
		"pause deploy/web":          one(rollout.Intent{Verb: rollout.Pause}, "web"),
		"pause web":                 one(rollout.Intent{Verb: rollout.Pause}, "web"),
		"resume deployment web api": one(rollout.Intent{Verb: rollout.Resume}, "web", "api"),
		"restart deployments.apps/web Deployment/api": one(rollout.Intent{Verb: rollout.Restart}, "web", "api"),
		"restart -l app=web":                          one(rollout.Intent{Verb: rollout.Restart}),
		"restart -A -l app=web":                       one(rollout.Intent{Verb: rollout.Restart}),
		"scale deploy/web --replicas 6":               one(rollout.Intent{Verb: rollout.Scale, Replicas: 6}, "web"),
		"scale --replicas=0 deploy/web":               one(rollout.Intent{Verb: rollout.Scale}, "web"),
		"scale web --replicas 2147483647":             one(rollout.Intent{Verb: rollout.Scale, Replicas: math.MaxInt32}, "web"),
		"disown deploy/web":                           one(rollout.Intent{Verb: rollout.Disown}, "web"),
		"disown svc/web api":                          {{names: []string{"web", "api"}, intent: rollout.Intent{Verb: rollout.Disown}, kind: kube.KindService}},
		"undo deploy/web":                             one(rollout.Intent{Verb: rollout.Undo}, "web"),
		"undo deploy/web --to-revision 4":             one(rollout.Intent{Verb: rollout.Undo, Revision: 4}, "web"),
		"image deploy/web web=registry.example/web:v3 proxy=proxy:2 --cause v3": one(
			rollout.Intent{Verb: rollout.SetImage, Images: "web=registry.example/web:v3 proxy=proxy:2", Cause: "v3"}, "web"),
		"strategy web --max-surge 0 --max-unavailable 25%": one(
			rollout.Intent{Verb: rollout.SetStrategy, MaxSurge: "0", MaxUnavailable: "25%"}, "web"),
		"flip service/storefront version=green": one(rollout.Intent{Verb: rollout.Flip, Selector: "version=green"}, "storefront"),
		"flip svc web api version=green release-": one(
			rollout.Intent{Verb: rollout.Flip, Selector: "version=green,release-"}, "web", "api"),
		"flip svc/web version=green svc/api colour=green": {
			{names: []string{"web"}, intent: rollout.Intent{Verb: rollout.Flip, Selector: "version=green"}},
			{names: []string{"api"}, intent: rollout.Intent{Verb: rollout.Flip, Selector: "colour=green"}},
		},
		"label pod/a pod/b status=enabled": one(rollout.Intent{Verb: rollout.Label, Label: "status=enabled"}, "a", "b"),
		"label po/a status-":               one(rollout.Intent{Verb: rollout.Label, Label: "status-"}, "a"),
		"label po/a status=":               one(rollout.Intent{Verb: rollout.Label, Label: "status="}, "a"),
	} {
		t.Run(line, func(t *testing.T) {
			got, err := reading(t, strings.Fields(line)...)
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

func TestAmounts(t *testing.T) {
	for text, want := range map[string]int32{"0": 0, "3": 3, "50%": 5, "5%": 1, "100%": 10, "0%": 0} {
		a, err := newAmount("--to", text)
		require.NoError(t, err)
		require.Equal(t, want, a.of(10), text)
	}
}

// What cannot be meant is said in one sentence, with status 2, before anything is
// asked of a server: the kubeconfig of these does not exist.
func TestBadMovesAreUsageErrors(t *testing.T) {
	pasted := "3\ny\nkubectl delete deployment web\n\x1b[31m" + strings.Repeat("x", 400)
	for _, c := range []struct {
		line []string
		says string
	}{
		{[]string{"scale", "web", "--replicas", ""}, "--replicas is empty"},
		{[]string{"scale", "web", "--replicas", "-1"}, "--replicas -1 is below zero"},
		{[]string{"scale", "web", "--replicas", "-99999999999999999999"}, "below zero"},
		{[]string{"scale", "web", "--replicas", "1e3"}, `"1e3" is not a whole number`},
		{[]string{"scale", "web", "--replicas", "+3"}, `"+3" is not a whole number`},
		{[]string{"scale", "web", "--replicas", "3.0"}, "not a whole number"},
		{[]string{"scale", "web", "--replicas", "0x10"}, "not a whole number"},
		{[]string{"scale", "web", "--replicas", " 3"}, "not a whole number"},
		{[]string{"scale", "web", "--replicas", "2147483648"}, "more than Kubernetes can count"},
		{[]string{"scale", "web", "--replicas", "99999999999999999999"}, "more than Kubernetes can count"},
		{[]string{"scale", "web", "--replicas", pasted}, "not a whole number"},
		{[]string{"scale", "web"}, "--replicas N"},
		{[]string{"undo", "web", "--to-revision", "-1"}, "is no revision"},
		{[]string{"undo", "web", "--to-revision", "four"}, "is no revision"},
		{[]string{"undo"}, "deployment/NAME, or a selector"},
		{[]string{"undo", "-A"}, "deployment/NAME, or a selector"},
		{[]string{"undo", "-A", "web"}, "-A no namespace"},
		{[]string{"undo", "web", "-l", "app=web"}, "names or -l, not both"},
		{[]string{"undo", "svc/web"}, `"svc/web" is not a Deployment`},
		{[]string{"undo", "deploy/"}, "names no Deployment"},
		{[]string{"undo", "deploy/a/b"}, "names no Deployment"},
		{[]string{"undo", "web", "deploy/web"}, "named twice"},
		{[]string{"undo", "web", "--dry-run", "yes"}, "none, client or server"},
		{[]string{"undo", "web", "--dry-run"}, "needs an argument"},
		{[]string{"undo", "web", "-o", "wide"}, "json or yaml"},
		{[]string{"undo", "web", "--timeout", "-1s"}, "below zero"},
		{[]string{"undo", "web", "--timeout", "soon"}, "timeout"},
		{[]string{"undo", "web", "--concurrency", "0"}, "below one"},
		{[]string{"undo", "web", "--confirm", ""}, "--confirm is empty"},
		{[]string{"undo", "web"}, "no terminal to ask on: give --yes"},
		{[]string{"restart", "web", "v=2"}, "nothing to set here"},
		{[]string{"restart", "v=2"}, "set on nothing"},
		{[]string{"image", "web"}, "CONTAINER=IMAGE"},
		{[]string{"image", "web", "=v3"}, "CONTAINER=IMAGE"},
		{[]string{"image", "web", "web="}, "CONTAINER=IMAGE"},
		{[]string{"image", "web", "web-"}, "CONTAINER=IMAGE"},
		{[]string{"image", "web", "web=a b"}, "CONTAINER=IMAGE"},
		{[]string{"image", "web", "web=v3", "api", "api=v3"}, "one Deployment at a time"},
		{[]string{"image", "-l", "app=web", "web=v3"}, "not for this"},
		{[]string{"strategy", "web"}, "--max-surge"},
		{[]string{"strategy", "web", "--max-surge", "much"}, "neither a number nor a percentage"},
		{[]string{"strategy", "web", "--max-surge", "-1"}, "neither a number nor a percentage"},
		{[]string{"strategy", "web", "--max-unavailable", ""}, "neither a number nor a percentage"},
		{[]string{"flip", "svc/web"}, "version=green"},
		{[]string{"flip", "deploy/web", "v=2"}, "not a Service"},
		{[]string{"flip", "svc/web", "=green"}, "is no label"},
		{[]string{"flip", "svc/web", "version=gr een"}, "is no label"},
		{[]string{"label", "pod/a"}, "KEY=VALUE"},
		{[]string{"label", "pod/a", "a=1", "b=2"}, "KEY=VALUE"},
		{[]string{"label", "-l", "app=web", "a=1"}, "-l chooses Deployments"},
		{[]string{"shift", "svc/web"}, "--to N"},
		{[]string{"shift", "deploy/web", "--to", "1"}, "not a Service"},
		{[]string{"shift", "svc/web", "--to", "101%"}, "neither a number of pods nor a percentage"},
		{[]string{"shift", "svc/web", "--to", "-1"}, "neither a number of pods nor a percentage"},
		{[]string{"shift", "svc/web", "--to", "1e3"}, "neither a number of pods nor a percentage"},
		{[]string{"shift", "svc/web", "--to", "2147483648"}, "neither a number of pods nor a percentage"},
		{[]string{"shift", "svc/web", "--steps", "10%,fast"}, "give steps like"},
		{[]string{"shift", "svc/web", "--steps", "1,2"}, "give steps like"},
		{[]string{"shift", "svc/web", "--to", "1", "--every", "-1s"}, "below zero"},
		{[]string{"shift", "svc/web", "--to", "1", "--canary", "svc/x"}, "not a Deployment"},
		{[]string{"shift", "svc/web", "--to", "1", "--wait=false"}, "--wait=false"},
		{[]string{"shift", "svc/web", "--finish", "--take-back"}, "not both"},
		{[]string{"shift", "svc/web", "svc/api", "--to", "1"}, "one Service at a time"},
		{[]string{"shift", "svc/web", "v=2", "--to", "1"}, "nothing to set here"},
		{[]string{"shift", "svc/web", "--to", "1"}, "no terminal to ask on"},
		{[]string{"promote", "svc/web", "--home", "x"}, "not a whole number"},
		{[]string{"abort"}, "service/NAME"},
		{[]string{"abort", "-l", "app=web"}, "-l chooses Deployments"},
		{[]string{"hold", "web"}, "--at N"},
		{[]string{"hold", "web", "--at", pasted}, "neither a number of pods nor a percentage"},
		{[]string{"history"}, "deployment/NAME"},
		{[]string{"history", "web", "--revision", "x"}, "is no revision"},
		{[]string{"history", "web", "-l", "app=web"}, "-l chooses many"},
		{[]string{"history", "web", "-o", "xml"}, "json or yaml"},
		{[]string{"diff", "web", "api"}, "one Deployment"},
		{[]string{"diff", "web", "v=2"}, "nothing to set here"},
		{[]string{"diff", "web", "--revision", "1", "--revision", "2", "--revision", "3"}, "3 times"},
	} {
		t.Run(strings.Join(c.line, " "), func(t *testing.T) {
			t.Setenv("KUBECONFIG", "/nowhere/kubeconfig")
			var out, errs bytes.Buffer
			status := execute(c.line, streams{out: &out, err: &errs})
			require.Equal(t, exitUsage, status, errs.String())
			require.Empty(t, out.String())
			require.Contains(t, errs.String(), c.says)
			require.Equal(t, 1, strings.Count(errs.String(), "\n"), "one line: %q", errs.String())
			require.NotContains(t, errs.String(), "\x1b")
			require.Less(t, len(errs.String()), 300)
		})
	}
}
