package metrics

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const emptyAnswer = `{"status":"success","data":{"resultType":"vector","result":[]}}`

func open(t *testing.T, o Options) *Client {
	t.Helper()
	c, err := Open(o)
	require.NoError(t, err)
	return c
}

func ask(t *testing.T, o Options) error {
	t.Helper()
	_, _, err := open(t, o).instant(t.Context(), "up", time.Time{})
	return err
}

func answers(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// F43: whatever is there instead of an answer is one sentence.
func TestFaultsAreSentences(t *testing.T) {
	const json = "application/json"
	for name, c := range map[string]struct {
		handler  http.HandlerFunc
		kind     FaultKind
		sentence string
	}{
		"401":            {answers(401, "text/plain", "no"), NeedsLogin, "URL wants credentials (401 Unauthorized): give fader a bearer token file, a user and password, or a header"},
		"403":            {answers(403, json, `{"kind":"Status","message":"services \"prometheus\" is forbidden"}`), Forbidden, `URL does not permit queries (403 Forbidden): services "prometheus" is forbidden`},
		"404":            {answers(404, "text/plain", "404 page not found"), NotPrometheus, "URL has no query API (404 Not Found): is it the URL of a Prometheus, its path prefix included?"},
		"503 of a proxy": {answers(503, json, `{"kind":"Status","message":"no endpoints available for service \"prom\u001b[2J\""}`), Failed, `URL failed (503 Service Unavailable): no endpoints available for service "prom[2J"`},
		"bad query":      {answers(422, json, `{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory"}`), Rejected, "URL does not carry out the query (422 Unprocessable Entity): query processing would load too many samples into memory"},
		"error in a 200": {answers(200, json, `{"status":"error","errorType":"timeout","error":"query timed out"}`), Rejected, "URL does not carry out the query (timeout): query timed out"},
		"HTML":           {answers(200, "text/html; charset=utf-8", "<html>Sign in</html>"), NotPrometheus, "URL answers with a web page instead of figures: is it the URL of a Prometheus, and is there a login in front of it?"},
		"HTML unmarked":  {answers(200, "text/plain", "<html>Sign in</html>"), NotPrometheus, "URL did not answer with Prometheus' JSON: is it the URL of a Prometheus, its path prefix included?"},
		"empty":          {answers(200, json, ""), NotPrometheus, "URL did not answer with Prometheus' JSON: is it the URL of a Prometheus, its path prefix included?"},
		"other JSON":     {answers(200, json, `{"status":"success","data":{"resultType":"vector","result":{}}}`), NotPrometheus, "URL did not answer with Prometheus' JSON: is it the URL of a Prometheus, its path prefix included?"},
		"a scalar":       {answers(200, json, `{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}`), NotPrometheus, "URL answers with a scalar, which was not asked for"},
		"truncated":      {answers(200, json, emptyAnswer[:30]), BrokenOff, "the answer of URL breaks off after 30 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			url := serve(t, c.handler)
			err := ask(t, Options{URL: url})
			var f *Fault
			require.ErrorAs(t, err, &f)
			require.Equal(t, c.sentence, strings.ReplaceAll(f.Sentence, "Prometheus at "+url, "URL"))
			require.Equal(t, c.kind, f.Kind)
		})
	}
}

func TestAnswerThatBreaksOff(t *testing.T) {
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		fmt.Fprint(w, emptyAnswer[:20])
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}))
	err := ask(t, Options{URL: url})
	require.EqualError(t, err, "the answer of Prometheus at "+url+" breaks off after 20 bytes")
}

func TestNobodyThere(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	require.EqualError(t, ask(t, Options{URL: "http://" + address}), "Prometheus at http://"+address+" cannot be reached: connection refused")
	require.EqualError(t, ask(t, Options{URL: "http://" + address, Called: "the Prometheus of prod"}), "the Prometheus of prod cannot be reached: connection refused")
}

func TestHanging(t *testing.T) {
	gate := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-gate:
		case <-r.Context().Done():
		}
	}))
	defer s.Close()
	defer close(gate)
	err := ask(t, Options{URL: s.URL, Timeout: 20 * time.Millisecond})
	require.EqualError(t, err, "Prometheus at "+s.URL+" did not answer within 20ms")
	require.ErrorIs(t, err, context.DeadlineExceeded)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = open(t, Options{URL: s.URL}).instant(ctx, "up", time.Time{})
	require.ErrorIs(t, err, context.Canceled, "who gave up himself needs no sentence")
	var f *Fault
	require.False(t, errors.As(err, &f))
}

// Credentials stay with the address that they were given for.
func TestRedirectsAreNotFollowed(t *testing.T) {
	reached := 0
	elsewhere := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached++ }))
	for _, code := range []int{301, 302, 303, 307, 308} {
		url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere+"/login?token=secret", code)
		}))
		err := ask(t, Options{URL: url, Username: "me", Password: "hunter2"})
		require.EqualError(t, err, "Prometheus at "+url+" sends to "+elsewhere+"/login instead of answering: "+
			"give fader the URL that answers (it does not follow, so that credentials stay where they belong)")
	}
	require.Zero(t, reached)
}

// A gigabyte is not read, packed or not.
func TestEndlessAnswer(t *testing.T) {
	for _, packed := range []bool{false, true} {
		var sent atomic.Int64
		url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			write := w.Write
			if packed {
				w.Header().Set("Content-Encoding", "gzip")
				z := gzip.NewWriter(w)
				defer z.Close()
				write = z.Write
			}
			chunk := []byte(`{"status":"` + strings.Repeat("x", 1<<16))
			for sent.Load() < 1<<30 {
				sent.Add(int64(len(chunk)))
				if _, err := write(chunk); err != nil {
					return
				}
			}
		}))
		err := ask(t, Options{URL: url, MaxBody: 2 << 20})
		require.EqualError(t, err, "Prometheus at "+url+" answers with more than 2 MiB: narrow the scope")
		require.True(t, isTooLarge(err))
		if !packed {
			require.Less(t, sent.Load(), int64(64<<20), "what fits into buffers is sent, and no more")
		}
	}
}

func TestCredentials(t *testing.T) {
	var got http.Header
	var path string
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, path = r.Header, r.URL.Path
		answers(200, "application/json", emptyAnswer)(w, r)
	}))
	token := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(token, []byte("first\n"), 0o600))
	o := Options{URL: url + "/prom/", BearerTokenFile: token, Headers: map[string]string{"X-Scope-OrgID": "TENANT"}, Getenv: func(string) string { return "team-a" }}
	c := open(t, o)
	_, _, err := c.instant(t.Context(), "up", time.Time{})
	require.NoError(t, err)
	require.Equal(t, "/prom/api/v1/query", path)
	require.Equal(t, "Bearer first", got.Get("Authorization"))
	require.Equal(t, "team-a", got.Get("X-Scope-OrgID"))
	require.NoError(t, os.WriteFile(token, []byte("second"), 0o600))
	_, _, err = c.instant(t.Context(), "up", time.Time{})
	require.NoError(t, err)
	require.Equal(t, "Bearer second", got.Get("Authorization"), "tokens are rotated")

	require.NoError(t, os.WriteFile(token, []byte("a\nb"), 0o600))
	_, _, err = c.instant(t.Context(), "up", time.Time{})
	require.EqualError(t, err, "the bearer token file for Prometheus does not hold one token")
	require.NoError(t, os.Remove(token))
	_, _, err = c.instant(t.Context(), "up", time.Time{})
	require.EqualError(t, err, "the bearer token file for Prometheus cannot be read: no such file or directory")

	withUser := strings.Replace(url, "http://", "http://me:hunter2@", 1)
	c = open(t, Options{URL: withUser})
	_, _, err = c.instant(t.Context(), "up", time.Time{})
	require.NoError(t, err)
	require.Equal(t, "Basic bWU6aHVudGVyMg==", got.Get("Authorization"))
	require.NotContains(t, c.Called(), "hunter2")
	require.Empty(t, got.Get("X-Scope-OrgID"))
}

// Short queries are sent by GET, which a permission to get services/proxy is
// enough for; long ones do not fit into a URL.
func TestMethod(t *testing.T) {
	var method, query string
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method, query = r.Method, r.FormValue("query")
		answers(200, "application/json", emptyAnswer)(w, r)
	}))
	c := open(t, Options{URL: url})
	_, _, err := c.instant(t.Context(), `up{a="\"\\"}`, time.Time{})
	require.NoError(t, err)
	require.Equal(t, "GET", method)
	require.Equal(t, `up{a="\"\\"}`, query)
	long := "up" + strings.Repeat(" or up", 2000)
	_, _, err = c.instant(t.Context(), long, time.Time{})
	require.NoError(t, err)
	require.Equal(t, "POST", method)
	require.Equal(t, long, query)
}

type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestOptionsThatCannotBeMeant(t *testing.T) {
	through := tripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("unused") })
	notPEM := filepath.Join(t.TempDir(), "ca")
	require.NoError(t, os.WriteFile(notPEM, []byte("x"), 0o600))
	for want, o := range map[string]Options{
		"the URL of Prometheus has to be http://HOST:PORT or https://HOST:PORT, with a path where it has a prefix":               {URL: "prometheus:9090"},
		"both a bearer token file and a user are given for Prometheus: one of them has to go":                                    {URL: "http://p", BearerTokenFile: "x", Username: "y"},
		"the API server, through which Prometheus is reached, would get the credentials meant for Prometheus: leave them out":    {URL: "http://u:p@p", RoundTripper: through},
		"the API server, through which Prometheus is reached, has the kubeconfig's certificates: leave those for Prometheus out": {URL: "http://p", RoundTripper: through, TLS: TLS{Insecure: true}},
		"the environment variable GONE, which holds the header X-A for Prometheus, is not set":                                   {URL: "http://p", Headers: map[string]string{"X-A": "GONE"}, Getenv: func(string) string { return "" }},
		"read the CA file of Prometheus: open /nowhere: no such file or directory":                                               {URL: "http://p", TLS: TLS{CA: "/nowhere"}},
		"the CA file of Prometheus, " + notPEM + ", holds no certificate in PEM":                                                 {URL: "http://p", TLS: TLS{CA: notPEM}},
	} {
		_, err := Open(o)
		require.EqualError(t, err, want)
	}
	_, err := Open(Options{URL: "http://user:hunter2@ho st"})
	require.NotContains(t, err.Error(), "hunter2")
}

func TestRoundTripperOfTheCaller(t *testing.T) {
	c := open(t, Options{URL: "https://api:6443/api/v1/namespaces/monitoring/services/prom:9090/proxy", RoundTripper: tripper(func(r *http.Request) (*http.Response, error) {
		require.Equal(t, "/api/v1/namespaces/monitoring/services/prom:9090/proxy/api/v1/query", r.URL.Path)
		require.Equal(t, "GET", r.Method)
		w := httptest.NewRecorder()
		answers(200, "application/json", emptyAnswer)(w, r)
		return w.Result(), nil
	})})
	_, _, err := c.instant(t.Context(), "up", time.Time{})
	require.NoError(t, err)
}

func TestCertificates(t *testing.T) {
	s := httptest.NewUnstartedServer(answers(200, "application/json", emptyAnswer))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	require.EqualError(t, ask(t, Options{URL: s.URL}), "Prometheus at "+s.URL+" cannot be reached: its certificate is signed by an authority that is not known here (give fader its CA file)")
	require.NoError(t, ask(t, Options{URL: s.URL, TLS: TLS{Insecure: true}}))
}

func TestClockOfTheServer(t *testing.T) {
	var date time.Time
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", date.UTC().Format(http.TimeFormat))
		answers(200, "application/json", emptyAnswer)(w, r)
	}))
	c := open(t, Options{URL: url, Clock: atNoon})
	for ahead, want := range map[time.Duration]time.Duration{time.Second: 0, 3 * time.Minute: 3 * time.Minute, -time.Hour: -time.Hour} {
		date = noon().Add(ahead)
		_, _, err := c.instant(t.Context(), "up", time.Time{})
		require.NoError(t, err)
		require.Equal(t, want, c.skew())
	}
}

// The whole way, through HTTP and JSON.
func TestReadOverHTTP(t *testing.T) {
	f := fleet(noon().Add(-time.Hour))
	f.remarks = remarks{warnings: []string{"careful"}, infos: []string{"by the way"}}
	c := open(t, Options{URL: serve(t, f), Clock: atNoon})
	c.door.clock = time.Now // the server's Date is today's
	p, err := c.Read(t.Context(), ReadOptions{Clock: atNoon})
	require.NoError(t, err)
	require.Equal(t, Live, p.State)
	require.InDelta(t, 30, p.OfReplicaSet("shop", "web-5c8b").Now.Requests.V, 0.01)
	require.Equal(t, []string{"careful"}, p.Warnings)
	require.Equal(t, []string{"by the way"}, p.Infos)
}
