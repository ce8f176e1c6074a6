package cluster

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"

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
		{"plugin missing", request(errors.New("getting credentials: exec: executable aws not found\n\nIt looks like")), "the credential plugin aws is not installed: install it or put it on the PATH"},
		{"plugin failed", request(errors.New("getting credentials: exec: executable aws failed with exit code 255")), "the credential plugin aws failed (exit status 255): log in with it in another terminal; the log has what it said"},
		{"plugin asks", request(errors.New("getting credentials: exec plugin cannot support interactive mode: standard input is unavailable")), "the credential plugin wants to ask something and the terminal is taken: run any kubectl command once in another terminal to log in"},
		{"plugin garbles", request(errors.New("getting credentials: decoding stdout: unexpected end")), "no credentials: decoding stdout: unexpected end; log in again"},
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
