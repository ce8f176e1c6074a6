package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fader/kube/cluster"
	"fader/metrics"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

func TestWhatWasFoundIsUsed(t *testing.T) {
	b := &behind{t: t, services: []corev1.Service{labelled("m", "prometheus-k8s", "", web(9090))}, answers: map[string]http.HandlerFunc{"m/prometheus-k8s:9090": well}}
	p, err := b.connection("prometheus: {timeout: 5s, scrapeInterval: 7s}").prometheus(t.Context())
	require.NoError(t, err)
	require.Equal(t, "found in m", p.From)
	require.Equal(t, "Prometheus (Service m/prometheus-k8s)", p.Client.Called())
	require.Equal(t, 7*time.Second, p.Poll.ScrapeInterval)
	require.Equal(t, metrics.Presets(), p.Poll.Presets)

	p, err = (&behind{t: t}).connection("").prometheus(t.Context())
	require.NoError(t, err, "none is no error")
	require.Nil(t, p.Client)
	require.Empty(t, p.From)
}

// What was set is not looked for.
func TestPrometheusAsItIsSet(t *testing.T) {
	for what, c := range map[string]struct {
		file         string
		args         []string
		env          string
		from, called string
	}{
		"a flag":             {"prometheus: http://file:1", []string{"--prometheus", "http://flag:1/x"}, "http://env:1", "--prometheus", "Prometheus at http://flag:1/x"},
		"the environment":    {"prometheus: http://file:1", nil, "http://env:1", "FADER_PROMETHEUS", "Prometheus at http://env:1"},
		"the file":           {"prometheus: http://file:1", nil, "", "config.yaml:1", "Prometheus at http://file:1"},
		"of the context":     {"prometheus: http://file:1\ncontexts: {prod-eu: {prometheus: {url: 'http://eu:1'}}}", nil, "", "config.yaml:2 (contexts.prod-eu.prometheus)", "Prometheus at http://eu:1"},
		"of another context": {"prometheus: http://file:1\ncontexts: {stage: {prometheus: {url: 'http://st:1'}}}", nil, "", "config.yaml:1", "Prometheus at http://file:1"},
		"a service":          {"", []string{"--prometheus", "service/m/p:80"}, "", "--prometheus", "Prometheus (Service m/p)"},
		"nothing at all":     {"prometheus: http://file:1", []string{"--prometheus", "none"}, "", "--prometheus", ""},
	} {
		t.Run(what, func(t *testing.T) {
			b := &behind{t: t, services: []corev1.Service{labelled("m", "prometheus-k8s", "", web(9090))}, answers: map[string]http.HandlerFunc{"m/prometheus-k8s:9090": well}}
			conn := b.connection(c.file, c.args...)
			if c.env != "" {
				t.Setenv("FADER_PROMETHEUS", c.env)
				again, err := connect(scopeOf(t, c.args...), clusterOptions())
				require.NoError(t, err)
				conn.settings = again.settings
			}
			p, err := conn.prometheus(t.Context())
			require.NoError(t, err)
			require.Equal(t, c.from, p.From)
			require.Equal(t, c.called == "", p.Client == nil)
			if p.Client != nil {
				require.Equal(t, c.called, p.Client.Called())
			}
			require.Zero(t, b.asked())
		})
	}
}

// A Service without a port is asked for its ports; what the API server says in its
// place is why there are no figures.
func TestANamedService(t *testing.T) {
	b := &behind{t: t, services: []corev1.Service{}, answers: map[string]http.HandlerFunc{"m/p:9090": forbids}}
	p, err := b.connection("", "--prometheus", "service/m/p:9090").prometheus(t.Context())
	require.NoError(t, err)
	_, err = p.Client.Read(t.Context(), metrics.ReadOptions{})
	var fault *metrics.Fault
	require.True(t, errors.As(err, &fault))
	require.Equal(t, metrics.Forbidden, fault.Kind)
	require.Equal(t, "u may not get services/proxy in namespace m: Service m/p is reached through the API server, which wants that right", fault.Sentence)

	for want, ports := range map[string][]cluster.Port{
		"9090":  {{Name: "reloader-web", Number: 8080}, {Name: "http-web", Number: 9090}},
		"10902": {{Name: "grpc", Number: 10901}, {Name: "http", Number: 10902}},
		"9095":  {{Name: "x", Number: 9090}, {Name: "web", Number: 9095}},
		"1":     {{Name: "x", Number: 1}, {Name: "y", Number: 2}},
		"":      nil,
	} {
		require.Equal(t, want, portOf(cluster.FoundService{Ports: ports}))
	}
}

func TestPasswordsAreReadFromTheirFile(t *testing.T) {
	seen := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Get("Authorization") + " " + r.Header.Get("X-Scope-Orgid")
		http.Redirect(w, r, "http://127.0.0.1:1/login", http.StatusFound)
	}))
	defer server.Close()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "password"), []byte("hunter2\r\nmore\n"), 0o600))
	b := &behind{t: t}
	conn := b.connection("prometheus:\n  url: " + server.URL + "\n  username: me\n  passwordFile: " + dir + "/password\n  headers: {X-Scope-OrgID: TENANT}\n")
	t.Setenv("TENANT", "shop")
	p, err := conn.prometheus(t.Context())
	require.NoError(t, err)
	_, err = p.Client.Read(t.Context(), metrics.ReadOptions{})
	require.ErrorContains(t, err, "sends to http://127.0.0.1:1/login instead of answering")
	require.NotContains(t, err.Error(), "hunter2")
	require.Equal(t, "Basic bWU6aHVudGVyMg== shop", seen)

	conn.settings.Prometheus.Server.Is.PasswordFile = dir + "/none"
	_, err = conn.prometheus(t.Context())
	require.ErrorContains(t, err, "open the password file of Prometheus: ")
}
