package cluster

import (
	"context"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/cli-runtime/pkg/genericclioptions"
)

// kubeconfig with one context, cluster and user, all called name.
func kubeconfig(name, server, user string) string {
	return `apiVersion: v1
kind: Config
current-context: ` + name + `
clusters: [{name: ` + name + `, cluster: {server: "` + server + `", insecure-skip-tls-verify: true}}]
contexts: [{name: ` + name + `, context: {cluster: ` + name + `, user: ` + name + `, namespace: ns-` + name + `}}]
users: [{name: ` + name + `, user: ` + user + `}]
`
}

// home is an empty home with no kubeconfig and no pod around it.
func home(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, v := range []string{"KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_MASTER", "POD_NAMESPACE"} {
		t.Setenv(v, "")
	}
	t.Setenv("HOME", dir)
	return dir
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func flagsOf(set func(*genericclioptions.ConfigFlags)) *genericclioptions.ConfigFlags {
	flags := genericclioptions.NewConfigFlags(false)
	if set != nil {
		set(flags)
	}
	return flags
}

// opened is what Open says of a cluster.
type opened struct{ Context, Server, Namespace, User string }

func TestOpen(t *testing.T) {
	two := kubeconfig("prod", "https://prod.test:6443", `{token: hunter2}`)
	for _, c := range []struct {
		name    string
		prepare func(t *testing.T, dir string, f *genericclioptions.ConfigFlags)
		want    opened
		says    []string // of the error; nil for none
	}{
		{
			name: "the current context",
			prepare: func(t *testing.T, dir string, f *genericclioptions.ConfigFlags) {
				*f.KubeConfig = write(t, dir+"/k", two)
			},
			want: opened{Context: "prod", Server: "https://prod.test:6443", Namespace: "ns-prod", User: "prod"},
		},
		{
			name: "two files merged, the second context, another namespace, as somebody",
			prepare: func(t *testing.T, dir string, f *genericclioptions.ConfigFlags) {
				a := write(t, dir+"/a", two)
				b := write(t, dir+"/b", kubeconfig("test", "https://test.test", `{}`))
				t.Setenv("KUBECONFIG", strings.Join([]string{a, dir + "/absent", b}, string(os.PathListSeparator)))
				*f.Context, *f.Namespace, *f.Impersonate = "test", "other", "alice"
			},
			want: opened{Context: "test", Server: "https://test.test", Namespace: "other", User: "test as alice"},
		},
		{
			name: "the path belongs to the server, the password and the query do not",
			prepare: func(t *testing.T, dir string, f *genericclioptions.ConfigFlags) {
				*f.KubeConfig = write(t, dir+"/k", kubeconfig("prod", "https://me:secret@prod.test/k8s/clusters/c-1/?token=hunter2", `{}`))
			},
			want: opened{Context: "prod", Server: "https://prod.test/k8s/clusters/c-1", Namespace: "ns-prod", User: "prod"},
		},
		{
			name: "absent",
			prepare: func(t *testing.T, dir string, f *genericclioptions.ConfigFlags) {
				t.Setenv("KUBECONFIG", dir+"/absent")
			},
			says: []string{"no kubeconfig found", "/absent", "--kubeconfig"},
		},
		{
			name:    "absent, named by flag",
			prepare: func(t *testing.T, dir string, f *genericclioptions.ConfigFlags) { *f.KubeConfig = dir + "/absent" },
			says:    []string{"/absent does not exist", "--kubeconfig"},
		},
		{
			name: "empty",
			prepare: func(t *testing.T, dir string, f *genericclioptions.ConfigFlags) {
				t.Setenv("KUBECONFIG", write(t, dir+"/k", ""))
			},
			says: []string{"/k names no context", "KUBECONFIG"},
		},
		{
			name:    "a directory",
			prepare: func(t *testing.T, dir string, f *genericclioptions.ConfigFlags) { *f.KubeConfig = dir },
			says:    []string{"is a directory", "--kubeconfig"},
		},
		{
			name: "unknown context",
			prepare: func(t *testing.T, dir string, f *genericclioptions.ConfigFlags) {
				a := write(t, dir+"/a", two)
				b := write(t, dir+"/b", kubeconfig("test", "https://test.test", `{}`))
				t.Setenv("KUBECONFIG", a+string(os.PathListSeparator)+b)
				*f.Context = "porto"
			},
			says: []string{`there is no context "porto": the contexts are prod, test`},
		},
		{
			name: "no current context",
			prepare: func(t *testing.T, dir string, f *genericclioptions.ConfigFlags) {
				*f.KubeConfig = write(t, dir+"/k", strings.Replace(two, "current-context: prod", "", 1))
			},
			says: []string{"no context is chosen", "--context", "prod"},
		},
		{
			name: "not YAML",
			prepare: func(t *testing.T, dir string, f *genericclioptions.ConfigFlags) {
				*f.KubeConfig = write(t, dir+"/k", "clusters: [\x1b[31m")
			},
			says: []string{"the kubeconfig cannot be read", "/k"},
		},
		{
			name: "a context of a cluster that is not there",
			prepare: func(t *testing.T, dir string, f *genericclioptions.ConfigFlags) {
				*f.KubeConfig = write(t, dir+"/k", strings.Replace(two, "{cluster: prod", "{cluster: gone", 1))
			},
			says: []string{`context "prod" names the cluster "gone"`, "--context"},
		},
		{
			name: "a context of a user that is not there",
			prepare: func(t *testing.T, dir string, f *genericclioptions.ConfigFlags) {
				*f.KubeConfig = write(t, dir+"/k", strings.Replace(two, "user: prod, namespace", "user: gone, namespace", 1))
			},
			says: []string{`context "prod" names the user "gone"`, "--context"},
		},
		{
			name: "a server given by flag and no kubeconfig",
			prepare: func(t *testing.T, dir string, f *genericclioptions.ConfigFlags) {
				t.Setenv("KUBECONFIG", dir+"/absent")
				*f.APIServer = "https://prod.test"
			},
			want: opened{Server: "https://prod.test", Namespace: "default"},
		},
		{
			name: "a missing credential plugin",
			prepare: func(t *testing.T, dir string, f *genericclioptions.ConfigFlags) {
				plugin := `{exec: {apiVersion: client.authentication.k8s.io/v1, command: no-such-plugin, interactiveMode: Never, installHint: "get it from https://tools.example"}}`
				*f.KubeConfig = write(t, dir+"/k", kubeconfig("prod", "https://prod.test", plugin))
			},
			says: []string{"the credential plugin no-such-plugin is not installed: install it", "get it from https://tools.example"},
		},
		{
			name: "a missing credential plugin, and a token",
			prepare: func(t *testing.T, dir string, f *genericclioptions.ConfigFlags) {
				plugin := `{exec: {apiVersion: client.authentication.k8s.io/v1, command: no-such-plugin, interactiveMode: Never}}`
				*f.KubeConfig = write(t, dir+"/k", kubeconfig("prod", "https://prod.test", plugin))
				*f.BearerToken = "t"
			},
			want: opened{Context: "prod", Server: "https://prod.test", Namespace: "ns-prod", User: "prod"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			flags := flagsOf(nil)
			c.prepare(t, home(t), flags)
			got, err := Open(Options{Flags: flags})
			if c.says == nil {
				require.NoError(t, err)
				require.Equal(t, c.want, opened{Context: got.Context, Server: got.Server, Namespace: got.Namespace, User: got.User})
				return
			}
			require.Error(t, err)
			for _, words := range c.says {
				require.Contains(t, err.Error(), words)
			}
			require.NotContains(t, err.Error(), "\n")
			require.NotContains(t, err.Error(), "\x1b")
			require.NotContains(t, err.Error(), "hunter2")
		})
	}
}

// serve starts a TLS server that answers every request with what the test says.
func serve(t *testing.T, answer http.HandlerFunc) (*Cluster, *httptest.Server, *[]string) {
	t.Helper()
	server := httptest.NewUnstartedServer(answer)
	server.EnableHTTP2 = true
	server.Config.ErrorLog = nil
	server.StartTLS()
	t.Cleanup(server.Close)
	warnings := &[]string{}
	dir := home(t)
	config := strings.Replace(kubeconfig("prod", server.URL, `{token: hunter2}`),
		"insecure-skip-tls-verify: true", "certificate-authority: "+authority(t, dir, server), 1)
	c, err := Open(Options{
		Flags: flagsOf(func(f *genericclioptions.ConfigFlags) { *f.KubeConfig = write(t, dir+"/k", config) }),
		Warn:  func(text string) { *warnings = append(*warnings, text) },
	})
	require.NoError(t, err)
	return c, server, warnings
}

func authority(t *testing.T, dir string, server *httptest.Server) string {
	t.Helper()
	block := &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}
	return write(t, dir+"/ca.crt", string(pem.EncodeToMemory(block)))
}

// What counts as a sign of life of an API server, and what does not.
func TestPing(t *testing.T) {
	status := func(code int, message string) string {
		return fmt.Sprintf(`{"kind":"Status","apiVersion":"v1","status":"Failure","code":%d,"message":%q}`, code, message)
	}
	for _, c := range []struct {
		name        string
		code        int
		media, body string
		alive       bool
		login       bool
		says        string
	}{
		{"ok", 200, "text/plain; charset=utf-8", "ok", true, false, ""},
		{"all checks", 200, "text/plain", "ok\n", true, false, ""},
		{"a web page", 200, "text/html", "<html>ok</html>", false, false, "answered with a web page (HTTP 200)"},
		{"nothing", 200, "", "", false, false, "answered with an empty body (HTTP 200)"},
		{"another text", 200, "text/plain", "Welcome to nginx", false, false, "does not answer /readyz"},
		{"another JSON", 200, "application/json", "{}", false, false, "does not answer /readyz"},
		{"a Status without a failure", 200, "application/json", `{"kind":"Status","apiVersion":"v1","status":"Success"}`, false, false, "does not answer /readyz"},
		{"401", 401, "application/json", status(401, "Unauthorized"), false, true, "log in again"},
		{"401 of something else", 401, "text/html", "<html>", false, true, "log in again"},
		{"403 of an API server", 403, "application/json", status(403, `forbidden: User "eve" cannot get path "/readyz"`), true, false, ""},
		{"403 of something else", 403, "text/plain", "no", false, false, "does not answer /readyz"},
		{"403 with a page", 403, "text/html", "<html>", false, false, "a web page (HTTP 403)"},
		{"404 of an API server", 404, "application/json", status(404, "not found"), true, false, ""},
		{"404 of something else", 404, "text/plain", "404 page not found", false, false, "does not answer /readyz"},
		{"400 of something else", 400, "text/plain", "Bad Request", false, false, "does not answer /readyz"},
		{"429", 429, "text/plain", "Too many requests", true, false, ""},
		{"500", 500, "text/plain", "[-]etcd failed", false, false, "is not ready"},
		{"502", 502, "text/html", "<html>Bad Gateway</html>", false, false, "cannot be reached (502)"},
		{"503", 503, "text/plain", "starting", false, false, "is not ready"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var asked atomic.Int64
			cluster, _, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				if c.code == 429 || c.code >= 500 {
					w.Header().Set("Retry-After", "1")
				}
				w.Header().Set("Content-Type", c.media)
				w.WriteHeader(c.code)
				_, _ = io.WriteString(w, c.body)
			})
			err := cluster.Ping(t.Context())
			require.EqualValues(t, 1, asked.Load(), "never repeated")
			if c.alive {
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			require.Equal(t, c.login, apierrors.IsUnauthorized(err), "%v", err)
			require.Contains(t, cluster.Explain(err), c.says)
			require.NotContains(t, cluster.Explain(err), "<html>")
		})
	}
}

// After Reconnect a request dials anew; what is under way fails at once.
func TestReconnect(t *testing.T) {
	var hang atomic.Bool
	arrived := make(chan string, 4)
	cluster, _, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		arrived <- r.RemoteAddr
		if hang.Load() {
			<-r.Context().Done()
		}
		_, _ = io.WriteString(w, "ok")
	})
	require.NoError(t, cluster.Ping(t.Context()))
	first := <-arrived

	hang.Store(true)
	failed := make(chan error, 1)
	go func() { failed <- cluster.Ping(t.Context()) }()
	require.Equal(t, first, <-arrived, "the same connection is used as long as it lives")
	cluster.Reconnect()
	require.Error(t, <-failed)
	hang.Store(false)
	require.NoError(t, cluster.Ping(t.Context()))
	require.NotEqual(t, first, <-arrived)

	hang.Store(true)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.Contains(t, Explain(cluster.Ping(ctx)), "does not answer")
}

// A refusal comes back at once, with its delay, and a patch is sent once.
func TestNothingIsRepeated(t *testing.T) {
	var asked atomic.Int64
	cluster, _, warnings := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		require.Equal(t, protobufOrJSON, r.Header.Get("Accept"))
		w.Header().Set("Retry-After", "60")
		w.Header().Set("Warning", `299 - "old \u001b[31mAPI"`)
		http.Error(w, "too many requests", http.StatusTooManyRequests)
	})
	begun := time.Now()
	_, err := cluster.Client.AppsV1().Deployments("shop").Patch(t.Context(), "web", types.MergePatchType, []byte(`{}`), metav1.PatchOptions{})
	seconds, asks := apierrors.SuggestsClientDelay(err)
	require.True(t, asks, "%v", err)
	require.Equal(t, 60, seconds)
	require.Contains(t, Explain(err), "asks to slow down (429): too many requests")

	_, err = cluster.Client.CoreV1().Pods("shop").List(t.Context(), metav1.ListOptions{})
	require.True(t, apierrors.IsTooManyRequests(err))
	require.EqualValues(t, 2, asked.Load())
	require.Less(t, time.Since(begun), 30*time.Second)
	require.Len(t, *warnings, 2)
	require.NotContains(t, (*warnings)[0], "\x1b")
}
