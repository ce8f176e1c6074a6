package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

type item struct {
	Namespace, Name, Rollout, Phase string
	Cause                           *string
	Revision                        *int64
	Paused                          bool
	Images                          []string
	Replicas                        struct {
		Desired, Current, Updated, Ready, Available int32
		Terminating                                 *int32
	}
	AgeSeconds *int64
}

func (p *practice) status(args ...string) map[string]item {
	p.t.Helper()
	r := p.fader(append([]string{"status", "-o", "json"}, args...)...)
	var list struct{ Items []item }
	require.NoError(p.t, json.Unmarshal([]byte(r.out), &list), "%s%s", r.out, r.err)
	items := map[string]item{}
	for _, i := range list.Items {
		items[i.Namespace+"/"+i.Name] = i
	}
	return items
}

// word is what kubectl rollout status makes of a Deployment.
func (p *practice) word(namespace, name string) string {
	p.t.Helper()
	out, err := p.tryKubectl("-n", namespace, "rollout", "status", "deployment/"+name, "--watch=false")
	switch {
	case err != nil:
		return "failed"
	case strings.Contains(out, "successfully rolled out"):
		return "complete"
	}
	return "progressing"
}

// fader and kubectl agree about every Deployment of every scenario. Rollouts
// move while both are asked, so a difference counts only when it stays.
func TestStatusAgreesWithKubectl(t *testing.T) {
	t.Parallel() // most of it is waiting for a progress deadline
	p := up(t, "all")
	p.eventually("shop/web is stalled", func() bool { return p.word("shop", "web") == "failed" })
	p.eventually("all agree", func() bool {
		items := p.status("-A")
		var differences []string
		for ref, i := range items {
			if word := p.word(i.Namespace, i.Name); word != i.Rollout {
				differences = append(differences, fmt.Sprintf("%s: kubectl %s, fader %s", ref, word, i.Rollout))
			}
		}
		t.Log(len(items), "Deployments, differences:", differences)
		return len(differences) == 0 && len(items) >= 30
	})

	t.Run("causes name object, reason and number", func(t *testing.T) {
		for ref, pattern := range map[string]string{
			"shop/web":           `5 new pods.*does-not-exist.*(ErrImagePull|ImagePullBackOff)`,
			"payments/ledger":    `container "ledger" exits with code 1 \(CrashLoopBackOff\), \d+ restarts`,
			"ml/ranker":          `nvidia.com/gpu`,
			"data/session-store": `1 .*0/\d+ nodes`,
			"search/query-api":   `[Pp]aused`,
		} {
			p.eventually(ref+" says "+pattern, func() bool {
				cause := p.status("-A")[ref].Cause
				if cause != nil {
					t.Log(ref, *cause)
				}
				return cause != nil && regexpMatch(pattern, *cause)
			})
		}
	})
	t.Run("exit status", func(t *testing.T) {
		require.Equal(t, 1, p.fader("status", "-n", "shop", "deploy/web").status)
		require.Equal(t, 0, p.fader("status", "-n", "shop", "cart").status)
		require.Equal(t, 3, p.fader("status", "-n", "search", "deployment/query-api").status)
		require.Equal(t, 4, p.fader("status", "-n", "ml", "deployment/fraud-model", "--watch", "--timeout", "5s").status)
		require.Equal(t, 1, p.fader("status", "-n", "shop", "deploy/nobody").status)
	})
	t.Run("other forms", func(t *testing.T) {
		require.Contains(t, p.fader("status", "-n", "shop", "-o", "name").out, "deployment.apps/cart\n")
		require.Contains(t, p.fader("status", "-n", "shop", "-o", "wide", "cart").out, "registry.example/shop/cart")
		require.Contains(t, p.fader("status", "-n", "shop", "-o", "yaml", "cart").out, "name: cart")
		require.Equal(t, 1, strings.Count(p.fader("status", "-A", "-l", "app.kubernetes.io/managed-by=Helm", "-o", "name").out, "\n"))
	})
}

// What cannot work says so in one sentence, and with the right exit status.
func TestBadInputOnTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	refused := filepath.Join(dir, "refused")
	require.NoError(t, os.WriteFile(refused, []byte(refusedConfig), 0o600))
	for _, c := range []struct {
		name   string
		env    []string
		args   []string
		status int
		says   []string
	}{
		{"a directory", []string{"KUBECONFIG=" + dir}, []string{"status"}, 1, []string{"directory", dir}},
		{"absent", []string{"KUBECONFIG=" + filepath.Join(dir, "none")}, []string{"status"}, 1, []string{"kubeconfig"}},
		{"empty", []string{"KUBECONFIG=" + empty}, []string{"status"}, 1, []string{"kubeconfig"}},
		{"unknown context", []string{"KUBECONFIG=" + refused}, []string{"status", "--context", "nowhere"}, 1, []string{`"nowhere"`, "here"}},
		{"refused", []string{"KUBECONFIG=" + refused}, []string{"status"}, 1, []string{"127.0.0.1:1"}},
		{"unknown flag", nil, []string{"status", "--nonsense"}, 2, []string{"--nonsense"}},
		{"unknown output", nil, []string{"status", "-o", "xml"}, 2, []string{"json"}},
		{"not a Deployment", nil, []string{"status", "pod/x"}, 2, []string{"pod/x"}},
		{"two names", nil, []string{"status", "a", "b"}, 2, []string{"a b"}},
		{"bad selector", []string{"KUBECONFIG=" + refused}, []string{"status", "-l", "a in ("}, 2, []string{"selector"}},
		{"no terminal", []string{"KUBECONFIG=" + refused}, nil, 2, []string{"terminal", "status"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := run(t, append([]string{"HOME=" + dir, "XDG_STATE_HOME=" + dir}, c.env...), c.args...)
			require.Equal(t, c.status, r.status, r.err)
			require.Empty(t, r.out)
			require.Equal(t, 1, strings.Count(r.err, "\n"), "one sentence: %s", r.err)
			for _, word := range c.says {
				require.Contains(t, r.err, word)
			}
		})
	}
}

const refusedConfig = `apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
users: [{name: u, user: {}}]
`
