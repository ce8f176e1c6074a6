package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericclioptions"
)

// serving is a cluster whose API server is a handler; below is what stands
// between its host and the API.
func serving(t *testing.T, below string, answer http.HandlerFunc) *Cluster {
	t.Helper()
	server := httptest.NewTLSServer(answer)
	t.Cleanup(server.Close)
	path := write(t, home(t)+"/kubeconfig", kubeconfig("prod", server.URL+below, `{token: hunter2}`))
	c, err := Open(Options{Flags: flagsOf(func(f *genericclioptions.ConfigFlags) { *f.KubeConfig = path })})
	require.NoError(t, err)
	return c
}

// refusing answers as an API server does that does not do it.
func refusing(w http.ResponseWriter, code int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(metav1.Status{
		TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: metav1.StatusFailure, Code: int32(code), Message: message,
	})
}

func TestProxyPath(t *testing.T) {
	for _, c := range []struct {
		to          Service
		below, want string
	}{
		{Service{Namespace: "monitoring", Name: "prom", Port: "9090"}, "", "/api/v1/namespaces/monitoring/services/prom:9090/proxy/api/v1/query"},
		{Service{Namespace: "monitoring", Name: "prom"}, "", "/api/v1/namespaces/monitoring/services/prom/proxy/api/v1/query"},
		{Service{Namespace: "m", Name: "prom", Port: "web", TLS: true}, "", "/api/v1/namespaces/m/services/https:prom:web/proxy/api/v1/query"},
		{Service{Namespace: "m", Name: "prom", TLS: true}, "", "/api/v1/namespaces/m/services/https:prom:/proxy/api/v1/query"},
		{Service{Namespace: "m", Name: "p", Port: "80"}, "/k8s/clusters/c-1", "/k8s/clusters/c-1/api/v1/namespaces/m/services/p:80/proxy/api/v1/query"},
	} {
		got, token, accept := "", "", ""
		cl := serving(t, c.below, func(w http.ResponseWriter, r *http.Request) {
			got, token, accept = r.URL.Path, r.Header.Get("Authorization"), r.Header.Get("Accept")
			fmt.Fprint(w, "figures")
		})
		way, err := cl.Proxy(c.to)
		require.NoError(t, err)
		response, err := (&http.Client{Transport: way.RoundTripper}).Get(way.URL + "/api/v1/query")
		require.NoError(t, err)
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		response.Body.Close()
		require.Equal(t, "figures", string(text))
		require.Equal(t, c.want, got)
		require.Equal(t, "Bearer hunter2", token, "the kubeconfig's credentials")
		require.Empty(t, accept, "and none of the API's encodings")
	}
}

// The credentials of the cluster go to the Service's path of its API server.
func TestProxyGoesNowhereElse(t *testing.T) {
	elsewhere := 0
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere++ }))
	defer other.Close()
	asked := 0
	c := serving(t, "", func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, other.URL+"/login", http.StatusFound)
	})
	way, err := c.Proxy(Service{Namespace: "m", Name: "p", Port: "80"})
	require.NoError(t, err)
	client := &http.Client{Transport: way.RoundTripper}
	root, _, _ := strings.Cut(way.URL, "/api/v1/")
	for _, address := range []string{
		way.URL + "/api/v1/query", other.URL + "/x", root + "/api/v1/secrets", way.URL + "else/x",
		strings.Replace(way.URL, "https:", "http:", 1) + "/x", strings.Replace(way.URL, "127.0.0.1", "localhost", 1) + "/x", way.URL + "/../../../../../secrets",
	} {
		response, err := client.Get(address)
		require.ErrorContains(t, err, "the request is for another address than Service m/p", address)
		require.Nil(t, response)
	}
	require.Zero(t, elsewhere)
	require.Equal(t, 1, asked)
}

func TestProxyRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		method string
		says   string // of the API server; "": it is the Service's own answer
	}{
		"not permitted": {
			func(w http.ResponseWriter, _ *http.Request) {
				refusing(w, 403, `services "p" is forbidden: User "x" cannot get resource "services/proxy"`)
			},
			"GET", "prod may not get services/proxy in namespace m: Service m/p is reached through the API server, which wants that right",
		},
		"not permitted to ask at length": {
			func(w http.ResponseWriter, _ *http.Request) { refusing(w, 403, "forbidden") },
			"POST", "prod may not create services/proxy in namespace m: Service m/p is reached through the API server, which wants that right",
		},
		"nobody": {
			func(w http.ResponseWriter, _ *http.Request) { refusing(w, 401, "Unauthorized") },
			"GET", "the API server does not accept the credentials (401): log in again",
		},
		"no such Service": {
			func(w http.ResponseWriter, _ *http.Request) { refusing(w, 404, `services "p" not found`) },
			"GET", "there is no Service m/p",
		},
		"no endpoint": {
			func(w http.ResponseWriter, _ *http.Request) {
				refusing(w, 503, `no endpoints available for service "p"`)
			},
			"GET", `the API server cannot reach Service m/p: no endpoints available for service "p"`,
		},
		"nobody listens": {
			func(w http.ResponseWriter, _ *http.Request) {
				http.Error(w, "error trying to reach service: dial tcp 10.0.0.1:80: connect: connection refused\x1b[2J", http.StatusServiceUnavailable)
			},
			"GET", "the API server cannot reach Service m/p: dial tcp 10.0.0.1:80: connect: connection refused",
		},
		"the Service's own refusal": {
			func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "not you", http.StatusForbidden) }, "GET", "",
		},
		"the Service's own object": {
			func(w http.ResponseWriter, _ *http.Request) {
				http.Error(w, `{"kind":"Verdict","apiVersion":"v1","message":"no"}`, http.StatusForbidden)
			}, "GET", "",
		},
		"the Service's own error": {
			func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "1")
				http.Error(w, `{"status":"error","error":"bad"}`, http.StatusServiceUnavailable)
			}, "GET", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			way, err := serving(t, "", c.answer).Proxy(Service{Namespace: "m", Name: "p", Port: "80"})
			require.NoError(t, err)
			request, err := http.NewRequest(c.method, way.URL+"/api/v1/query", http.NoBody)
			require.NoError(t, err)
			response, err := way.RoundTripper.RoundTrip(request)
			if c.says == "" {
				require.NoError(t, err)
				text, err := io.ReadAll(response.Body)
				require.NoError(t, err)
				require.NotEmpty(t, text)
				require.NoError(t, response.Body.Close())
				return
			}
			var refusal *Refusal
			require.True(t, errors.As(err, &refusal), err)
			require.Equal(t, c.says, refusal.Sentence)
			require.NotContains(t, err.Error(), "hunter2")
		})
	}
}
