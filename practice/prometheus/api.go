package prometheus

import (
	"context"
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/exp/api/remote"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/common/route"
	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/rules"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/util/features"
	"github.com/prometheus/prometheus/util/notifications"
	v1 "github.com/prometheus/prometheus/web/api/v1"
)

const (
	apiPrefix = "/api/v1"
	writePath = apiPrefix + "/write"
	// version is what the API says of itself: that of the module in go.mod.
	version = "3.15.0"
)

// handler returns everything that is answered.
func (s *server) handler() http.Handler {
	router := route.New()
	s.api().Register(router)
	api := http.StripPrefix(apiPrefix, router)
	mux := http.NewServeMux()
	mux.Handle(apiPrefix+"/", api)
	mux.Handle("POST "+writePath, s.withToken(api))
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{}))
	for _, path := range []string{"healthy", "ready"} {
		mux.HandleFunc("GET /-/"+path, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "Prometheus Server is", path) })
	}
	return mux
}

// withToken lets only those through who know the token.
func (s *server) withToken(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+s.token)) != 1 {
			http.Error(w, "writing samples needs the practice cluster's own token", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// api makes Prometheus' own API with what this Prometheus has, and nothing where it has not.
func (s *server) api() *v1.API {
	store := storage{s.db}
	configuration := func() config.Config { return *s.config }
	ready := func(f http.HandlerFunc) http.HandlerFunc { return f }
	return v1.NewAPI(
		s.engine, s.db, s.db, s.db, s.db,
		func(context.Context) v1.ScrapePoolsRetriever { return s.scrape },
		func(context.Context) v1.TargetRetriever { return s.scrape },
		func(context.Context) v1.AlertmanagerRetriever { return nobody{} },
		configuration,
		map[string]string{"storage.tsdb.path": s.options.data, "web.listen-address": s.options.listen},
		v1.GlobalURLOptions{ListenAddress: s.options.listen, Host: s.options.listen, Scheme: "http"},
		ready,
		store, s.options.data,
		false,    // no deleting
		false, 0, // no search
		s.log,
		func(context.Context) v1.RulesRetriever { return nobody{} },
		5e7, 10, 1<<20, // remote read: Prometheus' own limits
		false, // not an agent
		nil,   // pages of other origins may not read
		s.runtimeInfo,
		&v1.PrometheusVersion{Version: version, GoVersion: runtime.Version()},
		func() []notifications.Notification { return nil },
		func() (<-chan notifications.Notification, func(), bool) { return nil, nil, false },
		s.registry, s.registry,
		nil, // statistics as Prometheus renders them
		true, remote.MessageTypes{remote.WriteV1MessageType},
		false, false, false, false, // no OTLP
		lookback,
		false, false,
		nil,
		features.NewRegistry(),
		v1.OpenAPIOptions{Version: version},
		s.parser,
	)
}

func (s *server) runtimeInfo() (v1.RuntimeInfo, error) {
	host, err := os.Hostname()
	if err != nil {
		return v1.RuntimeInfo{}, fmt.Errorf("find the host's name: %w", err)
	}
	return v1.RuntimeInfo{
		StartTime: s.started, ServerTime: time.Now(), Hostname: host, ReloadConfigSuccess: true, LastConfigTime: s.started,
		GoroutineCount: runtime.NumGoroutine(), GOMAXPROCS: runtime.GOMAXPROCS(0), StorageRetention: retention.String(),
	}, nil
}

// storage is the TSDB as the API's status pages ask for it.
type storage struct{ *tsdb.DB }

func (s storage) Stats(label string, limit int) (*tsdb.Stats, error) {
	return s.Head().Stats(label, limit), nil
}

func (storage) WALReplayStatus() (tsdb.WALReplayStatus, error) { return tsdb.WALReplayStatus{}, nil }

func (s storage) BlockMetas() ([]tsdb.BlockMeta, error) { return s.DB.BlockMetas(), nil }

// nobody stands for rules and alertmanagers: there are none.
type nobody struct{}

func (nobody) Alertmanagers() []*url.URL            { return nil }
func (nobody) DroppedAlertmanagers() []*url.URL     { return nil }
func (nobody) RuleGroups() []*rules.Group           { return nil }
func (nobody) AlertingRules() []*rules.AlertingRule { return nil }
