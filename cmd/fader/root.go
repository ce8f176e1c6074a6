package main

import (
	"runtime/debug"
	"strings"

	"fader/cmd/fader/config"
	"fader/kube/cluster"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"
)

// execute runs the command line and returns the exit status.
func execute(args []string, s streams) int {
	root := newRoot(s)
	root.SetArgs(args)
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	return report(s, root.Execute())
}

// scopeFlags are the flags that say which cluster and what of it.
type scopeFlags struct {
	config        *genericclioptions.ConfigFlags
	allNamespaces bool
	selector      string
	// given by flag, and not by default.
	given func() (config.Given, error)
	// loaded is what settings come from, read once a run.
	loaded *config.Sources
}

// sources are what settings come from.
func (f *scopeFlags) sources() (config.Sources, error) {
	if f.loaded != nil {
		return *f.loaded, nil
	}
	var given config.Given
	if f.given != nil {
		var err error
		if given, err = f.given(); err != nil {
			return config.Sources{}, err
		}
	}
	read, err := sources(given)
	if err == nil {
		f.loaded = &read
	}
	return read, err
}

// in are the same flags for another context of the kubeconfig.
func (f *scopeFlags) in(context string) *scopeFlags {
	other := *f
	other.config = cluster.WithContext(f.config, context)
	return &other
}

func newRoot(s streams) *cobra.Command {
	scope := &scopeFlags{config: genericclioptions.NewConfigFlags(true)}
	desk := deskFlags{}
	root := &cobra.Command{
		Use:         called() + " [TYPE/NAME]",
		Annotations: map[string]string{cobra.CommandDisplayNameAnnotation: name()},
		Short:       "The mixing desk for Kubernetes rollouts",
		Long: "fader shows Deployments while they roll out, says in words why one is stuck, and pauses,\n" +
			"resumes, scales, restarts, sets images, shifts canary replicas, flips Services and undoes,\n" +
			"each with a preview and a way back. Every move is a command too.\n\n" +
			"It reads the kubeconfig as kubectl does and takes kubectl's flags.",
		Example: "  fader                      the namespace of the current context\n" +
			"  fader -A                   every namespace\n" +
			"  fader -n shop deploy/web   one rollout\n" +
			"  fader status -A -o json    without a terminal\n" +
			"  fader undo -n shop deploy/web --yes --wait   a move from a script",
		Version:       version(),
		Args:          maximumOne,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := desk.validate(); err != nil {
				return err
			}
			return runDesk(cmd.Context(), s, scope, args)
		},
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return usage("%w: see %s --help", err, name())
	})
	scope.config.AddFlags(root.PersistentFlags())
	root.PersistentFlags().BoolVarP(&scope.allNamespaces, "all-namespaces", "A", false, "watch every namespace")
	root.PersistentFlags().StringVarP(&scope.selector, "selector", "l", "", "label selector on Deployments, as in kubectl: app=web,tier in (a,b)")
	desk.add(root.PersistentFlags(), root.Flags())
	scope.given = desk.given
	root.AddCommand(newStatus(s, scope))
	root.AddCommand(newMoves(s, scope)...)
	root.AddCommand(newConfig(s, scope), newInfo(s, scope))
	root.AddCommand(newJournal(s, scope), newGuard(s, scope))
	addCompletions(root, scope)
	return root
}

func maximumOne(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usage("one Deployment at most, as TYPE/NAME, but %d arguments were given: %s", len(args), strings.Join(args, " "))
	}
	return nil
}

// name is what the program was called: "kubectl fader" as a plugin.
func name() string {
	return strings.ReplaceAll(called(), "-", " ")
}

// version is the module's, else the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" && info.Main.Version == "(devel)" {
			return setting.Value[:min(len(setting.Value), 12)]
		}
	}
	return info.Main.Version
}
