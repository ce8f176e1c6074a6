package cluster

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"time"

	"fader/kube"
)

// longest a quoted message may be, in runes.
const longest = 300

// asked is what is known of a request that failed, beside its error.
type asked struct {
	server string // "the API server 10.1.2.3:6443"
	route  *route // nil where it is not known
	waits  bool   // fader asks again by itself
	moved  bool   // the kubeconfig names another server by now
	now    time.Time
}

// elsewhere says what to do where the kubeconfig names another server by now.
func (a asked) elsewhere() string {
	what := "the kubeconfig names another server or user for this context by now; choose the context again"
	if a.waits {
		what += " with :ctx"
	}
	return what
}

// or is the advice, or that the kubeconfig names another server by now.
func (a asked) or(advice string) string {
	if a.moved {
		return a.elsewhere()
	}
	return advice
}

// credentials are those of the route.
func (a asked) credentials() (kind credentialKind, known bool) {
	if a.route == nil {
		return 0, false
	}
	return a.route.credentials(), true
}

// reason turns one family of errors into a sentence; "" where it is not of it.
type reason func(err error, a asked) string

// reasons in the order in which they are asked: what is more precise comes first.
var reasons = [...]reason{
	ofPlugin, ofForeignAnswer, ofProxy, ofCertificate, ofStatus, ofProtocol, ofName, ofRefusal, ofRoute, ofTimeout, ofBreak,
}

// Explain puts any error of a client into one sentence that says what to do, ""
// for nil. It holds no Go error chain, no URL beyond host and port, no token,
// and nothing that a terminal would obey.
func Explain(err error) string { return explain(err, asked{now: time.Now()}) }

// Explain is the function of that name with what this cluster's kubeconfig tells
// beside: which credentials, which proxy, which certificate.
func (c *Cluster) Explain(err error) string {
	return explain(err, asked{route: c.route.Load(), waits: c.options.Screen, moved: c.moved.Load(), now: time.Now()})
}

func explain(err error, a asked) string {
	if err == nil {
		return ""
	}
	a.server = serverOf(err)
	for _, of := range reasons {
		if sentence := of(err, a); sentence != "" {
			return sentence
		}
	}
	return "the API server could not be asked: " + plain(err)
}

// serverOf is the host and port that an error speaks of.
func serverOf(err error) string {
	var request *url.Error
	if errors.As(err, &request) {
		if u, parseErr := url.Parse(request.URL); parseErr == nil && u.Host != "" {
			return "the API server " + kube.Clean(u.Host)
		}
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Addr != nil {
		return "the API server " + op.Addr.String()
	}
	return "the API server"
}

// ofPlugin is a request that was never sent: its sentence is the error's own.
func ofPlugin(err error, _ asked) string {
	var failed *PluginError
	if errors.As(err, &failed) {
		return failed.Error()
	}
	var waiting *PluginWaiting
	if errors.As(err, &waiting) {
		return waiting.Error()
	}
	return ""
}

// What client-go says of an answer that the transport let through and that holds
// no object.
const (
	noDecoder = "serializer for "
	noObject  = "0-length response"
)

func ofForeignAnswer(err error, a asked) string {
	var foreign foreignAnswer
	switch {
	case errors.As(err, &foreign):
		return a.server + " " + foreign.sentence()
	case strings.Contains(err.Error(), noDecoder) && strings.Contains(err.Error(), "doesn't exist"):
		return a.server + " answered with something that no API server answers: check the server address in the kubeconfig"
	case strings.Contains(err.Error(), noObject):
		return a.server + " answered with an empty body: this is not an API server; check the server address in the kubeconfig"
	}
	return ""
}

// connectRefusals are what a proxy answers instead of making a connection: net/http
// passes on the text of its status alone.
var connectRefusals = map[string]string{
	http.StatusText(http.StatusProxyAuthRequired):   "wants a user and a password (407): put them into proxy-url, or log in to it",
	http.StatusText(http.StatusForbidden):           "does not let fader reach the API server (403)",
	http.StatusText(http.StatusMethodNotAllowed):    "is no proxy that makes connections (405)",
	http.StatusText(http.StatusNotFound):            "is no proxy that makes connections (404)",
	http.StatusText(http.StatusBadRequest):          "is no proxy that makes connections (400)",
	http.StatusText(http.StatusInternalServerError): "cannot reach the API server (500)",
	http.StatusText(http.StatusBadGateway):          "cannot reach the API server (502)",
	http.StatusText(http.StatusServiceUnavailable):  "cannot reach the API server (503)",
	http.StatusText(http.StatusGatewayTimeout):      "cannot reach the API server (504)",
}

// blamesProxy reports whether a connection failed at the proxy and not behind it.
func blamesProxy(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && (op.Op == "proxyconnect" || strings.HasPrefix(op.Op, "socks")) {
		return true
	}
	return connectRefusals[err.Error()] != ""
}

func ofProxy(err error, _ asked) string {
	var through *proxyError
	if !errors.As(err, &through) {
		return ""
	}
	from := "HTTPS_PROXY in the environment"
	if through.given {
		from = "proxy-url in the kubeconfig"
	}
	return fmt.Sprintf("the proxy %s (%s) %s", through.proxy, from, proxyFault(through.err))
}

func proxyFault(err error) string {
	var name *net.DNSError
	var timeout interface{ Timeout() bool }
	switch {
	case connectRefusals[err.Error()] != "":
		return connectRefusals[err.Error()]
	case errors.As(err, &name):
		return "cannot be found: its name cannot be resolved; correct it or check the network or VPN"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refuses connections: check that it runs, or correct its address"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "does not answer: check that it runs, and the network or VPN"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "cannot be reached: check the network or VPN"
	}
	return "makes no connection to the API server: " + plain(err)
}

func ofCertificate(err error, a asked) string {
	var (
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		plainText tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &authority):
		return a.server + " shows a certificate of an authority that the kubeconfig does not trust: " + a.or("check certificate-authority and that this is the right server")
	case errors.As(err, &host):
		return a.server + " shows a certificate made out to another name: check the server address or tls-server-name in the kubeconfig"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return a.server + " shows a certificate that has expired or is not yet valid: renew it, or check this machine's clock"
	case errors.As(err, &invalid):
		return a.server + " shows a certificate that is not valid: " + shorten(invalid.Error())
	case errors.As(err, &plainText), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return a.server + " does not speak TLS: check http or https and the port of the server in the kubeconfig"
	}
	if _, alert, found := strings.Cut(err.Error(), "remote error: tls: "); found {
		return ofAlert(shorten(alert), a)
	}
	return ""
}

// certificateAlerts are those by which a server refuses the client's certificate or
// the lack of one.
var certificateAlerts = map[string]bool{
	"bad certificate": true, "unsupported certificate": true, "revoked certificate": true, "expired certificate": true,
	"unknown certificate": true, "unknown certificate authority": true, "certificate required": true, "access denied": true,
}

// ofAlert is what the server said as it broke off the handshake.
func ofAlert(alert string, a asked) string {
	kind, known := a.credentials()
	given := kind == byCertificate || kind == byPlugin && a.route.plugin.hasCertificate()
	switch {
	case alert == "handshake failure" && known && !given: // TLS 1.2 says no more
		return a.server + " refuses the TLS connection: it may want a client certificate, and none was given; log in, or add client-certificate to the kubeconfig's user"
	case !certificateAlerts[alert]:
		return fmt.Sprintf("%s refuses the TLS connection (%s): check the server address and tls-server-name in the kubeconfig", a.server, alert)
	case alert == "certificate required", known && !given:
		return a.server + " wants a client certificate and none was given: log in, or add client-certificate to the kubeconfig's user"
	case known && !a.route.expired(a.now).IsZero():
		return a.server + " does not accept the client certificate: " + expiredAt(a.route.expired(a.now))
	}
	return a.server + " does not accept the client certificate: it may have expired; log in again or renew it"
}

func expiredAt(t time.Time) string {
	return "it expired at " + t.Local().Format(time.DateTime) + "; log in again or renew it"
}

// tlsRecord is how an answer begins that TLS gives to a request without it.
const tlsRecord = `malformed HTTP response "\x15\x03`

// ofProtocol is an address at which something else is spoken than the kubeconfig says.
func ofProtocol(err error, a asked) string {
	text := err.Error()
	switch {
	case strings.Contains(text, tlsRecord):
		return a.server + " " + foreignAnswer{kind: plainHTTP}.sentence()
	case strings.Contains(text, "malformed HTTP"), strings.Contains(text, "malformed MIME header"):
		return a.server + " does not speak HTTP: check the server address and its port in the kubeconfig"
	case strings.Contains(text, "unsupported protocol scheme"):
		return "the server address in the kubeconfig begins with neither https:// nor http://: correct it"
	}
	return ""
}

func ofName(err error, a asked) string {
	var name *net.DNSError
	switch {
	case !errors.As(err, &name):
		return ""
	case name.IsNotFound || !name.IsTimeout && !name.IsTemporary:
		return fmt.Sprintf("the name %q cannot be resolved: %s", kube.Clean(name.Name), a.or("check the server address in the kubeconfig, the network or VPN"))
	}
	return fmt.Sprintf("the name %q cannot be looked up, since the DNS server does not answer: check the network or VPN", kube.Clean(name.Name))
}

func ofRefusal(err error, a asked) string {
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return ""
	}
	return a.server + " refuses connections: " + a.or("check that it runs and that this is the right context")
}

func ofRoute(err error, a asked) string {
	if errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH) {
		return a.server + " cannot be reached: " + a.or("check the network or VPN")
	}
	return ""
}

func ofTimeout(err error, a asked) string {
	var timeout interface{ Timeout() bool }
	if errors.Is(err, context.DeadlineExceeded) || (errors.As(err, &timeout) && timeout.Timeout()) {
		return a.server + " does not answer: " + a.or("check that it runs, and the network or VPN")
	}
	return ""
}

func ofBreak(err error, a asked) string {
	switch {
	case errors.Is(err, context.Canceled):
		return "the request was given up"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return a.server + " broke off the connection"
	}
	return ""
}

// plain is an error's own words, made fit to be shown.
func plain(err error) string {
	var request *url.Error
	if errors.As(err, &request) {
		err = request.Err
	}
	return shorten(err.Error())
}

// Anything that looks like a URL, a bearer token or a JSON web token.
var (
	address = regexp.MustCompile(`[a-zA-Z][a-zA-Z0-9+.-]*://[^\s"']+`)
	secret  = regexp.MustCompile(`(?i)bearer\s+\S+|eyJ[A-Za-z0-9_-]{8,}[A-Za-z0-9._-]*`)
)

// hidden stands where a secret was.
const hidden = "[hidden]"

// shorten makes one printable line of a message: no secrets, no URLs, no more
// than its first words.
func shorten(message string) string {
	message = address.ReplaceAllStringFunc(message, withoutSecrets)
	message = secret.ReplaceAllString(message, hidden)
	message = strings.Join(strings.Fields(kube.Clean(message)), " ")
	if runes := []rune(message); len(runes) > longest {
		message = string(runes[:longest]) + "…"
	}
	return strings.TrimRight(message, ".")
}

// withoutSecrets keeps scheme, host and port of a URL.
func withoutSecrets(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return kube.Clean(secret.ReplaceAllString(raw, hidden))
	}
	return origin(u)
}

// origin is a URL's scheme, host and port.
func origin(u *url.URL) string {
	return kube.Clean((&url.URL{Scheme: u.Scheme, Host: u.Host}).String())
}

// serverAddress is an API server's URL with its path, which tells clusters behind
// one host apart, and without user, password and query.
func serverAddress(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return withoutSecrets(raw)
	}
	bare := url.URL{Scheme: u.Scheme, Host: u.Host, Path: strings.TrimRight(u.Path, "/")}
	return kube.Clean(secret.ReplaceAllString(bare.String(), hidden))
}
