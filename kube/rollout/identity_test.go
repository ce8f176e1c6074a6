package rollout

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIdentitySame(t *testing.T) {
	of := func(context, server, uid string) Identity { return Identity{context, server, uid} }
	for name, c := range map[string]struct {
		a, b Identity
		same bool
	}{
		"alike":                              {of("prod", "https://a", ""), of("prod", "https://a", ""), true},
		"another address, one UID":           {of("prod", "https://127.0.0.1:18012", "u"), of("prod", "https://127.0.0.1:18013", "u"), true},
		"one address, another UID":           {of("default", "https://127.0.0.1:6443", "u"), of("default", "https://127.0.0.1:6443", "v"), false},
		"another path, UIDs unknown":         {of("p", "https://rancher/k8s/clusters/c-1", ""), of("p", "https://rancher/k8s/clusters/c-2", ""), false},
		"another path, other UIDs":           {of("p", "https://rancher/k8s/clusters/c-1", "u"), of("p", "https://rancher/k8s/clusters/c-2", "v"), false},
		"one UID known, one address":         {of("prod", "https://a", "u"), of("prod", "https://a", ""), true},
		"one UID known, another address":     {of("prod", "https://a", "u"), of("prod", "https://b", ""), false},
		"another context of one cluster":     {of("prod", "https://a", "u"), of("readonly", "https://a", "u"), false},
		"no context, as in a pod, other UID": {of("", "https://10.0.0.1", "u"), of("", "https://10.0.0.1", "v"), false},
	} {
		require.Equal(t, c.same, c.a.Same(c.b), name)
		require.Equal(t, c.same, c.b.Same(c.a), name)
	}
	require.Equal(t, "u", of("", "", "").WithUID(func() string { return "u" }).UID)
	require.Equal(t, "u", of("", "", "u").WithUID(func() string { return "v" }).UID)
	require.Empty(t, of("", "", "").WithUID(nil).UID)
	require.ErrorContains(t, elsewhere(of("p", "https://a", "u"), of("p", "https://a", "v")), "another cluster that stood at https://a then")
}
