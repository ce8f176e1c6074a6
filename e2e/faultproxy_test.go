package e2e

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/tools/clientcmd"
)

// fault does something else with a write than passing it on. next passes it on.
type fault func(w http.ResponseWriter, r *http.Request, next http.Handler)

// proxy stands between fader and the API server. It passes everything on but
// writes (a PATCH that is no dry run) while it has a fault for them, and counts
// those. It keeps no credentials: the caller's token goes through.
type proxy struct {
	kubeconfig string

	mu     sync.Mutex
	fault  fault
	writes int
}

// proxy starts one on loopback; it is stopped with the test. http2 is what real API
// servers speak; without it an answer is cut as a closed connection.
func (p *practice) proxy(t *testing.T, http2 bool) *proxy {
	t.Helper()
	config, err := clientcmd.LoadFromFile(p.kubeconfig())
	require.NoError(t, err)
	cluster := config.Clusters[config.Contexts[config.CurrentContext].Cluster]
	server, err := url.Parse(cluster.Server)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(cluster.CertificateAuthorityData))
	through := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(server) },
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true},
		FlushInterval: -1, // watches are streams
		ErrorLog:      log.New(io.Discard, "", 0),
	}
	x := &proxy{kubeconfig: filepath.Join(t.TempDir(), "kubeconfig")}
	front := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f := x.write(r); f != nil {
			f(w, r, through)
			return
		}
		through.ServeHTTP(w, r)
	}))
	front.EnableHTTP2 = http2
	front.Config.ErrorLog = log.New(io.Discard, "", 0)
	front.StartTLS()
	t.Cleanup(func() {
		front.CloseClientConnections()
		front.Close()
	})
	cluster.Server = front.URL
	cluster.CertificateAuthorityData = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: front.Certificate().Raw})
	require.NoError(t, clientcmd.WriteToFile(*config, x.kubeconfig))
	return x
}

// write counts the request if it is one, and returns the fault for it.
func (x *proxy) write(r *http.Request) fault {
	if r.Method != http.MethodPatch || r.URL.Query().Get("dryRun") != "" {
		return nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.writes++
	return x.fault
}

// on gives writes a fault from now on, nil for none.
func (x *proxy) on(f fault) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.fault = f
}

// sent is how many writes came so far.
func (x *proxy) sent() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.writes
}

// cut lets the server do the write and breaks off before a byte of its answer.
func cut(_ http.ResponseWriter, r *http.Request, next http.Handler) {
	next.ServeHTTP(httptest.NewRecorder(), r)
	panic(http.ErrAbortHandler)
}

// lost breaks off before the server has heard of the write.
func lost(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }

// busy answers in the server's place that it has no time, as a load balancer
// does; nothing is passed on.
func busy(retryAfter string) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Retry-After", retryAfter)
		http.Error(w, "no backend is available", http.StatusServiceUnavailable)
	}
}

// heldBack lets the server do the write and keeps its answer until the returned
// function is called.
func heldBack() (f fault, release func()) {
	gate := make(chan struct{})
	f = func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		<-gate
		for key, values := range answer.Header() {
			w.Header()[key] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	}
	return f, sync.OnceFunc(func() { close(gate) })
}
