package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// query is one query that went through a watched door.
type query struct {
	path  string
	form  url.Values
	bytes int // of the answer's body, as it was sent
}

func (a query) expr() string { return a.form.Get("query") }

// ranged says that it query for points over time; latency that it query for
// buckets, and gpus for what DCGM exports.
func (a query) ranged() bool  { return strings.HasSuffix(a.path, "/query_range") }
func (a query) latency() bool { return strings.Contains(a.expr(), "_bucket") }
func (a query) gpus() bool    { return strings.Contains(a.expr(), "{__name__=~\"DCGM") }

func (a query) start() time.Time { return a.moment("start") }
func (a query) end() time.Time   { return a.moment("end") }

func (a query) moment(name string) time.Time {
	seconds, _ := strconv.ParseFloat(a.form.Get(name), 64)
	return time.UnixMilli(int64(seconds * 1000))
}

// door stands in front of a Prometheus and writes down what is asked.
type door struct {
	url string

	mu  sync.Mutex
	all []query
}

// prometheus is the practice cluster's, as its file says.
func (p *practice) prometheus() string {
	p.t.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, "prometheus.url"))
	require.NoError(p.t, err)
	return strings.TrimSpace(string(text))
}

// watched opens a door to a Prometheus; it is closed with the test.
func watched(t *testing.T, to string) *door {
	t.Helper()
	target, err := url.Parse(to)
	require.NoError(t, err)
	d := &door{}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = func(r *http.Response) error {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		form, _ := r.Request.Context().Value(formKey{}).(url.Values)
		d.mu.Lock()
		defer d.mu.Unlock()
		d.all = append(d.all, query{r.Request.URL.Path, form, len(body)})
		return nil
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		form, _ := url.ParseQuery(string(body))
		for name, values := range r.URL.Query() {
			form[name] = values
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), formKey{}, form)))
	}))
	t.Cleanup(server.Close)
	d.url = server.URL
	return d
}

// formKey is where a request keeps the form that its body was.
type formKey struct{}

// since are the queries from the n-th on, without those that only explain what is missing.
func (d *door) since(n int) []query {
	d.mu.Lock()
	defer d.mu.Unlock()
	var asked []query
	for _, q := range d.all {
		if expr := q.form.Get("query"); !strings.Contains(expr, "fader_survey") && !strings.HasPrefix(expr, "histogram_sum(") {
			asked = append(asked, q)
		}
	}
	return asked[min(n, len(asked)):]
}

func (d *door) count() int { return len(d.since(0)) }

// samples that the server reads for a query over a span.
func samples(t *testing.T, prometheus string, form url.Values) int {
	t.Helper()
	form = url.Values{"query": form["query"], "start": form["start"], "end": form["end"], "step": form["step"], "stats": {"all"}}
	answer, err := http.PostForm(prometheus+"/api/v1/query_range", form)
	require.NoError(t, err)
	defer answer.Body.Close()
	var read struct {
		Data struct {
			Stats struct {
				Samples struct {
					Total int `json:"totalQueryableSamples"`
				} `json:"samples"`
			} `json:"stats"`
		} `json:"data"`
	}
	require.NoError(t, json.NewDecoder(answer.Body).Decode(&read))
	return read.Data.Stats.Samples.Total
}
