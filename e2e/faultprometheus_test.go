package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// front is a Prometheus that works until it is told to do something else.
type front struct {
	url    string
	fault  atomic.Pointer[http.HandlerFunc]
	served atomic.Int64 // bytes that a fault has sent
}

func (f *front) becomes(h http.HandlerFunc) { f.fault.Store(&h) }
func (f *front) recovers()                  { f.fault.Store(nil) }

func newFront(t *testing.T, to string) *front {
	t.Helper()
	target, err := url.Parse(to)
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	f := &front{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h := f.fault.Load(); h != nil {
			(*h)(w, r)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	f.url = server.URL
	return f
}

// says answers with a status, a type and a body.
func says(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

const jsonKind = "application/json"

// TestFaultsOfPrometheus is about a Prometheus that does not do what it should, in
// front of people who have a rollout to watch: the figures stay and say that they
// are old, the rest goes on as if nothing were, and all is well again afterwards.
// All desks are open at once, because most of it is waiting.
func TestFaultsOfPrometheus(t *testing.T) {
	t.Parallel() // most of it is waiting for figures
	p := up(t, "latency-regression")
	elsewhere := 0
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere++ }))
	defer other.Close()
	type trial struct {
		name  string
		fault func(*front) http.HandlerFunc
		says  string
		front *front
		desk  *terminal
	}
	fixed := func(h http.HandlerFunc) func(*front) http.HandlerFunc {
		return func(*front) http.HandlerFunc { return h }
	}
	trials := []*trial{
		{name: "F43 down", fault: fixed(hangUp), says: `figures are from .*(cannot be reached|breaks off|broke off|EOF|closed)`},
		{name: "F43 hangs", fault: fixed(hang), says: `prom ◌ slow`},
		{name: "F43 wants a login", fault: fixed(says(401, "text/plain", "who are you")), says: `figures are from .*401`},
		{name: "F43 sends elsewhere", fault: fixed(redirect(other.URL)), says: `figures are from .*(redirect|sends|elsewhere)`},
		{name: "F43 is a web page", fault: fixed(says(200, "text/html", "<html><title>Sign in</title></html>")), says: `figures are from `},
		{name: "F43 breaks off", fault: fixed(cutShort), says: `figures are from `},
		{name: "F43 goes on for ever", fault: (*front).endless, says: `figures are from .*MiB`},
	}
	for _, c := range trials {
		c.front = newFront(t, p.prometheus())
		c.desk = p.shop(c.front)
	}
	for _, c := range trials {
		c.desk.see(`prom ●`)
		c.desk.line("shipping", "ms")
		c.front.becomes(c.fault(c.front))
	}
	for _, c := range trials {
		t.Run(c.name, func(t *testing.T) {
			c.desk.t = t
			c.desk.see(c.says)
			c.desk.see(`prom (✖ stale|◌ slow)`)
			c.desk.line("shipping", "ms") // the old figures stay
			p.goesOn(t, c.desk)
			require.Less(t, c.desk.memory(resident), 400, "MiB of memory")
		})
		c.desk.t = t
		c.front.recovers()
	}
	for _, c := range trials {
		c.desk.see(`prom ●`)
	}
	require.Zero(t, elsewhere, "nobody followed the redirect")
	t.Run("F44 empty", func(t *testing.T) { emptyPrometheus(t, p) })
	t.Run("F44 F45 nonsense", func(t *testing.T) { nonsenseOnTheScreen(t, p) })
}

// shop opens the desk on the namespace of the scenario.
func (p *practice) shop(f *front) *terminal {
	p.t.Helper()
	return p.desk(140, 30, "-n", "shop", "--prometheus", f.url)
}

func emptyPrometheus(t *testing.T, p *practice) {
	f := newFront(t, p.prometheus())
	f.becomes(says(200, jsonKind, `{"status":"success","data":{"resultType":"vector","result":[]}}`))
	desk := p.shop(f)
	desk.see(`prom \? has nothing`)
	p.goesOn(t, desk)
	f.recovers()
	desk.see(`prom ●`)
	desk.line("shipping", "ms")
}

func nonsenseOnTheScreen(t *testing.T, p *practice) {
	f := newFront(t, p.prometheus())
	f.becomes(nonsense(p.prometheus()))
	desk := p.shop(f)
	desk.see(`prom (●|\?)`)
	unwanted := regexp.MustCompile(`NaN|Inf|\d[eE][+-]\d|\x07|-\d+(\.\d+)?(ms|%|/s)`)
	stop := desk.sampled(func(screen string) string { return unwanted.FindString(screen) })
	p.goesOn(t, desk)
	for range 6 {
		desk.press("v")
	}
	desk.press("enter")
	desk.see(`Revisions`)
	desk.press("esc")
	desk.see(`PHASE`)
	stop()
	f.recovers()
	desk.see(`prom ●`)
}

// goesOn proves that keys are answered and that the watch is shown, whatever
// Prometheus does: both would wait as long as it hangs if they waited at all.
func (p *practice) goesOn(t *testing.T, desk *terminal) {
	t.Helper()
	begun := time.Now()
	desk.press("?")
	desk.see(`Everywhere`)
	answered := time.Since(begun)
	desk.press("esc")
	desk.miss(`Everywhere`)
	name := fmt.Sprintf("probe-%d", rand.IntN(1_000_000_000))
	begun = time.Now()
	p.kubectl("-n", "shop", "create", "deployment", name, "--image=registry.example/probe:v1", "--replicas=0")
	desk.line(name)
	t.Logf("%s: a key after %d ms, a new Deployment after %d ms (kubectl included)", t.Name(), answered.Milliseconds(), time.Since(begun).Milliseconds())
	p.kubectl("-n", "shop", "delete", "deployment", name)
}

// hangUp closes the connection without an answer.
func hangUp(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

// hang until whoever asked gives up, or for half a minute.
func hang(_ http.ResponseWriter, r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-time.After(30 * time.Second):
	}
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, to+r.URL.Path, http.StatusTemporaryRedirect)
	}
}

// cutShort promises more than it sends.
func cutShort(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", jsonKind)
	w.Header().Set("Content-Length", "5000")
	_, _ = io.WriteString(w, `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{`)
}

// endless sends a gigabyte, or as much as is taken.
func (f *front) endless() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", jsonKind)
		_, _ = io.WriteString(w, `{"status":"success","data":{"resultType":"matrix","result":[`)
		block := bytes.Repeat([]byte(" "), 1<<20)
		for range 1 << 10 {
			n, err := w.Write(block)
			f.served.Add(int64(n))
			if err != nil || r.Context().Err() != nil {
				return
			}
		}
	}
}

// nonsense is what Prometheus says, with numbers that are none, buckets without
// bounds, moments that have not come, and labels that paint.
func nonsense(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		answer, err := http.Post(to+r.URL.RequestURI(), r.Header.Get("Content-Type"), bytes.NewReader(body))
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer answer.Body.Close()
		var read map[string]any
		_ = json.NewDecoder(answer.Body).Decode(&read)
		garble(read)
		read["warnings"] = []string{"PromQL warning: \x1b[31mred\x07 \"bucket\\s\" missing \u202e"}
		w.Header().Set("Content-Type", jsonKind)
		_ = json.NewEncoder(w).Encode(read)
	}
}

func garble(answer map[string]any) {
	data, _ := answer["data"].(map[string]any)
	series, _ := data["result"].([]any)
	random := rand.New(rand.NewPCG(1, 2))
	for i, s := range series {
		one, _ := s.(map[string]any)
		labels, _ := one["metric"].(map[string]any)
		switch i % 7 {
		case 0:
			delete(labels, "le")
		case 1:
			labels["pod"] = "x\x1b]0;hello\x07\"\\.*"
		}
		values, _ := one["values"].([]any)
		for _, v := range values {
			point, _ := v.([]any)
			switch random.IntN(12) {
			case 0:
				point[1] = "NaN"
			case 1:
				point[1] = "+Inf"
			case 2:
				point[1] = "-Inf"
			case 3:
				point[1] = "-3"
			case 4:
				point[1] = "1e308"
			case 5:
				if at, ok := point[0].(float64); ok {
					point[0] = at + 3600
				}
			}
		}
	}
}
