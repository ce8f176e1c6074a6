package cluster

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"
)

func TestOnlyTheAPIServerReachesTheKubelets(t *testing.T) {
	l, err := prepareDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := l.clear(); err != nil {
		t.Fatal(err)
	}
	ca, err := writePKI(l, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {}))
	if server.TLS, err = kubeletTLS(l); err != nil {
		t.Fatal(err)
	}
	server.StartTLS()
	defer server.Close()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	for _, test := range []struct {
		certificate string
		answered    bool
	}{{"kubelet-client", true}, {"", false}} {
		config := &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
		if test.certificate != "" {
			pair, err := tls.LoadX509KeyPair(l.pki(test.certificate+".crt"), l.pki(test.certificate+".key"))
			if err != nil {
				t.Fatal(err)
			}
			config.Certificates = []tls.Certificate{pair}
		}
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}}
		response, err := client.Get(server.URL)
		if (err == nil) != test.answered {
			t.Errorf("with certificate %q: %v", test.certificate, err)
		}
		if err == nil {
			_ = response.Body.Close()
		}
	}
	// The aggregator looks for the metrics API under this name.
	pair, err := tls.LoadX509KeyPair(l.pki("server.crt"), l.pki("server.key"))
	if err != nil || pair.Leaf.VerifyHostname(metricsHost) != nil {
		t.Errorf("the server's certificate is not for %s (%v)", metricsHost, err)
	}
	if info, err := os.Stat(l.pki("kubelet-client.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key %v, %v", info, err)
	}
}
