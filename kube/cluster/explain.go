package cluster

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"regexp"
	"strings"
	"syscall"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"fader/kube"
)

// longest a quoted message may be, in runes.
const longest = 300

// reason turns one family of errors into a sentence; "" where it is not of it.
type reason func(err error, server string) string

// reasons in the order in which they are asked: what is more precise comes first.
var reasons = [...]reason{
	ofPlugin, ofCertificate, ofStatus, ofName, ofRefusal, ofRoute, ofTimeout, ofBreak,
}

// Explain puts any error of a client into one sentence that says what to do, ""
// for nil. It holds no Go error chain, no URL beyond host and port, no token,
// and nothing that a terminal would obey.
func Explain(err error) string {
	if err == nil {
		return ""
	}
	server := serverOf(err)
	for _, of := range reasons {
		if sentence := of(err, server); sentence != "" {
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

// client-go flattens a plugin's error into text, so text is all there is.
var (
	pluginMissing = regexp.MustCompile(`exec: executable (\S+) not found`)
	pluginFailed  = regexp.MustCompile(`exec: executable (\S+) failed with exit code (-?\d+)`)
)

func ofPlugin(err error, _ string) string {
	text := err.Error()
	if m := pluginMissing.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("the credential plugin %s is not installed: install it or put it on the PATH", kube.Clean(m[1]))
	}
	if m := pluginFailed.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("the credential plugin %s failed (exit status %s): log in with it in another terminal; the log has what it said", kube.Clean(m[1]), m[2])
	}
	if strings.Contains(text, "cannot support interactive mode") {
		return "the credential plugin wants to ask something and the terminal is taken: run any kubectl command once in another terminal to log in"
	}
	if _, why, found := strings.Cut(text, "getting credentials: "); found {
		return "no credentials: " + shorten(why) + "; log in again"
	}
	return ""
}

func ofCertificate(err error, server string) string {
	var (
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		plainText tls.RecordHeaderError
		alert     tls.AlertError
	)
	switch {
	case errors.As(err, &authority):
		return server + " shows a certificate of an authority that the kubeconfig does not trust: check certificate-authority and that this is the right server"
	case errors.As(err, &host):
		return server + " shows a certificate made out to another name: check the server address or tls-server-name in the kubeconfig"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return server + " shows a certificate that has expired or is not yet valid: renew it, or check this machine's clock"
	case errors.As(err, &invalid):
		return server + " shows a certificate that is not valid: " + shorten(invalid.Error())
	case errors.As(err, &plainText), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return server + " does not speak TLS: check http or https and the port of the server in the kubeconfig"
	case errors.As(err, &alert), strings.Contains(err.Error(), "remote error: tls:"):
		return server + " does not accept the client certificate: it may have expired; log in again or renew it"
	}
	return ""
}

// failedCheck marks a check of /readyz that did not pass.
const failedCheck = "[-]"

// ofStatus is what the server itself answered.
func ofStatus(err error, server string) string {
	var status apierrors.APIStatus
	if !asStatus(err, &status) {
		return ""
	}
	said := shorten(status.Status().Message)
	switch {
	case apierrors.IsUnauthorized(err):
		return server + " does not accept the credentials (401): log in again"
	case apierrors.IsForbidden(err):
		return "not permitted (403): " + said
	case apierrors.IsTooManyRequests(err):
		return server + " asks to slow down (429): " + said
	case apierrors.IsServiceUnavailable(err), apierrors.IsInternalError(err) && strings.Contains(said, failedCheck):
		return fmt.Sprintf("%s is not ready (%d): %s", server, status.Status().Code, said)
	case apierrors.IsInternalError(err): // often of what stands behind it: a kubelet, a webhook
		return server + " could not do that (500): " + said
	case apierrors.IsTimeout(err), apierrors.IsServerTimeout(err):
		return server + " did not finish in time: " + said
	}
	return "the API server says: " + said
}

func ofName(err error, _ string) string {
	var name *net.DNSError
	if !errors.As(err, &name) {
		return ""
	}
	return fmt.Sprintf("the name %q cannot be resolved: check the server address in the kubeconfig, the network or VPN", kube.Clean(name.Name))
}

func ofRefusal(err error, server string) string {
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return ""
	}
	return server + " refuses connections: check that it runs and that this is the right context"
}

func ofRoute(err error, server string) string {
	if errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH) {
		return server + " cannot be reached: check the network or VPN"
	}
	return ""
}

func ofTimeout(err error, server string) string {
	var timeout interface{ Timeout() bool }
	if errors.Is(err, context.DeadlineExceeded) || (errors.As(err, &timeout) && timeout.Timeout()) {
		return server + " does not answer: check that it runs, and the network or VPN"
	}
	return ""
}

func ofBreak(err error, server string) string {
	switch {
	case errors.Is(err, context.Canceled):
		return "the request was given up"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return server + " broke off the connection"
	}
	return ""
}

func asStatus(err error, status *apierrors.APIStatus) bool { return errors.As(err, status) }

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

// shorten makes one printable line of a message: no secrets, no URLs, no more
// than its first words.
func shorten(message string) string {
	message = address.ReplaceAllStringFunc(message, withoutSecrets)
	message = secret.ReplaceAllString(message, "[hidden]")
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
		return kube.Clean(secret.ReplaceAllString(raw, "[hidden]"))
	}
	return kube.Clean((&url.URL{Scheme: u.Scheme, Host: u.Host}).String())
}
