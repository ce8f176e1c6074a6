package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"fader/practice/cluster"
)

// kubeconfigCommand makes somebody who may do what fader does, in one namespace.
func kubeconfigCommand() *cobra.Command {
	var tenant cluster.Tenant
	cmd := &cobra.Command{
		Use:   "kubeconfig --namespace NAMESPACE --dir DIR",
		Short: "Make a user with rights in one namespace only, and print the path of their kubeconfig",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := directory(cmd)
			if err != nil {
				return err
			}
			path, err := tenant.Kubeconfig(cmd.Context(), dir)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), path)
			return nil
		},
	}
	addDirectory(cmd)
	cmd.Flags().StringVarP(&tenant.Namespace, "namespace", "n", "", "the namespace")
	cmd.Flags().BoolVar(&tenant.ReadOnly, "readonly", false, "the user may look, but not change anything")
	_ = cmd.MarkFlagRequired("namespace") // its only error is a flag that is not there
	return cmd
}
