package cluster

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"fader/kube"
)

// choice is what the kubeconfig and the flags come down to.
type choice struct {
	config    *rest.Config
	context   string
	namespace string
	user      string
}

func (c choice) describe() string {
	if c.context == "" {
		return withoutSecrets(c.config.Host)
	}
	return fmt.Sprintf("context %q", kube.Clean(c.context))
}

// choose resolves files, context and flags in kubectl's order of precedence.
func choose(flags *genericclioptions.ConfigFlags) (choice, error) {
	loader := flags.ToRawKubeConfigLoader()
	paths := loader.ConfigAccess().GetLoadingPrecedence()
	found, err := readable(paths, loader.ConfigAccess().IsExplicitFile())
	if err != nil {
		return choice{}, err
	}
	raw, err := loader.RawConfig()
	if err != nil && !clientcmd.IsEmptyConfig(err) {
		return choice{}, fmt.Errorf("the kubeconfig cannot be read: %s; correct the file or point --kubeconfig at another", plain(err))
	}
	name, err := contextName(raw, flags, paths, found)
	if err != nil {
		return choice{}, err
	}
	if err := checkNames(raw, name, flags); err != nil {
		return choice{}, err
	}
	config, err := flags.ToRESTConfig()
	if err != nil {
		return choice{}, fmt.Errorf("context %q of the kubeconfig cannot be used: %s; correct it or choose another with --context", kube.Clean(name), plain(err))
	}
	namespace, _, err := loader.Namespace()
	if err != nil {
		return choice{}, fmt.Errorf("find the namespace of context %q: %s", kube.Clean(name), plain(err))
	}
	return choice{config: config, context: name, namespace: namespace, user: userName(raw, name, flags)}, nil
}

// readable says which of the kubeconfig's files exist. Like kubectl it skips
// missing ones of a list, but not the one named with --kubeconfig.
func readable(paths []string, explicit bool) ([]string, error) {
	var found []string
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist) && !explicit:
			continue
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("the kubeconfig %s does not exist: give --kubeconfig the path of a file", kube.Clean(path))
		case err != nil:
			return nil, fmt.Errorf("the kubeconfig %s cannot be read: %s", kube.Clean(path), plain(err))
		case info.IsDir():
			return nil, fmt.Errorf("the kubeconfig %s is a directory: set KUBECONFIG or --kubeconfig to a file in it", kube.Clean(path))
		}
		found = append(found, path)
	}
	return found, nil
}

// contextName is the context in force, "" where none is needed: in a pod, or
// with the server given by flag.
func contextName(raw api.Config, flags *genericclioptions.ConfigFlags, paths, found []string) (string, error) {
	name := given(flags.Context)
	if name == "" {
		name = raw.CurrentContext
	}
	known := slices.Sorted(maps.Keys(raw.Contexts))
	switch {
	case name != "" && raw.Contexts[name] != nil:
		return name, nil
	case len(known) == 0 && (given(flags.APIServer) != "" || given(flags.ClusterName) != "" || inCluster(name)):
		return "", nil
	case len(found) == 0:
		return "", fmt.Errorf("no kubeconfig found (looked for %s): set KUBECONFIG or pass --kubeconfig", clean(paths, " and "))
	case len(known) == 0:
		return "", fmt.Errorf("the kubeconfig %s names no context: set KUBECONFIG or pass --kubeconfig with one that does", clean(found, " and "))
	case name == "" && given(flags.APIServer) != "":
		return "", nil
	case name == "":
		return "", fmt.Errorf("no context is chosen: pass --context, one of %s", clean(known, ", "))
	}
	return "", fmt.Errorf("there is no context %q: the contexts are %s", kube.Clean(name), clean(known, ", "))
}

// checkNames refuses a context whose cluster or user is not in the kubeconfig.
// kubectl silently takes localhost:8080 for the one and nobody for the other,
// and a desk on the wrong server is worse than none.
func checkNames(raw api.Config, context string, flags *genericclioptions.ConfigFlags) error {
	c := raw.Contexts[context]
	if c == nil {
		return nil
	}
	missing := ""
	switch {
	case raw.Clusters[c.Cluster] == nil && given(flags.ClusterName)+given(flags.APIServer) == "":
		missing = "cluster " + strconv.Quote(c.Cluster)
	case c.AuthInfo != "" && raw.AuthInfos[c.AuthInfo] == nil && given(flags.AuthInfoName)+given(flags.BearerToken) == "":
		missing = "user " + strconv.Quote(c.AuthInfo)
	default:
		return nil
	}
	return fmt.Errorf("the context %q names the %s, which the kubeconfig does not hold: correct it or choose another with --context",
		kube.Clean(context), kube.Clean(missing))
}

// inCluster says that fader runs in a pod with a service account and nobody
// asked for a context.
func inCluster(context string) bool {
	if context != "" || os.Getenv("KUBERNETES_SERVICE_HOST") == "" {
		return false
	}
	_, err := rest.InClusterConfig()
	return err == nil
}

func userName(raw api.Config, context string, flags *genericclioptions.ConfigFlags) string {
	user := given(flags.AuthInfoName)
	if c := raw.Contexts[context]; c != nil && user == "" {
		user = c.AuthInfo
	}
	as := given(flags.Impersonate)
	if info := raw.AuthInfos[user]; info != nil && as == "" {
		as = info.Impersonate
	}
	if as != "" {
		user = strings.TrimSpace(user + " as " + as)
	}
	return kube.Clean(user)
}

func given(flag *string) string {
	if flag == nil {
		return ""
	}
	return *flag
}

func clean(names []string, separator string) string {
	cleaned := make([]string, len(names))
	for i, name := range names {
		cleaned[i] = kube.Clean(name)
	}
	return strings.Join(cleaned, separator)
}
