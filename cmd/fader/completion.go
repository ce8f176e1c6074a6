package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"fader/kube"
	"fader/kube/cluster"
	"fader/views/theme"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// completionTime is how long a press of tab may take.
	completionTime = 2 * time.Second
	// completionLimit is how many names are asked for: more are of no help.
	completionLimit = 500
)

// pluginCompletion is the name under which kubectl looks for the completions of
// its plugin: it calls it with what is on the command line after "kubectl fader".
const pluginCompletion = "kubectl_complete-fader"

// arguments are those of the command line. For kubectl's completion they are
// put to the command that answers completions: kubectl wants the very lines that
// it prints, the candidates and then the directive.
func arguments(args []string) []string {
	if filepath.Base(args[0]) == pluginCompletion {
		return append([]string{cobra.ShellCompRequestCmd}, args[1:]...)
	}
	return args[1:]
}

// addCompletions makes the whole command line complete itself.
func addCompletions(root *cobra.Command, scope *scopeFlags) {
	flags := map[string]cobra.CompletionFunc{
		"namespace": offering(func() []string {
			return askQuickly(scope, func(ctx context.Context, c *cluster.Cluster) ([]string, error) { return c.Namespaces(ctx) })
		}),
		"context": offering(func() []string {
			names, _ := cluster.Contexts(scope.config) // a kubeconfig that cannot be read has none to offer
			return names
		}),
		"theme":   offering(theme.Names),
		"dry-run": offering(func() []string { return []string{"none", "client", "server"} }),
	}
	everyCommand(root, func(cmd *cobra.Command) {
		if strings.Contains(cmd.Use, "/NAME") && cmd.ValidArgsFunction == nil {
			cmd.ValidArgsFunction = completeObjects(scope)
		}
		if flag := cmd.LocalFlags().Lookup("output"); flag != nil {
			_ = cmd.RegisterFlagCompletionFunc("output", offering(func() []string { return forms(flag.Usage) }))
		}
		for name, f := range flags {
			if cmd.LocalFlags().Lookup(name) != nil {
				_ = cmd.RegisterFlagCompletionFunc(name, f)
			}
		}
	})
}

// offering completes with those of some words that begin with what is typed.
func offering(words func() []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return slices.DeleteFunc(words(), func(word string) bool { return !strings.HasPrefix(word, typed) }), cobra.ShellCompDirectiveNoFileComp
	}
}

func everyCommand(cmd *cobra.Command, do func(*cobra.Command)) {
	do(cmd)
	for _, below := range cmd.Commands() {
		everyCommand(below, do)
	}
}

// forms are the forms of output that a flag's usage names.
func forms(usage string) []string {
	return regexp.MustCompile(`\b(json|yaml|wide|name|md)\b`).FindAllString(usage, -1)
}

// kindOf is the kind of object that a command is about.
func kindOf(cmd *cobra.Command) kube.Kind {
	switch cmd.Name() {
	case "flip", "shift", "promote", "abort":
		return kube.KindService
	case "label":
		return kube.KindPod
	}
	return kube.KindDeployment
}

// completeObjects offers the names of objects in the namespace.
func completeObjects(scope *scopeFlags) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		const nothingElse = cobra.ShellCompDirectiveNoFileComp
		several := strings.Contains(cmd.Use, "/NAME...")
		if len(args) > 0 && !several || typed == "" && cmd == cmd.Root() {
			return nil, nothingElse // alone, fader offers its commands and does not ask the cluster
		}
		kind := kindOf(cmd)
		if given, _, _ := strings.Cut(typed, "/"); cmd.Name() == "disown" && namesKind(kube.KindService, given) {
			kind = kube.KindService
		}
		names := askQuickly(scope, func(ctx context.Context, c *cluster.Cluster) ([]string, error) { return objects(ctx, c, kind) })
		return candidates(kind, typed, names), nothingElse
	}
}

// candidates are the names in the form in which one of them was begun.
func candidates(kind kube.Kind, typed string, names []string) []string {
	word := strings.ToLower(string(kind))
	var forms []string
	if given, _, slash := strings.Cut(typed, "/"); slash {
		if !namesKind(kind, given) {
			return nil
		}
		forms = []string{given + "/"}
	} else {
		forms = []string{word + "/"}
		if typed != "" {
			forms = append(forms, "")
		}
	}
	var found []string
	for _, form := range forms {
		for _, name := range names {
			if candidate := form + name; strings.HasPrefix(candidate, typed) {
				found = append(found, candidate)
			}
		}
	}
	return found
}

// objects are the names of one kind in the namespace.
func objects(ctx context.Context, c *cluster.Cluster, kind kube.Kind) ([]string, error) {
	var names []string
	options := metav1.ListOptions{Limit: completionLimit}
	switch kind {
	case kube.KindService:
		list, err := c.Client.CoreV1().Services(c.Namespace).List(ctx, options)
		if err != nil {
			return nil, err
		}
		for _, item := range list.Items {
			names = append(names, item.Name)
		}
	case kube.KindPod:
		list, err := c.Client.CoreV1().Pods(c.Namespace).List(ctx, options)
		if err != nil {
			return nil, err
		}
		for _, item := range list.Items {
			names = append(names, item.Name)
		}
	default:
		list, err := c.Client.AppsV1().Deployments(c.Namespace).List(ctx, options)
		if err != nil {
			return nil, err
		}
		for _, item := range list.Items {
			names = append(names, item.Name)
		}
	}
	return names, nil
}

// askQuickly asks the cluster for names. What takes too long or goes wrong gives none,
// without a word: the shell is in the middle of a line.
func askQuickly(scope *scopeFlags, what func(context.Context, *cluster.Cluster) ([]string, error)) []string {
	restore, err := cluster.Quiet(slog.New(slog.DiscardHandler))
	if err != nil {
		return nil
	}
	defer restore()
	ctx, cancel := context.WithTimeout(context.Background(), completionTime)
	defer cancel()
	found := make(chan []string, 1)
	go func() { // a credential plugin may hang whatever the context says
		c, err := cluster.Open(cluster.Options{Flags: scope.config, UserAgent: "fader/" + version()})
		var names []string
		if err == nil {
			defer c.Close()
			names, err = what(ctx, c)
		}
		if err != nil {
			names = nil
		}
		found <- names
	}()
	select {
	case names := <-found:
		return typeable(names)
	case <-ctx.Done():
		return nil
	}
}

// typeable leaves out what could not be typed as it is shown.
func typeable(names []string) []string {
	var out []string
	for _, name := range names {
		if name != "" && kube.Clean(name) == name {
			out = append(out, name)
		}
	}
	return out
}

// called is the name under which the program was called: completions are for that.
func called() string {
	switch base := filepath.Base(os.Args[0]); base {
	case "kubectl-fader", pluginCompletion:
		return "kubectl-fader"
	}
	return "fader"
}
