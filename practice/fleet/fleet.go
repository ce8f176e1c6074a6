package fleet

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"k8s.io/client-go/kubernetes"

	"fader/practice/traffic"
)

const (
	// tick is how often the world is looked at.
	tick = time.Second
	// contentType is that of Prometheus' text format.
	contentType = "text/plain; version=0.0.4; charset=utf-8"
)

// Options say what a Fleet is about.
type Options struct {
	// Client reads the cluster. It must not time out: it watches.
	Client kubernetes.Interface
	// Speed divides the times that annotations state.
	Speed float64
	// Seed is that of the traffic.
	Seed uint64
	// Prometheus is where history goes.
	Prometheus Prometheus
	// Now is the clock.
	Now func() time.Time
	// Say gets a line about what a person may want to know.
	Say func(line string)
}

// Fleet is the traffic of one cluster.
type Fleet struct {
	options Options
	reader  *reader

	mu      sync.Mutex
	traffic *traffic.Fleet
}

// New makes a Fleet; Run makes it live.
func New(o Options) *Fleet {
	return &Fleet{options: o, reader: newReader(o), traffic: traffic.New(o.Seed, o.Now())}
}

// Run watches the cluster and lets traffic flow until ctx is cancelled.
func (f *Fleet) Run(ctx context.Context) {
	var wait sync.WaitGroup
	defer wait.Wait()
	stop := f.reader.start(ctx)
	defer stop()
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		for _, history := range f.advance() {
			wait.Go(func() { f.send(ctx, history) })
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

func (f *Fleet) advance() []traffic.History {
	world, now := f.reader.world(), f.options.Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.traffic.Advance(world, now)
}

// send sends a history until it has arrived or Prometheus does not want it, and lets its
// pods be told about.
func (f *Fleet) send(ctx context.Context, history traffic.History) {
	err := f.options.Prometheus.write(ctx, history.Series)
	if errors.Is(err, context.Canceled) {
		return
	}
	if err != nil {
		f.options.Say(fmt.Sprintf("the history of %s is lost: %v", history.Service, err))
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.traffic.Release(history.Pods)
}

// ServeHTTP answers a scrape.
func (f *Fleet) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	f.mu.Lock()
	samples := f.traffic.Gather()
	f.mu.Unlock()
	w.Header().Set("Content-Type", contentType)
	_ = traffic.Expose(w, samples) // an error means that nobody reads it
}
