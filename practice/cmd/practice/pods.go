package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/client-go/kubernetes"

	"fader/practice/cluster"
	"fader/practice/specimen"
)

// podsCommand is for tests: pods of every form, which nothing changes afterwards.
func podsCommand() *cobra.Command {
	var (
		count     int
		seed      uint64
		namespace string
	)
	generate := &cobra.Command{
		Use:   "generate --dir DIR",
		Short: "Make pods of every form that the STATUS column knows",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := directory(cmd)
			if err != nil {
				return err
			}
			config, err := cluster.AdminConfig(dir)
			if err != nil {
				return err
			}
			client, err := kubernetes.NewForConfig(config)
			if err != nil {
				return fmt.Errorf("make a client: %w", err)
			}
			all := specimen.New(seed, count, namespace, time.Now())
			if err := specimen.Create(cmd.Context(), client, namespace, all); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%d pods in namespace %s\n", len(all), namespace)
			return nil
		},
	}
	generate.Flags().IntVar(&count, "count", 1000, "how many")
	generate.Flags().Uint64Var(&seed, "seed", 1, "the same seed gives the same pods")
	generate.Flags().StringVarP(&namespace, "namespace", "n", "parity", "where; it is made if need be")
	cmd := &cobra.Command{Use: "pods", Short: "Pods for tests", Hidden: true}
	addDirectory(cmd)
	cmd.AddCommand(generate)
	return cmd
}
