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
	"time"

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
	cutAll     func() // closes every connection

	mu     sync.Mutex
	fault  fault
	writes int
	reads  fault // for every GET
	epoch  int   // of watches: those of an earlier one are swallowed
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
		if f := x.get(r); f != nil {
			f(w, r, through)
			return
		}
		if r.URL.Query().Get("watch") != "" {
			w = &watchAnswer{ResponseWriter: w, proxy: x, epoch: x.now()}
		}
		through.ServeHTTP(w, r)
	}))
	front.EnableHTTP2 = http2
	front.Config.ErrorLog = log.New(io.Discard, "", 0)
	front.StartTLS()
	x.cutAll = front.CloseClientConnections
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

// get returns the fault for a GET.
func (x *proxy) get(r *http.Request) fault {
	if r.Method != http.MethodGet {
		return nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.reads
}

// onReads gives every GET a fault from now on, nil for none.
func (x *proxy) onReads(f fault) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.reads = f
}

func (x *proxy) now() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.epoch
}

// swallow takes every watch that is open by now out of use without closing it.
// Watches that are opened later work.
func (x *proxy) swallow() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.epoch++
}

// watchAnswer is the answer to a watch; what it is to say is dropped once it is swallowed.
type watchAnswer struct {
	http.ResponseWriter
	proxy *proxy
	epoch int
}

func (w *watchAnswer) Write(p []byte) (int, error) {
	if w.proxy.now() > w.epoch {
		return len(p), nil
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets the proxy flush what was written.
func (w *watchAnswer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// page answers with status 200 what no API server says.
func page(kind, body string) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", kind)
		_, _ = io.WriteString(w, body)
	}
}

// readyz answers in the API server's place that it is not ready, and passes
// everything else on.
func readyz(delay time.Duration) fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		switch {
		case r.URL.Path != "/readyz":
			next.ServeHTTP(w, r)
		case delay > 0:
			time.Sleep(delay)
			next.ServeHTTP(w, r)
		default:
			http.Error(w, "[-]informer-sync failed: reason withheld\nreadyz check failed", http.StatusInternalServerError)
		}
	}
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
