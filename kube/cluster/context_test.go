package cluster

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/rest"
)

func TestContextsAndSwitching(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config")
	require.NoError(t, os.WriteFile(path, []byte(`apiVersion: v1
kind: Config
current-context: a
contexts:
- {name: b, context: {cluster: two, user: u, namespace: ml}}
- {name: a, context: {cluster: one, user: u}}
clusters:
- {name: one, cluster: {server: "https://127.0.0.1:1"}}
- {name: two, cluster: {server: "https://127.0.0.1:2"}}
users: [{name: u, user: {token: secret}}]
`), 0o600))
	flags := genericclioptions.NewConfigFlags(true)
	namespace, who := "shop", "alice"
	flags.KubeConfig, flags.Namespace, flags.Impersonate = &path, &namespace, &who
	names, err := Contexts(flags)
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, names)

	c, err := Open(Options{Flags: WithContext(flags, "b")})
	require.NoError(t, err)
	require.Equal(t, "b", c.Context)
	require.Equal(t, "https://127.0.0.1:2", c.Server)
	require.Equal(t, "ml", c.Namespace, "the namespace of the old context is left behind")
	require.Contains(t, c.User, "alice", "whoever is impersonated stays so")

	uid, groups, extra := "42", []string{"ops", "sre"}, []string{"scopes=limited", "scopes=read"}
	flags.ImpersonateUID, flags.ImpersonateGroup, flags.ImpersonateUserExtra = &uid, &groups, &extra
	config, err := WithContext(flags, "b").ToRESTConfig()
	require.NoError(t, err)
	require.Equal(t, rest.ImpersonationConfig{UserName: "alice", UID: "42", Groups: groups, Extra: map[string][]string{"scopes": {"limited", "read"}}}, config.Impersonate)
}
