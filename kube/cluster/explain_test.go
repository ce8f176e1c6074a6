package cluster

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/cli-runtime/pkg/genericclioptions"
)

func TestExplain(t *testing.T) {
	request := func(err error) error {
		return &url.Error{Op: "Get", URL: "https://10.1.2.3:6443/api/v1/pods?token=hunter2", Err: err}
	}
	pods := schema.GroupResource{Resource: "pods"}
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"nothing", nil, ""},
		{"refused", request(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), "the API server 10.1.2.3:6443 refuses connections: check that it runs and that this is the right context"},
		{"no route", request(&net.OpError{Op: "dial", Err: syscall.EHOSTUNREACH}), "the API server 10.1.2.3:6443 cannot be reached: check the network or VPN"},
		{"timeout", request(context.DeadlineExceeded), "the API server 10.1.2.3:6443 does not answer: check that it runs, and the network or VPN"},
		{"name", request(&net.DNSError{Name: "api.test", Err: "no such host"}), `the name "api.test" cannot be resolved: check the server address in the kubeconfig, the network or VPN`},
		{"authority", request(x509.UnknownAuthorityError{}), "the API server 10.1.2.3:6443 shows a certificate of an authority that the kubeconfig does not trust: check certificate-authority and that this is the right server"},
		{"expired", request(x509.CertificateInvalidError{Reason: x509.Expired}), "the API server 10.1.2.3:6443 shows a certificate that has expired or is not yet valid: renew it, or check this machine's clock"},
		{"client certificate", request(errors.New("remote error: tls: expired certificate")), "the API server 10.1.2.3:6443 does not accept the client certificate: it may have expired; log in again or renew it"},
		{"no TLS", request(errors.New("http: server gave HTTP response to HTTPS client")), "the API server 10.1.2.3:6443 does not speak TLS: check http or https and the port of the server in the kubeconfig"},
		{"cut", request(io.ErrUnexpectedEOF), "the API server 10.1.2.3:6443 broke off the connection"},
		{"401", apierrors.NewUnauthorized("bad token"), "the API server does not accept the credentials (401): log in again"},
		{"403", fmt.Errorf("failed to list *v1.Pod: %w", apierrors.NewForbidden(pods, "", errors.New(`User "eve" cannot list`))), `not permitted (403): pods is forbidden: User "eve" cannot list`},
		{"429", apierrors.NewTooManyRequests("busy", 3), "the API server asks to slow down (429): busy"},
		{"500", apierrors.NewInternalError(errors.New("dial tcp: lookup node-2")), "the API server could not do that (500): Internal error occurred: dial tcp: lookup node-2"},
		{"503", apierrors.NewServiceUnavailable("starting"), "the API server is not ready (503): starting"},
		{"404", apierrors.NewNotFound(pods, "web"), `the API server says: pods "web" not found`},
		{"plugin missing", request(&PluginError{Plugin: "aws eks get-token", kind: pluginMissing}), "the credential plugin aws eks get-token is not installed: install it or put it on the PATH"},
		{"plugin failed", request(&PluginError{Plugin: "aws", kind: pluginFailed, detail: "255", Said: "session expired"}), "the credential plugin aws failed (exit status 255) (it says: session expired): log in with it in another terminal"},
		{"plugin asks", request(&PluginError{Plugin: "aws", kind: pluginAsks}), "the credential plugin aws wants to ask something and the terminal is taken: run any kubectl command once in another terminal to log in"},
		{"plugin hangs", request(&PluginError{Plugin: "aws", kind: pluginHung, detail: "30s"}), "the credential plugin aws gave no answer within 30s and was ended: run any kubectl command in another terminal to log in"},
		{"plugin runs", request(&PluginWaiting{Plugin: "aws", For: 3 * time.Second, err: context.DeadlineExceeded}), "waiting for the credential plugin aws, which has not answered for 3s"},
		{"redirect", request(foreignAnswer{kind: redirect, code: 302, target: "http://login.test"}), "the API server 10.1.2.3:6443 answered with a redirect to http://login.test: this is not an API server, so nothing was sent there; check the server address in the kubeconfig"},
		{"web page", errors.New(`serializer for text/html; charset=utf-8 doesn't exist`), "the API server answered with something that no API server answers: check the server address in the kubeconfig"},
		{"no body", errors.New(`0-length response with status code: 200 and content type: application/json`), "the API server answered with an empty body: this is not an API server; check the server address in the kubeconfig"},
		{"TLS without https", request(errors.New(`net/http: HTTP/1.x transport connection broken: malformed HTTP response "\x15\x03\x01\x00\x02\x02"`)), "the API server 10.1.2.3:6443 wants https and was asked with http: write https:// in front of the server address in the kubeconfig"},
		{"not HTTP", request(errors.New(`malformed HTTP response "SSH-2.0-OpenSSH_9.6"`)), "the API server 10.1.2.3:6443 does not speak HTTP: check the server address and its port in the kubeconfig"},
		{"no such scheme", request(errors.New(`unsupported protocol scheme "htps"`)), "the server address in the kubeconfig begins with neither https:// nor http://: correct it"},
		{"proxy refuses", request(&proxyError{"http://proxy.test:3128", true, &net.OpError{Op: "proxyconnect", Err: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}}}), "the proxy http://proxy.test:3128 (proxy-url in the kubeconfig) refuses connections: check that it runs, or correct its address"},
		{"proxy unknown", request(&proxyError{"http://proxy.test:3128", false, &net.OpError{Op: "proxyconnect", Err: &net.DNSError{Name: "proxy.test", IsNotFound: true}}}), "the proxy http://proxy.test:3128 (HTTPS_PROXY in the environment) cannot be found: its name cannot be resolved; correct it or check the network or VPN"},
		{"proxy asks", request(&proxyError{"http://proxy.test:3128", true, errors.New("Proxy Authentication Required")}), "the proxy http://proxy.test:3128 (proxy-url in the kubeconfig) wants a user and a password (407): put them into proxy-url, or log in to it"},
		{"proxy cannot", request(&proxyError{"http://proxy.test:3128", true, errors.New("Bad Gateway")}), "the proxy http://proxy.test:3128 (proxy-url in the kubeconfig) cannot reach the API server (502)"},
		{"wrong name", request(x509.HostnameError{Certificate: &x509.Certificate{}, Host: "10.1.2.3"}), "the API server 10.1.2.3:6443 shows a certificate made out to another name: check the server address or tls-server-name in the kubeconfig"},
		{"no client certificate", request(errors.New("remote error: tls: certificate required")), "the API server 10.1.2.3:6443 wants a client certificate and none was given: log in, or add client-certificate to the kubeconfig's user"},
		{"other alert", request(errors.New("remote error: tls: unrecognized name")), "the API server 10.1.2.3:6443 refuses the TLS connection (unrecognized name): check the server address and tls-server-name in the kubeconfig"},
		{"a gateway's 403", apierrors.NewGenericServerResponse(http.StatusForbidden, "get", pods, "", `{"message":"Forbidden"}`, 0, true), `the API server answered 403, but not as an API server does: a proxy or gateway in front of it may have refused; check the server address and the proxy`},
		{"anonymous", apierrors.NewForbidden(pods, "", errors.New(`User "system:anonymous" cannot list`)), `not permitted (403): you came as system:anonymous: the API server has not seen the kubeconfig's credentials, or does not know them; log in again · pods is forbidden: User "system:anonymous" cannot list`},
		{"leader changed", apierrors.NewInternalError(errors.New("etcdserver: leader changed")), "the API server is not ready (500): its store changed its leader; try again (Internal error occurred: etcdserver: leader changed)"},
		{"store full", apierrors.NewInternalError(errors.New("etcdserver: mvcc: database space exceeded")), "the API server is not ready (500): its store is full: nothing can be written (Internal error occurred: etcdserver: mvcc: database space exceeded)"},
		{"name not looked up", request(&net.DNSError{Name: "api.test", Err: "server misbehaving", IsTemporary: true}), `the name "api.test" cannot be looked up, since the DNS server does not answer: check the network or VPN`},
		{"anything", request(errors.New("odd \x1b[31m thing at https://u:p@h:1/x?y=z with Bearer abc.def and eyJhbGciOiJSUzI1NiJ9.eyJz.sig\nmore")), "the API server could not be asked: odd  [31m thing at https://h:1 with [hidden] and [hidden] more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Explain(c.err)
			if c.name != "anything" {
				require.Equal(t, c.want, got)
			}
			for _, bad := range []string{"hunter2", "\x1b", "\n", "u:p@", "y=z", "abc.def", "eyJ", "*v1."} {
				require.NotContains(t, got, bad)
			}
		})
	}
	require.Less(t, len(Explain(errors.New(strings.Repeat("long ", 10_000)))), 400)
}

// What the network really says, not what a test imagines.
func TestExplainTheRealThing(t *testing.T) {
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	for _, c := range []struct{ name, address, config, want string }{
		{"authority", server.URL, "", "does not trust"},
		{"refused", "https://127.0.0.1:1", "", "refuses connections"},
		{"no TLS", plainServer(t), "", "does not speak TLS"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := home(t)
			config := strings.Replace(kubeconfig("prod", c.address, `{}`), ", insecure-skip-tls-verify: true", "", 1)
			cluster, err := Open(Options{Flags: flagsOf(func(f *genericclioptions.ConfigFlags) {
				*f.KubeConfig = write(t, dir+"/k", config)
			})})
			require.NoError(t, err)
			require.Contains(t, Explain(cluster.Ping(t.Context())), c.want)
		})
	}
}

func plainServer(t *testing.T) string {
	server := httptest.NewServer(nil)
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "http://", "https://", 1)
}
