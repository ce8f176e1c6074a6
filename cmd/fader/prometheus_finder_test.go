package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
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
func hangs(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // only then the server sees that the client is gone
	<-r.Context().Done()
}

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
			"", "the Service a/p looks like a Prometheus, but did not answer within 2s",
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
			f.patience = 2 * time.Second // of a machine that may be busy
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
