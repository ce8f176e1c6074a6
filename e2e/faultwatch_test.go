package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// TestFaultsOfReading is about what is between fader and the API server while it
// reads. One cluster serves all, each has a proxy of its own; they run at the same
// time, because most of it is waiting.
func TestFaultsOfReading(t *testing.T) {
	p := up(t, "steady")
	p.eventually("shop is complete", func() bool { return p.fader("status", "-n", "shop").status == 0 })
	t.Run("all", func(t *testing.T) {
		for _, c := range []struct {
			name string
			test func(*testing.T, *practice)
		}{
			{"F04 watches are swallowed", swallowedWatches},
			{"F11 a gateway answers for the server", gatewayAnswers},
			{"only /readyz is not well", unwellReadyz},
			{"F51 fader sleeps", sleeping},
			{"403 and 401 while watching", refusedWhileWatching},
		} {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				c.test(t, &practice{t: t, bin: p.bin, dir: p.dir})
			})
		}
	})
}

// through opens fader behind a proxy.
func (p *practice) through(x *proxy, args ...string) *terminal {
	p.t.Helper()
	fader, _ := binaries(p.t)
	return open(p.t, 180, 36, append(p.env(), "KUBECONFIG="+x.kubeconfig), fader, args...)
}

// Every watch is swallowed; lists, pings and new watches pass. What changes meanwhile
// is on the screen within 90 seconds, and it was said that what was there was old.
func swallowedWatches(t *testing.T, p *practice) {
	p.kubectl("create", "namespace", "swallowed")
	p.kubectl("-n", "swallowed", "create", "deployment", "web", "--image=registry.example/web:v1", "--replicas=2")
	x := p.proxy(t, true)
	desk := p.through(x, "-n", "swallowed")
	desk.see(`● live`)
	desk.line("Complete", "web", "2/2")
	begun := time.Now()
	x.swallow()
	p.kubectl("-n", "swallowed", "scale", "deployment/web", "--replicas=4")
	desk.see(`lagging: what you see is from .* the watch of \w+ hung`)
	lagging := time.Since(begun)
	require.Less(t, lagging, 90*time.Second)
	desk.line("Complete", "web", "4/4")
	desk.see(`● live`)
	t.Log("lagging after", lagging, "live after", time.Since(begun))
	desk.see(`delivered nothing from`)
	p.kubectl("-n", "swallowed", "scale", "deployment/web", "--replicas=3")
	desk.line("Complete", "web", "3/3")
}

// What is no API server's answer is not read: neither an empty board at the start,
// nor the loss of one that was there, and always a reason.
func gatewayAnswers(t *testing.T, p *practice) {
	for _, c := range []struct{ name, kind, body, reason string }{
		{"an object without anything", "application/json", "{}", `not an API server|as an API server does`},
		{"a success", "application/json", `{"kind":"Status","apiVersion":"v1","status":"Success"}`, `not an API server|as an API server does`},
		{"a page", "text/html", "<html>log in</html>", `a web page|not an API server|as an API server does`},
		{"nothing", "application/json", "", `0-length|empty|without a body|as an API server does`},
	} {
		x := p.proxy(t, true)
		x.onReads(page(c.kind, c.body))
		first := p.through(x, "-n", "shop")
		first.see(c.reason)
		first.miss(`no Deployments in`)
		x.onReads(nil)
		first.see(`● live`)
		first.line("Complete", "cart")
		x.onReads(page(c.kind, c.body))
		x.cutAll()
		first.see(`what you see is from .*(` + c.reason + `)`)
		first.line("cart")
		x.onReads(nil)
		first.see(`● live`)
		first.press("q")
	}
}

// A server that can be read from is live, whatever /readyz says.
func unwellReadyz(t *testing.T, p *practice) {
	for _, delay := range []time.Duration{0, 1500 * time.Millisecond} {
		x := p.proxy(t, true)
		x.onReads(readyz(delay))
		env := append(p.env(), "KUBECONFIG="+x.kubeconfig)
		got := run(t, env, "status", "-n", "shop", "--prometheus", "none")
		require.Zero(t, got.status, got.err+got.out)
		require.Contains(t, got.out, "cart")
		desk := p.through(x, "-n", "shop")
		desk.see(`● live`)
		desk.see(`/readyz|is slow`)
		desk.line("Complete", "cart")
		desk.press("r")
		desk.see(`\[ Restart \]`)
		desk.press("esc")
		desk.miss(`disconnected`)
		desk.press("q")
	}
}

// Asleep for some seconds, with the server out of reach when it wakes: what is shown
// is from before the sleep.
func sleeping(t *testing.T, p *practice) {
	x := p.proxy(t, true)
	desk := p.through(x, "-n", "shop")
	desk.see(`● live`)
	desk.line("Complete", "cart")
	before := time.Now()
	require.NoError(t, desk.cmd.Process.Signal(syscall.SIGSTOP))
	time.Sleep(12 * time.Second)
	x.onReads(lost)
	x.cutAll()
	require.NoError(t, desk.cmd.Process.Signal(syscall.SIGCONT))
	desk.see(`not connected for \d+s: what you see is from`)
	found := regexp.MustCompile(`what you see is from (\d\d:\d\d:\d\d)`).FindStringSubmatch(desk.text())
	require.NotNil(t, found)
	shown, err := time.ParseInLocation("15:04:05", found[1], time.Local)
	require.NoError(t, err)
	wanted, err := time.ParseInLocation("15:04:05", before.Format("15:04:05"), time.Local)
	require.NoError(t, err)
	require.InDelta(t, wanted.Unix(), shown.Unix(), 5, "from before the sleep")
	x.onReads(nil)
	desk.see(`● live`)
}

// Without the right, or with credentials that are not good any more, --watch ends.
func refusedWhileWatching(t *testing.T, p *practice) {
	p.kubectl("create", "namespace", "refused")
	p.kubectl("-n", "refused", "create", "serviceaccount", "looker")
	p.kubectl("-n", "refused", "create", "rolebinding", "looker", "--clusterrole=edit", "--serviceaccount=refused:looker")
	p.kubectl("-n", "refused", "create", "deployment", "web", "--image=registry.example/web:v1")
	p.kubectl("-n", "refused", "patch", "deployment", "web", "-p", `{"spec":{"minReadySeconds":500}}`)
	config := p.as(t, p.kubectl("-n", "refused", "create", "token", "looker"))
	env := append(p.env(), "KUBECONFIG="+config)

	begun := time.Now()
	got := run(t, env, "status", "-n", "shop", "--watch", "--prometheus", "none")
	require.Equal(t, 1, got.status)
	require.Contains(t, got.err, "403")
	require.Less(t, time.Since(begun), 15*time.Second)

	go func() {
		time.Sleep(4 * time.Second)
		_, _ = p.tryKubectl("-n", "refused", "delete", "serviceaccount", "looker")
	}()
	got = run(t, env, "status", "-n", "refused", "--watch", "--prometheus", "none")
	require.Equal(t, 1, got.status)
	require.Contains(t, got.err, "401")
	require.Contains(t, got.out, "web")
	require.Equal(t, 1, strings.Count(got.err, "not readable for"), got.err)
}

// as writes a kubeconfig of this cluster with a token alone.
func (p *practice) as(t *testing.T, token string) string {
	t.Helper()
	config, err := clientcmd.LoadFromFile(p.kubeconfig())
	require.NoError(t, err)
	context := config.Contexts[config.CurrentContext]
	config.AuthInfos = map[string]*api.AuthInfo{"looker": {Token: token}}
	config.Contexts = map[string]*api.Context{"looker": {Cluster: context.Cluster, AuthInfo: "looker"}}
	config.CurrentContext = "looker"
	path := filepath.Join(t.TempDir(), fmt.Sprintf("kubeconfig-%d", os.Getpid()))
	require.NoError(t, clientcmd.WriteToFile(*config, path))
	return path
}
