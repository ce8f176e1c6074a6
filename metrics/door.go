package metrics

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

const (
	// longestGET in bytes: longer queries are sent by POST, since a proxy may refuse
	// a longer URL. Through the API server's service proxy a POST needs the permission
	// to create, a GET that to get, and the URL may be longer.
	longestGET, longestProxiedGET = 6 << 10, 64 << 10
	// said in an error is read up to here.
	maxSaid = 64 << 10
	// what the clocks differ by is told, and counted with, from here on.
	smallSkew = 5 * time.Second
)

// door is the only way in: Prometheus' own client asks through it. It follows no
// redirect, sends credentials to the address it was given and nowhere else, reads
// no more than it may, and turns what goes wrong into Faults.
type door struct {
	base   *url.URL
	name   string
	http   *http.Client
	header http.Header
	user   string
	secret string
	token  string // the file's name
	most   int64
	get    int64 // the longest query that is sent by GET, in bytes
	clock  func() time.Time
	skew   atomic.Int64 // what the server's clock is ahead, in nanoseconds
}

func newDoor(o Options) (*door, error) {
	base, err := o.address()
	if err != nil {
		return nil, err
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	header, err := o.header()
	if err != nil {
		return nil, err
	}
	transport, err := o.transport()
	if err != nil {
		return nil, err
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	get := int64(longestGET)
	if o.RoundTripper != nil {
		get = longestProxiedGET
	}
	return &door{
		get:  get,
		base: base, name: o.Called, http: &http.Client{Transport: transport, CheckRedirect: stay}, header: header,
		user: o.Username, secret: o.Password, token: o.BearerTokenFile, most: o.MaxBody, clock: o.Clock,
	}, nil
}

// called is how sentences name the server.
func (d *door) called() string {
	if d.name != "" {
		return printable(d.name, maxName)
	}
	return "Prometheus at " + printable(d.base.String(), maxName)
}

// URL of an endpoint of the API.
func (d *door) URL(endpoint string, args map[string]string) *url.URL {
	for name, value := range args {
		endpoint = strings.ReplaceAll(endpoint, ":"+name, url.PathEscape(value))
	}
	return d.base.JoinPath(endpoint)
}

// Do carries out one request. The error is a *Fault or the transport's.
func (d *door) Do(ctx context.Context, asked *http.Request) (*http.Response, []byte, error) {
	req, err := d.prepare(ctx, asked)
	if err != nil {
		return nil, nil, err
	}
	resp, err := d.http.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		said, _ := io.ReadAll(io.LimitReader(resp.Body, maxSaid))
		return resp, nil, d.statusFault(resp, said)
	}
	if strings.Contains(resp.Header.Get("Content-Type"), "html") {
		return resp, nil, &Fault{NotPrometheus, d.called() + " answers with a web page instead of figures: " +
			"is it the URL of a Prometheus, and is there a login in front of it?", nil}
	}
	d.noteClock(resp.Header.Get("Date"))
	body, err := d.read(resp.Body)
	return resp, body, err
}

// prepare makes the request that is sent from the one that was asked for.
func (d *door) prepare(ctx context.Context, asked *http.Request) (*http.Request, error) {
	req := asked.Clone(ctx)
	if err := d.shorten(req); err != nil {
		return nil, err
	}
	for name, values := range d.header {
		req.Header[name] = values
	}
	req.Header.Set("Accept", "application/json")
	switch {
	case d.token != "":
		token, err := d.readToken()
		if err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", "Bearer "+token)
	case d.user != "":
		req.SetBasicAuth(d.user, d.secret)
	}
	return req, nil
}

// shorten makes a GET of a form that fits into a URL.
func (d *door) shorten(req *http.Request) error {
	if req.Method != http.MethodPost || req.Body == nil || req.ContentLength > d.get {
		return nil
	}
	form, err := io.ReadAll(req.Body)
	if err != nil {
		return fmt.Errorf("read a query: %w", err)
	}
	req.Method, req.Body, req.GetBody, req.ContentLength = http.MethodGet, nil, nil, 0
	req.URL.RawQuery = string(form)
	req.Header.Del("Content-Type")
	return nil
}

func (d *door) readToken() (string, error) {
	file, err := os.Open(d.token)
	if err != nil {
		return "", &Fault{NeedsLogin, fmt.Sprintf("the bearer token file for Prometheus cannot be read: %s", rootOf(err)), err}
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxSaid))
	if err != nil {
		return "", &Fault{NeedsLogin, fmt.Sprintf("the bearer token file for Prometheus cannot be read: %s", rootOf(err)), err}
	}
	token := strings.TrimSpace(string(text))
	if token == "" || strings.ContainsAny(token, "\r\n") {
		return "", &Fault{NeedsLogin, "the bearer token file for Prometheus does not hold one token", nil}
	}
	return token, nil
}

// read the answer, up to what it may have.
func (d *door) read(body io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(body, d.most+1))
	switch {
	case int64(len(text)) > d.most:
		return nil, &Fault{TooLarge, fmt.Sprintf("%s answers with more than %d MiB: narrow the scope", d.called(), max(1, d.most>>20)), nil}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return nil, err
	case err != nil:
		return nil, &Fault{BrokenOff, fmt.Sprintf("the answer of %s breaks off after %d bytes", d.called(), len(text)), err}
	case !endsJSON(text):
		if len(text) > 0 && text[0] == '{' {
			return nil, &Fault{BrokenOff, fmt.Sprintf("the answer of %s breaks off after %d bytes", d.called(), len(text)), nil}
		}
		return nil, &Fault{NotPrometheus, d.called() + " did not answer with Prometheus' JSON: " +
			"is it the URL of a Prometheus, its path prefix included?", nil}
	}
	return text, nil
}

// endsJSON says that a text may be one whole object.
func endsJSON(text []byte) bool {
	trimmed := strings.TrimSpace(string(text[max(0, len(text)-64):]))
	return len(text) > 0 && text[0] == '{' && strings.HasSuffix(trimmed, "}")
}

// noteClock compares the server's clock with ours. Its Date has whole seconds.
func (d *door) noteClock(date string) {
	at, err := http.ParseTime(date)
	if err != nil {
		return
	}
	skew := at.Sub(d.clock())
	if skew.Abs() < smallSkew {
		skew = 0
	}
	d.skew.Store(int64(skew))
}
