package e2e

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/tools/clientcmd"
)

// measured is what status prints of figures.
type measured struct {
	Items []struct {
		Namespace, Name string
		figured
		Revisions []struct {
			Revision   *int64
			ReplicaSet string
			New        bool
			Ready      int32
			figured
		}
	}
	Metrics struct {
		State           string
		Message, Source *string
	}
}

type figured struct {
	Latency                       struct{ P50, P95, P99 *float64 }
	ErrorRatio, RequestsPerSecond *float64
}

// figures runs status and reads what it prints of figures.
func figures(t *testing.T, env []string, args ...string) (measured, result) {
	t.Helper()
	r := run(t, env, append([]string{"status", "-n", "shop", "-o", "json"}, args...)...)
	require.NotEqual(t, 2, r.status, r.err)
	var m measured
	require.NoError(t, json.Unmarshal([]byte(r.out), &m), r.out+r.err)
	require.NotEmpty(t, m.Items)
	return m, r
}

func TestPrometheusForCommands(t *testing.T) {
	t.Parallel() // most of it is waiting for figures
	p := up(t, "latency-regression")
	p.eventually("both revisions have traffic", func() bool {
		m, _ := figures(t, p.env(), "shipping", "--prometheus", p.prometheus())
		return len(m.Items[0].Revisions) == 2 && m.Items[0].Revisions[0].Latency.P99 != nil && m.Items[0].Revisions[1].Latency.P99 != nil
	})
	t.Run("every source", func(t *testing.T) { everySource(t, p) })
	t.Run("what it says is PromQL's", func(t *testing.T) { statusIsPromQLs(t, p) })
	t.Run("other forms", func(t *testing.T) { figuresInOtherForms(t, p) })
	t.Run("one that hangs holds nobody up", func(t *testing.T) { hangingIsBounded(t, p) })
	t.Run("behind the API server", func(t *testing.T) { behindTheServer(t, p) })
}

// A flag wins over the environment, that over the context's entry, that over the
// top level; none of them asks another.
func everySource(t *testing.T, p *practice) {
	right := p.prometheus()
	const wrong = "http://127.0.0.1:1"
	home := p.kubectl("config", "current-context")
	for name, c := range map[string]struct {
		file, env string
		args      []string
		source    string
		state     string
	}{
		"a flag":               {"prometheus: " + wrong, wrong, []string{"--prometheus", right}, "--prometheus", "live"},
		"the environment":      {"prometheus: " + wrong, right, nil, "FADER_PROMETHEUS", "live"},
		"the context's entry":  {"prometheus: " + wrong + "\ncontexts:\n  " + home + ": {prometheus: {url: '" + right + "'}}", "", nil, "config.yaml:3 (contexts." + home + ".prometheus)", "live"},
		"the top level":        {"prometheus: " + right + "\ncontexts: {other: {prometheus: '" + wrong + "'}}", "", nil, "config.yaml:1", "live"},
		"switched off by hand": {"prometheus: " + right, right, []string{"--prometheus", "none"}, "--prometheus", "off"},
		"switched off":         {"prometheus: none", "", nil, "config.yaml:1", "off"},
		"the wrong one":        {"prometheus: " + wrong, "", nil, "config.yaml:1", "unavailable"},
		"presets of one's own alone": {
			"prometheus:\n  url: " + right + "\n  presets:\n  - {name: http, latency: nobody_has_this, labels: {namespace: namespace, pod: pod}}", "", nil, "config.yaml:2", "nothing",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := &practice{t, p.bin, p.dir}
			p.configure(c.file)
			m, r := figures(t, append(p.env(), "FADER_PROMETHEUS="+c.env), append([]string{"shipping"}, c.args...)...)
			require.Equal(t, c.state, m.Metrics.State, r.err)
			require.Equal(t, c.source, *m.Metrics.Source)
			require.Equal(t, 3, r.status, "the exit status is the rollout's: it is paused")
			known := m.Items[0].Latency.P99 != nil && m.Items[0].RequestsPerSecond != nil && m.Items[0].ErrorRatio != nil
			require.Equal(t, c.state == "live", known)
			require.Equal(t, c.state == "live", m.Metrics.Message == nil)
			require.Equal(t, c.state == "unavailable", strings.Contains(r.err, "figures are unknown: "), r.err)
		})
	}
	p.configure("")
	m, _ := figures(t, p.env())
	require.Equal(t, "none", m.Metrics.State)
	require.Nil(t, m.Metrics.Source)
}

// Quantiles and requests of the Deployment and of each revision are those of the
// same expression, asked of Prometheus by the moment of the newest point.
func statusIsPromQLs(t *testing.T, p *practice) {
	door := watched(t, p.prometheus())
	reference := promQL(t, p.prometheus())
	requests := func(sets []string, rate time.Duration) string {
		return fmt.Sprintf(`sum(rate(http_request_duration_seconds_count{namespace="shop",pod=~%q}[%ds]))`, podsOf(sets), int(rate.Seconds()))
	}
	p.eventually("status and PromQL agree", func() bool {
		before := door.count()
		m, _ := figures(t, p.env(), "shipping", "--prometheus", door.url)
		item := m.Items[0]
		require.Len(t, item.Revisions, 2)
		require.True(t, item.Revisions[0].New)
		require.False(t, item.Revisions[1].New)
		groups := []struct {
			sets []string
			is   figured
		}{
			{p.sets()["shop/shipping"], item.figured},
			{[]string{item.Revisions[0].ReplicaSet}, item.Revisions[0].figured},
			{[]string{item.Revisions[1].ReplicaSet}, item.Revisions[1].figured},
		}
		var last query
		asked := door.since(before)
		for _, a := range asked {
			require.True(t, !a.ranged() || a.end().Sub(a.start()) < 5*time.Minute, "the history is for nobody here")
			if a.ranged() && a.latency() {
				last = a
			}
		}
		require.LessOrEqual(t, len(asked), 3, "who exports what, latency, traffic")
		rate := time.Duration(number(t, regexp.MustCompile(`\[(\d+)s\]`).FindStringSubmatch(last.expr())[1])) * time.Second
		step := time.Duration(number(t, last.form.Get("step"))) * time.Second
		for back := range 3 { // the newest point may be empty yet
			at, worst := last.end().Add(-time.Duration(back)*step), 0.0
			for _, g := range groups {
				for expr, got := range map[string]*float64{
					quantileOf(0.5, "shop", g.sets, rate): g.is.Latency.P50, quantileOf(0.95, "shop", g.sets, rate): g.is.Latency.P95,
					quantileOf(0.99, "shop", g.sets, rate): g.is.Latency.P99, requests(g.sets, rate): g.is.RequestsPerSecond,
				} {
					if got == nil {
						return false
					}
					want := instant(t, reference, expr, at)
					worst = max(worst, math.Abs(*got-want)/want)
				}
			}
			if worst <= tolerated {
				t.Logf("12 figures of a Deployment and two revisions are off by %.4f %% at most; p99 %.0f ms against %.0f ms",
					worst*100, *groups[1].is.Latency.P99*1000, *groups[2].is.Latency.P99*1000)
				return true
			}
		}
		return false
	})
}

func figuresInOtherForms(t *testing.T, p *practice) {
	door := watched(t, p.prometheus())
	for _, output := range []string{"", "name"} {
		r := run(t, p.env(), "status", "-n", "shop", "-o", output, "--prometheus", door.url)
		require.NotContains(t, r.out, "P99")
		if output == "name" {
			require.Zero(t, door.count(), "metrics are read for who shows them or is ordered by them")
		}
		door = watched(t, p.prometheus())
	}
	wide := run(t, p.env(), "status", "-n", "shop", "-o", "wide", "--prometheus", door.url)
	require.Regexp(t, `(?m)^PHASE .* AVAILABLE +P99 +ERR +RPS +IMAGES`, wide.out)
	require.Regexp(t, `(?m)^Paused +shop +shipping .* \d+ms +<?\d+\.\d% +\d+/s +registry`, wide.out)
	require.Regexp(t, `(?s)latency:\n +p50: 0\.\d+\n +p95: 0\.\d+\n.*metrics:\n.* state: live`, run(t, p.env(), "status", "-n", "shop", "-o", "yaml", "shipping", "--prometheus", door.url).out)
	watch := run(t, p.env(), "status", "-n", "shop", "-o", "json", "shipping", "--watch", "--timeout", "1s", "--prometheus", door.url)
	require.Contains(t, watch.out, `"state":"live"`)
}

// slack that a command may take beside what it waits for Prometheus: this machine
// may be busy. It is far below the 10 s and 30 s that others would wait.
const slack = 5 * time.Second

func hangingIsBounded(t *testing.T, p *practice) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	hung := "http://" + listener.Addr().String() // it takes connections and says nothing
	begun := time.Now()
	m, r := figures(t, p.env(), "shipping", "--prometheus", hung)
	took := time.Since(begun)
	require.Equal(t, "unavailable", m.Metrics.State)
	require.Equal(t, "Prometheus at "+hung+" did not answer within 3s", *m.Metrics.Message)
	require.Equal(t, "fader: figures are unknown: "+*m.Metrics.Message+"\n", r.err)
	require.Equal(t, 3, r.status)
	require.Equal(t, figured{}, m.Items[0].figured)
	require.Len(t, m.Items[0].Revisions, 2, "what the cluster says is there")
	require.Less(t, took, 3*time.Second+slack)
	t.Log("a Prometheus that hangs delays status -o json to", took)
	begun = time.Now()
	require.Equal(t, 3, run(t, p.env(), "status", "-n", "shop", "shipping", "--prometheus", hung).status)
	t.Log("and a form without figures takes", time.Since(begun))
}

// A Service in the cluster is found and asked through the API server, whose own
// authorisation it is. Only the last step is not the API server's here: it refuses
// endpoints on loopback, and this Prometheus listens nowhere else.
func behindTheServer(t *testing.T, p *practice) {
	p.kubectl("-n", "shop", "create", "service", "clusterip", "prometheus-k8s", "--tcp=9090:9090")
	p.kubectl("-n", "shop", "label", "service", "prometheus-k8s", "app.kubernetes.io/name=prometheus")
	admin := serviceFront(t, p.kubeconfig(), p.prometheus())
	m, r := figures(t, append(p.env(), "KUBECONFIG="+admin), "shipping")
	require.Equal(t, "live", m.Metrics.State, r.err)
	require.Equal(t, "found in shop", *m.Metrics.Source)
	require.NotNil(t, m.Items[0].Latency.P99)
	for _, named := range []string{"service/shop/prometheus-k8s:9090", "service/shop/prometheus-k8s"} {
		m, r = figures(t, append(p.env(), "KUBECONFIG="+admin), "shipping", "--prometheus", named)
		require.Equal(t, "live", m.Metrics.State, r.err)
	}

	env := p.tenant("shop")
	tenant := serviceFront(t, strings.TrimPrefix(env[len(env)-1], "KUBECONFIG="), p.prometheus())
	m, r = figures(t, append(p.env(), "KUBECONFIG="+tenant), "shipping")
	require.Equal(t, "unavailable", m.Metrics.State)
	const right = " may not get services/proxy in namespace shop: Service shop/prometheus-k8s is reached through the API server, which wants that right"
	require.True(t, strings.HasSuffix(*m.Metrics.Message, right), *m.Metrics.Message)
	require.Equal(t, 1, strings.Count(r.err, "\n"))
	account := strings.TrimPrefix(p.kubectl("--kubeconfig", strings.TrimPrefix(env[len(env)-1], "KUBECONFIG="), "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"), "system:serviceaccount:")
	p.kubectl("-n", "shop", "create", "role", "fader-prometheus", "--verb=get", "--resource=services/proxy", "--resource-name=prometheus-k8s:9090")
	p.kubectl("-n", "shop", "create", "rolebinding", "fader-prometheus", "--role=fader-prometheus", "--serviceaccount="+account)
	p.eventually("with the right it works", func() bool {
		m, _ := figures(t, append(p.env(), "KUBECONFIG="+tenant), "shipping")
		return m.Metrics.State == "live"
	})
}

// serviceFront stands before the API server. Where that would reach a Service and cannot,
// the front reaches Prometheus instead.
func serviceFront(t *testing.T, kubeconfig, prometheus string) (path string) {
	t.Helper()
	config, err := clientcmd.LoadFromFile(kubeconfig)
	require.NoError(t, err)
	cluster := config.Clusters[config.Contexts[config.CurrentContext].Cluster]
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(cluster.CertificateAuthorityData))
	through := func(to string, transport http.RoundTripper, strip *regexp.Regexp) *httputil.ReverseProxy {
		target, err := url.Parse(to)
		require.NoError(t, err)
		return &httputil.ReverseProxy{
			Rewrite: func(r *httputil.ProxyRequest) {
				r.Out.URL.Path = strip.ReplaceAllString(r.Out.URL.Path, "")
				r.SetURL(target)
			},
			Transport: transport, FlushInterval: -1, ErrorLog: log.New(io.Discard, "", 0),
		}
	}
	server := through(cluster.Server, &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}, regexp.MustCompile(`^$`))
	behind := through(prometheus, http.DefaultTransport, regexp.MustCompile(`^/api/v1/namespaces/shop/services/prometheus-k8s:9090/proxy`))
	proxied := regexp.MustCompile(`/services/[^/]+/proxy/`)
	listener := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !proxied.MatchString(r.URL.Path) {
			server.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder()
		server.ServeHTTP(answer, r.Clone(r.Context()))
		if answer.Code == http.StatusServiceUnavailable {
			r.Header.Del("Authorization") // as the API server does
			behind.ServeHTTP(w, r)
			return
		}
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	}))
	listener.EnableHTTP2 = true
	listener.Config.ErrorLog = log.New(io.Discard, "", 0)
	listener.StartTLS()
	t.Cleanup(func() {
		listener.CloseClientConnections()
		listener.Close()
	})
	cluster.Server = listener.URL
	cluster.CertificateAuthorityData = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: listener.Certificate().Raw})
	path = filepath.Join(t.TempDir(), "kubeconfig")
	require.NoError(t, clientcmd.WriteToFile(*config, path))
	return path
}
