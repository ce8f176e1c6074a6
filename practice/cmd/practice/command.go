package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/component-base/version"

	"fader/practice/cluster"
	"fader/practice/component"
	"fader/practice/prometheus"
	"fader/practice/scenario"
)

// dirVariable is the environment variable that stands in for --dir.
const dirVariable = "PRACTICE_DIR"

// newCommand returns the whole command line. release gives the signals back to their
// default meaning, for the commands that are somebody else's program.
func newCommand(release context.CancelFunc) *cobra.Command {
	root := &cobra.Command{
		Use:           "practice",
		Short:         "A real Kubernetes control plane with simulated kubelets, to practise rollouts on",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(upCommand(), scenarioCommand(), kubeconfigCommand(), podsCommand(), kubectlCommand(release), componentCommand(release))
	for verb, short := range map[string]string{
		"stop":   "Ask components to end and wait until they have",
		"kill":   "Kill components at once",
		"start":  "Start components again that were stopped or killed, on their old ports",
		"freeze": "Suspend components: their connections stay open and nothing answers",
		"thaw":   "Let frozen components go on",
	} {
		root.AddCommand(controlCommand(verb, short))
	}
	return root
}

func upCommand() *cobra.Command {
	var (
		options   cluster.Options
		scenarios string
	)
	cmd := &cobra.Command{
		Use:   "up --dir DIR",
		Short: "Run a cluster until interrupted; prints `ready` when Deployments can become available",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			// API servers compare versions; one that does not know its own refuses handshakes.
			if v := version.Get().GitVersion; strings.HasPrefix(v, "v0.0.0") {
				return errors.New("this binary does not know its Kubernetes version; build it with `make build`")
			}
			if options.Dir, err = directory(cmd); err != nil {
				return err
			}
			if options.Scenarios, err = scenario.Select(scenarios); err != nil {
				return err
			}
			if options.Self, err = cluster.Self(); err != nil {
				return err
			}
			options.Now, options.Out, options.Log = time.Now(), cmd.OutOrStdout(), cmd.ErrOrStderr()
			return cluster.Up(cmd.Context(), options)
		},
	}
	addDirectory(cmd)
	cmd.Flags().StringVar(&scenarios, "scenario", "all", "scenarios to play: names with commas, all or none")
	cmd.Flags().IntVar(&options.Nodes, "nodes", 6, "plain nodes, besides two GPU nodes")
	cmd.Flags().DurationVar(&options.ScrapeInterval, "scrape-interval", cluster.DefaultScrapeInterval, "how often Prometheus looks at the pods")
	cmd.Flags().Float64Var(&options.Speed, "speed", 1, "2 makes everything simulated go twice as fast")
	return cmd
}

func scenarioCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "scenario [NAME[,NAME…]] --dir DIR",
		Short: "List the scenarios, or play some again from their beginning",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listScenarios(cmd)
			}
			names, err := scenario.Select(args[0])
			if err != nil {
				return err
			}
			return ask(cmd, cluster.Request{Verb: "scenario", Names: names})
		},
	}
	addDirectory(cmd)
	return cmd
}

func listScenarios(cmd *cobra.Command) error {
	all, err := scenario.All()
	if err != nil {
		return err
	}
	for _, s := range all {
		fmt.Fprintf(cmd.OutOrStdout(), "%-18s %s\n", s.Name, s.Look)
	}
	return nil
}

func controlCommand(verb, short string) *cobra.Command {
	cmd := &cobra.Command{
		Use:       verb + " COMPONENT… --dir DIR",
		Short:     short,
		Long:      short + ".\n\nComponents: " + strings.Join(cluster.Components(), ", "),
		Args:      cobra.MinimumNArgs(1),
		ValidArgs: cluster.Components(),
		RunE: func(cmd *cobra.Command, args []string) error {
			return ask(cmd, cluster.Request{Verb: verb, Names: args})
		},
	}
	addDirectory(cmd)
	return cmd
}

// kubectlCommand hands everything to kubectl, but for a --dir in front of its flags.
func kubectlCommand(release context.CancelFunc) *cobra.Command {
	return &cobra.Command{
		Use:                "kubectl [--dir DIR] …",
		Short:              "Run kubectl against the cluster",
		DisableFlagParsing: true,
		RunE: func(_ *cobra.Command, args []string) error {
			dir := os.Getenv(dirVariable)
			if len(args) > 0 {
				if value, ok := strings.CutPrefix(args[0], "--dir="); ok {
					dir, args = value, args[1:]
				} else if args[0] == "--dir" && len(args) > 1 {
					dir, args = args[1], args[2:]
				}
			}
			if dir == "" {
				return fmt.Errorf("say which cluster: kubectl --dir DIR …, or set %s", dirVariable)
			}
			if err := os.Setenv("KUBECONFIG", filepath.Join(dir, "kubeconfig")); err != nil {
				return fmt.Errorf("set KUBECONFIG: %w", err)
			}
			release()
			component.Kubectl(args)
			return nil
		},
	}
}

// componentCommand is what the supervisor runs its children with.
func componentCommand(release context.CancelFunc) *cobra.Command {
	return &cobra.Command{
		Use:    "component NAME -- FLAGS…",
		Hidden: true,
		Args:   cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			release()
			if args[0] == cluster.Prometheus {
				return prometheus.Run(args[1:])
			}
			return component.Run(args[0], args[1:])
		},
	}
}

func ask(cmd *cobra.Command, request cluster.Request) error {
	dir, err := directory(cmd)
	if err != nil {
		return err
	}
	return cluster.Ask(cmd.Context(), dir, request, func(line string) { fmt.Fprintln(cmd.OutOrStdout(), line) })
}

func addDirectory(cmd *cobra.Command) {
	cmd.PersistentFlags().String("dir", os.Getenv(dirVariable), "the cluster's directory (or set "+dirVariable+")")
}

func directory(cmd *cobra.Command) (string, error) {
	dir, err := cmd.Flags().GetString("dir")
	if err == nil && dir == "" {
		return "", errors.New("say which directory the cluster lives in: --dir DIR")
	}
	return dir, err
}
