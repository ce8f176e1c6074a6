//go:build unix

package cluster

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd/api"
)

// heard collects what plugins say.
type heard struct {
	mu  sync.Mutex
	all []PluginOutput
}

func (h *heard) take(o PluginOutput) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, o)
}

// lines of the last output, and whether it was of a run that is over.
func (h *heard) lines() (lines []string, over bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.all) == 0 {
		return nil, false
	}
	last := h.all[len(h.all)-1]
	return last.Lines, !last.Running
}

// answer prints an ExecCredential with a token.
func answer(token string) string {
	return fmt.Sprintf(`printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}'`, token)
}

// pluginCluster is a cluster whose credentials come from a shell script, and an API server
// that takes the tokens that accepts says.
func pluginCluster(t *testing.T, script, mode string, o Options, accepts func(token string) bool) (*Cluster, *heard, *record) {
	t.Helper()
	said, kept := &heard{}, &record{}
	_, server, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if !accepts(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, "ok")
	})
	dir := home(t)
	path := write(t, dir+"/plugin", "#!/bin/sh\n"+script+"\n")
	require.NoError(t, os.Chmod(path, 0o700))
	user := fmt.Sprintf(`{exec: {apiVersion: client.authentication.k8s.io/v1, command: %s, args: [get-token, --secret, hunter2], interactiveMode: %s}}`, path, mode)
	o.Flags = flagsOf(func(f *genericclioptions.ConfigFlags) {
		*f.KubeConfig = write(t, dir+"/k", kubeconfig("prod", server.URL, user))
	})
	o.PluginOutput, o.Log = said.take, slog.New(slog.NewTextHandler(kept, nil))
	c, err := Open(o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c, said, kept
}

func anybody(string) bool { return true }

// Whatever goes wrong with a plugin, one sentence names it, and nothing of its
// answer is shown.
func TestPluginFailures(t *testing.T) {
	for _, c := range []struct{ name, script, mode, says string }{
		{"fails", `echo "session expired" >&2; exit 7`, "Never", "the credential plugin plugin get-token failed (exit status 7) (it says: session expired): log in with it in another terminal"},
		{"is ended by a signal", `kill -9 $$`, "Never", "the credential plugin plugin get-token cannot be run: it was ended by a signal (signal: killed)"},
		{"wants to ask", `echo no >&2`, "Always", "the credential plugin plugin get-token wants to ask something and the terminal is taken"},
		{"has nobody to ask", `read answer || echo "nobody there" >&2; exit 1`, "IfAvailable", "failed (exit status 1) (it says: nobody there)"},
		{"answers nothing", `true`, "Never", "gave no credentials: it answered with nothing; log in with it"},
		{"garbles", `printf 'hunter2\001{{'`, "Never", "gave no credentials: its answer is not an ExecCredential"},
		{"answers something else", `printf '{"kind":"Secret","apiVersion":"v1","data":{"a":"hunter2"}}'`, "Never", "its answer is not an ExecCredential"},
		{"answers another version", `printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"hunter2"}}'`, "Never", "it answered with apiVersion client.authentication.k8s.io/v1beta1 and the kubeconfig wants client.authentication.k8s.io/v1"},
		{"answers without credentials", `printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}'`, "Never", "holds neither a token nor a certificate"},
		{"answers half a pair", `printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"clientKeyData":"hunter2"}}'`, "Never", "a certificate without its key"},
		{"answers a rubbish pair", `printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"clientKeyData":"hunter2","clientCertificateData":"hunter2"}}'`, "Never", "the certificate in its answer cannot be used: tls: failed to find any PEM data in certificate input"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cluster, _, _ := pluginCluster(t, c.script, c.mode, Options{}, anybody)
			err := cluster.Ping(t.Context())
			says := cluster.Explain(err)
			require.Contains(t, says, c.says)
			require.NotContains(t, says, "hunter2")
			var login interface{ NeedsLogin() bool }
			require.ErrorAs(t, err, &login)
			require.True(t, login.NeedsLogin())
		})
	}
}

// A plugin that is slow is waited for; a request that cannot wait says so, and not
// that the server does not answer.
func TestSlowPlugin(t *testing.T) {
	c, said, kept := pluginCluster(t, `echo "To sign in, open https://login.example/device/start?user_code=H7K2-QPZX and enter the code H7K2-QPZX" >&2; sleep 0.7; `+answer("t"), "Never", Options{}, anybody)
	short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	err := c.Ping(short)
	var pending interface{ CredentialsPending() bool }
	require.ErrorAs(t, err, &pending)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Contains(t, c.Explain(err), "waiting for the credential plugin plugin get-token, which has not answered for 0s (it says: To sign in, open https://login.example/device/start?user_code=H7K2-QPZX and enter the code H7K2-QPZX)")
	lines, over := said.lines()
	require.Equal(t, []string{"To sign in, open https://login.example/device/start?user_code=H7K2-QPZX and enter the code H7K2-QPZX"}, lines)
	require.False(t, over)

	require.NoError(t, c.Login(t.Context()))
	require.NoError(t, c.Ping(t.Context()))
	require.Eventually(t, func() bool { _, over := said.lines(); return over }, time.Second, time.Millisecond)
	require.Contains(t, kept.String(), "device/start")
}

// A plugin that hangs is ended at its limit, with all it has started, and named.
func TestPluginThatHangs(t *testing.T) {
	dir := t.TempDir()
	c, _, _ := pluginCluster(t, `sleep 1000 & echo $! > `+dir+`/child; echo "waiting for the browser" >&2; wait`, "Never", Options{PluginLimit: 300 * time.Millisecond}, anybody)
	begun := time.Now()
	err := c.Ping(t.Context())
	require.Less(t, time.Since(begun), 5*time.Second)
	require.Contains(t, c.Explain(err), "the credential plugin plugin get-token gave no answer within 300ms and was ended (it says: waiting for the browser)")
	ends(t, dir+"/child")
}

// Close ends a plugin that runs, at once.
func TestPluginEndsWithFader(t *testing.T) {
	dir := t.TempDir()
	c, _, _ := pluginCluster(t, `trap '' TERM; sleep 1000 & echo $! > `+dir+`/child; echo $$ > `+dir+`/self; wait; sleep 1000`, "Never", Options{}, anybody)
	go func() { _ = c.Ping(context.Background()) }()
	for _, file := range []string{"/child", "/self"} {
		require.Eventually(t, func() bool { text, _ := os.ReadFile(dir + file); return len(text) > 1 }, 5*time.Second, time.Millisecond)
	}
	begun := time.Now()
	c.Close()
	require.Less(t, time.Since(begun), 3*time.Second)
	ends(t, dir+"/self")
	ends(t, dir+"/child")
	require.Contains(t, c.Explain(c.Ping(t.Context())), "was ended")
}

// ends waits for the end of the process whose number a file holds.
func ends(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	require.Eventually(t, func() bool { return gone(pid) }, 5*time.Second, 5*time.Millisecond, "process %d lives", pid)
}

// gone says that a process has ended; one that nobody waits for stays as a zombie.
func gone(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	return err == nil && strings.Contains(string(stat), ") Z ")
}

// A plugin that no request waits for any more is ended after a while.
func TestPluginThatNobodyWaitsFor(t *testing.T) {
	dir := t.TempDir()
	c, _, _ := pluginCluster(t, `echo $$ > `+dir+`/self; exec sleep 1000`, "Never", Options{}, anybody)
	c.route.Load().plugin.grace = 50 * time.Millisecond
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	require.Error(t, c.Ping(ctx))
	ends(t, dir+"/self")
}

// A plugin runs once for all requests that wait, not again after it failed, and not
// again and again while the server refuses what it gives.
func TestNoStormOfPlugins(t *testing.T) {
	count := func(t *testing.T, file string) int {
		text, _ := os.ReadFile(file)
		return strings.Count(string(text), "x")
	}
	for _, c := range []struct {
		name, script string
		accepts      func(string) bool
		runs         int
	}{
		{"works", "sleep 0.1; " + answer("t"), anybody, 1},
		{"fails", "sleep 0.1; exit 1", anybody, 1},
		{"is refused", answer("t"), func(string) bool { return false }, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := t.TempDir() + "/runs"
			cluster, _, _ := pluginCluster(t, "printf x >> "+file+"; "+c.script, "Never", Options{}, c.accepts)
			for range 3 {
				var all sync.WaitGroup
				for range 10 {
					all.Go(func() { _ = cluster.Ping(t.Context()) })
				}
				all.Wait()
			}
			require.Equal(t, c.runs, count(t, file))
		})
	}
}

// A token that has expired, or that the server refuses, is fetched anew.
func TestPluginIsRunAgain(t *testing.T) {
	file := t.TempDir() + "/n"
	var wanted atomic.Int64
	wanted.Store(1)
	c, _, _ := pluginCluster(t, "printf x >> "+file+`; printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'$(wc -c < `+file+`)'"}}'`,
		"Never", Options{}, func(token string) bool { return token == strconv.FormatInt(wanted.Load(), 10) })
	require.NoError(t, c.Ping(t.Context()))
	require.NoError(t, c.Ping(t.Context()))
	wanted.Store(2)
	require.Contains(t, c.Explain(c.Ping(t.Context())), "does not accept the credentials of the plugin plugin get-token (401): log in again with it")
	require.NoError(t, c.Ping(t.Context()))

	p := c.route.Load().plugin
	p.mu.Lock()
	p.held.expires = time.Now().Add(-time.Second)
	p.mu.Unlock()
	wanted.Store(3)
	require.NoError(t, c.Ping(t.Context()))
}

// Credentials that expire before they come are used all the same, and the plugin is not
// run for each request.
func TestPluginOfAnotherTime(t *testing.T) {
	file := t.TempDir() + "/runs"
	c, said, _ := pluginCluster(t, "printf x >> "+file+`; printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t","expirationTimestamp":"2020-01-01T00:00:00Z"}}'`,
		"Never", Options{}, anybody)
	for range 3 {
		require.NoError(t, c.Ping(t.Context()))
	}
	runs, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "x", string(runs))
	require.Eventually(t, func() bool {
		lines, over := said.lines()
		return over && strings.Contains(strings.Join(lines, "\n"), "the credentials had expired before they came, at ")
	}, time.Second, time.Millisecond)
}

// A megabyte of escapes: bounded, clean, and nothing reaches the terminal.
func TestPluginThatTalks(t *testing.T) {
	seen := screen(t)
	c, said, kept := pluginCluster(t, `yes "$(printf '\033[2J\033]0;title\007expired eyJhbGciOiJIUzI1NiJ9.abc')" | head -c 1000000 >&2; head -c 1000000 /dev/zero | tr '\0' '\033' >&2; (echo sneaky > /dev/tty) 2>/dev/null; exit 7`, "Never", Options{}, anybody)
	require.Contains(t, c.Explain(c.Ping(t.Context())), "failed (exit status 7)")
	lines, over := said.lines()
	require.True(t, over)
	require.Len(t, lines, pluginLines)
	require.Equal(t, "expired [hidden]", lines[0])
	require.Equal(t, "(what else it says is left out)", lines[pluginLines-1])
	require.Less(t, len(kept.String()), 100_000, "bounded")
	require.NotContains(t, kept.String(), "eyJ")
	require.Empty(t, seen())
}

func TestPluginText(t *testing.T) {
	for said, want := range map[string]string{
		"\x1b[1;32mopen\x1b[0m https://login.example/a/b?c=d&state=eyJhbGciOiJIUzI1NiJ9.x#e now": "open https://login.example/a/b?c=d&state=eyJhbGciOiJIUzI1NiJ9.x#e now",
		"https://me:secret@host/path":                 "https://host/path",
		"https://host/cb?x=1&access_token=s3":         "https://host/cb?x=1&access_token=[hidden]",
		"Bearer abc.def is old":                       "[hidden] is old",
		"\x1b]8;;https://x.test\x07click\x1b]8;;\x07": "click",
		"tab\tand \xff bytes":                         "tab and bytes",
	} {
		require.Equal(t, want, pluginText(said))
	}
	long := "https://login.example/" + strings.Repeat("a", 1500)
	require.Equal(t, long, pluginText(long), "a long link is whole")
	require.LessOrEqual(t, len([]rune(pluginText(strings.Repeat("word ", 10_000)))), pluginWidth+1)
}

// A question without an end of line is heard while the plugin waits for the answer.
func TestPluginThatAsks(t *testing.T) {
	c, said, _ := pluginCluster(t, `printf 'Password: ' >&2; sleep 30`, "Never", Options{}, anybody)
	go func() { _ = c.Ping(context.Background()) }()
	require.Eventually(t, func() bool { lines, _ := said.lines(); return len(lines) == 1 && lines[0] == "Password:" }, 10*time.Second, 5*time.Millisecond)
}

func TestPluginsGetTheKeyboard(t *testing.T) {
	for _, c := range []struct {
		mode           api.ExecInteractiveMode
		terminal, free bool // a terminal is there; fader leaves it to plugins
		want, refused  bool
	}{
		{api.NeverExecInteractiveMode, true, true, false, false},
		{api.IfAvailableExecInteractiveMode, true, true, true, false},
		{api.IfAvailableExecInteractiveMode, true, false, false, false},
		{api.IfAvailableExecInteractiveMode, false, true, false, false},
		{api.AlwaysExecInteractiveMode, true, true, true, false},
		{api.AlwaysExecInteractiveMode, true, false, false, true},
		{api.AlwaysExecInteractiveMode, false, true, false, true},
		{"Perhaps", true, true, false, true},
	} {
		got, err := command{mode: c.mode, keyboard: c.free, isTerm: func() bool { return c.terminal }}.interactive()
		require.Equal(t, c.want, got)
		require.Equal(t, c.refused, err != nil, "%v", err)
	}
}

func TestPluginName(t *testing.T) {
	for want, e := range map[string]api.ExecConfig{
		"aws eks get-token":            {Command: "/usr/bin/aws", Args: []string{"eks", "get-token", "--cluster-name", "x"}},
		"kubectl oidc-login get-token": {Command: "kubectl", Args: []string{"oidc-login", "get-token", "more", "--secret=hunter2"}},
		"plugin":                       {Command: "plugin", Args: []string{"--secret", "hunter2"}},
		"other":                        {Command: "other", Args: []string{"Hunter2"}},
	} {
		require.Equal(t, want, pluginName(&e))
	}
}

// What a plugin is told: the version it was asked in, and the cluster where the
// kubeconfig wants that.
func TestPluginIsAsked(t *testing.T) {
	file := t.TempDir() + "/info"
	path := write(t, t.TempDir()+"/plugin", "#!/bin/sh\nprintf '%s %s' \"$WORD\" \"$KUBERNETES_EXEC_INFO\" > "+file+"; "+answer("t")+"\n")
	require.NoError(t, os.Chmod(path, 0o700))
	c, err := newCommand(&rest.Config{Host: "https://api.test", ExecProvider: &api.ExecConfig{
		Command: path, APIVersion: "client.authentication.k8s.io/v1", InteractiveMode: api.NeverExecInteractiveMode, ProvideClusterInfo: true,
		Env: []api.ExecEnvVar{{Name: "WORD", Value: "hello"}},
	}}, Options{})
	require.NoError(t, err)
	got, err := c.run(t.Context(), func(string) {})
	require.NoError(t, err)
	require.Equal(t, "t", got.token)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, `hello {"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"cluster":{"server":"https://api.test","config":null},"interactive":false}}`, string(text))

	_, err = newCommand(&rest.Config{ExecProvider: &api.ExecConfig{Command: "x", APIVersion: "client.authentication.k8s.io/v1alpha1"}}, Options{})
	require.ErrorContains(t, err, `the credential plugin x wants apiVersion "client.authentication.k8s.io/v1alpha1"`)
	_, err = newCommand(&rest.Config{ExecProvider: &api.ExecConfig{PluginPolicy: api.PluginPolicy{PolicyType: api.PluginPolicyDenyAll}}}, Options{})
	require.ErrorContains(t, err, "DenyAll")
}
