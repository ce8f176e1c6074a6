package cluster

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/transport"

	"fader/kube"
)

// route is the way to the API server as one reading of the kubeconfig has it: a
// transport with its credentials. A Cluster has one at a time.
type route struct {
	config    *rest.Config
	transport http.RoundTripper
	plugin    *plugin // nil where the kubeconfig names none, or other credentials win
	print     fingerprint
}

// newRoute makes the transport of a kubeconfig's choice. It makes no network call
// and runs no plugin.
func newRoute(chosen choice, config *rest.Config, o Options, closeConnections func()) (*route, error) {
	if err := checkFiles(chosen); err != nil {
		return nil, err
	}
	r := &route{config: config, print: fingerprintOf(chosen)}
	bare := rest.CopyConfig(config)
	bare.ExecProvider = nil // client-go's own runner of plugins cannot be bounded, heard or ended
	to, err := bare.TransportConfig()
	if err != nil {
		return nil, err
	}
	if config.ExecProvider != nil && !to.HasTokenAuth() && !to.HasBasicAuth() && !to.HasCertAuth() {
		if _, err := exec.LookPath(config.ExecProvider.Command); err != nil { // before the first request finds out
			return nil, &PluginError{Plugin: pluginName(config.ExecProvider), kind: pluginMissing, detail: shorten(config.ExecProvider.InstallHint)}
		}
		if r.plugin, err = newPlugin(chosen.context, config, o, closeConnections); err != nil {
			return nil, err
		}
		to.Wrap(func(next http.RoundTripper) http.RoundTripper { return authenticated{next, r.plugin} })
		to.TLS.GetCertHolder = &transport.GetCertHolder{GetCert: r.plugin.certificate}
	}
	r.transport, err = transport.New(to)
	return r, err
}

// close ends a plugin that runs.
func (r *route) close() {
	if r.plugin != nil {
		r.plugin.close()
	}
}

// proxy is the proxy that requests to the API server go through, nil for none.
func (r *route) proxy() *url.URL {
	find := http.ProxyFromEnvironment
	if r.config.Proxy != nil {
		find = r.config.Proxy
	}
	base, _, err := rest.DefaultServerUrlFor(r.config)
	if err != nil {
		return nil
	}
	through, err := find(&http.Request{URL: base})
	if err != nil {
		return nil
	}
	return through
}

// credentials says what the kubeconfig gives to log in with.
func (r *route) credentials() credentialKind {
	switch c := r.config; {
	case r.plugin != nil:
		return byPlugin
	case c.BearerToken != "" || c.BearerTokenFile != "":
		return byToken
	case c.Username != "":
		return byPassword
	case len(c.CertData) > 0 || c.CertFile != "":
		return byCertificate
	case c.AuthProvider != nil:
		return byProvider
	}
	return byNothing
}

// credentialKind is what a person logs in with.
type credentialKind int

const (
	byNothing credentialKind = iota
	byPlugin
	byToken
	byPassword
	byCertificate
	byProvider
)

// expired is when the client certificate ended; zero where there is none, it
// cannot be read, or it is still valid.
func (r *route) expired(now time.Time) time.Time {
	text := r.config.CertData
	if len(text) == 0 && r.config.CertFile != "" {
		text, _ = os.ReadFile(r.config.CertFile)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return time.Time{}
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil || now.Before(certificate.NotAfter) {
		return time.Time{}
	}
	return certificate.NotAfter
}

// checkFiles finds certificates that cannot be used before the first connection
// does, and names the file or the field.
func checkFiles(chosen choice) error {
	c := chosen.config
	if authority := orFile(c.CAData, c.CAFile); len(authority) > 0 && !x509.NewCertPool().AppendCertsFromPEM(authority) {
		return fmt.Errorf("%s of %s holds no PEM certificate that can be read: correct it in the kubeconfig",
			fileOr(c.CAFile, len(c.CAData) > 0, "certificate-authority"), chosen.describe())
	}
	certificate, key := orFile(c.CertData, c.CertFile), orFile(c.KeyData, c.KeyFile)
	if len(certificate) == 0 || len(key) == 0 {
		return nil
	}
	if _, err := tls.X509KeyPair(certificate, key); err != nil {
		return fmt.Errorf("%s and %s of %s cannot be used: %s; log in again or correct them in the kubeconfig",
			fileOr(c.CertFile, len(c.CertData) > 0, "client-certificate"), fileOr(c.KeyFile, len(c.KeyData) > 0, "client-key"), chosen.describe(), plain(err))
	}
	return nil
}

// orFile is the data, else the contents of the file, nil where that cannot be read:
// client-go says so itself.
func orFile(data []byte, file string) []byte {
	if len(data) > 0 || file == "" {
		return data
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	return text
}

// fileOr names the file that something is read from, or the field that holds it.
// Data wins over a file.
func fileOr(file string, data bool, field string) string {
	if file == "" || data {
		return field + "-data"
	}
	return "the " + field + " " + kube.Clean(file)
}

// routed sends requests along the route that is in force, and tells the cluster
// when the server does not accept the credentials.
type routed struct{ cluster *Cluster }

func (r routed) RoundTrip(request *http.Request) (*http.Response, error) {
	on := r.cluster.route.Load()
	response, err := on.transport.RoundTrip(request)
	if err != nil {
		return nil, through(on, err)
	}
	return response, nil
}

// through marks an error that a proxy is to blame for.
func through(on *route, err error) error {
	proxy := on.proxy()
	if proxy == nil || !blamesProxy(err) {
		return err
	}
	return &proxyError{proxy: origin(proxy), given: on.config.Proxy != nil, err: err}
}

// proxyError is a connection that a proxy did not make.
type proxyError struct {
	proxy string // scheme and host
	given bool   // by the kubeconfig's proxy-url; otherwise by the environment
	err   error
}

func (e *proxyError) Error() string { return "proxy " + e.proxy + ": " + e.err.Error() }
func (e *proxyError) Unwrap() error { return e.err }
