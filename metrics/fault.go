package metrics

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"syscall"
	"time"

	promapi "github.com/prometheus/client_golang/api/prometheus/v1"
)

// FaultKind says what kind of trouble there is with Prometheus.
type FaultKind uint8

// The kinds of faults.
const (
	Unreachable   FaultKind = iota + 1 // nothing answers there
	TimedOut                           // it did not answer in time
	NeedsLogin                         // 401
	Forbidden                          // 403
	Redirected                         // it sends elsewhere; fader does not go
	NotPrometheus                      // something else answers
	BrokenOff                          // the answer ends in the middle
	TooLarge                           // the answer is larger than Options.MaxBody
	Rejected                           // Prometheus does not carry out the query
	Failed                             // any other status
)

// Fault is why there are no new figures, in one sentence for a person.
type Fault struct {
	Kind     FaultKind
	Sentence string
	cause    error
}

func (f *Fault) Error() string { return f.Sentence }

// Unwrap is the error behind the sentence, nil where it was an answer.
func (f *Fault) Unwrap() error { return f.cause }

// isTooLarge says that a smaller question may be answered.
func isTooLarge(err error) bool {
	var f *Fault
	return errors.As(err, &f) && f.Kind == TooLarge
}

// faultOf puts the error of a query into a sentence.
func (d *door) faultOf(err error, limit time.Duration) error {
	var known *Fault
	var api *promapi.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, context.DeadlineExceeded), os.IsTimeout(err):
		return &Fault{TimedOut, fmt.Sprintf("%s did not answer within %s", d.called(), limit), err}
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &api):
		return d.apiFault(api)
	}
	return &Fault{Unreachable, fmt.Sprintf("%s cannot be reached: %s", d.called(), rootOf(err)), err}
}

// apiFault is about an answer that is not what was asked for.
func (d *door) apiFault(e *promapi.Error) error {
	if e.Type == promapi.ErrBadResponse {
		return &Fault{NotPrometheus, d.called() + " did not answer with Prometheus' JSON: " +
			"is it the URL of a Prometheus, its path prefix included?", e}
	}
	return &Fault{Rejected, fmt.Sprintf("%s does not carry out the query (%s): %s",
		d.called(), printable(string(e.Type), maxName), printable(e.Msg, maxMessage)), e}
}

// statusFault is about an answer whose status is not 2xx.
func (d *door) statusFault(resp *http.Response, body []byte) *Fault {
	status := fmt.Sprintf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	said := saidIn(body)
	switch code := resp.StatusCode; {
	case code/100 == 3:
		return &Fault{Redirected, fmt.Sprintf("%s sends to %s instead of answering: give fader the URL that answers "+
			"(it does not follow, so that credentials stay where they belong)", d.called(), targetOf(resp)), nil}
	case code == http.StatusUnauthorized:
		return &Fault{NeedsLogin, fmt.Sprintf("%s wants credentials (%s): give fader a bearer token file, a user and password, or a header", d.called(), status), nil}
	case code == http.StatusForbidden:
		return &Fault{Forbidden, fmt.Sprintf("%s does not permit queries (%s)%s", d.called(), status, said), nil}
	case code == http.StatusBadRequest, code == http.StatusUnprocessableEntity:
		return &Fault{Rejected, fmt.Sprintf("%s does not carry out the query (%s)%s", d.called(), status, said), nil}
	case code == http.StatusNotFound && said == "":
		return &Fault{NotPrometheus, fmt.Sprintf("%s has no query API (%s): is it the URL of a Prometheus, its path prefix included?", d.called(), status), nil}
	}
	return &Fault{Failed, fmt.Sprintf("%s failed (%s)%s", d.called(), status, said), nil}
}

// saidIn is ": " and the message in the body of an error, of Prometheus or of
// the API server in front of it; "" where there is none.
func saidIn(body []byte) string {
	var said struct {
		Error   string `json:"error"`
		Message string `json:"message"`
	}
	if json.Unmarshal(body, &said) != nil {
		return ""
	}
	text := said.Error
	if text == "" {
		text = said.Message
	}
	if text = printable(text, maxMessage); text == "" {
		return ""
	}
	return ": " + text
}

// targetOf a redirect, without what may be secret in it.
func targetOf(resp *http.Response) string {
	to, err := resp.Location()
	if err != nil {
		return "another address"
	}
	return printable((&url.URL{Scheme: to.Scheme, Host: to.Host, Path: to.Path}).String(), maxName)
}

// rootOf says why a connection failed, without addresses that the sentence has
// already and URLs that are as long as the query.
func rootOf(err error) string {
	var asked *url.Error
	if errors.As(err, &asked) {
		err = asked.Err
	}
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var number syscall.Errno
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Sprintf("the name %s is not known", printable(dns.Name, maxName))
	case errors.As(err, &authority):
		return "its certificate is signed by an authority that is not known here (give fader its CA file)"
	case errors.As(err, &certificate):
		return "its certificate is not good: " + printable(certificate.Err.Error(), maxMessage)
	case errors.As(err, &number):
		return number.Error()
	}
	return printable(err.Error(), maxMessage)
}
