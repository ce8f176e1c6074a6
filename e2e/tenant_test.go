package e2e

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// tenant is the environment of a user with rights in one namespace only: a Role,
// no ClusterRole.
func (p *practice) tenant(namespace string) []string {
	p.t.Helper()
	out, err := exec.Command(p.bin, "kubeconfig", "--namespace", namespace, "--dir", p.dir).Output()
	require.NoError(p.t, err)
	return append(p.env(), "KUBECONFIG="+strings.TrimSpace(string(out)))
}

func TestRightsInOneNamespaceOnly(t *testing.T) {
	p := up(t, "steady,bad-image")
	fader, _ := binaries(t)
	env := p.tenant("shop")
	_, err := p.tryKubectl("--kubeconfig", strings.TrimPrefix(env[len(env)-1], "KUBECONFIG="), "get", "nodes")
	require.Error(t, err, "the tenant may not see nodes")

	desk := open(t, 140, 36, env, fader)
	desk.see(`● live`)
	desk.line("Complete", "cart", "4/4")
	desk.line("web", "ImagePull")

	t.Run("what is forbidden says so, and the rest works", func(t *testing.T) {
		desk.press("5")
		desk.see(`nodes.*forbidden|forbidden.*nodes|may not`)
		desk.press("4")
		desk.line("cart", "ClusterIP")
		desk.press("3")
		desk.line("ImagePullBackOff", "web-")
		desk.press("2")
		desk.line("cart-")
		desk.press("1")
	})
	t.Run("looking closer", func(t *testing.T) {
		desk.press("/", "cart", "enter", "y")
		desk.see(`kind: Deployment`)
		desk.press("esc")
		desk.miss(`kind: Deployment`)
		desk.press("d")
		desk.see(`StrategyType`)
		desk.press("esc")
		desk.miss(`StrategyType`)
		desk.press("l")
		desk.see(`level=info`)
		desk.press("esc")
		desk.miss(`level=info`)
	})
	t.Run("moves", func(t *testing.T) {
		desk.press("s")
		desk.see(`Scale shop/cart`)
		desk.press("ctrl+u", "5", "enter")
		desk.see(`\[ Scale \] y`)
		desk.press("y")
		p.eventually("scaled", func() bool { return p.field("shop", "cart", ".status.readyReplicas") == "5" })
		desk.press("r")
		desk.see(`\[ Restart \] y`)
		desk.press("y")
		p.eventually("restarted", func() bool {
			return p.field("shop", "cart", ".spec.template.metadata.annotations.kubectl\\.kubernetes\\.io/restartedAt") != ""
		})
	})
	t.Run("a scope that is forbidden says so, and the way back works", func(t *testing.T) {
		desk.press("esc")
		desk.miss(`filter cart`)
		desk.press("0")
		desk.see(`(?i)forbidden`)
		desk.press(":ns shop", "enter")
		desk.line("Complete", "cart")
		desk.see(`● live`)
	})
	t.Run("without a terminal", func(t *testing.T) {
		require.Equal(t, 0, run(t, env, "status", "cart").status)
		all := run(t, env, "status", "-A")
		require.Equal(t, 1, all.status)
		require.Contains(t, all.err, "forbidden")
	})
}
