package cluster

import (
	"context"
	"fmt"
	"slices"

	"fader/kube"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericclioptions"
)

// Contexts are the names of the kubeconfig's contexts, sorted and sanitised.
func Contexts(flags *genericclioptions.ConfigFlags) ([]string, error) {
	raw, err := flags.ToRawKubeConfigLoader().RawConfig()
	if err != nil {
		return nil, fmt.Errorf("read the kubeconfig: %s", plain(err))
	}
	names := make([]string, 0, len(raw.Contexts))
	for name := range raw.Contexts {
		if clean := kube.Clean(name); clean == name { // any other could not be chosen by what is shown
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// WithContext are flags for another context of the same kubeconfig. What was
// given for the old context alone (namespace, cluster, user, server, token) is
// left behind; who is impersonated and how long requests may take is kept.
func WithContext(flags *genericclioptions.ConfigFlags, name string) *genericclioptions.ConfigFlags {
	other := genericclioptions.NewConfigFlags(true)
	other.Context = &name
	other.KubeConfig = flags.KubeConfig
	other.Impersonate, other.ImpersonateUID = flags.Impersonate, flags.ImpersonateUID
	other.ImpersonateGroup, other.ImpersonateUserExtra = flags.ImpersonateGroup, flags.ImpersonateUserExtra
	other.Timeout = flags.Timeout
	return other
}

// Namespaces lists the cluster's namespaces. The error is one sentence.
func (c *Cluster) Namespaces(ctx context.Context) ([]string, error) {
	list, err := c.Client.CoreV1().Namespaces().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list namespaces: %s", c.Explain(err))
	}
	names := make([]string, 0, len(list.Items))
	for _, ns := range list.Items {
		names = append(names, kube.Clean(ns.Name))
	}
	return names, nil
}
