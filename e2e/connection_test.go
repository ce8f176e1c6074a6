package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func regexpMatch(pattern, text string) bool { return regexp.MustCompile(pattern).MatchString(text) }

// The API server dies: the screen says so, moves are refused; it comes back: the
// screen is live again by itself. How long each took is logged, not asserted:
// the states are.
func TestTheServerDiesAndComesBack(t *testing.T) {
	p := up(t, "steady")
	desk := p.desk(120, 36, "-A")
	desk.line("Complete", "cart")
	desk.see(`● live`)

	p.do("kill", "kube-apiserver")
	start := time.Now()
	desk.see(`✖ disconnected`)
	t.Log("dead on screen after", time.Since(start))
	desk.line("cart") // what was known is still there
	desk.press("r")
	desk.see(`refused`)
	desk.miss(`\[ Restart \]`)

	p.do("start", "kube-apiserver")
	p.eventually("the server is ready", func() bool { _, err := p.tryKubectl("get", "--raw", "/readyz"); return err == nil })
	start = time.Now()
	desk.see(`● live`)
	t.Log("live on screen after", time.Since(start))
	p.kubectl("-n", "shop", "scale", "deployment/cart", "--replicas=5")
	desk.line("Complete", "cart", "5/5")
}

func TestTheServerHangs(t *testing.T) {
	p := up(t, "steady")
	desk := p.desk(120, 36, "-A")
	desk.line("Complete", "cart")
	p.do("freeze", "kube-apiserver")
	start := time.Now()
	desk.see(`✖ disconnected`)
	t.Log("hang on screen after", time.Since(start))
	p.do("thaw", "kube-apiserver")
	desk.see(`● live`)
}

// Starting while nothing listens shows the error and goes on trying; q ends it.
func TestStartWhileThePortRefuses(t *testing.T) {
	fader, _ := binaries(t)
	dir := t.TempDir()
	config := filepath.Join(dir, "config")
	require.NoError(t, os.WriteFile(config, []byte(refusedConfig), 0o600))
	desk := open(t, 100, 30, []string{"KUBECONFIG=" + config, "HOME=" + dir, "XDG_STATE_HOME=" + dir}, fader)
	desk.see(`✖ disconnected`)
	desk.see(`127.0.0.1:1`)
	start := time.Now()
	desk.press("q")
	require.Zero(t, desk.ended())
	t.Log("q took", time.Since(start))
}

func TestSizes(t *testing.T) {
	p := up(t, "none")
	small := p.desk(50, 12, "-A")
	small.see(`fader needs 60×15`)
	least := p.desk(60, 15, "-A")
	least.see(`Deployments`)
	least.see(`live`)
}
