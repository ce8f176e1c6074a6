package config_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"fader/cmd/fader/config"
	"fader/metrics"

	"github.com/stretchr/testify/require"
)

const measured = `prometheus:
  url: https://prometheus.example/prom
  username: fader
  passwordFile: secret/password
  tls: {ca: /etc/ca.pem, cert: client.pem, key: client.key, serverName: prom, insecure: false}
  headers: {x-scope-orgid: TENANT}
  scrapeInterval: 30s
  timeout: 5s
  presets:
  - name: checkout
    latency: checkout_seconds
    unit: ms
    requests: checkout_total
    failures:
    - {label: outcome, pattern: "error|timeout", success: "done"}
    labels: {namespace: ns, pod: pod_name}
    match: {job: checkout}
  - name: http
    duration: spent_seconds_total
    requests: asked_total
    failed: lost_total
    labels: {namespace: namespace, workload: deployment}
    firstToken: first_seconds
    waiting: [waiting]
    cacheUse: [cache, cache_old]
contexts:
  prod-*:
    prometheus: {service: "monitoring/prometheus-k8s:9090"}
  prod-eu:
    prometheus:
      timeout: 1m
      presets:
      - {name: own, latency: own_seconds, labels: {namespace: namespace, pod: pod}}
  lab: {prometheus: none}
  near:
    prometheus: {url: "http://near:9090", bearerTokenFile: /run/token}
`

func TestPrometheusOfAFile(t *testing.T) {
	file := loaded(t, measured)
	dir := filepath.Dir(file.Path)
	of := func(context string) config.Prometheus { return config.Sources{File: file}.For(context).Prometheus }
	top := of("stage")
	require.Equal(t, value(config.Server{
		URL: "https://prometheus.example/prom", Username: "fader", PasswordFile: filepath.Join(dir, "secret/password"),
		TLS: metrics.TLS{
			CA: "/etc/ca.pem", Cert: filepath.Join(dir, "client.pem"), Key: filepath.Join(dir, "client.key"), ServerName: "prom",
		},
		Headers: map[string]string{"X-Scope-Orgid": "TENANT"},
	}, "config.yaml:2"), top.Server)
	require.Equal(t, value(30*time.Second, "config.yaml:7"), top.ScrapeInterval)
	require.Equal(t, value(5*time.Second, "config.yaml:8"), top.Timeout)
	require.Equal(t, []metrics.Preset{
		{
			Name: "checkout", Latency: "checkout_seconds", Unit: metrics.Milliseconds, Requests: "checkout_total",
			Failures: []metrics.Failure{{Label: "outcome", Pattern: "error|timeout", Success: "done"}},
			Labels:   metrics.Labels{Namespace: "ns", Pod: "pod_name"}, Match: map[string]string{"job": "checkout"},
		},
		{
			Name: "http", Duration: "spent_seconds_total", Requests: "asked_total", Failed: "lost_total",
			Labels:     metrics.Labels{Namespace: "namespace", Workload: "deployment"},
			FirstToken: "first_seconds", Waiting: []string{"waiting"}, CacheUse: []string{"cache", "cache_old"},
		},
	}, top.Presets.Is)

	eu := of("prod-eu")
	require.Equal(t, value(config.Server{Service: config.Service{Namespace: "monitoring", Name: "prometheus-k8s", Port: "9090"}},
		"config.yaml:28 (contexts.prod-*.prometheus)"), eu.Server, "no credentials of the top level go along")
	require.Equal(t, value(time.Minute, "config.yaml:31 (contexts.prod-eu.prometheus)"), eu.Timeout)
	require.Equal(t, 30*time.Second, eu.ScrapeInterval.Is, "each part by itself")
	require.Equal(t, "own", eu.Presets.Is[0].Name)
	require.Len(t, eu.Presets.Is, 1)
	require.True(t, of("lab").Server.Is.Off)
	require.Equal(t, config.Server{URL: "http://near:9090", BearerTokenFile: "/run/token"}, of("near").Server.Is)

	flagged := config.Sources{File: file, Flags: config.Given{Prometheus: value(config.Server{URL: "http://by.hand"}, "--prometheus")}}
	require.Equal(t, config.Server{URL: "http://by.hand"}, flagged.For("near").Prometheus.Server.Is, "the file's token is for the file's address")
	require.Equal(t, top.Presets, flagged.For("near").Prometheus.Presets)
}

// A user's presets come first, and one with the name of one of fader's is it.
func TestAllPresets(t *testing.T) {
	names := func(of []metrics.Preset) (names []string) {
		for _, p := range of {
			names = append(names, p.Name)
		}
		return names
	}
	own := names(metrics.Presets())
	require.Equal(t, own, names(config.Sources{}.For("").Prometheus.AllPresets()))
	with := config.Sources{File: loaded(t, measured)}.For("stage").Prometheus.AllPresets()
	require.Equal(t, []string{"checkout", "http"}, names(with)[:2])
	require.Len(t, with, len(own)+1)
	require.Equal(t, "spent_seconds_total", with[1].Duration)
	for _, p := range with[2:] {
		require.NotEqual(t, "http", p.Name)
	}
}

func TestPrometheusRefuses(t *testing.T) {
	const one = "prometheus:\n  url: https://p\n  presets:\n  - "
	const labels = ", labels: {namespace: n, pod: p}}\n"
	for name, c := range map[string]struct{ text, says string }{
		"an unknown key":                {"prometheus:\n  url: http://p\n  bearertokenfile: x\n", `:3: unknown key "bearertokenfile" in prometheus: did you mean "bearerTokenFile"?`},
		"a password in the file":        {"prometheus:\n  url: http://p\n  username: a\n  password: hunter2\n", `:4: unknown key "password" in prometheus: did you mean "passwordFile"?`},
		"an unknown key of TLS":         {"contexts:\n  a:\n    prometheus: {url: 'https://p', tls: {caFile: x}}\n", `:3: unknown key "caFile" in contexts.a.prometheus.tls: known are ca, cert, insecure, key, serverName`},
		"no URL":                        {"prometheus: {url: p:9090}\n", `:1: prometheus.url is "p:9090": give a URL`},
		"none as a URL":                 {"prometheus: {url: none}\n", `:1: prometheus.url is "none": give a URL`},
		"no service":                    {"prometheus: {service: prometheus}\n", `:1: prometheus.service is "prometheus": give NAMESPACE/NAME:PORT`},
		"a service that climbs":         {"prometheus: service/../secrets/x\n", `:1: prometheus is "service/../secrets/x": give a URL`},
		"two addresses":                 {"prometheus:\n  url: http://p\n  service: a/b\n", `:3: prometheus.service is given besides url: one of them has to go`},
		"a token for nobody":            {"prometheus:\n  timeout: 3s\n  bearerTokenFile: x\n", `:3: prometheus.bearerTokenFile belongs to an address: give url beside it`},
		"a token for the API server":    {"prometheus:\n  service: a/b\n  bearerTokenFile: x\n", `:3: prometheus.bearerTokenFile would be shown to the API server`},
		"a user for the API server":     {"prometheus:\n  service: a/b\n  username: x\n", `:3: prometheus.username would be shown to the API server`},
		"a login for the API server":    {"prometheus:\n  service: a/b\n  headers: {authorization: X}\n", `:3: prometheus.headers would be shown to the API server`},
		"somebody else at the server":   {"prometheus:\n  service: a/b\n  headers: {Impersonate-User: X}\n", `:3: prometheus.headers would be shown to the API server`},
		"two ways in":                   {"prometheus:\n  url: http://p\n  bearerTokenFile: x\n  username: y\n", `:4: prometheus.username is given besides bearerTokenFile`},
		"a token and a user in the URL": {"prometheus:\n  url: http://a:hunter2@p\n  bearerTokenFile: x\n", `:3: prometheus.bearerTokenFile is given besides a user in url`},
		"a password of nobody":          {"prometheus:\n  url: http://p\n  passwordFile: x\n", `:3: prometheus.passwordFile belongs to a user: give username beside it`},
		"TLS where there is none":       {"prometheus:\n  url: http://p\n  tls: {ca: x}\n", `:3: prometheus.tls is for https, and url is http`},
		"a certificate without its key": {"prometheus:\n  url: https://p\n  tls: {cert: x}\n", `:3: prometheus.tls has one of cert and key: give both`},
		"a header's value":              {"prometheus:\n  url: https://p\n  headers: {X: Bearer abc}\n", `:3: prometheus.headers.X is "Bearer abc": give the name of an environment variable`},
		"a header with a colon":         {"prometheus:\n  url: https://p\n  headers: {'X: Y': Z}\n", `:3: prometheus.headers has "X: Y", which is no name of a header`},
		"a time without unit":           {"prometheus: {timeout: 3}\n", `:1: prometheus.timeout is "3": give a time, such as 15s`},
		"no time":                       {"prometheus: {scrapeInterval: 0s}\n", `:1: prometheus.scrapeInterval is "0s": give a time, such as 15s`},
		"presets that are one":          {"prometheus: {presets: {name: x}}\n", `:1: prometheus.presets is a mapping: give a list of presets`},
		"a preset that is a word":       {one + "http\n", `:4: prometheus.presets[0] is "http": give keys and values`},
		"a preset with an unknown key":  {one + "{name: x, latancy: y" + labels, `:4: unknown key "latancy" in prometheus.presets[0]: did you mean "latency"?`},
		"a preset with an odd label":    {one + "{name: x, latency: y, labels: {namspace: n}}\n", `:4: unknown key "namspace" in prometheus.presets[0].labels: did you mean "namespace"?`},
		"a preset without a latency":    {one + "{name: x" + labels, `:4: prometheus.presets[0]: the preset "x" names neither latency`},
		"a preset of buckets":           {one + "{name: x, latency: y_bucket" + labels, `:4: prometheus.presets[0]: the preset "x" names the histogram y_bucket: leave _bucket out`},
		"a preset of minutes":           {one + "{name: x, latency: y, unit: m" + labels, `:4: prometheus.presets[0].unit is "m": give s, ms or us`},
		"a pattern that is none":        {one + "{name: x, latency: y, failures: [{label: c, pattern: '('}]" + labels, `:4: prometheus.presets[0]: the preset "x" has the pattern "("`},
		"a preset without a name":       {one + "{latency: y" + labels, `:4: prometheus.presets[0]: a preset has no name`},
		"a preset given twice":          {one + "{name: x, latency: y" + labels + "  - {name: x, latency: z" + labels, `:5: the preset "x" is given twice: first in line 4`},
	} {
		t.Run(name, func(t *testing.T) {
			path := written(t, c.text)
			got, err := config.Load(path)
			require.ErrorContains(t, err, c.says)
			require.True(t, strings.HasPrefix(err.Error(), path+":"), err)
			require.NotContains(t, err.Error(), "\n", "one sentence")
			require.NotContains(t, err.Error(), "hunter2")
			require.Equal(t, config.Config{}, got)
		})
	}
}

// What the README shows is what is understood.
func TestTheREADMEsConfigurations(t *testing.T) {
	text, err := os.ReadFile("../../../README.md")
	require.NoError(t, err)
	of := map[string]config.Config{}
	for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		if first, _, _ := strings.Cut(block[1], ":"); first == "theme" || first == "prometheus" {
			of[first] = loaded(t, block[1])
		}
	}
	require.Equal(t, "http://prometheus.example:9090", of["theme"].Prometheus.Server.Is.URL)
	require.Equal(t, "checkout", of["prometheus"].Prometheus.Presets.Is[0].Name)
	require.Equal(t, "fader", config.Sources{File: of["prometheus"]}.For("stage").Prometheus.Server.Is.Username)
}

func TestNewServer(t *testing.T) {
	for word, want := range map[string]config.Server{
		"none":                            {Off: true},
		"http://p:9090/prefix":            {URL: "http://p:9090/prefix"},
		"https://a:hunter2@p":             {URL: "https://a:hunter2@p"},
		"service/monitoring/prom":         {Service: config.Service{Namespace: "monitoring", Name: "prom"}},
		"service/monitoring/prom:web":     {Service: config.Service{Namespace: "monitoring", Name: "prom", Port: "web"}},
		"service/monitoring/https:p:9091": {Service: config.Service{Namespace: "monitoring", Name: "p", Port: "9091", TLS: true}},
	} {
		got, wrong := config.NewServer(word)
		require.Empty(t, wrong, word)
		require.Equal(t, want, got)
		require.NotContains(t, got.Word(), "hunter2")
		if want.URL == "" {
			require.Equal(t, word, got.Word(), "it is shown as it is given")
		}
	}
	for _, word := range []string{
		"", "None", "p:9090", "ftp://p", "http://", "service/p", "service/a/b/c", "service/a/", "service/a/b:", "service/a/b:9090/x",
		"service/a/..", "service/a/b?x", "service/A/b", "service/a/b:1:2", "service//b", "http://a:hunter2@",
	} {
		got, wrong := config.NewServer(word)
		require.Contains(t, wrong, "give a URL, such as", word)
		require.NotContains(t, wrong, "hunter2")
		require.Equal(t, config.Server{}, got)
	}
}
