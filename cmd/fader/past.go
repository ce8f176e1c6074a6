package main

import (
	"context"

	"fader/kube"
	"fader/kube/rollout"

	"github.com/spf13/cobra"
)

// pastOptions are what the commands about the revisions of one Deployment share.
type pastOptions struct {
	streams
	scope  *scopeFlags
	target string
	output string
}

// about makes cmd one about the Deployment that its argument names; run is what it does.
func (o *pastOptions) about(cmd *cobra.Command, run func(context.Context) error) {
	cmd.Flags().StringVarP(&o.output, "output", "o", "", "json or yaml")
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if o.target, err = oneDeployment(o.scope, args); err != nil {
			return err
		}
		if !isForm(o.output) {
			return usage("-o %q is unknown: give json or yaml", o.output)
		}
		return run(cmd.Context())
	}
}

// read the revisions. Nothing is watched for it.
func (o *pastOptions) read(ctx context.Context) (h rollout.History, err error) {
	err = attached(ctx, o.scope, o.streams, func(ctx context.Context, c *connection) error {
		ctx, cancel := context.WithTimeout(ctx, planTime)
		defer cancel()
		h, err = c.desk(true).History(ctx, kube.Ref{Kind: kube.KindDeployment, Namespace: c.cluster.Namespace, Name: o.target})
		return err
	})
	return h, err
}

// oneDeployment is the name of the one Deployment that a command is about.
func oneDeployment(scope *scopeFlags, args []string) (string, error) {
	parts, err := groups(kube.KindDeployment, args)
	switch {
	case err != nil:
		return "", err
	case scope.selector != "":
		return "", usage("-l chooses many Deployments, this is about one: give deployment/NAME")
	case len(parts) == 1 && len(parts[0].words) > 0:
		return "", none(parts[0].words)
	case len(parts) != 1 || len(parts[0].names) != 1:
		return "", usage("one Deployment is needed: give deployment/NAME")
	case scope.allNamespaces:
		return "", usage("%s names a Deployment, but -A no namespace: give -n instead", args[0])
	}
	return parts[0].names[0], nil
}

// isForm says that -o knows it.
func isForm(output string) bool { return output == "" || output == "json" || output == "yaml" }
