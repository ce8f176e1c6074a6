package cluster

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/cli-runtime/pkg/genericclioptions"
)

// requests are all the ways in which fader asks an API server for something.
func requests(c *Cluster) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"readyz": c.Ping,
		"list": func(ctx context.Context) error {
			_, err := c.Client.AppsV1().Deployments("").List(ctx, metav1.ListOptions{})
			return err
		},
		"watch": func(ctx context.Context) error {
			w, err := c.Client.CoreV1().Pods("").Watch(ctx, metav1.ListOptions{})
			if err == nil {
				w.Stop()
			}
			return err
		},
		"patch": func(ctx context.Context) error {
			_, err := c.Client.AppsV1().Deployments("shop").Patch(ctx, "web", types.MergePatchType, []byte(`{"spec":{"replicas":7}}`), metav1.PatchOptions{})
			return err
		},
		"discovery": func(context.Context) error {
			_, err := c.Client.Discovery().ServerResourcesForGroupVersion("apps/v1")
			return err
		},
		"logs": func(ctx context.Context) error {
			s, err := c.Client.CoreV1().Pods("shop").GetLogs("web-1", &corev1.PodLogOptions{}).Stream(ctx)
			if err == nil {
				s.Close()
			}
			return err
		},
	}
}

// No request follows a redirect: neither token nor body reaches the other host.
func TestNoRedirectIsFollowed(t *testing.T) {
	var reached atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached.Add(1)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "{}")
	}))
	defer other.Close()
	for _, code := range []int{301, 302, 303, 307, 308} {
		var asked atomic.Int64
		c, _, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			http.Redirect(w, r, other.URL+"/login?token=hunter2", code)
		})
		for name, request := range requests(c) {
			asked.Store(0)
			says := c.Explain(request(t.Context()))
			require.Contains(t, says, "answered with a redirect to "+other.URL+": this is not an API server", "%d %s", code, name)
			require.Regexp(t, `^the API server 127\.0\.0\.1:\d+ `, says)
			require.NotContains(t, says, "hunter2")
			require.EqualValues(t, 1, asked.Load(), "%d %s: asked once", code, name)
		}
		way, err := c.Proxy(Service{Namespace: "m", Name: "prometheus", Port: "9090"})
		require.NoError(t, err)
		stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		response, err := (&http.Client{Transport: way.RoundTripper, CheckRedirect: stay}).Get(way.URL + "/api/v1/query")
		require.NoError(t, err)
		response.Body.Close()
	}
	require.Zero(t, reached.Load())
}

// Whatever stands at the address in an API server's place, one sentence says so.
func TestForeignAnswers(t *testing.T) {
	for _, c := range []struct {
		name, media, body string
		code              int
		says              string
	}{
		{"a web page", "text/html; charset=utf-8", "<html><title>Log in</title></html>", 200, "answered with a web page (HTTP 200): this is not an API server"},
		{"a web page that is not found", "text/html", "<html>404</html>", 404, "answered with a web page (HTTP 404): this is not an API server"},
		{"a web page that is forbidden", "text/html", "<html>blocked</html>", 403, "answered with a web page (HTTP 403): this is not an API server"},
		{"an empty body", "application/json", "", 200, "answered with an empty body (HTTP 200): this is not an API server"},
		{"plain text", "text/plain", "Welcome", 200, "answered with text/plain (HTTP 200): this is not an API server"},
		{"XML", "application/xml", "<a/>", 200, "answered with application/xml (HTTP 200): this is not an API server"},
		{"a load balancer without API servers", "text/html", "<html>503</html>", 503, "is not ready (503)"},
		{"a gateway without API servers", "text/html", "<html>502</html>", 502, "cannot be reached (502)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cluster, _, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", c.media)
				w.WriteHeader(c.code)
				_, _ = io.WriteString(w, c.body)
			})
			for name, request := range requests(cluster) {
				if name == "readyz" || name == "logs" && c.code == 200 && c.media != "text/html; charset=utf-8" {
					continue // /readyz: TestPing; logs are plain text, and may be empty
				}
				says := cluster.Explain(request(t.Context()))
				require.Contains(t, says, c.says, name)
				require.NotContains(t, says, "<")
			}
		})
	}
}

// TestServersUnderAPath: "/api" in the address of a server is none of its answers.
func TestServersUnderAPath(t *testing.T) {
	for _, c := range []struct {
		base, path string
		object     bool
	}{
		{"", "/readyz", false},
		{"", "/api/v1/pods", true},
		{"", "/apis/apps/v1/deployments", true},
		{"", "/api/v1/namespaces/shop/pods/web/log", false},
		{"/apis/cluster.example/v1alpha1/clusters/member1/proxy", "/readyz", false},
		{"/apis/cluster.example/v1alpha1/clusters/member1/proxy", "/apis/apps/v1/deployments", true},
		{"/api/kubernetes", "/readyz", false},
		{"/api/kubernetes", "/version", false},
		{"/k8s/clusters/c-1", "/api/v1/pods", true},
	} {
		request := httptest.NewRequest(http.MethodGet, "https://rancher.example"+c.base+c.path, nil)
		require.Equal(t, c.object, answersObject(request, pathOf("https://rancher.example"+c.base)), c.base+c.path)
	}
}

// http on a port that speaks TLS: Go's answer, nginx' page, and a server that
// answers with a TLS alert.
func TestPlainHTTPWhereTLSIsWanted(t *testing.T) {
	secure := httptest.NewUnstartedServer(nil)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	nginx := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(400)
		_, _ = io.WriteString(w, "<html><center>The plain HTTP request was sent to HTTPS port</center></html>")
	}))
	defer nginx.Close()
	for name, address := range map[string]string{
		"Go": strings.Replace(secure.URL, "https:", "http:", 1), "nginx": nginx.URL, "no scheme": strings.TrimPrefix(secure.URL, "https://"),
	} {
		t.Run(name, func(t *testing.T) {
			config := strings.Replace(kubeconfig("prod", address, `{}`), ", insecure-skip-tls-verify: true", "", 1)
			path := write(t, home(t)+"/k", config)
			c, err := Open(Options{Flags: flagsOf(func(f *genericclioptions.ConfigFlags) { *f.KubeConfig = path })})
			require.NoError(t, err)
			for name, request := range requests(c) {
				if name == "patch" {
					continue // Go's server breaks that off: it does not know the verb for HTTP
				}
				require.Contains(t, c.Explain(request(t.Context())), "wants https and was asked with http: write https:// in front of the server address in the kubeconfig", name)
			}
		})
	}
}

// A proxy that is dead, and one that refuses, is named without its password; the API
// server is not blamed.
func TestProxiesAreNamed(t *testing.T) {
	wants := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) }))
	defer wants.Close()
	for _, c := range []struct{ proxy, says string }{
		{"http://ada:hunter2@127.0.0.1:1", "the proxy http://127.0.0.1:1 (proxy-url in the kubeconfig) refuses connections"},
		{"socks5://ada:hunter2@127.0.0.1:1", "the proxy socks5://127.0.0.1:1 (proxy-url in the kubeconfig) refuses connections"},
		{strings.Replace(wants.URL, "http://", "http://ada:hunter2@", 1), "the proxy " + wants.URL + " (proxy-url in the kubeconfig) wants a user and a password (407)"},
		{strings.Replace(plainServer(t), "https://", "http://", 1), "(proxy-url in the kubeconfig) is no proxy that makes connections (404)"},
	} {
		config := strings.Replace(kubeconfig("prod", "https://192.0.2.1:6443", `{}`), "insecure-skip-tls-verify: true", fmt.Sprintf("proxy-url: %q", c.proxy), 1)
		path := write(t, home(t)+"/k", config)
		cluster, err := Open(Options{Flags: flagsOf(func(f *genericclioptions.ConfigFlags) { *f.KubeConfig = path })})
		require.NoError(t, err)
		says := cluster.Explain(cluster.Ping(t.Context()))
		require.Contains(t, says, c.says)
		require.NotContains(t, says, "hunter2")
		require.NotContains(t, says, "the API server 192.0.2.1:6443 refuses")
	}
}
