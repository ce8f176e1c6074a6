package traffic

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Prefix begins the name of every annotation that is read here.
const Prefix = "practice.fader/"

// Annotations of Services.
const (
	// AnnotationLoad: "60", "480 over 2m" (requests a second). Without it there is no traffic.
	AnnotationLoad = Prefix + "rps"
	// AnnotationHistory: "65m", for how long there has been traffic when it is first seen.
	AnnotationHistory = Prefix + "history"
)

// AnnotationXID of a node is the last error of its first GPU.
const AnnotationXID = Prefix + "xid"

// Behaviour is how a pod serves, from the annotations of its template.
type Behaviour struct {
	Latency Latency // practice.fader/latency: "80ms p99", "25ms p50 80ms p99"
	Errors  float64 // practice.fader/errors: "2%" of what is served ends with 500
	Workers int     // practice.fader/workers: how many requests are served at a time
	Queue   int     // practice.fader/queue: how many may wait for that; more get 503
	Warmup  Warmup  // practice.fader/warmup: "6x 90s", that much slower at first, and for how long
	Dialect string  // practice.fader/metrics: http, istio or vllm
	Model   string  // practice.fader/model: what vLLM calls its model
}

// Warmup is a slow start: the service time is Factor times the usual when a pod begins to
// serve, and goes down to it evenly.
type Warmup struct {
	Factor float64
	Over   time.Duration
}

// at returns by how much a request is slower that begins the given seconds after loading.
func (w Warmup) at(seconds float64) float64 {
	left := 1 - seconds/w.Over.Seconds()
	if w.Factor <= 1 || !(left > 0) {
		return 1
	}
	return 1 + (w.Factor-1)*min(left, 1)
}

const (
	maxWorkers = 256
	maxQueue   = 100_000
)

// usual is the behaviour of a pod that says nothing about it.
func usual() Behaviour {
	latency, _ := ParseLatency("40ms p99") // it is well-formed
	return Behaviour{Latency: latency, Workers: 8, Queue: 1000, Dialect: dialectHTTP}
}

// ReadBehaviour reads the annotations of a pod. What it cannot read stays as usual, and is
// in the error.
func ReadBehaviour(annotations map[string]string) (Behaviour, error) {
	b := usual()
	var errs []error
	for name, set := range map[string]func(string) error{
		"latency": func(text string) (err error) { return put(&b.Latency, text, ParseLatency) },
		"errors":  func(text string) error { return put(&b.Errors, text, parseShare) },
		"workers": func(text string) error { return put(&b.Workers, text, counted(1, maxWorkers)) },
		"queue":   func(text string) error { return put(&b.Queue, text, counted(0, maxQueue)) },
		"warmup":  func(text string) error { return put(&b.Warmup, text, parseWarmup) },
		"metrics": func(text string) error { return put(&b.Dialect, text, parseDialect) },
		"model":   func(text string) error { b.Model = text; return nil },
	} {
		if text, ok := annotations[Prefix+name]; ok {
			if err := set(text); err != nil {
				errs = append(errs, fmt.Errorf("%s%s: %w", Prefix, name, err))
			}
		}
	}
	return b, errors.Join(errs...)
}

// put sets field to what parse makes of text, if it can.
func put[T any](field *T, text string, parse func(string) (T, error)) error {
	value, err := parse(text)
	if err == nil {
		*field = value
	}
	return err
}

func parseShare(text string) (float64, error) {
	number, isPercent := strings.CutSuffix(text, "%")
	share, err := strconv.ParseFloat(number, 64)
	if isPercent {
		share /= 100
	}
	if err != nil || !(share >= 0 && share <= 1) {
		return 0, fmt.Errorf("%q is no share such as 2%%", text)
	}
	return share, nil
}

func counted(least, most int) func(string) (int, error) {
	return func(text string) (int, error) {
		n, err := strconv.Atoi(text)
		if err != nil || n < least || n > most {
			return 0, fmt.Errorf("%q is no number from %d to %d", text, least, most)
		}
		return n, nil
	}
}

func parseWarmup(text string) (Warmup, error) {
	times, over, found := strings.Cut(text, "x ")
	factor, err := strconv.ParseFloat(times, 64)
	d, badOver := time.ParseDuration(over)
	if err != nil || badOver != nil || !found || !(factor >= 1 && factor <= 1000) || d <= 0 {
		return Warmup{}, fmt.Errorf("%q is not like 6x 90s", text)
	}
	return Warmup{Factor: factor, Over: d}, nil
}

func parseDialect(text string) (string, error) {
	if _, ok := dialectOf(text); !ok {
		return "", fmt.Errorf("%q is none of http, istio and vllm", text)
	}
	return text, nil
}

// Declares tells whether annotations say how a pod serves.
func Declares(annotations map[string]string) bool {
	for _, name := range []string{"latency", "errors", "metrics"} {
		if _, ok := annotations[Prefix+name]; ok {
			return true
		}
	}
	return false
}
