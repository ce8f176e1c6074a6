package cluster

import (
	"bytes"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/client-go/util/connrotation"
	"k8s.io/klog/v2"
)

// record is a log that can be read while it is written.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// screen puts a pipe in the place of the terminal's stderr and returns what
// reached it.
func screen(t *testing.T) (read func() string) {
	t.Helper()
	terminal := os.Stderr
	file, err := os.CreateTemp(t.TempDir(), "screen")
	require.NoError(t, err)
	os.Stderr = file
	t.Cleanup(func() { os.Stderr = terminal })
	return func() string {
		text, err := os.ReadFile(file.Name())
		require.NoError(t, err)
		return string(text)
	}
}

func TestQuiet(t *testing.T) {
	seen, kept := screen(t), &record{}
	restore, err := Quiet(slog.New(slog.NewTextHandler(kept, nil)))
	require.NoError(t, err)
	klog.Error("from klog")
	log.Print("from net/http")
	utilruntime.HandleError(errors.New("from apimachinery"))
	fmt.Fprintln(os.Stderr, "from \x1b[31m a library")
	for _, words := range []string{`msg="from klog"`, `msg="from net/http"`, `err="from apimachinery"`, `text="from `} {
		require.Eventually(t, func() bool { return strings.Contains(kept.String(), words) }, 10*time.Second, time.Millisecond, words)
	}
	require.NotContains(t, kept.String(), "x1b", "escapes are not kept")
	restore()
	require.Empty(t, seen())
	fmt.Fprintln(os.Stderr, "a last word")
	require.Equal(t, "a last word\n", seen())
}

// A credential plugin that writes a megabyte with escapes to stderr, and then
// fails; one that asks; one that answers.
func TestCredentialPlugin(t *testing.T) {
	for _, c := range []struct{ name, script, mode, want, logged string }{
		{
			"talks and fails", `yes "$(printf '\033[2Jsession expired eyJhbGciOiJIUzI1NiJ9.abc')" | head -c 1000000 >&2; exit 7`, "Never",
			"failed (exit status 7)", "session expired [hidden]",
		},
		{"wants to ask", `echo no >&2`, "Always", "wants to ask something", ""},
		{"has nobody to ask", `read answer || echo "nobody there" >&2; exit 1`, "IfAvailable", "failed (exit status 1)", "nobody there"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := home(t)
			plugin := write(t, dir+"/plugin", "#!/bin/sh\n"+c.script+"\n")
			require.NoError(t, os.Chmod(plugin, 0o700))
			seen, kept := screen(t), &record{}
			restore, err := Quiet(slog.New(slog.NewTextHandler(kept, nil)))
			require.NoError(t, err)
			defer restore()

			user := fmt.Sprintf(`{exec: {apiVersion: client.authentication.k8s.io/v1, command: %s, interactiveMode: %s}}`, plugin, c.mode)
			cluster, err := Open(Options{Flags: flagsOf(func(f *genericclioptions.ConfigFlags) {
				*f.KubeConfig = write(t, dir+"/k", kubeconfig("prod", "https://127.0.0.1:1", user))
			})})
			require.NoError(t, err)
			err = cluster.Ping(t.Context())
			require.Contains(t, Explain(err), c.want)
			var login interface{ NeedsLogin() bool }
			require.ErrorAs(t, err, &login)
			require.True(t, login.NeedsLogin())
			require.Eventually(t, func() bool { return strings.Contains(kept.String(), c.logged) }, 10*time.Second, time.Millisecond)
			require.Empty(t, seen())
			require.Less(t, len(kept.String()), 200_000, "bounded")
			require.NotContains(t, kept.String(), "eyJ")
		})
	}
}

func TestPluginsGetNoKeyboard(t *testing.T) {
	base := &rest.Config{ExecProvider: &api.ExecConfig{Command: "aws"}}
	for _, interactive := range []bool{false, true} {
		got := tuned(base, Options{Interactive: interactive}, connrotation.NewConnectionTracker())
		require.Equal(t, !interactive, got.ExecProvider.StdinUnavailable)
	}
}
