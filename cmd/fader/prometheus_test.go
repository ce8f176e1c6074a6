package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"fader/cmd/fader/config"
	"fader/kube/cluster"
	"fader/metrics"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// behind is an API server behind which there are Services with a Prometheus, each
// with its answer.
type behind struct {
	t        *testing.T
	services []corev1.Service
	answers  map[string]http.HandlerFunc // namespace/[https:]name:port

	mu    sync.Mutex
	paths []string // below a proxy
}

func (b *behind) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if before, path, proxied := strings.Cut(r.URL.Path, "/proxy/"); proxied {
		parts := strings.Split(before, "/")
		b.mu.Lock()
		b.paths = append(b.paths, path)
		b.mu.Unlock()
		if answer := b.answers[parts[4]+"/"+parts[6]]; answer != nil {
			answer(w, r)
			return
		}
		w.WriteHeader(http.StatusNotFound)
		return
	}
	list := corev1.ServiceList{TypeMeta: metav1.TypeMeta{Kind: "ServiceList", APIVersion: "v1"}, Items: b.services}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(list); err != nil {
		b.t.Error(err)
	}
}

// connection to a cluster with this API server, this configuration and these flags.
func (b *behind) connection(text string, args ...string) *connection {
	b.t.Helper()
	place(b.t, text)
	server := httptest.NewServer(b)
	b.t.Cleanup(server.Close)
	path := os.Getenv("KUBECONFIG")
	kubeconfig, err := os.ReadFile(path)
	require.NoError(b.t, err)
	require.NoError(b.t, os.WriteFile(path, []byte(strings.ReplaceAll(string(kubeconfig), "https://admin:hunter2@127.0.0.1:1", server.URL)), 0o600))
	c, err := connect(scopeOf(b.t, args...), clusterOptions())
	require.NoError(b.t, err)
	return c
}

func (b *behind) asked() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.paths)
}

func labelled(namespace, name, label string, ports ...corev1.ServicePort) corev1.Service {
	key, value, _ := strings.Cut(label, "=")
	s := corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{}}, Spec: corev1.ServiceSpec{Ports: ports}}
	if key != "" {
		s.Labels[key] = value
	}
	return s
}

func well(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}`))
}

func forbids(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusForbidden)
	_, _ = w.Write([]byte(`{"kind":"Status","apiVersion":"v1","code":403,"message":"services \"p\" is forbidden"}`))
}

// hangs until who asks gives up.
func hangs(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func web(number int32) corev1.ServicePort { return corev1.ServicePort{Name: "web", Port: number} }

// Which Prometheus is taken depends on the signs alone, and not on who is first to
// answer; who does not answer at all is passed over.
func TestDiscovery(t *testing.T) {
	const name = "app.kubernetes.io/name="
	late := func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(50 * time.Millisecond) // others answer before it
		well(w, r)
	}
	for what, c := range map[string]struct {
		services []corev1.Service
		answers  map[string]http.HandlerFunc
		found    string
		says     string
	}{
		"none": {nil, nil, "", ""},
		"none that shows a sign": {
			[]corev1.Service{labelled("shop", "web", "app=web", web(80)), labelled("m", "prometheus-node-exporter", name+"node-exporter", web(9100))}, nil, "", "",
		},
		"labels before names, namespaces by the alphabet": {
			[]corev1.Service{labelled("a", "prometheus-k8s", "", web(9090)), labelled("z", "p", name+"prometheus", web(9090)), labelled("b", "p", name+"prometheus", web(9090))},
			map[string]http.HandlerFunc{"a/prometheus-k8s:9090": well, "b/p:9090": late, "z/p:9090": well},
			"b/p:9090", "",
		},
		"the cluster's own before Thanos": {
			[]corev1.Service{labelled("a", "thanos", name+"thanos-query", web(9090)), labelled("b", "prometheus-server", "", corev1.ServicePort{Name: "http", Port: 80})},
			map[string]http.HandlerFunc{"a/thanos:9090": well, "b/prometheus-server:80": late},
			"b/prometheus-server:80", "",
		},
		"who hangs, fails or is no Prometheus is passed over": {
			[]corev1.Service{
				labelled("a", "p", name+"prometheus", web(9090)), labelled("b", "p", name+"prometheus", web(9090)),
				labelled("c", "p", name+"prometheus", web(9090)), labelled("d", "p", "operated-prometheus=true", corev1.ServicePort{Name: "grpc", Port: 1}, corev1.ServicePort{Port: 9090}),
			},
			map[string]http.HandlerFunc{"a/p:9090": hangs, "b/p:9090": forbids, "d/p:9090": well},
			"d/p:9090", "",
		},
		"all hang": {
			[]corev1.Service{labelled("a", "p", name+"prometheus", web(9090))},
			map[string]http.HandlerFunc{"a/p:9090": hangs},
			"", "the Service a/p looks like a Prometheus, but did not answer within 200ms",
		},
		"none is one": {
			[]corev1.Service{labelled("a", "p", name+"prometheus", web(9090))},
			nil,
			"", "the Service a/p looks like a Prometheus, but does not answer like one (404)",
		},
		"nor is whatever else speaks JSON": {
			[]corev1.Service{labelled("a", "p", name+"prometheus", web(9090))},
			map[string]http.HandlerFunc{"a/p:9090": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"version":"7"}`)) }},
			"", "the Service a/p looks like a Prometheus, but does not answer like one (200)",
		},
		"the missing right is said": {
			[]corev1.Service{labelled("a", "p", name+"prometheus", web(9090)), labelled("b", "p", name+"prometheus", web(9090))},
			map[string]http.HandlerFunc{"b/p:9090": forbids},
			"", "u may not get services/proxy in namespace b: Service b/p is reached through the API server, which wants that right",
		},
	} {
		t.Run(what, func(t *testing.T) {
			b := &behind{t: t, services: c.services, answers: c.answers}
			f := b.connection("").finder()
			require.Equal(t, 3*time.Second, f.patience)
			f.patience = 200 * time.Millisecond
			found, err := f.find(t.Context())
			if c.says != "" {
				require.EqualError(t, err, c.says)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.found, strings.Trim(found.String()+":"+found.Port, "/:"))
		})
	}
}

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
