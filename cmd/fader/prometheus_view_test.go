package main

import (
	"os"
	"path/filepath"
	"testing"

	"fader/cmd/fader/config"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// Nothing secret is printed, and what is printed can be read again.
func TestConfigViewOfPrometheus(t *testing.T) {
	const full = `prometheus:
  url: https://me:hunter2@prom.example
  tls: {ca: /ca.pem, insecure: true}
  headers: {X-Scope-OrgID: TENANT}
  timeout: 5s
  presets:
  - {name: own, latency: own_seconds, labels: {namespace: n, pod: p}}
`
	place(t, full)
	t.Setenv("TENANT", "hunter2")
	out, errs, status := said(t, "config", "view")
	require.Zero(t, status, errs)
	require.NotContains(t, out, "hunter2")
	for _, line := range []string{
		"prometheus:\n  url: https://me:xxxxx@prom.example # config.yaml:2\n  tls:\n    ca: /ca.pem # config.yaml:2\n    insecure: true # config.yaml:2\n",
		"  headers:\n    X-Scope-Orgid: TENANT # config.yaml:2\n  timeout: 5s # config.yaml:5\n",
		"latency: own_seconds\n",
	} {
		require.Contains(t, out, line)
	}
	var doc struct{ Prometheus yaml.Node }
	require.NoError(t, yaml.Unmarshal([]byte(out), &doc))
	again, err := yaml.Marshal(map[string]any{"prometheus": &doc.Prometheus})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(path, again, 0o600))
	_, err = config.Load(path)
	require.NoError(t, err, string(again))

	for _, args := range [][]string{{"info"}, {"info", "-o", "json"}} {
		out, _, status = said(t, args...)
		require.Zero(t, status)
		require.NotContains(t, out, "hunter2")
		require.Contains(t, out, "https://me:xxxxx@prom.example")
	}
	for word, line := range map[string]string{
		"service/m/p:9090": "  service: m/p:9090 # --prometheus\n", "none": "prometheus: none # --prometheus\n",
		"http://a:hunter2@b": "  url: http://a:xxxxx@b # --prometheus\n",
	} {
		out, errs, status = said(t, "config", "view", "--prometheus", word)
		require.Zero(t, status, errs)
		require.Contains(t, out, line)
		require.NotContains(t, out, "hunter2")
	}
	place(t, "")
	out, _, _ = said(t, "config", "view")
	require.Contains(t, out, "prometheus: \"\" # default\n")
	out, _, _ = said(t, "config", "view", "--prometheus", "service/m/p")
	require.Contains(t, out, "prometheus: service/m/p # --prometheus\n")
	_, errs, status = said(t, "status", "--prometheus", "ftp://a:hunter2@b")
	require.Equal(t, 2, status)
	require.Equal(t, "fader: --prometheus cannot be used: give a URL, such as http://prometheus.example:9090, service/NAMESPACE/NAME:PORT for one behind the API server, or none\n", errs)
}
